import fc from 'fast-check';
import { SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { orderedJson, plainJson } from '#sde-core/data/plain-json';

/** A name that no field has is refused, below. */
const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));
const door = { what: 'not plain', where: 'here', remedy: 'give other data' };

describe('plain JSON', () => {
  it('is what its text would give, and another object', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const copy = plainJson(value, door);
        expect(copy).toEqual(JSON.parse(JSON.stringify(value)));
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  it('is nothing else: the place is said', () => {
    const refused: readonly (readonly [unknown, string])[] = [
      [{ a: [1, Number.NaN] }, 'here: a[1]'],
      [{ a: { b: undefined } }, 'here: a.b'],
      [new Array(2), 'here: [0]'],
      [{ a: new Float64Array(1) }, 'here: a'],
      [{ a: new Date(0) }, 'here: a'],
      [{ a: () => 1 }, 'here: a'],
      [JSON.parse('{"__proto__": 1}'), 'here: __proto__'],
      [1n, 'here'],
      [Number.POSITIVE_INFINITY, 'here'],
    ];
    for (const [value, where] of refused) {
      const failing = (): unknown => plainJson(value, door);
      expect(failing).toThrow(SdeError);
      expect(failing).toThrow(expect.objectContaining({ details: expect.objectContaining({ where }) }));
    }
    let deep: unknown = 1;
    for (let i = 0; i < 65; i++) deep = [deep];
    expect(() => plainJson(deep, door)).toThrow(/64 levels/);
  });

  it('has one text, in whatever order its fields stand', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]*$/), fc.integer()), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).reverse());
        expect(orderedJson([backwards])).toBe(orderedJson([value]));
      }),
    );
    expect(orderedJson({ b: [{ d: 1, c: 2 }], a: 0 })).toBe('{"a":0,"b":[{"c":2,"d":1}]}');
  });
});
