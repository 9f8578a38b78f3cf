import { SdeError } from 'sde-core';
import { readJson } from 'sde-core/data';
import { describe, expect, it } from 'vitest';

const door = { what: 'not mine', where: 'mine.json', remedy: 'write it again' };
const refusal = (text: unknown, bounds = {}): SdeError['details'] => {
  try {
    readJson(text, door, bounds);
  } catch (error) {
    if (error instanceof SdeError) return error.details;
    throw error;
  }
  throw new Error(`read ${String(text).slice(0, 40)}`);
};

describe('readJson', () => {
  it.each(['{"a":[1,{"b":"x\\"}{"}],"é":null}', '[]', ' 3 ', '"{\\"a\\":1,\\"a\\":2}"', '{"a":{"b":1},"b":{"b":2}}'])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(readJson(text, door)).toEqual(JSON.parse(text));
    },
  );

  it.each([
    ['{"a":1,"a":1}', 'mine.json: a'],
    ['{"x":[{},{"b":1,"c":2,"b":3}]}', 'mine.json: x[1].b'],
    ['{"a":1,"\\u0061":2}', 'mine.json: a'],
    ['{"x":{"__proto__":1}}', 'mine.json: x.__proto__'],
    ['{"x":{"\\u005f_proto__":1}}', 'mine.json: x.__proto__'],
    ['{"x":[0,-1e999]}', 'mine.json: x[1]'],
    ['[[[[1]]]]', 'mine.json: [0][0][0]'],
  ])('refuses %s, and says where', (text, where) => {
    expect(refusal(text, { depth: 3 }).where).toBe(where);
  });

  it.each(['', '{', '{"a":1', '{"a":1}}', '\uFEFF{}', "{'a':1}", '{"a":NaN}', '{"a":1,}', '"', '{"a\\', 'undefined'])(
    'refuses %j: it is no JSON',
    (text) => {
      expect(refusal(text)).toMatchObject({ where: 'mine.json', expected: 'JSON, whole' });
    },
  );

  it('refuses what is longer or deeper than its bounds, in no time, and what is no text', () => {
    expect(refusal('[1, 2, 3]', { length: 8 }).expected).toBe('at most 8 characters');
    expect(refusal('['.repeat(1e6)).expected).toBe('at most 64 levels of lists and objects');
    expect(refusal('{"a":'.repeat(1e5)).expected).toBe('at most 64 levels of lists and objects');
    for (const value of [undefined, null, 3, {}, [], () => '{}', { toString: () => '{}' }])
      expect(refusal(value).expected).toBe('the text of a file');
  });
});
