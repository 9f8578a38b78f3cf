import { key, type Law, SdeError } from 'sde-core';
import { bernoulli, gaussian, noiseSource, threePoint, twoPoint, uniformLaw } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { boxMullerInto, uniform53 } from '#sde-core/randomness/box-muller';
import { LANE } from '#sde-core/randomness/counter';
import { pairSource } from '#sde-core/randomness/noise';
import { philoxInto } from '#sde-core/randomness/philox';

const stream = key('noise');
const { words } = stream;
const draw = (laws: readonly Law[], path: number, step: number): number[] => {
  const out = new Float64Array(laws.length);
  noiseSource(laws, stream)(path, step, out);
  return Array.from(out);
};

const laws: readonly (readonly [string, Law])[] = [
  ['gaussian', gaussian],
  ['two-point', twoPoint],
  ['three-point', threePoint],
  ['bernoulli', bernoulli(0.3)],
  ['uniform', uniformLaw(-1, 2)],
];

describe('the counter layout', () => {
  it('is the documented one: path low, path high, step block, lane', () => {
    const block = new Int32Array(4);
    const normals = new Float64Array(2);
    const path = 5 * 2 ** 32 + 9;
    philoxInto(9, 5, 11, LANE.GAUSSIAN | 1, words[0], words[1], block);
    boxMullerInto(block, normals, 0, 1);
    expect(draw([twoPoint, gaussian], path, 22)[1]).toBe(normals[0]);
    expect(draw([twoPoint, gaussian], path, 23)[1]).toBe(normals[1]);

    philoxInto(9, 5, 11, LANE.UNIFORM | 0, words[0], words[1], block);
    expect(draw([uniformLaw(0, 1)], path, 22)[0]).toBe(uniform53(block[0], block[1]));
    expect(draw([uniformLaw(0, 1)], path, 23)[0]).toBe(uniform53(block[2], block[3]));

    philoxInto(9, 5, 2, LANE.SIGN | 0, words[0], words[1], block);
    for (let step = 256; step < 384; step++) {
      const bit = (block[(step >>> 5) & 3] >>> (step & 31)) & 1;
      expect(draw([twoPoint], path, step)[0]).toBe(2 * bit - 1);
    }
  });

  it('has lanes that share no counter', () => {
    expect(new Set(Object.values(LANE).map((lane) => lane >>> 24)).size).toBe(Object.keys(LANE).length);
  });
});

describe('noiseSource', () => {
  it.each(laws)('%s: a component depends on its own place and law alone', (_, law) => {
    for (const step of [0, 1, 2, 127, 128, 1001]) {
      const alone = draw([gaussian, law], 3, step)[1];
      expect(draw([twoPoint, law, gaussian, law], 3, step)[1]).toBe(alone);
      expect(draw([law, law], 3, step)[1]).toBe(alone);
    }
  });

  it.each(laws)('%s: any order of calls gives the same numbers', (_, law) => {
    const source = noiseSource([law, law], stream);
    const at = (path: number, step: number): number[] => {
      const out = new Float64Array(2);
      source(path, step, out);
      return Array.from(out);
    };
    const places = [
      [0, 0],
      [0, 1],
      [7, 1],
      [0, 1],
      [7, 129],
      [7, 1],
      [2 ** 40, 129],
      [7, 129],
      [0, 0],
    ] as const;
    for (const [path, step] of places) expect(at(path, step)).toEqual(draw([law, law], path, step));
  });

  it.each(laws)('%s: paths, steps, components and keys differ', (_, law) => {
    const stream = (source: (i: number) => number): string => Array.from({ length: 64 }, (_, i) => source(i)).join();
    const other = noiseSource([law], key('other'));
    const streams = [
      stream((i) => draw([law], 0, i)[0]),
      stream((i) => draw([law], i, 0)[0]),
      stream((i) => draw([law], 1, i)[0]),
      stream((i) => draw([law], 2 ** 32, i)[0]),
      stream((i) => draw([law, law], 0, i)[1]),
      stream((i) => {
        const out = new Float64Array(1);
        other(0, i, out);
        return out[0];
      }),
    ];
    expect(new Set(streams).size).toBe(streams.length);
  });

  it.each(laws)('%s: has the moments of its law, and neighbors are uncorrelated', (_, law) => {
    const count = 40_000;
    const fill = pairSource([law, law], stream);
    const pairs = new Float64Array(4);
    let [first, second, third, fourth, lag, across] = [0, 0, 0, 0, 0, 0];
    for (let path = 0; path < count; path++) {
      fill(path, path % 5, pairs);
      const c = pairs.map((value) => value - law.mean);
      for (const value of c) {
        first += value;
        second += value ** 2;
        third += value ** 3;
        fourth += value ** 4;
      }
      lag += c[0] * c[2];
      across += c[0] * c[1];
    }
    const n = 4 * count;
    // z = 4.5; moments of a law bounded by b, or Gaussian (E z⁸ = 105), have variances below those of these powers.
    const z = 4.5;
    const outcomes = law.outcomes?.map(({ value }) => Math.abs(value - law.mean));
    const bound = outcomes ? Math.max(...outcomes) : (law.parameters[1] - law.parameters[0]) / 2;
    const spread = (power: number): number =>
      law.kind === 'gaussian' ? Math.sqrt([1, 3, 15, 105][power - 1]) : bound ** power;
    expect(Math.abs(first / n)).toBeLessThan((z * Math.sqrt(law.variance)) / Math.sqrt(n));
    expect(Math.abs(second / n - law.variance)).toBeLessThanOrEqual((z * spread(2)) / Math.sqrt(n));
    expect(Math.abs(third / n - law.thirdCumulant)).toBeLessThan((z * spread(3)) / Math.sqrt(n));
    expect(Math.abs(fourth / n - law.fourthMoment)).toBeLessThan((z * spread(4)) / Math.sqrt(n));
    expect(Math.abs(lag / count)).toBeLessThan((z * law.variance) / Math.sqrt(count));
    expect(Math.abs(across / count)).toBeLessThan((z * law.variance) / Math.sqrt(count));
  });

  it('takes no more components than lanes have room for', () => {
    const many: Law[] = [];
    many.length = 2 ** 24 + 1;
    expect(() => noiseSource(many, stream)).toThrow(SdeError);
  });

  it('is silent where there is no noise', () => {
    expect(draw([], 0, 0)).toEqual([]);
  });
});
