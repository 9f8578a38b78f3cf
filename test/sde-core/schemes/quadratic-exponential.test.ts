import {
  alfonsi,
  coxIngersollRoss,
  discretize,
  geometricBrownianMotion,
  heston,
  problem,
  quadraticExponential,
  type SymbolicModel,
  symbolic,
  withDriver,
} from 'sde-core';
import { schemesForOneEquation } from 'sde-core/schemes';
import { describe, expect, test } from 'vitest';

/** E f of one step, by the trapezoidal rule in as many normal variables as the model has. */
function expected(model: SymbolicModel, x0: readonly number[], h: number, f: (x: Float64Array) => number): number {
  const chain = discretize(problem({ model, x0, T: h }), quadraticExponential, 1);
  const [next, noise] = [new Float64Array(x0.length), new Float64Array(chain.driver.size)];
  const [far, width] = [8, 1 / 16];
  const along = (k: number): number => {
    if (k === noise.length) {
      chain.step(0, chain.x0, noise, next);
      return f(next);
    }
    let sum = 0;
    for (let z = -far; z <= far; z += width) {
      noise[k] = z;
      sum += (width * Math.exp((-z * z) / 2) * along(k + 1)) / Math.sqrt(2 * Math.PI);
    }
    return sum;
  };
  return along(0);
}

describe('the quadratic-exponential scheme', () => {
  test.each([-1, -0.7, 0, 0.5])('keeps S a martingale and the mean of S v to h³, ρ = %d', (rho) => {
    const model = heston({ mu: 0.1, kappa: 1, theta: 0.3, xi: 0.5, rho });
    const x0 = [2, 0.3];
    const errors = [1 / 4, 1 / 8, 1 / 16].map((h) => {
      const { mean, second } = model.exactMoments(h, x0);
      // Analytic in the normal variables here: the rule is exact to rounding.
      expect(Math.abs(expected(model, x0, h, ([S]) => S) / mean[0] - 1)).toBeLessThan(1e-12);
      expect(Math.abs(expected(model, x0, h, ([, v]) => v) / mean[1] - 1)).toBeLessThan(1e-12);
      return expected(model, x0, h, ([S, v]) => S * v) - second[1];
    });
    if (Math.abs(errors[2]) > 1e-12) expect(errors[1] / errors[2]).toBeGreaterThan(2 ** (3 - 1 / 4));
  });

  test('leaves 0 with its mean, and stays there without a source', () => {
    const born = coxIngersollRoss({ kappa: 1, mu: 0.1, sigma: 1 });
    const step = (model: SymbolicModel, z: number): number => {
      const chain = discretize(problem({ model, x0: [0], T: 1 / 2 }), quadraticExponential, 1);
      const next = new Float64Array(1);
      chain.step(0, chain.x0, Float64Array.of(z), next);
      return next[0];
    };
    expect(step(born, -3)).toBe(0);
    expect(step(born, 3)).toBeGreaterThan(0);
    const absorbed = symbolic({ state: ['x'], drift: '-x', diffusion: 'sqrt(x)', nonNegative: ['x'] });
    expect(step(absorbed, 3)).toBe(0);
  });
});

describe('schemes for one kind of equation', () => {
  test.each(schemesForOneEquation.map((scheme) => [scheme.name, scheme] as const))(
    '%s refuses others, and other increments',
    (_, scheme) => {
      const other = problem({ model: geometricBrownianMotion({ mu: 0.1, sigma: 0.2 }), x0: [1], T: 1 });
      expect(() => discretize(other, scheme as typeof alfonsi, 4)).toThrow(
        /made for one kind of equation[\s\S]*expected: +d[vX] = κ/,
      );
      expect(() => withDriver(scheme, scheme.driver.increments === 'gaussian' ? 'three-point' : 'gaussian')).toThrow(
        /made for its/,
      );
      expect(scheme.equations?.holds(coxIngersollRoss({ kappa: 1, mu: 1, sigma: 1 }))).toBe(true);
    },
  );

  test('Alfonsi’s takes no second state', () => {
    const priced = problem({ model: heston({ mu: 0, kappa: 1, theta: 1, xi: 1, rho: 0 }), x0: [1, 1], T: 1 });
    expect(() => discretize(priced, alfonsi, 4)).toThrow(/scalar noise|one kind of equation/);
  });
});
