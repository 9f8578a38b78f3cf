import {
  brownianPath,
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  multilevel,
  problem,
  simulate,
  symbolic,
  terminal,
  timeSummary,
  trajectories,
  workers,
} from 'sde-core';
import { windowStream } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
const k = key(5);
/** Brownian motion on [t0, t0 + 1] from 0: its end is the sum of the noise. */
const on = (t0: number) => discretize(problem({ model, x0: [0], t0, T: t0 + 1 }), eulerMaruyama, 4);
const end = (t0: number, path = 0): number => simulate(on(t0), { key: k, path }).x.get(4, 0);

describe('a second window under the same key', () => {
  test('has noise of its own: its increments are not correlated with those of the first', () => {
    const windows = [0, 1, 2, -1, 0.5, 1e-9];
    const paths = 400;
    const ends = windows.map((t0) => Array.from({ length: paths }, (_, path) => end(t0, path)));
    for (const [i, a] of ends.entries()) {
      // The second moment is 1: its standard error is √(2/n).
      const square = a.reduce((sum, value) => sum + value * value, 0) / paths;
      expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
      for (const b of ends.slice(0, i)) {
        const product = a.reduce((sum, value, n) => sum + value * b[n], 0) / paths;
        expect(Math.abs(product)).toBeLessThan(4 / Math.sqrt(paths));
      }
    }
  });

  test('adds up to the variance of both: 2, where a replayed window gives 4', async () => {
    const paths = 2000;
    let sum = 0;
    for (let path = 0; path < paths; path++) sum += (end(0, path) + end(1, path)) ** 2;
    expect(Math.abs(sum / paths - 2)).toBeLessThan(4 * 2 * Math.sqrt(2 / paths));
  });

  test('is the same under every door', async () => {
    const paths = 8;
    const ends = Array.from({ length: paths }, (_, path) => end(1, path));
    const mean = ends.reduce((sum, value) => sum + value, 0) / paths;
    const each = await Promise.all(
      [inline(), workers({ threads: 1 })].map(async (backend) => {
        const estimate = await expectation(on(1), terminal('x'), { paths, key: k, backend });
        await backend.close();
        return estimate.mean;
      }),
    );
    expect(each[0]).toBe(each[1]);
    expect(each[0]).toBeCloseTo(mean, 14);
    const [, ...rest] = await timeSummary(on(1), { paths, key: k, every: 4 });
    expect(rest[0].states[0].mean).toBeCloseTo(mean, 14);
    expect(trajectories(on(1), { paths, key: k }).x.get(3, 4, 0)).toBe(ends[3]);
    const levels = [0, 1].map((t0) =>
      multilevel(problem({ model, x0: [0], t0, T: t0 + 1 }), eulerMaruyama, terminal('x'), {
        tolerance: 0.2,
        key: k,
        backend: inline(),
      }),
    );
    const [first, second] = await Promise.all(levels);
    expect(first.mean).not.toBe(second.mean);
  });

  test('does not replay a refinable path either', () => {
    const increment = (t0: number): number => {
      const out = new Float64Array(1);
      brownianPath({ key: k, noiseDimension: 1, t0, T: t0 + 1 }).increment(0, 0, out);
      return out[0];
    };
    expect(increment(0)).not.toBe(increment(1));
    expect(increment(1)).toBe(increment(1));
  });

  test('keeps the key itself from 0, its generator elsewhere', () => {
    expect(windowStream(k, 0)).toBe(k);
    expect(windowStream(k, -0)).toBe(k);
    const other = key(5, { generator: 'xoshiro128++' });
    expect(windowStream(other, 1).generator).toBe('xoshiro128++');
    expect(windowStream(other, 1).words).not.toEqual(other.words);
  });
});

test('more steps is another path, not the same one seen more finely', () => {
  const fine = discretize(problem({ model, x0: [0], T: 1 }), eulerMaruyama, 8);
  expect(simulate(fine, { key: k }).x.get(8, 0)).not.toBeCloseTo(end(0), 6);
});
