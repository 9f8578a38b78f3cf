import { type GeneratorName, key, type Law } from 'sde-core';
import { gaussian, noiseSource, twoPoint, uniformLaw } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { gammaQ } from '#sde-core/numerics/distributions';
import { normalCdf, normalQuantile } from '#sde-core/numerics/normal';
import { generators } from '#sde-core/randomness/generators';

// A battery on the numbers as they are used: along steps, across components, across paths, across keys that are neighbors.
// Each statistic is seeded, and each has one chance in a million to be as extreme as is refused.
const LEVEL = 1e-6;
const Z = -normalQuantile(LEVEL / 2);
const N = 2 ** 18;

/** P(χ²_freedom > value). */
const tail = (value: number, freedom: number): number => gammaQ(freedom / 2, value / 2);
const expectEven = (counts: Float64Array): void => {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(expected).toBeGreaterThan(16);
  const p = tail(
    counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0),
    counts.length - 1,
  );
  expect(p).toBeGreaterThan(LEVEL);
  expect(p).toBeLessThan(1 - LEVEL);
};

/** Ways to walk through the places (path, step, component) that a program walks through: index → number. */
type Walk = (law: Law, generator: GeneratorName) => (i: number) => number;
const drawn = (law: Law, size: number, of: ReturnType<typeof key>): ((path: number, step: number) => Float64Array) => {
  const source = noiseSource(
    Array.from({ length: size }, () => law),
    of,
  );
  const out = new Float64Array(size);
  return (path, step) => {
    source(path, step, out);
    return out;
  };
};
const walks: readonly (readonly [string, Walk])[] = [
  [
    'the steps of one path',
    (law, generator) => {
      const at = drawn(law, 1, key(1, { generator }));
      return (i) => at(0, i)[0];
    },
  ],
  [
    'the first step of neighboring paths',
    (law, generator) => {
      const at = drawn(law, 1, key(2, { generator }));
      return (i) => at(i, 0)[0];
    },
  ],
  [
    'eight steps of each path',
    (law, generator) => {
      const at = drawn(law, 1, key(3, { generator }));
      return (i) => at(i >>> 3, i & 7)[0];
    },
  ],
  [
    'four components',
    (law, generator) => {
      const at = drawn(law, 4, key(4, { generator }));
      return (i) => at(i >>> 8, (i >>> 2) & 63)[i & 3];
    },
  ],
];

describe.each(Object.keys(generators) as GeneratorName[])('%s', (generator) => {
  describe.each(walks)('%s', (_, walk) => {
    const at = walk(uniformLaw(0, 1), generator);
    const uniforms = Float64Array.from({ length: N }, (_, i) => at(i));

    it('is uniform in one, two and three dimensions, without overlap and with', () => {
      const serial = (dimension: number, cells: number, stride: number): void => {
        const counts = new Float64Array(cells ** dimension);
        for (let i = 0; i + dimension <= N; i += stride) {
          let place = 0;
          for (let k = 0; k < dimension; k++) place = place * cells + Math.floor(uniforms[i + k] * cells);
          counts[place]++;
        }
        expectEven(counts);
      };
      serial(1, 1024, 1);
      serial(2, 32, 2);
      serial(3, 12, 3);
    });

    it('has even low bits', () => {
      const bits = new Float64Array(16);
      for (let i = 0; i < N; i++) bits[Math.floor(uniforms[i] * 2 ** 40) % 16]++;
      expectEven(bits);
    });

    it('is uncorrelated at lags 1 … 8, in value and in square', () => {
      for (let lag = 1; lag <= 8; lag++) {
        let [values, squares] = [0, 0];
        for (let i = lag; i < N; i++) {
          const [a, b] = [uniforms[i] - 1 / 2, uniforms[i - lag] - 1 / 2];
          values += a * b;
          squares += (a * a - 1 / 12) * (b * b - 1 / 12);
        }
        // Var (U − ½) = 1/12 and Var (U − ½)² = 1/180.
        expect(Math.abs(values)).toBeLessThan((Z * Math.sqrt(N)) / 12);
        expect(Math.abs(squares)).toBeLessThan((Z * Math.sqrt(N)) / 180);
      }
    });

    it('has gaps, runs and permutations of the right lengths', () => {
      // Gaps between visits to [0, ½): geometric; the last cell holds the rest.
      const gaps = new Float64Array(10);
      const orders = new Float64Array(24);
      let gap = 0;
      for (let i = 0; i < N; i++) {
        if (uniforms[i] < 1 / 2) {
          gaps[Math.min(gap, 9)]++;
          gap = 0;
        } else gap++;
      }
      const visits = gaps.reduce((sum, count) => sum + count, 0);
      const chance = (length: number): number => (length < 9 ? 2 ** -(length + 1) : 2 ** -9);
      const statistic = gaps.reduce(
        (sum, count, l) => sum + (count - visits * chance(l)) ** 2 / (visits * chance(l)),
        0,
      );
      expect(tail(statistic, 9)).toBeGreaterThan(LEVEL);
      for (let i = 0; i + 4 <= N; i += 4) {
        const four = uniforms.subarray(i, i + 4);
        const rank = (j: number, of: number): number => four.subarray(0, of).filter((u) => u < four[j]).length;
        orders[rank(1, 2) + 2 * rank(2, 3) + 6 * rank(3, 4)]++;
      }
      expectEven(orders);
    });

    it('collides as often as chance has it: birthday spacings', () => {
      // 2⁹ birthdays in a year of 2²⁴ days: the number of equal spacings is Poisson, λ = 2²⁷ / 2²⁶ = 2.
      let equal = 0;
      const groups = N / 512;
      for (let g = 0; g < groups; g++) {
        const days = uniforms
          .slice(g * 512, (g + 1) * 512)
          .map((u) => Math.floor(u * 2 ** 24))
          .sort();
        const spacings = days.map((day, i) => (i === 0 ? day + 2 ** 24 - days[511] : day - days[i - 1])).sort();
        for (let i = 1; i < 512; i++) if (spacings[i] === spacings[i - 1]) equal++;
      }
      expect(Math.abs(equal - 2 * groups)).toBeLessThan(Z * Math.sqrt(2 * groups));
    });

    it('makes normals that are independent: angle of a pair, and the sum of sixteen', () => {
      const normals = walk(gaussian, generator);
      const angles = new Float64Array(64);
      const sums = new Float64Array(64);
      let sum = 0;
      let before = 0;
      for (let i = 0; i < N / 2; i++) {
        const z = normals(i);
        if (i % 2 === 1) angles[Math.min(63, Math.floor((Math.atan2(z, before) / Math.PI + 1) * 32))]++;
        before = z;
        sum += z;
        if (i % 16 === 15) {
          sums[Math.min(63, Math.floor(normalCdf(sum / 4) * 64))]++;
          sum = 0;
        }
      }
      expectEven(angles);
      expectEven(sums);
    });

    it('makes signs that are even and independent over 2, 3 and 8 in a row', () => {
      const signs = walk(twoPoint, generator);
      const bits = Uint8Array.from({ length: N }, (_, i) => (signs(i) > 0 ? 1 : 0));
      for (const length of [1, 2, 3, 8]) {
        const counts = new Float64Array(2 ** length);
        for (let i = 0; i + length <= N; i += length) {
          counts[bits.subarray(i, i + length).reduce((word, bit) => 2 * word + bit, 0)]++;
        }
        expectEven(counts);
      }
    });
  });

  it('has keys and paths whose streams are uncorrelated', () => {
    const steps = 64;
    const pairs: readonly (readonly [ReturnType<typeof key>, number, ReturnType<typeof key>, number])[] = [
      [key(0, { generator }), 0, key(1, { generator }), 0],
      [key(5, { generator }), 0, key(5, { generator }), 1],
      [key(5, { generator }), 0, key(5, { generator }), 2 ** 32],
    ];
    for (const [one, from, two, to] of pairs) {
      const [a, b] = [drawn(gaussian, 1, one), drawn(gaussian, 1, two)];
      let sum = 0;
      for (let path = 0; path < 512; path++) {
        for (let n = 0; n < steps; n++) sum += a(from + 2 * path, n)[0] * b(to + 2 * path, n)[0];
      }
      expect(Math.abs(sum)).toBeLessThan(Z * Math.sqrt(512 * steps));
    }
  });
});
