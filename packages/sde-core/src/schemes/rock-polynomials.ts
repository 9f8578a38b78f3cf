import { cos, square } from '../numerics/elementary.js';
/** Polynomials of degrees 0, 1, …, normalized to P_j(0) = 1: P_j(z) = (μ_j z + 1 + κ_j) P_(j−1)(z) − κ_j P_(j−2)(z). */
export interface RockPolynomials {
  /** μ_j from j = 1; entry 0 is not used. */
  readonly mu: readonly number[];
  /** κ_j from j = 2; entries 0 and 1 are 0. */
  readonly kappa: readonly number[];
  /** P_j′(0), from j = 0. */
  readonly slope: readonly number[];
  /** P_j″(0), from j = 0. */
  readonly curvature: readonly number[];
}

/** Where the polynomials are orthogonal: z = halfLength · (x − origin) with x in [−1, 1], so that z = 0 lies at x = origin > 1. */
export interface RockInterval {
  readonly halfLength: number;
  readonly origin: number;
}

/**
 * The polynomials of ROCK methods: orthogonal on an interval of the negative axis with the weight w(z)² / √(1 − x²), w = 1 + 2σ z + τ z²
 * positive. By a theorem of Bernstein w P_j then oscillates between nearly equal bounds, so that P_j itself falls like 1 / w.
 *
 * By the Stieltjes procedure with Gauss–Chebyshev nodes, which is exact for these degrees. Cost: degree².
 *
 * @see [abdulle2001]
 */
export function rockPolynomials(
  degree: number,
  { sigma, tau }: { readonly sigma: number; readonly tau: number },
  { halfLength, origin }: RockInterval,
): RockPolynomials {
  // Products of two polynomials of one degree, x and w²: exact up to degree 2 · count − 1.
  const count = degree + 4;
  const x = Array.from({ length: count }, (_, i) => cos(((2 * i + 1) * Math.PI) / (2 * count)));
  const weight = x.map((node) => {
    const z = halfLength * (node - origin);
    return square(1 + 2 * sigma * z + tau * z * z);
  });
  const inner = (p: readonly number[], q: readonly number[]): number =>
    weight.reduce((sum, w, i) => sum + w * p[i] * q[i], 0);

  const [mu, kappa, slope, curvature] = [[0], [0], [0], [0]];
  // Monic polynomials in x at the nodes, their squared norm, and the ratio of two neighbors at the origin.
  let before = x.map(() => 0);
  let current = x.map(() => 1);
  let [normBefore, ratio] = [1, Number.POSITIVE_INFINITY];
  for (let j = 1; j <= degree; j++) {
    const norm = inner(current, current);
    const center =
      inner(
        current,
        current.map((value, i) => value * x[i]),
      ) / norm;
    const coupling = j === 1 ? 0 : norm / normBefore;
    const next = x.map((node, i) => (node - center) * current[i] - coupling * before[i]);
    const nextRatio = origin - center - coupling / ratio;
    mu[j] = 1 / (halfLength * nextRatio);
    kappa[j] = coupling / (ratio * nextRatio);
    slope[j] = mu[j] + (1 + kappa[j]) * slope[j - 1] - kappa[j] * (slope[j - 2] ?? 0);
    curvature[j] = 2 * mu[j] * slope[j - 1] + (1 + kappa[j]) * curvature[j - 1] - kappa[j] * (curvature[j - 2] ?? 0);
    [before, current, normBefore, ratio] = [current, next, norm, nextRatio];
  }
  return { mu, kappa, slope, curvature };
}
