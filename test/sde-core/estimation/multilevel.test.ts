import {
  type Backend,
  type BlockSummary,
  barrier,
  eulerMaruyama,
  fold,
  geometricBrownianMotion,
  inline,
  key,
  type MultilevelEstimate,
  milstein,
  multilevel,
  ornsteinUhlenbeck,
  platen,
  problem,
  runningIntegral,
  SdeError,
  sra1,
  supremum,
  symbolic,
  terminal,
  truncatedMilstein,
  workers,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { decayRate, optimalAllocation } from '#sde-core/estimation/allocation';
import { normalProbability, studentHalfWidth } from '#sde-core/numerics/distributions';

const gbm = problem({ model: geometricBrownianMotion({ mu: 0.05, sigma: 0.2 }), x0: [1], T: 1 });
const call = terminal('max(x - 1, 0)');
/** Black and Scholes, not discounted: x₀ e^μ N(d) − N(d − σ). */
const exactCall = Math.exp(0.05) * normalProbability(0.35) - normalProbability(0.15);
const run = (tolerance: number, more: object = {}): Promise<MultilevelEstimate> =>
  multilevel(gbm, milstein, call, { tolerance, key: key(1), backend: inline(), firstPaths: 256, ...more });

/** The least-squares slope of log cost over log tolerance. */
function costSlope(tolerances: readonly number[], costs: readonly number[]): number {
  const [x, y] = [tolerances.map(Math.log), costs.map(Math.log)];
  const mean = (a: readonly number[]): number => a.reduce((sum, value) => sum + value, 0) / a.length;
  const [mx, my] = [mean(x), mean(y)];
  return (
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) /
    x.reduce((sum, value) => sum + (value - mx) ** 2, 0)
  );
}

describe('multilevel', () => {
  test('the interval is Student’s with Welch’s degrees of freedom, by the levels of the report', async () => {
    const options = { tolerance: 0.05, key: key(1), backend: inline(), firstPaths: 64 };
    // Gaussian corrections, whose variances are seen: elsewhere the interval is wider than Student's.
    const gaussian = problem({ model: ornsteinUhlenbeck({ theta: 1, mu: 0, sigma: 0.3 }), x0: [1], T: 1 });
    const estimate = await multilevel(gaussian, eulerMaruyama, terminal('x'), options);
    const { levels, standardError, degreesOfFreedom, bias, mean, interval } = estimate;
    const squares = levels.reduce((sum, level) => sum + level.standardError ** 2, 0);
    const welch = levels.reduce((sum, level) => sum + level.standardError ** 4 / (level.paths - 1), 0);
    expect(Math.abs(standardError / Math.sqrt(squares) - 1)).toBeLessThan(8 * Number.EPSILON);
    expect(degreesOfFreedom).toBe(Math.floor(squares ** 2 / welch));
    // Few enough for Student's quantile to differ from the normal one.
    expect(degreesOfFreedom).toBeLessThan(1000);
    const half = studentHalfWidth(0.95, degreesOfFreedom) * standardError + bias;
    expect(Math.abs(interval.high - mean - half)).toBeLessThan(4 * Number.EPSILON);
  });

  test('a call on geometric Brownian motion: the closed form in the interval, cost of slope −2', async () => {
    const tolerances = [1e-3, 5e-4, 2.5e-4];
    const costs: number[] = [];
    for (const tolerance of tolerances) {
      const estimate = await run(tolerance);
      expect(estimate.kind).toBe('converged');
      const { low, high } = estimate.interval;
      expect((high - low) / 2).toBeLessThanOrEqual(tolerance);
      expect(low).toBeLessThanOrEqual(exactCall);
      expect(high).toBeGreaterThanOrEqual(exactCall);
      expect(estimate.warnings).toEqual([]);
      costs.push(estimate.cost);
    }
    // The bound of the project: within 0.2 of −2.
    expect(Math.abs(costSlope(tolerances, costs) + 2)).toBeLessThan(0.2);
  });

  test('variances decay as h² with Milstein, as h with Euler', async () => {
    const square = terminal('x^2');
    const rate = async (scheme: typeof milstein | typeof eulerMaruyama): Promise<number> => {
      const estimate = await multilevel(gbm, scheme, square, { tolerance: 0.004, key: key(2), backend: inline() });
      return estimate.rates.variance ?? Number.NaN;
    };
    // Asymptotic rates are at most a third away: on three to six levels from h = 1 the correction of relative order h moves a slope so far.
    expect(Math.abs((await rate(milstein)) - 2)).toBeLessThan(0.35);
    expect(Math.abs((await rate(eulerMaruyama)) - 1)).toBeLessThan(0.35);
  });

  test('the interval covers: 60 seeds', async () => {
    let covered = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { interval } = await run(0.01, { key: fold(key('coverage'), seed) });
      if (interval.low <= exactCall && exactCall <= interval.high) covered++;
    }
    // The bias is inside the interval as well, so coverage is at least 0.95: 50 or fewer of 60 have probability below 1e-3.
    expect(covered).toBeGreaterThan(50);
  });

  describe('functionals of the path', () => {
    const [sigma, level] = [0.2, 0.85];
    const rate = 0.05 / sigma - sigma / 2;
    const away = Math.log(1 / level) / sigma;
    /** P(min X > level), by reflection. */
    const survival = normalProbability(rate + away) - level ** (0.1 / sigma ** 2 - 1) * normalProbability(rate - away);
    const observed = (
      scheme: typeof milstein | typeof eulerMaruyama,
      observe: Observed,
      phi: string,
      tolerance: number,
    ) => multilevel(gbm, scheme, terminal(phi), { tolerance, key: key(phi), backend: inline(), observe });
    type Observed = NonNullable<Parameters<typeof multilevel>[3]['observe']>;
    const holds = (estimate: MultilevelEstimate, exact: number): void => {
      expect(estimate.kind).toBe('converged');
      expect(estimate.interval.low).toBeLessThanOrEqual(exact);
      expect(estimate.interval.high).toBeGreaterThanOrEqual(exact);
      expect(estimate.warnings.filter(({ kind }) => kind === 'telescoping')).toEqual([]);
    };

    test('a barrier, with Euler and with Milstein: the closed form in the interval, levels that telescope', async () => {
      for (const scheme of [eulerMaruyama, milstein]) {
        holds(await observed(scheme, { alive: barrier('x - 0.85') }, 'alive', 0.01), survival);
      }
    });

    test('bridges through the middle bring the copies closer than two grids alone', async () => {
      const bridge = await observed(milstein, { alive: barrier('x - 0.85') }, 'alive', 0.02);
      const grid = await observed(milstein, { alive: barrier('x - 0.85', { monitoring: 'discrete' }) }, 'alive', 0.1);
      // On the grid a difference is ±1 for a path in √h; here it is of size √h at most.
      expect(bridge.levels[2].variance).toBeLessThan(grid.levels[2].variance / 4);
      // The bias on the grid is of order ½, which the bound takes into account: it is no smaller than what is left.
      expect(Math.abs(grid.mean - survival)).toBeLessThan(grid.interval.high - grid.mean);
    });

    test('an integral and a maximum', async () => {
      // E ∫ X = (e^μ − 1)/μ.
      holds(await observed(milstein, { area: runningIntegral('x') }, 'area', 0.004), Math.expm1(0.05) / 0.05);
      const smooth = { top: supremum('log(x)', { monitoring: 'continuous' as const }) };
      const estimate = await observed(milstein, smooth, 'top', 0.01);
      // P(max log X > m) by reflection; E max log X = ∫ P(max > m) dm, by the trapezoidal rule: to (1/200)² of a slope below 10.
      const exceeded = (m: number): number =>
        1 -
        normalProbability(m / sigma - rate) +
        Math.exp((2 * rate * m) / sigma) * normalProbability(-m / sigma - rate);
      let mean = exceeded(0) / 400;
      for (let i = 1; i <= 400; i++) mean += exceeded(i / 200) / 200;
      holds(estimate, mean);
    });

    test('antithetic pairs and schemes with time integrals gather too', async () => {
      const options = { tolerance: 0.03, key: key(3), backend: inline(), observe: { alive: barrier('x - 0.85') } };
      holds(await multilevel(gbm, milstein, terminal('alive'), { ...options, coupling: 'antithetic' }), survival);
      const walk = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }), x0: [1], T: 1 });
      const estimate = await multilevel(walk, sra1, terminal('alive'), {
        ...options,
        observe: { alive: barrier('x') },
      });
      holds(estimate, 2 * normalProbability(1) - 1);
    });
  });

  test('threads and order of arrival change no bit', async () => {
    const reversed = (backend: Backend): Backend => ({
      ...backend,
      async *run(prepared, work, signal) {
        const all: BlockSummary[] = [];
        for await (const summary of backend.run(prepared, work, signal)) all.push(summary);
        for (const summary of all.reverse()) yield summary;
      },
    });
    const once = await run(0.003);
    expect(await run(0.003, { backend: reversed(inline()) })).toEqual(once);
    const threads = workers({ threads: 2 });
    try {
      const { provenance, ...rest } = await run(0.003, { backend: threads });
      const { provenance: other, ...expected } = once;
      expect(rest).toEqual(expected);
      expect(provenance.levels).toEqual(other.levels);
    } finally {
      await threads.close();
    }
  });

  test('the report adds up, and survives JSON', async () => {
    const progress: number[] = [];
    const estimate = await run(0.002, { onProgress: ({ done }: { done: number }) => progress.push(done) });
    const { levels, mean, standardError, paths, cost, provenance } = estimate;
    expect(levels.reduce((sum, level) => sum + level.mean, 0)).toBe(mean);
    expect(
      Math.abs(standardError ** 2 - levels.reduce((sum, level) => sum + level.standardError ** 2, 0)),
    ).toBeLessThan(8 * Number.EPSILON * standardError ** 2);
    expect(levels.reduce((sum, level) => sum + level.paths, 0)).toBe(paths);
    expect(levels.reduce((sum, level) => sum + level.cost, 0)).toBe(cost);
    expect(progress.at(-1)).toBe(cost);
    expect(levels.map(({ steps }) => steps)).toEqual(levels.map((_, l) => 2 ** l));
    provenance.levels.forEach(({ rounds }, l) => {
      expect(rounds.reduce((sum, round) => sum + round, 0)).toBe(levels[l].paths);
    });
    expect(JSON.parse(JSON.stringify(estimate))).toEqual(estimate);
    // Levels that telescope: five standard errors of the difference of two means.
    for (const { consistency = 0 } of levels) expect(Math.abs(consistency)).toBeLessThan(5);
  });

  test('antithetic pairs without areas beat plain ones where columns do not commute', async () => {
    const clark = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        ['0', 'x'],
      ],
    });
    const at = problem({ model: clark, x0: [0, 0], T: 1 });
    const rates = async (coupling: 'plain' | 'antithetic'): Promise<MultilevelEstimate> =>
      multilevel(at, truncatedMilstein, terminal('cos(y)'), {
        tolerance: 0.01,
        key: key(4),
        backend: inline(),
        coupling,
      });
    const [plain, antithetic] = [await rates('plain'), await rates('antithetic')];
    // E cos(∫ W dV) = E exp(−½ ∫ W²) = cosh(1)^(−1/2), by Cameron and Martin.
    const exact = 1 / Math.sqrt(Math.cosh(1));
    for (const { interval } of [plain, antithetic]) {
      expect(interval.low).toBeLessThanOrEqual(exact);
      expect(interval.high).toBeGreaterThanOrEqual(exact);
    }
    // Rates 1 and 2, apart by more than the half between them.
    expect(plain.rates.variance).toBeLessThan(1.5);
    expect(antithetic.rates.variance).toBeGreaterThan(1.5);
  });

  test('closures run on the calling thread', async () => {
    const estimate = await multilevel(
      gbm,
      milstein,
      terminal((x) => x[0]),
      { tolerance: 0.02, key: key(1), firstPaths: 128 },
    );
    expect(estimate.provenance.backend).toBe('inline');
    expect(Math.abs(estimate.mean - Math.exp(0.05))).toBeLessThan(0.04);
  });

  test('gives up where it is told to, and says why', async () => {
    const levels = await run(0.0005, { maxLevels: 2 });
    expect(levels).toMatchObject({ kind: 'stalled', reason: expect.stringMatching(/bias/) });
    const cost = await run(1e-6, { maxCost: 1e5 });
    expect(cost).toMatchObject({ kind: 'stalled', reason: expect.stringMatching(/maxCost/) });
    const lost = await multilevel(gbm, milstein, terminal('log(x - 9)'), {
      tolerance: 1,
      key: key(1),
      backend: inline(),
      firstPaths: 64,
    });
    expect(lost).toMatchObject({ kind: 'stalled', reason: expect.stringMatching(/not finite/) });
    expect(lost.warnings.some(({ kind }) => kind === 'lost-paths')).toBe(true);
  });

  test('warns of a level whose variance rests on few paths', async () => {
    const rare = await run(0.05, { key: key(1), maxCost: 1e6 });
    expect(rare.warnings).toEqual([]);
    const jump = await multilevel(gbm, milstein, terminal('x > 1.6 ? 1 : 0'), {
      tolerance: 0.01,
      key: key(6),
      backend: inline(),
      firstPaths: 1024,
    });
    expect(jump.warnings.map(({ kind }) => kind)).toContain('rare-event');
  });

  test('stops when told to', async () => {
    const controller = new AbortController();
    const going = run(1e-5, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(going).rejects.toThrowError(expect.objectContaining({ code: 'cancelled' }));
  });

  test.each([
    [{ tolerance: 0 }, 'tolerance'],
    [{ tolerance: Number.NaN }, 'tolerance'],
    [{ confidence: 1 }, 'confidence'],
    [{ steps: 0 }, 'steps'],
    [{ firstPaths: 3 }, 'firstPaths'],
    [{ maxLevels: 1 }, 'maxLevels'],
    [{ coupling: 'other' }, 'coupling'],
    [{ key: undefined }, 'key'],
  ])('refuses %o', async (options, field) => {
    const error: unknown = await run(0.1, options).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).details.where).toContain(field);
  });

  test('refuses a scheme whose increments cannot be summed', async () => {
    await expect(
      multilevel(gbm, platen, call, { tolerance: 0.1, key: key(1), backend: inline() }),
    ).rejects.toThrowError(/cannot be summed/);
  });
});

describe('optimal allocation', () => {
  test('meets the variance at the least cost', () => {
    const [variances, costs] = [
      [1, 0.1, 0.01],
      [1, 3, 6],
    ] as const;
    const paths = optimalAllocation(variances, costs, 1e-4);
    const variance = paths.reduce((sum, n, l) => sum + variances[l] / n, 0);
    expect(variance).toBeLessThanOrEqual(1e-4);
    const cost = paths.reduce((sum, n, l) => sum + n * costs[l], 0);
    const least = variances.reduce((sum, v, l) => sum + Math.sqrt(v * costs[l]), 0) ** 2 / 1e-4;
    // Rounding up adds at most a path a level.
    expect(cost - least).toBeLessThanOrEqual(10);
  });
});

describe('decayRate', () => {
  test('is the slope of an exact decay, and leaves out what is noise', () => {
    const fit = decayRate([0.5, 0.25, 0.125, 1e-9], [1e-3, 1e-3, 1e-3, 1e-3]);
    // Rounding alone.
    expect(Math.abs((fit?.rate ?? 0) - 1)).toBeLessThan(1e-12);
    expect(decayRate([1e-9, 1e-9], [1, 1])).toBeUndefined();
  });
});
