import {
  coxIngersollRoss,
  doubleWell,
  type ExactModel,
  expression,
  geometricBrownianMotion,
  model,
  ornsteinUhlenbeck,
  polynomialMoment,
  SdeError,
  type SymbolicModel,
  symbolic,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const EPS = 2 ** -52;

/** The rounding of e^(tG) with ‖tG‖ ≤ 32: six squarings, 4 · 2⁶ units each on a sum of at most 8 terms no larger than the value. */
const closeTo = (value: number, expected: number): void => {
  expect(Math.abs(value - expected)).toBeLessThan(4 * 2 ** 6 * 8 * EPS * Math.abs(expected));
};

describe('polynomialMoment', () => {
  it.each<readonly [string, ExactModel]>([
    ['geometric Brownian motion', geometricBrownianMotion({ mu: 0.3, sigma: 0.5 })],
    ['Ornstein–Uhlenbeck', ornsteinUhlenbeck({ theta: 1.3, mu: 0.4, sigma: 0.7 })],
    ['Cox–Ingersoll–Ross', coxIngersollRoss({ kappa: 1.1, mu: 0.8, sigma: 0.6 })],
  ])('has the first and second moments of %s', (_, exact) => {
    for (const order of [1, 2] as const) {
      const value = polynomialMoment(exact, `x^${order}`, { t: 0.8, x0: [1.4] });
      const expected = exact.exactMoment(order, 0.8, 1.4);
      // ‖tG‖ below 4: three squarings, 2³ · 4 units, over three terms.
      expect(Math.abs(value - expected)).toBeLessThan(8 * 4 * 3 * EPS * Math.abs(expected));
    }
  });

  it('has moments of any order: of a normal variable, of a lognormal one', () => {
    const brownian = symbolic({ state: ['x'], drift: [0], diffusion: [['s']], parameters: { s: 0.5 } });
    // E (1 + s W_2)⁶ = Σ C(6, 2k) (2k − 1)!! (s² t)^k = 1 + 15/2 + 45/4 + 15/8.
    closeTo(polynomialMoment(brownian, 'x^6', { t: 2, x0: [1] }), 1 + 15 / 2 + 45 / 4 + 15 / 8);
    const gbm = geometricBrownianMotion({ mu: 0.3, sigma: 0.5 });
    const fifth = Math.exp(5 * 0.3 + 10 * 0.25);
    expect(Math.abs(polynomialMoment(gbm, 'x^5', { t: 1, x0: [1] }) - fifth)).toBeLessThan(64 * EPS * fifth);
  });

  it('takes what raises the degree and still ends', () => {
    const triangular = symbolic({ state: ['x', 'y'], drift: [0, 'x^2'], diffusion: [[1], [0]] });
    // E (∫₀^t W² ds)² = 7 t⁴ / 12: degree 2 in y, 4 in x.
    closeTo(polynomialMoment(triangular, 'y^2', { t: 2, x0: [0, 0] }), (7 * 16) / 12);
  });

  it('takes Stratonovich models, parameters, and expressions of their own', () => {
    const strato = symbolic({
      state: ['x'],
      drift: [0],
      diffusion: [['s*x']],
      parameters: { s: 0.5 },
      calculus: 'stratonovich',
    });
    const phi = expression('c*x/2', { state: ['x'], parameters: { c: 4 } });
    closeTo(polynomialMoment(strato, phi, { t: 1, x0: [3] }), 6 * Math.exp(1 / 8));
    closeTo(polynomialMoment(strato, 's*x', { t: 1, x0: [3] }), 1.5 * Math.exp(1 / 8));
    expect(polynomialMoment(strato, 7, { t: 1, x0: [3] })).toBe(7);
  });

  const closures = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
  const well = doubleWell({ alpha: 1, sigma: 0.5 });
  const driven = symbolic({ state: ['x'], drift: ['sin(t)*x'], diffusion: [[1]] });
  it.each<readonly [string, () => number, string, RegExp]>([
    [
      'a model of closures',
      // The types exclude it; callers without types meet the door.
      () => polynomialMoment(closures as unknown as SymbolicModel, 'x', { t: 1, x0: [0] }),
      'unsupported',
      /closures/,
    ],
    ['a drift that raises the degree', () => polynomialMoment(well, 'x', { t: 1, x0: [0] }), 'unsupported', /close/],
    ['time in the drift', () => polynomialMoment(driven, 'x', { t: 1, x0: [0] }), 'unsupported', /not a polynomial/],
    ['a φ that is no polynomial', () => polynomialMoment(well, 'exp(x)', { t: 1, x0: [0] }), 'value', /φ/],
    ['a power that is not whole', () => polynomialMoment(well, 'x^1.5', { t: 1, x0: [0] }), 'value', /φ/],
    ['a negative time', () => polynomialMoment(well, 'x', { t: -1, x0: [0] }), 'value', /time/],
    ['another state', () => polynomialMoment(well, 'x', { t: 1, x0: [0, 0] }), 'shape', /shape/],
    ['a state that is no number', () => polynomialMoment(well, 'x', { t: 1, x0: [Number.NaN] }), 'value', /finite/],
  ])('refuses %s', (_, compute, code, message) => {
    expect(compute).toThrow(message);
    expect(compute).toThrow(expect.objectContaining({ code }));
    expect(compute).toThrow(SdeError);
  });
});
