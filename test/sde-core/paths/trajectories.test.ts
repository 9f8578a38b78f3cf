import {
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  problem,
  SdeError,
  simulate,
  symbolic,
  terminal,
  trajectories,
  trajectorySize,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const model = symbolic({
  state: ['x', 'y'],
  drift: ['-y', 'x'],
  diffusion: [
    ['0.3', '0'],
    ['0', '0.2*x'],
  ],
});
const chain = discretize(problem({ model, x0: [1, 0], t0: 0.5, T: 2 }), eulerMaruyama, 6);

describe('trajectories', () => {
  test('are the paths that are simulated one by one, in rows', () => {
    const { t, x } = trajectories(chain, { paths: 5, key: key(1), first: 7 });
    expect(x.shape).toEqual([5, 7, 2]);
    for (let path = 0; path < 5; path++) {
      const one = simulate(chain, { key: key(1), path: 7 + path });
      expect(t).toEqual(one.t);
      for (let n = 0; n <= 6; n++) for (const i of [0, 1]) expect(x.get(path, n, i)).toBe(one.x.get(n, i));
    }
  });

  test('are those that an expectation averages over', async () => {
    const paths = 200;
    const { x } = trajectories(chain, { paths, key: key(2) });
    const { mean } = await expectation(chain, terminal('x*y'), { paths, key: key(2), backend: inline() });
    let sum = 0;
    for (let path = 0; path < paths; path++) sum += x.get(path, 6, 0) * x.get(path, 6, 1);
    // Rounding of sums of 200 numbers of size 1 in another order.
    expect(Math.abs(sum / paths - mean)).toBeLessThan(paths * Number.EPSILON);
  });

  test('say their size, and are refused above a limit before anything is allocated', () => {
    expect(trajectorySize({ steps: 1, dimension: 1 }, 1)).toEqual({ shape: [1, 2, 1], bytes: 16 });
    const { shape, bytes } = trajectorySize(chain, 1000);
    expect([shape, bytes]).toEqual([[1000, 7, 2], 8 * 1000 * 7 * 2]);
    expect(trajectories(chain, { paths: 10, key: key(1), maxBytes: 1120 }).x.data).toHaveLength(140);
    const refused = (): unknown => trajectories(chain, { paths: 10, key: key(1), maxBytes: 1119 });
    expect(refused).toThrowError(SdeError);
    expect(refused).toThrowError(/shape \(10, 7, 2\), 1120 bytes/);
    // A petabyte: allocated, it would fail with another error.
    expect(() => trajectories(chain, { paths: 1e13, key: key(1) })).toThrowError(/timeSummary/);
  });

  test.each([
    [{ paths: 0 }, 'paths'],
    [{ paths: 2.5 }, 'paths'],
    [{ paths: 2, first: -1 }, 'first'],
    [{ paths: 2, maxBytes: Number.NaN }, 'maxBytes'],
  ])('refuses %o', (options, field) => {
    expect(() => trajectories(chain, { key: key(1), ...options })).toThrowError(field);
  });
});
