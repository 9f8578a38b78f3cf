import {
  type Chain,
  confidence,
  coupled,
  discretize,
  eulerMaruyama,
  exactExpectation,
  expectation,
  fold,
  geometricBrownianMotion,
  type Interval,
  inline,
  type Key,
  key,
  milstein,
  multilevel,
  problem,
  quasiExpectation,
  richardson,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const SEEDS = 1000;
const LEVEL = 0.95;
const backend = inline();
const [mu, sigma] = [0.3, 0.3];
const on = problem({ model: geometricBrownianMotion({ mu, sigma }), x0: [1], T: 1 });
const square = terminal('x^2');
/** E X_N² of Euler–Maruyama: one step multiplies it by (1 + μh)² + σ²h. */
const eulerSquare = (steps: number): number => ((1 + mu / steps) ** 2 + sigma ** 2 / steps) ** steps;
/** E X_N² of Milstein: ½ σ² (ΔW² − h) adds ½ σ⁴ h². */
const milsteinSquare = (steps: number): number =>
  ((1 + mu / steps) ** 2 + sigma ** 2 / steps + (sigma ** 2 / steps) ** 2 / 2) ** steps;
const gaussian = discretize(on, eulerMaruyama, 2);
const coins: Chain = discretize(on, withDriver(eulerMaruyama, 'two-point'), 4);

/** The part of the seeds whose interval holds the truth. */
async function coverage(
  name: string,
  interval: (key: Key) => Promise<Interval>,
  truth: number,
  seeds = SEEDS,
): Promise<number> {
  let covered = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { low, high } = await interval(fold(key('coverage'), name, seed));
    if (low <= truth && truth <= high) covered++;
  }
  return covered / seeds;
}

/** Where one seed takes milliseconds, there are fewer of them. */
const FEWER = 250;

// The standard deviation of a coverage of 0.95 over 1000 seeds is 0.0069: the bounds are three of them. With fewer seeds they are three as well.
describe('95 % intervals hold the truth for 93 to 97 % of 1000 seeds', () => {
  const holds = (share: number, seeds = SEEDS): void => {
    const width = seeds === SEEDS ? 0.02 : 3 * Math.sqrt((LEVEL * (1 - LEVEL)) / seeds);
    expect(share).toBeGreaterThanOrEqual(LEVEL - width);
    expect(share).toBeLessThanOrEqual(LEVEL + width);
  };
  const estimated =
    (chain: Chain, options: object, phi = square) =>
    async (own: Key): Promise<Interval> =>
      confidence(await expectation(chain, phi, { paths: 512, key: own, backend, ...options }), LEVEL);

  test('of fixed paths', async () => {
    holds(await coverage('fixed', estimated(gaussian, {}), eulerSquare(2)));
  });

  test('of a tolerance that was met, after more rounds than the first', async () => {
    const truth = exactExpectation(coins, square);
    const rounds = new Set<number>();
    const interval = async (own: Key): Promise<Interval> => {
      // About 23 000 paths: six blocks, seven for some seeds.
      const estimate = await expectation(coins, square, { tolerance: 0.0155, confidence: LEVEL, key: own, backend });
      expect(estimate.converged).toBe(true);
      rounds.add(estimate.paths);
      return confidence(estimate, LEVEL);
    };
    holds(await coverage('tolerance', interval, truth));
    expect(rounds.size).toBeGreaterThan(1);
    expect(Math.min(...rounds)).toBeGreaterThan(4 * 4096);
  });

  test('of antithetic paths', async () => {
    holds(await coverage('antithetic', estimated(gaussian, { antithetic: true }), eulerSquare(2)));
  });

  test('of a control whose coefficient was estimated, 250 seeds', async () => {
    const control = { functional: terminal('x'), mean: (1 + mu / 4) ** 4 };
    holds(await coverage('control', estimated(coins, { control }), exactExpectation(coins, square), FEWER), FEWER);
  });

  test('of an extrapolation on coupled grids', async () => {
    const pair = coupled(on, eulerMaruyama, { steps: 1 });
    const truth = 2 * eulerSquare(2) - eulerSquare(1);
    holds(await coverage('extrapolated', estimated(pair, {}, richardson(square, { order: 1 })), truth));
  });

  test('of randomized quasi-Monte Carlo', async () => {
    const interval = async (own: Key): Promise<Interval> =>
      confidence(await quasiExpectation(gaussian, square, { points: 8, key: own }), LEVEL);
    holds(await coverage('quasi', interval, eulerSquare(2)));
  });

  test('of the sampling error of a multilevel sum; with its bound on the bias they hold more; 250 seeds', async () => {
    let whole = 0;
    const exact = Math.exp(2 * mu + sigma ** 2);
    const interval = async (own: Key): Promise<Interval> => {
      const estimate = await multilevel(on, milstein, square, { tolerance: 0.15, key: own, firstPaths: 128, backend });
      const { mean, standardError, degreesOfFreedom, levels, interval } = estimate;
      if (interval.low <= exact && exact <= interval.high) whole++;
      // About the mean of its own finest chain, which seeds reach at different levels.
      const finest = milsteinSquare(levels[levels.length - 1].steps);
      const centered = { mean: mean - finest, standardError, degreesOfFreedom, paths: degreesOfFreedom + 1 };
      const { low, high } = confidence(centered, LEVEL);
      return { low, high, level: LEVEL };
    };
    holds(await coverage('multilevel', interval, 0, FEWER), FEWER);
    expect(whole / FEWER).toBeGreaterThanOrEqual(0.95);
  });
});
