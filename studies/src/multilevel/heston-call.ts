import { SdeError } from 'sde-core';
import { numbers } from 'sde-core/numerics';

/** Heston's model: dx = (r − v/2) dt + √v dW₁, dv = κ (θ − v) dt + ξ √v (ρ dW₁ + √(1 − ρ²) dW₂), with x = log S. */
export interface HestonParameters {
  readonly r: number;
  readonly kappa: number;
  readonly theta: number;
  readonly xi: number;
  readonly rho: number;
  readonly v0: number;
}

type Complex = readonly [re: number, im: number];

const add = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
const subtract = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];
const multiply = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const scale = (factor: number, [a, b]: Complex): Complex => [factor * a, factor * b];
const exponential = ([a, b]: Complex): Complex => scale(numbers.exp(a), [numbers.cos(b), numbers.sin(b)]);
const logarithm = ([a, b]: Complex): Complex => [numbers.log(a * a + b * b) / 2, numbers.atan2(b, a)];
const divide = (x: Complex, [c, d]: Complex): Complex => scale(1 / (c * c + d * d), multiply(x, [c, -d]));
/** The root with real part ≥ 0. */
const squareRoot = ([a, b]: Complex): Complex => {
  const modulus = Math.sqrt(Math.sqrt(a * a + b * b));
  const half = numbers.atan2(b, a) / 2;
  return [modulus * numbers.cos(half), modulus * numbers.sin(half)];
};

/**
 * E exp(iu log(S_T/F)), F = S₀ e^(rT), in the form whose logarithm stays on one branch.
 *
 * @see [albrecher2007]
 */
export function hestonCharacteristic(u: Complex, T: number, parameters: HestonParameters): Complex {
  const { kappa, theta, xi, rho, v0 } = parameters;
  const iu: Complex = [-u[1], u[0]];
  const beta = subtract([kappa, 0], scale(rho * xi, iu));
  const d = squareRoot(add(multiply(beta, beta), scale(xi * xi, add(iu, multiply(u, u)))));
  const g = divide(subtract(beta, d), add(beta, d));
  const decay = exponential(scale(-T, d));
  const rest = subtract([1, 0], multiply(g, decay));
  const minus = subtract(beta, d);
  const ofVariance = divide(multiply(scale(1 / (xi * xi), minus), subtract([1, 0], decay)), rest);
  const log = logarithm(divide(rest, subtract([1, 0], g)));
  const ofMean = scale((kappa * theta) / (xi * xi), subtract(scale(T, minus), scale(2, log)));
  return exponential(add(ofMean, scale(v0, ofVariance)));
}

/**
 * E max(S_T − K, 0), not discounted: F − (√(FK)/π) ∫₀^∞ Re(e^(iu log(F/K)) ψ(u − i/2)) / (u² + ¼) du, ψ the characteristic function.
 *
 * The substitution u = e^s with the trapezoidal rule converges geometrically; halving its step must not change the value.
 *
 * @throws SdeError `value` if the integral is not resolved to 1e-10.
 * @see [lewis2001]
 */
export function hestonCall(S0: number, K: number, T: number, parameters: HestonParameters): number {
  const F = S0 * numbers.exp(parameters.r * T);
  const integrand = (u: number): number => {
    const wave = exponential([0, u * numbers.log(F / K)]);
    return multiply(wave, hestonCharacteristic([u, -1 / 2], T, parameters))[0] / (u * u + 1 / 4);
  };
  const integral = (step: number): number => {
    let sum = 0;
    for (let s = -40; s <= 8; s += step) sum += integrand(numbers.exp(s)) * numbers.exp(s) * step;
    return sum;
  };
  const [coarse, fine] = [integral(1 / 32), integral(1 / 64)];
  if (!(Math.abs(coarse - fine) < 1e-10)) {
    throw new SdeError('value', {
      what: 'the integral over the characteristic function is not resolved',
      where: 'hestonCall(S0, K, T, parameters)',
      expected: 'two trapezoidal sums that agree to 1e-10',
      got: `a difference of ${Math.abs(coarse - fine)}`,
      remedy: 'take parameters with a larger variance over the time to T',
    });
  }
  return F - (Math.sqrt(F * K) / Math.PI) * fine;
}

/** E max(S_T − K, 0) of geometric Brownian motion: the limit of no noise in the variance. @see [black1973] */
export function blackScholesCall(
  S0: number,
  K: number,
  T: number,
  { r, sigma }: { readonly r: number; readonly sigma: number },
  normalProbability: (x: number) => number,
): number {
  const F = S0 * numbers.exp(r * T);
  const deviation = sigma * Math.sqrt(T);
  const d = numbers.log(F / K) / deviation + deviation / 2;
  return F * normalProbability(d) - K * normalProbability(d - deviation);
}
