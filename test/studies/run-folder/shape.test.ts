import { describe, expect, it } from 'vitest';
import {
  count,
  either,
  facts,
  fields,
  list,
  maybe,
  named,
  number,
  ShapeError,
  text,
  truth,
  word,
} from '#studies/run-folder/shape';

const shape = fields({
  name: text,
  sizes: list(count, 2),
  kind: word('a', 'b'),
  flag: truth,
  by: named(number),
  some: maybe(either(number, text)),
});
const good = { name: 'x', sizes: [1, 2], kind: 'a', flag: true, by: { one: Number.NaN } };

describe('a shape', () => {
  it('gives what fits it back, fields in their order', () => {
    expect(shape(good, '')).toEqual(good);
    expect(shape({ ...good, some: 'word' }, '')).toEqual({ ...good, some: 'word' });
    const turned = Object.fromEntries(Object.entries(good).reverse());
    expect(Object.keys(shape(turned, ''))).toEqual(Object.keys(turned));
  });

  it.each([
    [null, 'the value is not an object'],
    [[], 'the value is not an object'],
    [{ ...good, more: 1 }, '.more is not a field that belongs here'],
    [{ ...good, name: undefined }, '.name is not text'],
    [{ ...good, sizes: [1] }, '.sizes is not a list of 2'],
    [{ ...good, sizes: [1, -1] }, '.sizes[1] is not a whole number of at least 0'],
    [{ ...good, kind: 'c' }, '.kind is not "a" or "b"'],
    [{ ...good, flag: 1 }, '.flag is not true or false'],
    [{ ...good, by: { one: '1' } }, '.by.one is not a number'],
    [{ ...good, some: true }, '.some is not any of 2 kinds: .some is not a number; .some is not text'],
    [Object.fromEntries(Object.entries(good).slice(1)), '.name is not text'],
  ])('names what does not fit: %j', (value, words) => {
    expect(() => shape(value, '')).toThrow(ShapeError);
    expect(() => shape(value, '')).toThrow(words);
  });

  it('of facts ends', () => {
    const deep = JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`);
    expect(() => facts()(deep, '')).toThrow(ShapeError);
    expect(facts()({ a: [1, 'x', null, { b: true }] }, '')).toEqual({ a: [1, 'x', null, { b: true }] });
    expect(() => facts()({ a: () => 1 }, '')).toThrow(ShapeError);
  });
});
