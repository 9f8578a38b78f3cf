import { describe, requireFinite } from '../../errors/at-the-door.js';
import { SdeError } from '../../errors/sde-error.js';
import { atan2, atanh, cos, exp, expm1, log, sin } from '../../numerics/elementary.js';
import { symbolic } from '../symbolic.js';
import { type MomentModel, withMixedMoments } from './exact-moments.js';
import { requireParameters } from './parameters.js';

/** The parameters of {@link heston}. */
export interface HestonParameters {
  /** Growth rate of the price, 1 / time. */
  readonly mu: number;
  /** Reversion rate of the variance, 1 / time. */
  readonly kappa: number;
  /** Mean of the variance, 1 / time. */
  readonly theta: number;
  /** Volatility of the variance, 1 / time. */
  readonly xi: number;
  /** Correlation of price and variance, in [−1, 1]. */
  readonly rho: number;
}

/**
 * The Heston model: dS = μ S dt + √v S dW₁, dv = κ (θ − v) dt + ξ √v (ρ dW₁ + √(1 − ρ²) dW₂), κ > 0.
 *
 * State (S, v). E S = S₀ e^(μt); v is a square-root process; under the measure with density S/E S, v reverts with κ − ρξ and the same κθ, which gives
 * E S v; E S² = S₀² e^(2μt + A(t) + B(t) v₀) with B′ = ½ ξ² B² + (2ρξ − κ) B + 1, A′ = κθ B, A(0) = B(0) = 0. E S² is infinite
 * from a finite time on where (2ρξ − κ)² < 2ξ² or 2ρξ > κ; then the moment is `Infinity`.
 * `quadraticExponential` is the scheme for it; others take the coefficients at max(v, 0) where a step falls below 0 (full truncation).
 *
 * @throws SdeError `value` for ρ outside [−1, 1] or a κ that is not positive.
 * @see [heston1993]
 * @see [andersen2007]
 *
 * @example
 * import { heston } from 'sde-core';
 * const model = heston({ mu: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 });
 * model.exactMoments(1, [100, 0.04]).mean; // → [ 105.127…, 0.04 ]
 */
export function heston(parameters: HestonParameters): MomentModel {
  requireParameters<typeof parameters>(
    parameters,
    { mu: true, kappa: true, theta: true, xi: true, rho: true },
    'heston',
  );
  const { mu, kappa, theta, xi, rho } = parameters;
  requireRange(parameters);
  const model = symbolic({
    state: ['S', 'v'],
    drift: ['mu*S', 'kappa*(theta - v)'],
    diffusion: [
      ['sqrt(v)*S', 0],
      ['xi*rho*sqrt(v)', 'xi*sqrt(1 - rho^2)*sqrt(v)'],
    ],
    parameters: { mu, kappa, theta, xi, rho },
    nonNegative: ['S', 'v'],
  });
  return withMixedMoments(model, 'heston(…)', (t, [S, v]) => {
    const decay = exp(-kappa * t);
    const variance = theta + (v - theta) * decay;
    const spread = (xi * xi * (v * (decay - decay * decay) + (theta / 2) * ((1 - decay) * (1 - decay)))) / kappa;
    const mean = S * exp(mu * t);
    const tilted = kappa - rho * xi;
    const mixed = mean * (v * exp(-tilted * t) + kappa * theta * growth(tilted, t));
    const square = S * S * exp(2 * mu * t + secondMomentExponent(parameters, t, v));
    return {
      mean: Float64Array.of(mean, variance),
      second: Float64Array.of(square, mixed, mixed, variance * variance + spread),
    };
  });
}

/** (1 − e^(−rate t)) / rate, t for rate 0. */
const growth = (rate: number, t: number): number => (rate === 0 ? t : -expm1(-rate * t) / rate);

/** A(t) + B(t) v, with the roots of ½ ξ² B² − g B + 1, g = κ − 2ρξ: real, complex or equal. */
function secondMomentExponent({ kappa, theta, xi, rho }: HestonParameters, t: number, v: number): number {
  const g = kappa - 2 * rho * xi;
  const discriminant = g * g - 2 * (xi * xi);
  // B = F / D, D = ½ g F + F′, with F″ = ¼ (g² − 2ξ²) F, F(0) = 0, F′(0) = 1; then D′/D = ½ g − ½ ξ² B, which gives A.
  const root = Math.sqrt(Math.abs(discriminant)) / 2;
  // Real roots: F and F′ without their factor e^(root t), which would overflow.
  const decay = discriminant > 0 ? exp(-2 * root * t) : 1;
  const [F, slope] =
    root === 0
      ? [t, 1]
      : discriminant > 0
        ? [growth(2 * root, t), (1 + decay) / 2]
        : [sin(root * t) / root, cos(root * t)];
  const D = (g * F) / 2 + slope;
  if (t >= explosion(g, discriminant)) return Number.POSITIVE_INFINITY;
  const logarithm = (discriminant > 0 ? root * t : 0) + log(D);
  const A = xi === 0 ? theta * (t - growth(kappa, t)) : (2 * kappa * theta * ((g * t) / 2 - logarithm)) / (xi * xi);
  return A + (F / D) * v;
}

/** The first zero of ½ g F + F′. */
function explosion(g: number, discriminant: number): number {
  const root = Math.sqrt(Math.abs(discriminant)) / 2;
  if (discriminant < 0) return atan2(root, -g / 2) / root;
  if (g >= 0) return Number.POSITIVE_INFINITY;
  return root === 0 ? -2 / g : atanh((-2 * root) / g) / root;
}

function requireRange({ kappa, theta, rho }: HestonParameters): void {
  requireFinite(kappa, 'heston({ kappa })', 'give the rate at which the variance reverts');
  requireFinite(theta, 'heston({ theta })', 'give the variance that is reverted to');
  if (theta < 0) {
    throw new SdeError('value', {
      what: 'a negative variance',
      where: 'heston({ theta })',
      expected: 'a number ≥ 0',
      got: describe(theta),
      remedy: 'give the variance that is reverted to, a square of a volatility',
    });
  }
  if (kappa > 0 && rho >= -1 && rho <= 1) return;
  const field = kappa > 0 ? 'rho' : 'kappa';
  throw new SdeError('value', {
    what: field === 'rho' ? 'not a correlation' : 'a variance that does not revert',
    where: `heston({ ${field} })`,
    expected: field === 'rho' ? 'a number in [−1, 1]' : 'a number > 0',
    got: `${field === 'rho' ? rho : kappa}`,
    remedy: field === 'rho' ? 'give the correlation of the two Wiener processes' : 'give the rate of reversion',
  });
}
