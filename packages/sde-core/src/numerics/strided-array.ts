import ndarray, { type NdArray } from 'ndarray';
import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { codeGeneration } from './code-generation.js';

/**
 * An ndarray of numbers, row-major: `get(i, j)`, `pick(i, null)`, `transpose(1, 0)`, as that library has them.
 *
 * The library makes code of text for each number of dimensions; where that is forbidden, the same methods are those of this file.
 *
 * @param shape - Its product is the length of `data`, which is not copied.
 * @throws SdeError `shape` where it is not.
 *
 * @example
 * ```ts
 * import { stridedArray } from 'sde-core/numerics';
 * stridedArray(Float64Array.of(1, 2, 3, 4), [2, 2]).get(1, 0); // → 3
 * ```
 */
export function stridedArray(data: Float64Array, shape: readonly number[]): NdArray<Float64Array> {
  requireShape(data, shape);
  if (codeGeneration() === 'compiled') return ndarray(data, [...shape]);
  return view({ data, shape: [...shape], stride: rowMajor(shape), offset: 0 });
}

function requireShape(data: unknown, shape: unknown): void {
  const lengths = Array.isArray(shape) ? Array.from(shape as readonly unknown[]) : undefined;
  const product = lengths?.reduce<number>(
    (size, length) => (Number.isInteger(length) && Number(length) >= 0 ? size * Number(length) : Number.NaN),
    1,
  );
  if (data instanceof Float64Array && product === data.length) return;
  throw new SdeError('shape', {
    what: 'numbers and a shape that do not fit',
    where: 'stridedArray(data, shape)',
    expected: data instanceof Float64Array ? `lengths whose product is ${data.length}` : 'a Float64Array',
    got: describe(data instanceof Float64Array ? shape : data),
    remedy: 'write stridedArray(Float64Array.of(1, 2, 3, 4), [2, 2])',
  });
}

/** What a view is: where in `data` its entries lie. */
export type Strides = Pick<NdArray<Float64Array>, 'data' | 'shape' | 'stride' | 'offset'>;

/** Row-major strides of a shape. */
export const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));

/** A view without generated code: the fields of the library's are its own, the methods those of its prototype. */
export function view(strides: Strides): NdArray<Float64Array> {
  // The prototype has all that the fields do not.
  return Object.assign(Object.create(METHODS), strides) as NdArray<Float64Array>;
}

const given = (value: number | null | undefined): value is number => typeof value === 'number';

const METHODS = {
  dtype: 'float64',
  get dimension(): number {
    return (this as unknown as Strides).shape.length;
  },
  get size(): number {
    return (this as unknown as Strides).shape.reduce((product, length) => product * length, 1);
  },
  get order(): number[] {
    const { stride } = this as unknown as Strides;
    return stride.map((_, axis) => axis).sort((a, b) => Math.abs(stride[a]) - Math.abs(stride[b]));
  },
  index(this: Strides, ...at: number[]): number {
    return this.stride.reduce((sum, step, axis) => sum + step * at[axis], this.offset);
  },
  get(this: NdArray<Float64Array>, ...at: number[]): number {
    return this.data[this.index(...at)];
  },
  set(this: NdArray<Float64Array>, ...at: number[]): number {
    const value = at[this.shape.length];
    this.data[this.index(...at)] = value;
    return value;
  },
  hi(this: Strides, ...ends: (number | null)[]): NdArray<Float64Array> {
    const end = (axis: number): number | undefined => {
      const at = ends[axis];
      return given(at) && at >= 0 ? Math.trunc(at) : undefined;
    };
    return view({ ...this, shape: this.shape.map((length, axis) => end(axis) ?? length) });
  },
  lo(this: Strides, ...starts: (number | null)[]): NdArray<Float64Array> {
    const start = (axis: number): number => {
      const at = starts[axis];
      return given(at) && at >= 0 ? Math.trunc(at) : 0;
    };
    const offset = this.stride.reduce((sum, step, axis) => sum + step * start(axis), this.offset);
    return view({ ...this, shape: this.shape.map((length, axis) => length - start(axis)), offset });
  },
  step(this: Strides, ...steps: (number | null)[]): NdArray<Float64Array> {
    let { offset } = this;
    const [shape, stride] = [[...this.shape], [...this.stride]];
    for (let axis = 0; axis < shape.length; axis++) {
      const by = steps[axis];
      if (!given(by)) continue;
      const step = Math.trunc(by);
      if (step < 0) offset += stride[axis] * (shape[axis] - 1);
      shape[axis] = Math.ceil(shape[axis] / Math.abs(step));
      stride[axis] *= step;
    }
    return view({ ...this, shape, stride, offset });
  },
  transpose(this: Strides, ...axes: (number | undefined)[]): NdArray<Float64Array> {
    const from = this.shape.map((_, axis) => axes[axis] ?? axis);
    return view({
      ...this,
      shape: from.map((axis) => this.shape[axis]),
      stride: from.map((axis) => this.stride[axis]),
    });
  },
  pick(this: Strides, ...at: (number | null)[]): NdArray<Float64Array> | null {
    if (this.shape.length === 0) return null;
    const fixed = (axis: number): number | undefined => {
      const place = at[axis];
      return given(place) && place >= 0 ? place : undefined;
    };
    const free = this.shape.map((_, axis) => axis).filter((axis) => fixed(axis) === undefined);
    return view({
      data: this.data,
      shape: free.map((axis) => this.shape[axis]),
      stride: free.map((axis) => this.stride[axis]),
      offset: this.stride.reduce((sum, step, axis) => sum + step * (fixed(axis) ?? 0), this.offset),
    });
  },
};
