import { fold, key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('key', () => {
  it('is a function of the seed', () => {
    expect(key(7)).toEqual(key(7));
    expect(key('digits')).toEqual(key('digits'));
    expect(key(0)).toEqual(key(-0));
  });

  it('tells seeds apart: numbers, text, and text that is cut elsewhere', () => {
    const seeds = [
      0,
      1,
      2,
      -1,
      0.5,
      2 ** 32,
      2 ** 52 + 1,
      1e300,
      '',
      '0',
      '1',
      'a',
      'ab',
      'ba',
      'abcd',
      'abcde',
      '\0',
      '\0\0',
    ];
    expect(new Set(seeds.map((seed) => key(seed).words.join())).size).toBe(seeds.length);
  });

  it('has two 32-bit words and says how it was made', () => {
    const made = fold(key(7), 'train', 3);
    expect(made.label).toBe("key(7) / 'train' / 3");
    for (const word of made.words) expect(word).toBe(word >>> 0);
  });

  it('refuses what is no seed', () => {
    for (const seed of [Number.NaN, Number.POSITIVE_INFINITY, undefined, null, {}]) {
      // What a caller without types can write.
      expect(() => key(seed as number)).toThrow(SdeError);
    }
    expect(() => fold(key(1), Number.NaN)).toThrow(/fold/);
  });
});

describe('fold', () => {
  const root = key('root');

  it('folds labels one after the other', () => {
    expect(fold(root, 'a', 2)).toEqual(fold(fold(root, 'a'), 2));
    expect(fold(root)).toEqual(root);
  });

  it('tells labels, their order, their number and their type apart', () => {
    const keys = [
      root,
      fold(root, 'a'),
      fold(root, 'b'),
      fold(root, 'a', 'b'),
      fold(root, 'b', 'a'),
      fold(root, 'ab'),
      fold(root, 1),
      fold(root, '1'),
      fold(key('other'), 'a'),
    ];
    expect(new Set(keys.map(({ words }) => words.join())).size).toBe(keys.length);
  });

  it('gives 20 000 neighboring labels different keys', () => {
    // 20 000 keys of 64 bits collide with probability 1e-11; of 32 bits, they would with 0.05 to 1 a word.
    const keys = Array.from({ length: 20_000 }, (_, i) => fold(root, i).words.join());
    expect(new Set(keys).size).toBe(keys.length);
  });
});
