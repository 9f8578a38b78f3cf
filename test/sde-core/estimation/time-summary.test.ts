import { discretize, eulerMaruyama, key, problem, SdeError, simulate, symbolic, terminal, timeSummary } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '#sde-core/numerics/normal';

const model = symbolic({ state: ['x', 'y'], drift: ['1 - x', '0'], diffusion: [['0.4'], ['1']] });
const chain = discretize(problem({ model, x0: [2, 0], t0: 1, T: 2 }), eulerMaruyama, 10);

describe('timeSummary', () => {
  test('mean, variance and quantiles of a Gaussian chain, by their recursions', async () => {
    const paths = 8000;
    const summaries = await timeSummary(chain, { paths, key: key(1), every: 4, probabilities: [0.1, 0.5, 0.9] });
    expect(summaries.map(({ step }) => step)).toEqual([0, 4, 8, 10]);
    for (const { step, t, states, nonFinite } of summaries.slice(1)) {
      expect(t).toBe(1 + step * 0.1);
      expect(nonFinite).toBe(0);
      const decay = 0.9 ** step;
      const variance = (0.016 * (1 - decay ** 2)) / (1 - 0.81);
      const deviation = Math.sqrt(variance);
      const [x] = states;
      expect(x.state).toBe('x');
      // Four standard errors: of the mean, of the variance of normal values, and of their quantiles, with the accuracy of the sketch.
      expect(Math.abs(x.mean - 1 - decay)).toBeLessThan((4 * deviation) / Math.sqrt(paths));
      expect(Math.abs(x.variance / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
      [0.1, 0.5, 0.9].forEach((p, i) => {
        const z = normalQuantile(p);
        const exact = 1 + decay + deviation * z;
        const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / deviation;
        const error = Math.sqrt((p * (1 - p)) / paths) / density;
        expect(Math.abs(x.quantiles[i] - exact)).toBeLessThan(4 * error + 0.01 * exact);
      });
    }
  });

  test('its paths are those of the key', async () => {
    const [first, , , , , , , , , , last] = await timeSummary(chain, { paths: 1, key: key(3) });
    const { x } = simulate(chain, { key: key(3), path: 0 });
    expect(first.states.map(({ mean }) => mean)).toEqual([2, 0]);
    expect(last.states.map(({ mean }) => mean)).toEqual([x.get(10, 0), x.get(10, 1)]);
  });

  test('counts the paths that are lost', async () => {
    const wild = symbolic({ state: ['x'], drift: ['-x^9'], diffusion: [['9']] });
    const lost = discretize(problem({ model: wild, x0: [1], T: 1 }), eulerMaruyama, 8);
    const summaries = await timeSummary(lost, { paths: 200, key: key(1) });
    const counts = summaries.map(({ nonFinite }) => nonFinite);
    expect(counts[0]).toBe(0);
    expect(counts[8]).toBeGreaterThan(0);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  test.each([
    [{ paths: 0 }, 'value'],
    [{ every: 0 }, 'value'],
    [{ probabilities: [2] }, 'value'],
    [{ accuracy: 1 }, 'value'],
    [{ signal: AbortSignal.abort() }, 'cancelled'],
  ])('refuses %o', async (options, code) => {
    const error: unknown = await timeSummary(chain, { paths: 2, key: key(1), ...options }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
  });
});

describe('timeSummary of functionals', () => {
  const run = { paths: 500, key: key('functionals'), every: 5 };

  test('of states is that of the states, and at each time that of t and the state there', async () => {
    const named = { x: terminal('x'), y: terminal((state) => state[1]), moved: terminal('y + 2*t') };
    const summaries = await timeSummary(chain, named, run);
    const plain = await timeSummary(chain, run);
    expect(summaries.map(({ functionals: _, ...rest }) => rest)).toEqual(plain);
    summaries.forEach(({ t, states, functionals }) => {
      const { state: _, ...first } = states[0];
      const { state: __, ...second } = states[1];
      expect(functionals.x).toEqual({ ...first, nonFinite: 0 });
      expect(functionals.y).toEqual({ ...second, nonFinite: 0 });
      expect(functionals.moved.mean).toBeCloseTo(states[1].mean + 2 * t, 12);
    });
  });

  test('withholds those without a value on some paths, and says so', async () => {
    const roots = { root: terminal('sqrt(y)'), x: terminal('x') };
    const [, half] = await timeSummary(chain, roots, run);
    expect(half.functionals.root.mean).toBeNaN();
    expect(half.functionals.root.nonFinite).toBeGreaterThan(100);
    expect(half.functionals.x).toMatchObject({ mean: half.states[0].mean, nonFinite: 0 });
    expect(half.warnings).toContainEqual(expect.objectContaining({ kind: 'lost-paths', functional: 'root' }));
    const [, rest] = await timeSummary(chain, roots, { ...run, lostPaths: 'exclude' });
    expect(rest.functionals.root.mean).toBeGreaterThan(0);
  });

  test('refuses one without a name', async () => {
    await expect(timeSummary(chain, terminal('x') as never, run)).rejects.toThrow(/without a name/);
  });
});
