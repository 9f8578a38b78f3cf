import { gammaQ, logGamma } from './distributions.js';
import { exp, log } from './elementary.js';
import { normalQuantile } from './normal.js';

/** Weights below this change no digit of a sum of probabilities. */
const NEGLIGIBLE = 1e-18;

/** The smallest N with P(Poisson(mean) ≤ N) > u, from the mode outwards; cost O(√mean) around the middle. */
export function poissonQuantile(mean: number, u: number): number {
  if (mean <= 0) return 0;
  let n = Math.floor(mean);
  let weight = poissonWeight(mean, n);
  let below = gammaQ(n + 1, mean);
  while (n > 0 && u < below - weight) {
    below -= weight;
    weight *= n / mean;
    n -= 1;
  }
  while (u >= below && weight > 0) {
    n += 1;
    weight *= mean / n;
    below += weight;
  }
  return n;
}

/** P(Poisson(mean) = n). */
const poissonWeight = (mean: number, n: number): number => exp(n * log(mean) - mean - logGamma(n + 1));

/**
 * The x with P(Gamma(a, 1) ≤ x) = u, a > 0, 0 ≤ u < 1: Newton's method from the approximation of Wilson and Hilferty, held between bounds.
 *
 * To about 1e-13 relative, where u is not tiny.
 *
 * @see [wilson1931]
 */
export function gammaQuantile(a: number, u: number): number {
  if (u <= 0 || a <= 0) return 0;
  const cube = 1 - 1 / (9 * a) + normalQuantile(u) / (3 * Math.sqrt(a));
  let x = a >= 1 && cube > 0 ? a * cube * cube * cube : exp((log(u) + logGamma(a + 1)) / a);
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  const scale = logGamma(a);
  for (let round = 0; round < 100; round++) {
    const excess = 1 - gammaQ(a, x) - u;
    if (excess > 0) high = x;
    else low = x;
    const slope = exp((a - 1) * log(x) - x - scale);
    const newton = x - excess / slope;
    const next = newton > low && newton < high ? newton : high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * x;
    if (Math.abs(next - x) <= 8 * Number.EPSILON * x) return next;
    x = next;
  }
  return x;
}

/** The noncentral χ² law with k degrees of freedom: a χ² with k + 2N of them, N ~ Poisson(λ/2). */
export interface NoncentralChiSquare {
  density(y: number): number;
  distribution(y: number): number;
}

/** {@link NoncentralChiSquare} by its Poisson sum, from the mode outwards; cost O(√λ) terms. @see [cox1985, (18)] */
export function noncentralChiSquare(k: number, lambda: number): NoncentralChiSquare {
  const mean = lambda / 2;
  const mixture = (part: (shape: number) => number): number => {
    const mode = Math.floor(mean);
    let sum = 0;
    for (let n = mode, w = mean > 0 ? poissonWeight(mean, mode) : 1; w > NEGLIGIBLE; n++, w *= mean / n) {
      sum += w * part(k / 2 + n);
    }
    for (let n = mode - 1, w = poissonWeight(mean, mode - 1); n >= 0 && w > NEGLIGIBLE; w *= n / mean, n--) {
      sum += w * part(k / 2 + n);
    }
    return sum;
  };
  return {
    distribution: (y) => (y <= 0 ? 0 : mixture((shape) => 1 - gammaQ(shape, y / 2))),
    density: (y) => (y <= 0 ? 0 : mixture((shape) => exp((shape - 1) * log(y / 2) - y / 2 - logGamma(shape)) / 2)),
  };
}
