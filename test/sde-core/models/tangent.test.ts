import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  expression,
  geometricBrownianMotion,
  model,
  ornsteinUhlenbeck,
  polynomialMoment,
  problem,
  type Scheme,
  SdeError,
  type SymbolicModel,
  stochasticHeun,
  symbolic,
  type TangentModel,
  tangent,
  terminal,
  toIto,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const EPS = 2 ** -52;

/** The rounding of e^(tG) with ‖tG‖ ≤ 8: four squarings, 4 · 2⁴ units each on a sum of at most 8 terms no larger than `size`. */
const rounding = (size: number): number => 4 * 2 ** 4 * 8 * EPS * size;

/** d f/dp by fourth-order differences: truncation step⁴/30 · f⁽⁵⁾ and rounding ε f / step. */
const STEP = 2 ** -8;
const slope = (f: (p: number) => number, p: number): number =>
  (8 * (f(p + STEP) - f(p - STEP)) - (f(p + 2 * STEP) - f(p - 2 * STEP))) / (12 * STEP);
const differences = (fifth: number, size: number): number =>
  (STEP ** 4 / 30) * fifth + (2 * 2 ** 8 * EPS * size) / STEP;

const exact = (of: TangentModel, phi: string, direction: string, t: number, x0: readonly number[]): number =>
  polynomialMoment(of, of.sensitivity(phi, direction), { t, x0: of.initialState(x0) });

describe('tangent, against closed forms', () => {
  it('differentiates geometric Brownian motion in x₀, μ and σ', () => {
    const [mu, sigma, t, x] = [0.3, 0.5, 0.8, 1.4];
    const gbm = tangent(geometricBrownianMotion({ mu, sigma }), { initial: ['x'], parameters: ['mu', 'sigma'] });
    expect(gbm.state).toEqual(['x', 'dx_dx0', 'dx_dmu', 'dx_dsigma']);
    const [first, second] = [x * Math.exp(mu * t), x ** 2 * Math.exp((2 * mu + sigma ** 2) * t)];
    for (const [phi, direction, expected] of [
      ['x', 'x', first / x],
      ['x', 'mu', t * first],
      ['x', 'sigma', 0],
      ['x^2', 'x', (2 * second) / x],
      ['x^2', 'mu', 2 * t * second],
      ['x^2', 'sigma', 2 * sigma * t * second],
      // φ depends on σ itself.
      ['sigma*x^2', 'sigma', second + 2 * sigma ** 2 * t * second],
    ] as const) {
      expect(Math.abs(exact(gbm, phi, direction, t, [x]) - expected)).toBeLessThan(rounding(4 * second));
    }
  });

  it('differentiates the Ornstein–Uhlenbeck process in all of its parameters', () => {
    const given = { theta: 1.3, mu: 0.4, sigma: 0.7 };
    const ou = tangent(ornsteinUhlenbeck(given), { initial: ['x'], parameters: ['theta', 'mu', 'sigma'] });
    const [t, x] = [0.8, 1.4];
    const decay = Math.exp(-given.theta * t);
    const mean = given.mu + (x - given.mu) * decay;
    const spread = (given.sigma ** 2 * (1 - decay ** 2)) / (2 * given.theta);
    for (const [direction, expected] of [
      ['x', 2 * mean * decay],
      ['mu', 2 * mean * (1 - decay)],
      ['sigma', (2 * spread) / given.sigma],
      [
        'theta',
        -2 * mean * t * (x - given.mu) * decay -
          spread / given.theta +
          (given.sigma ** 2 * t * decay ** 2) / given.theta,
      ],
    ] as const) {
      expect(Math.abs(exact(ou, 'x^2', direction, t, [x]) - expected)).toBeLessThan(rounding(4));
    }
    const moment = (theta: number): number => ornsteinUhlenbeck({ ...given, theta }).exactMoment(2, t, x);
    expect(Math.abs(exact(ou, 'x^2', 'theta', t, [x]) - slope(moment, given.theta))).toBeLessThan(differences(32, 2));
  });
});

const wave = (calculus: 'ito' | 'stratonovich'): SymbolicModel =>
  symbolic({
    state: ['x', 'y'],
    drift: ['sin(a*y) - x', 'a*x*cos(t) - y'],
    diffusion: [
      ['0.3*cos(x)', 'c*y'],
      ['c', '0.2*a*x'],
    ],
    parameters: { a: 0.75, c: 0.4 },
    calculus,
  });

describe('tangent, against the discrete expectation', () => {
  it.each<readonly [string, 'ito' | 'stratonovich', Scheme]>([
    ['Euler–Maruyama', 'ito', withDriver(eulerMaruyama, 'two-point')],
    ['stochastic Heun', 'stratonovich', withDriver(stochasticHeun, 'two-point')],
  ])('is the derivative of E φ(X_N) under %s, outcome by outcome', (_, calculus, scheme) => {
    const base = wave(calculus);
    const moving = tangent(base, { initial: ['y'], parameters: ['a', 'c'] });
    const phi = 'exp(-x^2) * sin(y + a*t)';
    const x0 = [0.6, -0.4];
    const valued = (of: SymbolicModel, start: ArrayLike<number>, text: string): number => {
      const chain = discretize(problem({ model: of, x0: start, T: 0.75 }), scheme, 3);
      return exactExpectation(chain, terminal(text, { parameters: of.parameters }), { method: 'tree' });
    };
    const { a, c } = base.parameters;
    const shifted = {
      a: slope((value) => valued(base.withParameters({ a: value }), x0, phi), a),
      c: slope((value) => valued(base.withParameters({ c: value }), x0, phi), c),
      y: slope((value) => valued(base, [x0[0], value], phi), x0[1]),
    };
    for (const [direction, expected] of Object.entries(shifted)) {
      const chain = discretize(problem({ model: moving, x0: moving.initialState(x0), T: 0.75 }), scheme, 3);
      const value = exactExpectation(chain, terminal(moving.sensitivity(phi, direction)), { method: 'tree' });
      // The fifth derivatives of this φ along the path are below 120; φ itself is below 1.
      expect(Math.abs(value - expected)).toBeLessThan(differences(120, 1));
      expect(Math.abs(value)).toBeGreaterThan(100 * differences(120, 1));
    }
  });

  it('takes the delta of a call, whose slope jumps', () => {
    const gbm = geometricBrownianMotion({ mu: 0.1, sigma: 0.4 });
    const moving = tangent(gbm, { initial: ['x'] });
    const scheme = withDriver(eulerMaruyama, 'two-point');
    const price = (x: number): number =>
      exactExpectation(discretize(problem({ model: gbm, x0: [x], T: 1 }), scheme, 8), terminal('max(x - 1, 0)'));
    const chain = discretize(problem({ model: moving, x0: moving.initialState([1.1]), T: 1 }), scheme, 8);
    const delta = exactExpectation(chain, terminal(moving.sensitivity('max(x - 1, 0)', 'x')));
    // Euler's path is linear in x₀, so the price is piecewise linear, and no terminal state passes the strike within ± 2⁻¹⁰.
    const step = 2 ** -10;
    expect(Math.abs(delta - (price(1.1 + step) - price(1.1 - step)) / (2 * step))).toBeLessThan((16 * EPS) / step);
    expect(delta).toBeGreaterThan(0.5);
  });
});

describe('tangent', () => {
  it('commutes with the passage from Stratonovich to Itô', () => {
    const options = { initial: ['x', 'y'], parameters: ['a'] };
    const [a, b] = [toIto(tangent(wave('stratonovich'), options)), tangent(toIto(wave('stratonovich')), options)];
    const x = Float64Array.of(0.6, -0.4, 1, 0.3, -0.2, 0.8, 0.5, -0.7);
    const [left, right] = [a, b].map((of) => {
      const out = new Float64Array(8);
      of.drift(0.3, x, out);
      return out;
    });
    // A few dozen terms below 1.
    for (const [i, value] of left.entries()) expect(Math.abs(value - right[i])).toBeLessThan(64 * EPS);
  });

  it('starts at unit vectors for initial values and at 0 for parameters', () => {
    const moving = tangent(wave('ito'), { initial: ['y', 'x'], parameters: ['c'] });
    expect(moving.state).toEqual(['x', 'y', 'dx_dy0', 'dy_dy0', 'dx_dx0', 'dy_dx0', 'dx_dc', 'dy_dc']);
    expect([...moving.initialState([3, 4])]).toEqual([3, 4, 0, 1, 1, 0, 0, 0]);
    expect(moving.directions).toEqual(['y', 'x', 'c']);
    expect(() => moving.initialState([3])).toThrow(/shape \(2\)/);
  });

  it('writes sensitivities that read back, with values for parameters and t for the time', () => {
    const own = symbolic({ state: ['x'], drift: ['k*x*s'], diffusion: [[1]], parameters: { k: 3 }, time: 's' });
    const moving = tangent(own, { parameters: ['k'] });
    expect(moving.sensitivity('k*s*x', 'k')).toBe('x*t + 3*dx_dk*t');
    expect(moving.sensitivity(expression('2*x', { state: ['x'] }), 'k')).toBe('2*dx_dk');
    expect(moving.sensitivity(7, 'k')).toBe('0');
    expect(moving.withParameters({ k: 5 }).sensitivity('k*x', 'k')).toBe('x + 5*dx_dk');
    expect(moving.withParameters({ k: 5 }).base.parameters).toEqual({ k: 5 });
  });

  const closures = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
  const taken = symbolic({ state: ['x'], drift: ['dx_dx0*x'], diffusion: [[1]], parameters: { dx_dx0: 1 } });
  it.each<readonly [string, () => unknown, string, RegExp]>([
    [
      'closures',
      // The types exclude it; callers without types meet the door.
      () => tangent(closures as unknown as SymbolicModel, { initial: ['x'] }),
      'unsupported',
      /closures/,
    ],
    ['nothing to differentiate', () => tangent(wave('ito'), {}), 'value', /nothing/],
    ['an unknown parameter', () => tangent(wave('ito'), { parameters: ['x'] }), 'unknown-symbol', /a, c/],
    ['an unknown state', () => tangent(wave('ito'), { initial: ['z'] }), 'unknown-symbol', /x, y/],
    ['a direction given twice', () => tangent(wave('ito'), { initial: ['x', 'x'] }), 'expression', /twice/],
    ['a name that is taken', () => tangent(taken, { initial: ['x'] }), 'expression', /twice/],
    [
      'a direction that was not asked for',
      () => tangent(wave('ito'), { initial: ['x'] }).sensitivity('x', 'a'),
      'unknown-symbol',
      /no direction 'a'/,
    ],
  ])('refuses %s', (_, make, code, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }));
    expect(make).toThrow(SdeError);
  });
});
