import { crankNicolson, solveKolmogorov, uniform } from 'kolmogorov';
import {
  discretize,
  driftImplicitEuler,
  eulerMaruyama,
  exactExpectation,
  implicitMidpoint,
  type ModifiedEquation,
  milstein,
  modifiedEquation,
  platen,
  polynomialMoment,
  problem,
  type Scheme,
  SdeError,
  type SymbolicModel,
  schemes,
  splitStepBackwardEuler,
  symbolic,
  tamedEuler,
  terminal,
  toStratonovich,
  weakErrorOperator,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { coversNoise } from '#sde-core/schemes/scheme';
import { incrementsAlone } from '#sde-core/schemes/scheme-driver';
import { discreteLaw } from '#sde-core/studies/discrete-law';

function existing(outcome: ModifiedEquation): Extract<ModifiedEquation, { kind: 'exists' }> {
  if (outcome.kind === 'exists') return outcome;
  throw new Error(`no modified equation: ${outcome.obstruction}`);
}

const [mu, sigma] = [0.6, 0.5];
const gbm = symbolic({ state: ['x'], drift: ['mu*x'], diffusion: 'sigma*x', parameters: { mu, sigma } });

/** Its step is not linear on a linear equation, or no series in √h. */
const apart = [tamedEuler.name, 'truncated Euler'];
const expanded = schemes.filter((scheme) => !apart.includes(scheme.name));

describe('one step of every scheme on geometric Brownian motion is e^(h (L + h L₁ + h² L₂ + h³ L₃))', () => {
  // xⁿ is an eigenfunction of them all, so (1/h) log E Yⁿ / xⁿ is the sum of their eigenvalues.
  const eigenvalue = (terms: readonly { derivative: readonly number[]; value: number }[], n: number): number =>
    terms.reduce((sum, { derivative: [order], value }) => {
      let falling = 1;
      for (let i = 0; i < order; i++) falling *= n - i;
      return sum + value * falling;
    }, 0);

  it.each(expanded.filter((scheme) => coversNoise(scheme, gbm.noise)))('$name', (scheme) => {
    const model = scheme.calculus === 'ito' ? gbm : toStratonovich(gbm);
    const series = [0.5, 1, 1.5, 2, 2.5, 3].map((order) => ({
      order,
      terms: weakErrorOperator(model, scheme, { order }).map(({ derivative, coefficient }) => ({
        derivative,
        value: coefficient.evaluate(0, [1]),
      })),
    }));
    for (const n of [1, 2, 3]) {
      const remainders = [2 ** -5, 2 ** -6].map((h) => {
        const chain = discretize(problem({ model, x0: [1], T: h }), scheme as Scheme<'coefficients'>, 1);
        const out = new Float64Array(1);
        // Moments to 9: a step is of degree 3 in its noise at most.
        const mean = (discreteLaw(chain.driver.laws, 9) ?? []).reduce((sum, { weight, noise }) => {
          chain.step(0, Float64Array.of(1), noise, out);
          return sum + weight * out[0] ** n;
        }, 0);
        const predicted = series.reduce(
          (sum, { order, terms }) => sum + h ** order * eigenvalue(terms, n),
          n * mu + ((n * (n - 1)) / 2) * sigma ** 2,
        );
        return Math.abs(Math.log(mean) / h - predicted);
      });
      // What is left is O(h⁴), or O(h^3.5) where half powers occur, ratio 16 or 11.3; were an L_k wrong the ratio would be 8 at most. Rounding: 64 ulp / h.
      const [coarse, fine] = remainders;
      expect(fine, `n = ${n}: ${remainders}`).toBeLessThan(Math.max(coarse / 10, (64 * 2 ** -52) / 2 ** -6));
    }
  });

  it('but for the one whose step is no series in √h, which is refused', () => {
    const truncated = schemes.find((scheme) => scheme.name === 'truncated Euler') as Scheme;
    expect(() => weakErrorOperator(gbm, truncated)).toThrow(SdeError);
    expect(() => weakErrorOperator(gbm, truncated)).toThrow(/'power'/);
  });
});

describe('Ornstein–Uhlenbeck: the modified equation of a linear method is linear, and known to all orders', () => {
  const [theta, s] = [1.5, 0.8];
  const ou = symbolic({ state: ['x'], drift: ['-theta*x'], diffusion: 's', parameters: { theta, s } });
  /** A step X⁺ = r X + q √h s ξ is that of rate −log(r)/h and squared noise s² q² h · 2 rate / (1 − r²). */
  const methods: readonly [string, Scheme, (z: number) => readonly [r: number, q: number]][] = [
    ['Euler–Maruyama', eulerMaruyama, (z) => [1 - z, 1]],
    ['drift-implicit Euler', driftImplicitEuler(), (z) => [1 / (1 + z), 1 / (1 + z)]],
    [
      'drift-implicit midpoint',
      driftImplicitEuler({ theta: 1 / 2 }),
      (z) => [(1 - z / 2) / (1 + z / 2), 1 / (1 + z / 2)],
    ],
    ['split-step backward Euler', splitStepBackwardEuler, (z) => [1 / (1 + z), 1]],
    [
      'implicit midpoint',
      { ...implicitMidpoint, driver: incrementsAlone('gaussian') },
      (z) => [(1 - z / 2) / (1 + z / 2), 1 / (1 + z / 2)],
    ],
  ];

  it.each(methods)('%s', (_, scheme, method) => {
    const remainders = [2 ** -6, 2 ** -7].map((h) => {
      const at = existing(modifiedEquation(ou, scheme, { order: 3 })).at(h);
      const [b, g] = [new Float64Array(1), new Float64Array(1)];
      at.drift(0, Float64Array.of(1), b);
      at.diffusion(0, Float64Array.of(1), g);
      const [r, q] = method(theta * h);
      const rate = -Math.log(r) / h;
      return [-b[0] - rate, g[0] - s * q * Math.sqrt((2 * rate * h) / (1 - r * r))].map(Math.abs);
    });
    const [coarse, fine] = remainders;
    // O(h⁴): ratio 16, where a wrong coefficient of h³ would leave 8; or all that is there is rounding, 32 ulp / h.
    for (const i of [0, 1]) expect(fine[i]).toBeLessThan(Math.max(coarse[i] / 13, 32 * 2 ** -52 * 2 ** 7));
  });

  it.each(expanded)('$name: drift and squared noise of a step come from L₁, L₂, L₃', (scheme) => {
    const model = scheme.calculus === 'ito' ? ou : toStratonovich(ou);
    // The coefficients of ∂ and ∂², which are all that a polynomial of degree 2 sees.
    const series = [1, 2, 3].map((order) =>
      [1, 2].map((degree) => {
        const term = weakErrorOperator(model, scheme, { order }).find(({ derivative: [n] }) => n === degree);
        return term?.coefficient.evaluate(0, [1]) ?? 0;
      }),
    );
    const [coarse, fine] = [2 ** -6, 2 ** -7].map((h) => {
      const chain = discretize(problem({ model, x0: [1], T: h }), scheme as Scheme<'coefficients'>, 1);
      const out = new Float64Array(1);
      const moments = (x: number): number[] =>
        (discreteLaw(chain.driver.laws, 4) ?? []).reduce(
          ([mean, second], { weight, noise }) => {
            chain.step(0, Float64Array.of(x), noise, out);
            return [mean + weight * out[0], second + weight * out[0] ** 2];
          },
          [0, 0],
        );
      const [[r], [, variance]] = [moments(1), moments(0)];
      const rate = -Math.log(r) / h;
      const [drift, noise] = [1, 2].map((_, i) => series.reduce((sum, terms, k) => sum + h ** (k + 1) * terms[i], 0));
      return [-theta + drift + rate, (s * s) / 2 + noise - (variance * rate) / (1 - r * r)].map(Math.abs);
    });
    for (const i of [0, 1]) expect(fine[i]).toBeLessThan(Math.max(coarse[i] / 13, 64 * 2 ** -52 * 2 ** 7));
  });

  it.each([1, 2, 3])('Euler–Maruyama is of weak order 1 + %i against it', (order) => {
    const phi = 'x^2';
    const [coarse, fine] = [32, 64].map((steps) => {
      const chain = discretize(problem({ model: ou, x0: [2], T: 1 }), withDriver(eulerMaruyama, 'three-point'), steps);
      const model = existing(modifiedEquation(ou, eulerMaruyama, { order })).at(1 / steps);
      return exactExpectation(chain, terminal(phi)) - polynomialMoment(model, phi, { t: 1, x0: [2] });
    });
    expect(Math.abs(Math.log2(coarse / fine) - (order + 1))).toBeLessThan(0.3);
  });
});

describe('without noise it is backward error analysis', () => {
  const [f, f1, f2] = [(x: number) => Math.sin(x), Math.cos, (x: number) => -Math.sin(x)];
  const flow = symbolic({ state: ['x'], drift: ['sin(x)'], diffusion: 0 });

  it.each<readonly [string, Scheme, (x: number) => readonly [number, number]]>([
    ['Euler', eulerMaruyama, (x) => [-(f(x) * f1(x)) / 2, (f(x) ** 2 * f2(x)) / 12 + (f(x) * f1(x) ** 2) / 3]],
    ['the implicit midpoint rule', implicitMidpoint, (x) => [0, (f(x) * f1(x) ** 2) / 12 - (f(x) ** 2 * f2(x)) / 24]],
  ])('%s', (_, scheme, closed) => {
    const { corrections } = existing(modifiedEquation(flow, scheme, { order: 2 }));
    for (const x of [-1.2, 0.3, 0.9]) {
      const values = corrections.map(({ drift }) => drift[0].evaluate(0, [x]));
      closed(x).forEach((value, k) => {
        expect(Math.abs(values[k] - value)).toBeLessThan(32 * 2 ** -52);
      });
    }
  });

  it.each([1, 2, 3])('with %i corrections Euler on a pendulum is one order better for each', (order) => {
    const pendulum = symbolic({ state: ['x', 'v'], drift: ['v', '-sin(x)'], diffusion: [[0], [0]] });
    const end = (model: SymbolicModel, scheme: Scheme, steps: number): number => {
      const chain = discretize(problem({ model, x0: [1, 0], T: 1 }), scheme as Scheme<'coefficients'>, steps);
      const noise = new Float64Array(chain.driver.size);
      let [x, next] = [chain.x0.slice(), new Float64Array(2)];
      for (let n = 0; n < steps; n++) {
        chain.step(n, x, noise, next);
        [x, next] = [next, x];
      }
      return x[0];
    };
    const [coarse, fine] = [8, 16].map((steps) => {
      const model = existing(modifiedEquation(pendulum, eulerMaruyama, { order })).at(1 / steps);
      // Platen's scheme without noise is Heun's, of order 2: extrapolated from 512 and 1024 steps to order 3, ±1e-9.
      const [a, b] = [512, 1024].map((many) => end(model, platen, many));
      return end(pendulum, eulerMaruyama, steps) - (4 * b - a) / 3;
    });
    expect(Math.abs(Math.log2(Math.abs(coarse / fine)) - (order + 1))).toBeLessThan(0.4);
  });
});

describe('with noise and a nonlinear drift the scheme is of weak order 2 against its modified equation', () => {
  const well = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: '0.5 + 0.2*sin(x)' });

  /** E tanh 2X_1 by two grids, extrapolated: what is left of (6/400)² is its square. */
  function byEquation(model: SymbolicModel): number {
    const [coarse, close] = [201, 401].map((points) =>
      solveKolmogorov(
        { model, T: 1, terminal: 'tanh(2*x)' },
        { grid: [uniform(-3, 3, points)], stepping: crankNicolson({ steps: points }), keep: 'ends' },
      ).at(0, [0.4]),
    );
    return close + (close - coarse) / 3;
  }

  it.each([
    ['Euler–Maruyama, additive', symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: 0.5 }), eulerMaruyama],
    ['Milstein, multiplicative', well, milstein],
  ] as const)('%s', (_, model, scheme) => {
    const modified = existing(modifiedEquation(model, scheme));
    const truth = byEquation(model);
    const errors = [8, 16, 32].map((steps) => {
      const chain = discretize(problem({ model, x0: [0.4], T: 1 }), withDriver(scheme, 'three-point'), steps);
      const value = exactExpectation(chain, terminal('tanh(2*x)'));
      return { own: value - truth, modified: value - byEquation(modified.at(1 / steps)) };
    });
    const order = (of: 'own' | 'modified'): number => {
      const [a, b, c] = errors.map((error) => Math.abs(error[of]));
      // Slopes at h and h/2, extrapolated: log₂ e(h)/e(h/2) = p + O(h).
      return 2 * Math.log2(b / c) - Math.log2(a / b);
    };
    expect(Math.abs(order('own') - 1)).toBeLessThan(0.1);
    expect(Math.abs(order('modified') - 2)).toBeLessThan(0.1);
  });
});
