import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactJson, fromExactJson } from '#studies/run-folder/exact-json';

const scalar = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);
const key = fc.string().filter((word) => word !== '$' && word !== '__proto__');
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.float64Array(),
    fc.float32Array(),
    fc.uint32Array(),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('exact JSON', () => {
  it('gives plain data back bit for bit, in its order', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = exactJson(value);
        const again = fromExactJson(text);
        expect(again).toStrictEqual(value);
        expect(exactJson(again)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what is no plain data', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const value of [() => 1, Symbol('s'), 1n, new Map(), new Date(0), circle, { $: 1 }, [new (class A {})()]]) {
      expect(() => exactJson(value)).toThrow(TypeError);
    }
  });

  it.each([
    '',
    '{',
    '{"$":"Date"}',
    '{"$":"NaN","values":[]}',
    '{"$":"NaN","more":1}',
    '{"$":"Float64Array"}',
    '{"$":"Float64Array","values":["1"]}',
    '{"$":"Float32Array","values":[0.1]}',
    '{"$":"Uint32Array","values":[-1]}',
    '{"$":"constructor"}',
    '{"a":{"__proto__":{}}}',
  ])('refuses the text %s', (text) => {
    expect(() => fromExactJson(text)).toThrow(SyntaxError);
  });
});
