import { fold, key, SdeError } from 'sde-core';
import { joeKuoDirections, type Sobol, sobol } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import { bridgeOrder } from '#sde-core/randomness/bridge-order';
import { shortDirections } from '#sde-core/randomness/direction-numbers';

const points = (of: Sobol, count: number): Float64Array[] =>
  Array.from({ length: count }, (_, i) => {
    const out = new Float64Array(of.dimension);
    of.point(i, out);
    return out;
  });
const cells = (coordinates: readonly number[], count: number): number =>
  new Set(coordinates.map((u) => Math.floor(u * count))).size;

describe('sobol', () => {
  test('is the published sequence: points of an independent implementation, which visits them in Gray code', () => {
    // SciPy 1.17, scipy.stats.qmc.Sobol(128, scramble=False, bits=32), point 1000, dimensions 1, 2, 3, 10, 32, 64, 101, 128; all of point 777 added.
    const expected = [
      943_718_400, 415_236_096, 2_227_175_424, 297_795_584, 624_951_296, 1_916_796_928, 3_300_917_248, 2_336_227_328,
    ];
    const gray = (i: number): number => i ^ (i >>> 1);
    const out = new Float64Array(128);
    const plain = sobol({ dimension: 128 });
    plain.point(gray(1000), out);
    const digits = Array.from(out, (u) => u * 2 ** 32 - 0.5);
    expect([0, 1, 2, 9, 31, 63, 100, 127].map((j) => digits[j])).toEqual(expected);
    plain.point(gray(777), out);
    expect(out.reduce((sum, u) => sum + (u * 2 ** 32 - 0.5), 0)).toBe(272_722_034_688);
  });

  test.each([
    ['plain', undefined],
    ['scrambled', key(5)],
  ] as const)(
    '%s: 256 points fill every interval of 1/256 in each of 128 dimensions, and every box of the first two',
    (_, k) => {
      const net = points(sobol({ dimension: 128, key: k }), 256);
      for (let j = 0; j < 128; j++) {
        expect(
          cells(
            net.map((u) => u[j]),
            256,
          ),
        ).toBe(256);
      }
      for (let a = 0; a <= 8; a++) {
        const boxes = new Set(net.map(([u, v]) => Math.floor(u * 2 ** a) * 256 + Math.floor(v * 2 ** (8 - a))));
        expect(boxes.size).toBe(256);
      }
    },
  );

  test('scrambled: each point is uniform, and two points in one box stay in one', () => {
    const dimension = 3;
    const keys = 2000;
    const sums = new Float64Array(dimension);
    const counts = new Float64Array(16);
    for (let r = 0; r < keys; r++) {
      const scrambled = sobol({ dimension, key: fold(key('uniform'), r) });
      const [first, other] = [new Float64Array(dimension), new Float64Array(dimension)];
      scrambled.point(5, first);
      scrambled.point(5 + 64, other);
      // Points i and i + 64 share the first six digits of the first coordinate, and differ in the seventh.
      expect(Math.floor(first[0] * 64)).toBe(Math.floor(other[0] * 64));
      expect(Math.floor(first[0] * 128)).not.toBe(Math.floor(other[0] * 128));
      for (let j = 0; j < dimension; j++) sums[j] += first[j] / keys;
      counts[Math.floor(first[1] * 16)]++;
    }
    // Standard error of the mean of uniforms, 4 of them.
    for (const mean of sums) expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / keys));
    const chiSquare = counts.reduce((sum, n) => sum + (n - keys / 16) ** 2 / (keys / 16), 0);
    // χ² of 15 degrees of freedom: mean 15, standard deviation √30; 4.5 of them.
    expect(chiSquare).toBeLessThan(15 + 4.5 * Math.sqrt(30));
  });

  test('the order of reading changes no bit, another key does', () => {
    const [one, two] = [sobol({ dimension: 4, key: key(1) }), sobol({ dimension: 4, key: key(1) })];
    const last = points(one, 10)[9];
    const out = new Float64Array(4);
    two.point(9, out);
    expect(out).toEqual(last);
    sobol({ dimension: 4, key: key(2) }).point(9, out);
    expect(out).not.toEqual(last);
  });

  test.each([
    [() => sobol({ dimension: 0 }), 'value'],
    [() => sobol({ dimension: 129 }), 'value'],
    [() => sobol({ dimension: 1 }).point(2 ** 32, new Float64Array(1)), 'value'],
    [() => sobol({ dimension: 1 }).point(-1, new Float64Array(1)), 'value'],
    [() => sobol({ dimension: 2 }).point(0, new Float64Array(1)), 'shape'],
  ])('refuses what is out of range: %#', (call, code) => {
    expect(call).toThrowError(SdeError);
    expect(call).toThrowError(expect.objectContaining({ code }));
  });
});

describe('bridgeOrder', () => {
  test.each([1, 2, 3, 7, 8, 12])('is orthogonal for %d steps, and its first column is constant', (steps) => {
    const m = 2;
    const map = bridgeOrder(steps, m);
    const columns = Array.from({ length: steps * m }, (_, i) => {
      const unit = new Float64Array(steps * m);
      unit[i] = 1;
      const out = new Float64Array(steps * m);
      map(unit, out);
      return out;
    });
    columns.forEach((a, i) => {
      columns.forEach((b, j) => {
        const product = a.reduce((sum, value, k) => sum + value * b[k], 0);
        // Rounding of a few operations on sums of size √N.
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(16 * steps * Number.EPSILON);
      });
    });
    for (let n = 0; n < steps; n++) {
      expect(Math.abs(columns[0][n * m] - 1 / Math.sqrt(steps))).toBeLessThan(8 * steps * Number.EPSILON);
    }
  });
});

describe('all published direction numbers', () => {
  test('begin with those that are always there, and give the published points', async () => {
    const directions = await joeKuoDirections();
    for (let j = 0; j < 128; j++) expect(directions.row(j)).toEqual(shortDirections.row(j));
    const out = new Float64Array(directions.dimensions);
    const all = sobol({ dimension: directions.dimensions, directions });
    const gray = (i: number): number => i ^ (i >>> 1);
    all.point(gray(1000), out);
    // By the recurrence in another language, from the table as SciPy 1.10 ships it; dimensions 129, 200, 1000, 1111, 10 000, 13 425, 21 201.
    expect([128, 199, 999, 1110, 9999, 13_424, 21_200].map((j) => out[j] * 2 ** 32 - 0.5)).toEqual([
      3_829_399_552, 3_619_684_352, 859_832_320, 1_589_641_216, 1_858_076_672, 1_447_034_880, 356_515_840,
    ]);
    all.point(gray(777), out);
    expect(out.reduce((sum, u) => sum + (u * 2 ** 32 - 0.5), 0)).toBe(46_169_904_381_952);
  });

  test('every dimension is a primitive polynomial of its own degree, with odd numbers below 2^i, and fills its intervals', async () => {
    const directions = await joeKuoDirections();
    let last = 0;
    for (let j = 1; j < directions.dimensions; j++) {
      const [polynomial, ...m] = directions.row(j);
      const right =
        polynomial > last &&
        31 - Math.clz32(polynomial) === m.length &&
        m.every((v, i) => v % 2 === 1 && v < 2 ** (i + 1));
      if (!right) expect.fail(`dimension ${j + 1}: ${polynomial}; ${m.join(' ')}`);
      last = polynomial;
    }
    expect(() => directions.row(21_201)).toThrow(SdeError);
  });

  test('a dimension beyond those at hand is refused by the name of what has it', () => {
    expect(() => sobol({ dimension: 129 })).toThrow(/await joeKuoDirections\(\)/);
  });
});
