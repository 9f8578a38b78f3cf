import { createRequire } from 'node:module';
import fc from 'fast-check';
import { SdeError } from 'sde-core';
import { stridedArray } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { rowMajor, view } from '#sde-core/numerics/strided-array';

type NdArray = ReturnType<typeof stridedArray>;
// The library is a dependency of the package alone.
const ndarray: typeof stridedArray = createRequire(new URL('../../../packages/sde-core/package.json', import.meta.url))(
  'ndarray',
);

/** A pair of views, the library's and ours, after the same moves. */
type Move = (array: NdArray) => NdArray;

const place = fc.option(fc.integer({ min: -1, max: 3 }), { nil: null });
const stride = fc.constantFrom(1, 2, -1, -2);
const axes = [[0], [1, 0], [2, 0, 1]];
const move = fc.oneof(
  fc.tuple(place, place, place).map(
    (at): Move =>
      (a) =>
        a.lo(...(at as number[]).slice(0, a.dimension)),
  ),
  fc.tuple(place, place, place).map(
    (at): Move =>
      (a) =>
        a.hi(...(at as number[]).slice(0, a.dimension)),
  ),
  fc.tuple(stride, stride, stride).map(
    (by): Move =>
      (a) =>
        a.step(...by.slice(0, a.dimension)),
  ),
  fc.constant<Move>((a) => a.transpose(...(axes[a.dimension - 1] ?? []))),
  fc.tuple(place, place, place).map(
    (at): Move =>
      (a) =>
        a.dimension > 1 ? a.pick(...at.slice(0, a.dimension - 1)) : a,
  ),
);

/** All that shows of a view. */
function seen(array: NdArray) {
  const { data, shape, stride, offset, dtype, size, order, dimension } = array;
  const entries: number[] = [];
  const visit = (at: number[]): void => {
    if (at.length < shape.length) for (let i = 0; i < shape[at.length]; i++) visit([...at, i]);
    else entries.push(array.get(...at), array.index(...at));
  };
  visit([]);
  // Of equal strides any order is one.
  const ordered = order.map((axis) => Math.abs(stride[axis]));
  return { data, shape, stride, offset, dtype, size, dimension, entries, ordered };
}

describe('a strided array', () => {
  it('without generated code is the library, whatever is done to it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        fc.array(move, { maxLength: 4 }),
        (shape, moves) => {
          const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
          let theirs = ndarray(data, [...shape]);
          let ours = view({ data, shape, stride: rowMajor(shape), offset: 0 });
          expect(seen(ours)).toEqual(seen(theirs));
          expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
          for (const go of moves) {
            [theirs, ours] = [go(theirs), go(ours)];
            if (theirs.shape.some((length) => !(length > 0))) return;
            expect(seen(ours)).toEqual(seen(theirs));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('writes where the library does', () => {
    const [one, other] = [new Float64Array(6), new Float64Array(6)];
    ndarray(one, [2, 3]).transpose(1, 0).set(2, 1, 7);
    expect(
      view({ data: other, shape: [2, 3], stride: [3, 1], offset: 0 })
        .transpose(1, 0)
        .set(2, 1, 7),
    ).toBe(7);
    expect(other).toEqual(one);
  });

  it('refuses a shape of other length', () => {
    expect(() => stridedArray(new Float64Array(3), [2, 2])).toThrow(SdeError);
    expect(() => stridedArray(new Float64Array(4), [-2, -2])).toThrow(/product is 4/);
    expect(() => stridedArray([1] as never, [1])).toThrow(/a Float64Array/);
  });
});
