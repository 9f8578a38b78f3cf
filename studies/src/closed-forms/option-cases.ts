import { hundsdorferVerwer, uniform } from 'kolmogorov';
import { expression, symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { blackScholesCall, hestonCall } from '../multilevel/heston-call.js';
import { type ClosedForm, evolution } from './closed-form.js';
import { HESTON, hestonGrid, hestonProblem } from './heston-problem.js';

/** Prices in closed form: Black and Scholes, Merton's barrier, Margrabe, Heston. */
export function optionCases(): readonly ClosedForm[] {
  return [...blackScholesCases(), barrierCase(), margrabeCase(), hestonCase()];
}

/** The strike is a node of every grid: a kink or a jump between nodes would add an error that does not fall smoothly. @see [black1973] */
function blackScholesCases(): readonly ClosedForm[] {
  const [r, sigma] = [0.05, 0.2];
  const contract = { spot: 1, strike: 1, rate: r, volatility: sigma, T: 1 };
  const inLogarithm = {
    model: symbolic({ state: ['x'], drift: [`${r - (sigma * sigma) / 2}`], diffusion: [[`${sigma}`]] }),
    T: 1,
    killing: r,
  };
  const grid = (n: number) => [uniform(-1.2, 1.2, n)];
  return [
    evolution({
      name: 'Black–Scholes call, from S = 0',
      problem: {
        model: symbolic({ state: ['x'], drift: [`${r}*x`], diffusion: [[`${sigma}*x`]] }),
        T: 1,
        terminal: 'max(x - 1, 0)',
        killing: r,
      },
      grid: (n) => [uniform(0, 4, n)],
      at: [1],
      exact: discountedCall(1, r, sigma),
      points: 101,
    }),
    evolution({
      name: 'Black–Scholes call, in log S',
      problem: { ...inLogarithm, terminal: 'max(exp(x) - 1, 0)' },
      grid,
      boundary: [{ lower: { kind: 'dirichlet', value: 0 }, upper: { kind: 'dirichlet', value: FAR_IN_THE_MONEY } }],
      at: [0],
      exact: discountedCall(1, r, sigma),
      points: 97,
      quantlib: { kind: 'call', parameters: contract },
    }),
    evolution({
      name: 'Black–Scholes digital, ½ at the strike',
      problem: { ...inLogarithm, terminal: 'x > 0 ? 1 : (x == 0 ? 1/2 : 0)' },
      grid,
      boundary: [{ lower: { kind: 'dirichlet', value: 0 }, upper: { kind: 'dirichlet', value: 'exp(-0.05*(1 - t))' } }],
      at: [0],
      exact: numbers.exp(-r) * normalProbability((r - (sigma * sigma) / 2) / sigma),
      points: 97,
      quantlib: { kind: 'digital', parameters: contract },
    }),
  ];
}

/** What a call is worth where it is sure to be exercised, at a rate of 5 %. */
const FAR_IN_THE_MONEY = 'exp(x) - exp(-0.05*(1 - t))';

const normalProbability = (z: number): number => expression('normcdf(x)', { state: ['x'] }).evaluate(0, [z]);

/** e^(−r) E max(X₁ − 1, 0). */
function discountedCall(x: number, r: number, sigma: number): number {
  return numbers.exp(-r) * blackScholesCall(x, 1, 1, { r, sigma }, normalProbability);
}

/** Down and out at B = 0.9: the call less that of the image at B²/x. @see [merton1973] */
function barrierCase(): ClosedForm {
  const [B, r, sigma] = [0.9, 0.05, 0.25];
  const low = numbers.log(B);
  return evolution({
    name: 'down-and-out call',
    problem: {
      model: symbolic({ state: ['x'], drift: [`${r - (sigma * sigma) / 2}`], diffusion: [[`${sigma}`]] }),
      T: 1,
      terminal: 'max(exp(x) - 1, 0)',
      killing: r,
    },
    // The strike is a node where the cells are a multiple of 14.
    grid: (n) => [uniform(low, -13 * low, n)],
    boundary: [{ lower: { kind: 'absorbing' }, upper: { kind: 'dirichlet', value: FAR_IN_THE_MONEY } }],
    at: [0],
    exact:
      discountedCall(1, r, sigma) -
      numbers.power(1 / B, 1 - (2 * r) / (sigma * sigma)) * discountedCall(B * B, r, sigma),
    points: 85,
    quantlib: { kind: 'barrier', parameters: { spot: 1, strike: 1, barrier: B, rate: r, volatility: sigma, T: 1 } },
  });
}

/**
 * The option to exchange one stock for another, in logarithms: then the kink runs through nodes.
 *
 * @see [margrabe1978]
 */
function margrabeCase(): ClosedForm {
  const [s1, s2, rho] = [0.3, 0.2, 0.5];
  const spread = Math.sqrt(s1 * s1 + s2 * s2 - 2 * rho * s1 * s2);
  const axis = (n: number) => uniform(-1.5, 1.5, n);
  return evolution({
    name: 'Margrabe: an exchange of two stocks',
    problem: {
      model: symbolic({
        state: ['x', 'y'],
        drift: [`${-(s1 * s1) / 2}`, `${-(s2 * s2) / 2}`],
        diffusion: [
          [`${s1}`, '0'],
          [`${s2 * rho}`, `${s2 * Math.sqrt(1 - rho * rho)}`],
        ],
      }),
      T: 1,
      terminal: 'max(exp(x) - exp(y), 0)',
    },
    grid: (n) => [axis(n), axis(n)],
    stepping: hundsdorferVerwer,
    at: [0, 0],
    exact: 2 * normalProbability(spread / 2) - 1,
    points: 53,
  });
}

/** Heston's call in log S, from a variance that is a node of every grid. @see [heston1993] */
function hestonCase(): ClosedForm {
  const { spot, strike, T, rate, kappa, theta, sigma, rho, variance } = HESTON;
  return evolution({
    name: 'Heston call, correlation −0.9',
    problem: hestonProblem(),
    grid: (n) => hestonGrid(n, (n - 1) / 5 + 1),
    stepping: hundsdorferVerwer,
    steps: (n) => (n - 1) / 4,
    at: [numbers.log(spot), variance],
    exact:
      numbers.exp(-rate * T) * hestonCall(spot, strike, T, { r: rate, kappa, theta, xi: sigma, rho, v0: variance }),
    points: 81,
    quantlib: { kind: 'heston', parameters: HESTON },
  });
}
