import {
  type BrownianPath,
  brownianPath,
  discretize,
  eulerMaruyama,
  fold,
  key,
  problem,
  type Scheme,
  SdeError,
  sra1,
  symbolic,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const path = (more: object = {}): BrownianPath =>
  brownianPath({ key: key(7), noiseDimension: 2, t0: 1, T: 3, ...more });
const read = (of: BrownianPath, what: 'noise' | 'increment' | 'timeIntegral', level: number, n: number): number[] => {
  const out = new Float64Array(what === 'noise' ? 2 * of.noiseDimension : of.noiseDimension);
  of[what](level, n, out);
  return [...out];
};

describe('brownianPath', () => {
  test('a coarse step is the sum of its fine ones, on twelve levels', () => {
    const w = path();
    for (let level = 0; level < 12; level++) {
      for (const n of [0, Math.floor(2 ** level / 3), 2 ** level - 1]) {
        const whole = read(w, 'increment', level, n);
        const [left, right] = [2 * n, 2 * n + 1].map((k) => read(w, 'increment', level + 1, k));
        const integral = read(w, 'timeIntegral', level, n);
        const [first, second] = [2 * n, 2 * n + 1].map((k) => read(w, 'timeIntegral', level + 1, k));
        const h = w.step(level);
        whole.forEach((value, j) => {
          // Ten roundings of numbers of size √h, and of size h^1.5.
          expect(Math.abs(value - left[j] - right[j])).toBeLessThan(10 * 5 * Number.EPSILON * Math.sqrt(h));
          const sum = first[j] + second[j] + (h / 2) * left[j];
          expect(Math.abs(integral[j] - sum)).toBeLessThan(10 * 5 * Number.EPSILON * h ** 1.5);
        });
      }
    }
  });

  test('the order of reading, other components and other paths change no bit', () => {
    const [once, again] = [path(), path()];
    const places = [
      [9, 77],
      [0, 0],
      [9, 78],
      [4, 3],
      [30, 2 ** 30 - 1],
      [9, 77],
    ] as const;
    const forward = places.map(([level, n]) => read(once, 'noise', level, n));
    const backward = [...places].reverse().map(([level, n]) => read(again, 'noise', level, n));
    expect(backward.reverse()).toEqual(forward);
    const wide = path({ noiseDimension: 5 });
    expect(read(wide, 'increment', 6, 11).slice(0, 2)).toEqual(read(once, 'increment', 6, 11));
    expect(read(path({ path: 1 }), 'noise', 6, 11)).not.toEqual(read(once, 'noise', 6, 11));
  });

  test('noises of a level are independent standard normal: moments over many paths', () => {
    const paths = 4000;
    const level = 2;
    const size = 4 * 2;
    const sums = Array.from({ length: size }, () => new Float64Array(size));
    const mean = new Float64Array(size);
    for (let p = 0; p < paths; p++) {
      const w = brownianPath({ key: fold(key('moments')), noiseDimension: 1, T: 1, path: p });
      const z = [0, 1, 2, 3].flatMap((n) => read(w, 'noise', level, n));
      z.forEach((a, i) => {
        mean[i] += a / paths;
        z.forEach((b, j) => {
          sums[i][j] += (a * b) / paths;
        });
      });
    }
    for (let i = 0; i < size; i++) {
      // Standard errors: 1/√paths of a mean and of a product, √2 times that of a square; 4.5 of them for 44 tests.
      const one = 4.5 / Math.sqrt(paths);
      expect(Math.abs(mean[i])).toBeLessThan(one);
      for (let j = 0; j <= i; j++) {
        expect(Math.abs(sums[i][j] - (i === j ? 1 : 0))).toBeLessThan(i === j ? Math.SQRT2 * one : one);
      }
    }
  });

  test('chains on finer and finer grids of one path converge strongly to each other', () => {
    const on = problem({ model: symbolic({ state: ['x'], drift: ['sin(x)'], diffusion: [['1/2']] }), x0: [1], T: 1 });
    const end = (scheme: Scheme, level: number, p: number): number => {
      const chain = discretize(on, scheme, 2 ** level);
      const w = brownianPath({ key: key(3), noiseDimension: 1, T: 1, path: p });
      const noise = new Float64Array(chain.driver.size);
      let [x, y] = [Float64Array.from(chain.x0), new Float64Array(1)];
      for (let n = 0; n < chain.steps; n++) {
        w.noise(level, n, noise);
        chain.step(n, x, noise, y);
        [x, y] = [y, x];
      }
      return x[0];
    };
    const error = (scheme: Scheme, level: number): number => {
      let sum = 0;
      for (let p = 0; p < 100; p++) sum += (end(scheme, level, p) - end(scheme, 9, p)) ** 2 / 100;
      return Math.sqrt(sum);
    };
    // Strong orders 1 and 3/2 for additive noise: errors fall by 8 and by 22 over three levels, within a third for 100 paths.
    expect(Math.abs(error(eulerMaruyama, 2) / error(eulerMaruyama, 5) / 8 - 1)).toBeLessThan(1 / 3);
    expect(error(sra1, 2) / error(sra1, 5)).toBeGreaterThan((2 / 3) * 2 ** 4.5);
  });

  test.each([
    [() => path({ T: 1 }), 'value'],
    [() => path({ noiseDimension: 0 }), 'value'],
    [() => path({ path: -1 }), 'value'],
    [() => read(path(), 'noise', 2, 4), 'value'],
    [() => read(path(), 'noise', 31, 0), 'value'],
    [() => path().increment(1, 0, new Float64Array(3)), 'shape'],
    [() => path().noise(1, 0, new Float64Array(3)), 'shape'],
  ])('refuses what is out of range: %#', (call, code) => {
    expect(call).toThrowError(SdeError);
    expect(call).toThrowError(expect.objectContaining({ code }));
  });
});
