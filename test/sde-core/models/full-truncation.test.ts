import {
  coxIngersollRoss,
  discretize,
  eulerMaruyama,
  expectation,
  geometricBrownianMotion,
  heston,
  implicitMidpoint,
  inline,
  key,
  type Model,
  milstein,
  model as numericModel,
  polynomialMoment,
  problem,
  type Scheme,
  schemes,
  symbolic,
  terminal,
  toStratonovich,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const [kappa, mu, sigma, h] = [1.3, 0.2, 0.7, 1 / 4];
const cir = coxIngersollRoss({ kappa, mu, sigma });
const closures = {
  dimension: 1,
  noiseDimension: 1,
  drift: (_t: number, [x]: Float64Array, out: Float64Array) => {
    out[0] = kappa * (mu - x);
  },
  diffusion: (_t: number, [x]: Float64Array, out: Float64Array) => {
    out[0] = sigma * Math.sqrt(x);
  },
  driftJacobian: (_t: number, _x: Float64Array, out: Float64Array) => {
    out[0] = -kappa;
  },
  diffusionJacobian: (_t: number, [x]: Float64Array, out: Float64Array) => {
    out[0] = sigma / (2 * Math.sqrt(x));
  },
};
const step = (model: Model, scheme: Scheme, x: number, xi: number, x0 = 0.1): number => {
  const chain = discretize(problem({ model: model as typeof cir, x0: [x0], T: h }), scheme as typeof eulerMaruyama, 1);
  const out = new Float64Array(1);
  chain.step(0, Float64Array.of(x), Float64Array.of(xi), out);
  return out[0];
};

describe('full truncation', () => {
  test.each([
    ['symbols', cir],
    ['closures', numericModel({ ...closures, nonNegative: [0] })],
  ] as const)('takes coefficients at 0 below 0, and changes nothing above: %s', (_, model) => {
    for (const xi of [-1.5, 0, 2]) {
      for (const x of [-0.3, -1e-9]) {
        expect(step(model, eulerMaruyama, x, xi)).toBe(x + h * (kappa * mu));
        expect(Number.isFinite(step(model, milstein, x, xi))).toBe(true);
      }
      for (const x of [0.01, 0.4]) {
        const { nonNegative: _n, ...plain } = { ...closures, nonNegative: 0 };
        expect(step(model, eulerMaruyama, x, xi)).toBe(step(numericModel(plain), eulerMaruyama, x, xi));
        expect(step(model, milstein, x, xi)).toBeCloseTo(step(numericModel(plain), milstein, x, xi), 14);
      }
    }
  });

  test('leaves alone what is a number below 0, what says nothing, and the model itself', () => {
    const line = geometricBrownianMotion({ mu: 0.5, sigma: 1 });
    expect(step(line, eulerMaruyama, -2, 0)).toBe(-2 - h);
    // |x| under the root is the user's own treatment.
    const reflected = symbolic({ state: ['x'], drift: '1 - x', diffusion: 'sqrt(abs(x))', nonNegative: ['x'] });
    expect(step(reflected, eulerMaruyama, -1, 1)).toBe(-1 + 2 * h + Math.sqrt(h));
    expect(step(numericModel(closures), eulerMaruyama, -0.1, 1)).toBeNaN();
    // Equations and closed forms see the coefficients as they are written.
    expect(cir.diffusionNodes.some(({ operation }) => operation === 'maximum')).toBe(false);
    expect(polynomialMoment(cir, 'x', { t: 1, x0: [1] })).toBeCloseTo(mu + (1 - mu) * Math.exp(-kappa), 12);
  });

  test('applies to the state that needs it, and to no other', () => {
    const model = heston({ mu: 0.1, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 });
    const chain = discretize(problem({ model, x0: [1, 0.04], T: h }), eulerMaruyama, 1);
    const out = new Float64Array(2);
    chain.step(0, Float64Array.of(-1, -0.01), Float64Array.of(1, 1), out);
    expect(out[0]).toBeCloseTo(-1 - 0.1 * h, 15);
    expect(out[1]).toBeCloseTo(-0.01 + h * 2 * 0.04, 15);
  });

  const family = [
    { kappa: 0.5, mu: 0.04, sigma: 1 },
    { kappa: 2, mu: 0.04, sigma: 0.3 },
    { kappa: 1, mu: 1, sigma: 3 },
  ];
  test.each(
    schemes
      // The implicit midpoint also takes σ at the end of the step, and that equation need not have a solution near 0: it says so by NaN.
      .filter((scheme) => scheme !== implicitMidpoint && scheme.noise.some((kind) => kind !== 'additive'))
      .map((scheme) => [scheme.name, scheme] as const),
  )('loses no path of a square root with %s', async (_, scheme) => {
    for (const parameters of family) {
      const ito = coxIngersollRoss(parameters);
      const model = scheme.calculus === 'ito' ? ito : toStratonovich(ito);
      const chain = discretize(problem({ model, x0: [parameters.mu], T: 2 }), scheme as typeof eulerMaruyama, 8);
      const { nonFinite } = await expectation(chain, terminal('x'), { paths: 128, key: key(3), backend: inline() });
      expect(nonFinite).toBe(0);
    }
  });

  test('Wright–Fisher diffusions stay defined with max under the root', async () => {
    const drift = '0.3*(0.4 - p)';
    const written = symbolic({ state: ['p'], drift, diffusion: 'sqrt(p*(1 - p))' });
    const kept = symbolic({ state: ['p'], drift, diffusion: 'sqrt(max(p*(1 - p), 0))' });
    const exact = polynomialMoment(written, 'p^2', { t: 0.5, x0: [0.5] });
    for (const scheme of [eulerMaruyama, milstein]) {
      const chain = discretize(problem({ model: kept, x0: [0.5], T: 0.5 }), scheme, 128);
      const { mean, standardError, nonFinite } = await expectation(chain, terminal('p^2'), {
        paths: 8192,
        key: key(4),
        backend: inline(),
      });
      expect(nonFinite).toBe(0);
      expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
    }
  });
});
