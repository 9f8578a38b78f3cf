import {
  benes,
  type Chain,
  circle,
  coxIngersollRoss,
  doubleWell,
  type ExactModel,
  exactChain,
  expectation,
  geometricBrownianMotion,
  inline,
  key,
  langevin,
  linearSystem,
  type MomentModel,
  ornsteinUhlenbeck,
  problem,
  SdeError,
  terminal,
} from 'sde-core';
import { program } from 'sde-core/execution';
import { noiseSource } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { normalCdf } from '#sde-core/numerics/normal';

const PATHS = 20_000;

/** X_N of many paths, shape (paths, d). */
function ends(chain: Chain, seed: string, paths = PATHS): Float64Array[] {
  const fill = noiseSource(chain.driver.laws, key(seed));
  const noise = new Float64Array(chain.driver.size);
  return Array.from({ length: paths }, (_, path) => {
    let [x, next] = [chain.x0.slice(), new Float64Array(chain.dimension)];
    for (let n = 0; n < chain.steps; n++) {
      fill(path, n, noise);
      chain.step(n, x, noise, next);
      [x, next] = [next, x];
    }
    return x;
  });
}

/** Kolmogorov's and Smirnov's statistic √n sup |F_n − F|: above 2.23 with a probability of 1e-4 (Kolmogorov's limit law). */
function kolmogorovSmirnov(values: Float64Array, F: (y: number) => number): number {
  const sorted = values.slice().sort();
  return (
    Math.sqrt(sorted.length) *
    sorted.reduce((most, y, i) => {
      const p = F(y);
      return Math.max(most, Math.abs(p - i / sorted.length), Math.abs((i + 1) / sorted.length - p));
    }, 0)
  );
}
const LEVEL = 2.23;

describe.each<readonly [string, ExactModel, number]>([
  ['geometric Brownian motion', geometricBrownianMotion({ mu: 0.3, sigma: 0.5 }), 1.2],
  ['geometric Brownian motion below zero', geometricBrownianMotion({ mu: 0.3, sigma: 0.5 }), -1.2],
  ['Ornstein–Uhlenbeck', ornsteinUhlenbeck({ theta: 1.3, mu: 0.4, sigma: 0.7 }), 1.2],
  ['Ornstein–Uhlenbeck without drift', ornsteinUhlenbeck({ theta: 0, mu: 0.4, sigma: 0.7 }), 1.2],
  ['Cox–Ingersoll–Ross', coxIngersollRoss({ kappa: 1.1, mu: 0.8, sigma: 0.6 }), 1.4],
  ['Cox–Ingersoll–Ross that reaches 0', coxIngersollRoss({ kappa: 0.5, mu: 0.2, sigma: 1 }), 0.1],
  ['Beneš', benes(), 0.3],
])('%s', (name, model, x0) => {
  const T = 0.8;
  const transition = model.transition(T);

  it('is drawn with its distribution in one step, and in three', () => {
    for (const steps of [1, 3]) {
      const chain = exactChain(problem({ model, x0: [x0], T }), steps);
      const values = Float64Array.from(ends(chain, `${name} ${steps}`), ([y]) => y);
      const F = (y: number): number => transition.distribution?.(x0, y) ?? Number.NaN;
      expect(kolmogorovSmirnov(values, F), `${steps} steps`).toBeLessThan(LEVEL);
    }
  });

  it('has a density that integrates to its distribution and to the exact moments', () => {
    const { density, distribution } = transition;
    const mean = model.exactMoment(1, T, x0);
    const deviation = Math.sqrt(model.exactMoment(2, T, x0) - mean ** 2);
    // On a half line in z = log |y|, from far below all mass; on the line in y. The trapezoidal rule converges geometrically on analytic densities.
    const below = distribution?.(x0, 0) ?? Number.NaN;
    const sign = below === 0 ? 1 : below === 1 ? -1 : 0;
    const [from, to] =
      sign === 0
        ? [mean - 12 * deviation, mean + 12 * deviation]
        : [Math.log(1e-60), Math.log(Math.abs(mean) + 40 * deviation)];
    const nodes = 4000;
    let sums = [0, 0, 0];
    for (let i = 0; i <= nodes; i++) {
      const z = from + ((to - from) * i) / nodes;
      const y = sign === 0 ? z : sign * Math.exp(z);
      const weight = ((to - from) / nodes) * (sign === 0 ? 1 : Math.abs(y)) * (density?.([x0], [y]) ?? Number.NaN);
      sums = sums.map((sum, order) => sum + weight * y ** order);
    }
    const scale = 1 + Math.abs(mean) + deviation;
    const exact = [1, mean, model.exactMoment(2, T, x0)];
    sums.forEach((sum, order) => {
      expect(Math.abs(sum - exact[order]), `moment ${order}`).toBeLessThan(1e-9 * scale ** 2);
    });
  });
});

describe.each<readonly [string, MomentModel, number[]]>([
  ['circle', circle({ sigma: 0.9 }), [0.6, 0.8]],
  ['Langevin, harmonic', langevin({ stiffness: 2, friction: 0.7, temperature: 0.5 }), [0.5, -0.3]],
  [
    'a linear system with noise of rank 1 in three dimensions',
    linearSystem({
      A: [
        [-1, 0.5, 0],
        [0, -0.5, 1],
        [0.2, 0, -2],
      ],
      a: [0.1, 0, 0.3],
      b: [[0.3], [0], [0.5]],
    }),
    [0.5, -0.3, 0.2],
  ],
  [
    'a linear system that noise does not reach everywhere',
    linearSystem({
      A: [
        [-1, 0],
        [0, -0.5],
      ],
      b: [[0.3], [0]],
    }),
    [0.5, -0.3],
  ],
])('%s', (name, model, x0) => {
  it('has its exact moments in one step and in three, within 4 standard errors', () => {
    const d = x0.length;
    const exact = model.exactMoments(0.8, x0);
    for (const steps of [1, 3]) {
      const states = ends(exactChain(problem({ model, x0, T: 0.8 }), steps), `${name} ${steps}`);
      const check = (f: (x: Float64Array) => number, truth: number): void => {
        const values = states.map(f);
        const mean = values.reduce((sum, value) => sum + value, 0) / PATHS;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (PATHS - 1);
        // z = 4.5 for some thirty comparisons; a deterministic component has rounding alone.
        expect(Math.abs(mean - truth)).toBeLessThan(4.5 * Math.sqrt(variance / PATHS) + 1e-11);
      };
      for (let i = 0; i < d; i++) {
        check((x) => x[i], exact.mean[i]);
        for (let j = 0; j <= i; j++) check((x) => x[i] * x[j], exact.second[i * d + j]);
      }
    }
  });
});

describe('circle', () => {
  it('keeps its radius and turns by a normal angle', () => {
    const model = circle({ sigma: 0.4 });
    const states = ends(exactChain(problem({ model, x0: [0, 2], T: 1 }), 2), 'angles');
    const angles = Float64Array.from(states, ([x, y]) => Math.atan2(-x, y));
    for (const [x, y] of states) expect(Math.abs(Math.hypot(x, y) - 2)).toBeLessThan(1e-14);
    // |angle| < π but for a probability of 4e-15.
    expect(kolmogorovSmirnov(angles, (angle) => normalCdf(angle / 0.4))).toBeLessThan(LEVEL);
  });
});

describe('Langevin', () => {
  it('has a Gaussian density with the mean and covariance of its moments', () => {
    const model = langevin({ stiffness: 2, friction: 0.7, temperature: 0.5 });
    const { mean, second } = model.exactMoments(0.8, [0.5, -0.3]);
    const [a, b, c] = [second[0] - mean[0] ** 2, second[1] - mean[0] * mean[1], second[3] - mean[1] ** 2];
    const y = [0.4, 0.2];
    const [u, v] = [y[0] - mean[0], y[1] - mean[1]];
    const determinant = a * c - b * b;
    const exact =
      Math.exp(-(c * u * u - 2 * b * u * v + a * v * v) / (2 * determinant)) / (2 * Math.PI * Math.sqrt(determinant));
    const found = model.transition?.(0.8).density?.([0.5, -0.3], y) ?? Number.NaN;
    expect(Math.abs(found / exact - 1)).toBeLessThan(1e-12);
  });
});

describe('exactChain', () => {
  it('is sampled by its key on any backend: the same numbers, which are the exact ones', async () => {
    const model = ornsteinUhlenbeck({ theta: 1, mu: 0.2, sigma: 0.5 });
    const chain = exactChain(problem({ model, x0: [1], T: 1 }), 2);
    expect(chain.traced).toBeDefined();
    const options = { paths: 8192, key: key('exact') };
    const [first, second] = [
      await expectation(chain, terminal('x^2'), { ...options, backend: inline() }),
      await expectation(chain, terminal('x^2'), options),
    ];
    expect(first.mean).toBe(second.mean);
    expect(Math.abs(first.mean - model.exactMoment(2, 1, 1))).toBeLessThan(4 * first.standardError);
  });

  it('of Cox–Ingersoll–Ross is native, and its program is told apart by its numbers', async () => {
    const chain = (kappa: number): Chain =>
      exactChain(problem({ model: coxIngersollRoss({ kappa, mu: 1, sigma: 0.5 }), x0: [1], T: 1 }), 2);
    const options = { paths: 4096, key: key('exact') };
    const hash = (kappa: number): string => program(chain(kappa), terminal('x').on(chain(kappa))).hash;
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
    const one = await expectation(chain(1), terminal('x'), options);
    expect(Math.abs(one.mean - 1)).toBeLessThan(4 * one.standardError);
  });

  it('refuses a law that is not known, steps that are none, and no time', () => {
    const well = doubleWell({ alpha: 1, sigma: 0.5 });
    expect(() => exactChain(problem({ model: well, x0: [0], T: 1 }), 1)).toThrow(/transition law/);
    const multiplicative = linearSystem({ A: [[-1]], B: [[[0.5]]] });
    expect(() => exactChain(problem({ model: multiplicative, x0: [1], T: 1 }), 1)).toThrow(SdeError);
    expect(() => exactChain(problem({ model: benes(), x0: [0], T: 1 }), 0)).toThrow(SdeError);
    expect(() => benes().transition(0)).toThrow(/h > 0/);
  });
});
