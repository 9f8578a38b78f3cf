import { exp, log, log1p, sin } from './elementary.js';
/** ln Γ(x) for x > 0, to about 1e-14. @see [lanczos1964] */
export function logGamma(x: number): number {
  if (x < 0.5) return log(Math.PI / sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (z + i);
  const t = z + 7.5;
  return 0.5 * log(2 * Math.PI) + (z + 0.5) * log(t) - t + log(sum);
}

// Lanczos coefficients for g = 7, n = 9.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Q(a, x) = Γ(a, x)/Γ(a): the regularized upper incomplete gamma function, a > 0, x ≥ 0. @see [nistdlmf, 8.2, 8.9, 8.11] */
export function gammaQ(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const scale = exp(a * log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - scale * sum;
  }
  return (
    scale *
    continuedFraction(
      (n) => (n === 0 ? 1 : n * (a - n)),
      (n) => x + 2 * n + 1 - a,
    )
  );
}

/** I_x(a, b): the regularized incomplete beta function, a, b > 0, 0 ≤ x ≤ 1. @see [nistdlmf, 8.17] */
export function betaI(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaI(b, a, 1 - x);
  const scale = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)) / a;
  const numerator = (n: number): number => {
    if (n === 0) return 1;
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
      : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
  };
  return scale * continuedFraction(numerator, () => 1);
}

/** p(0)/(q(0) + p(1)/(q(1) + …)), by the modified Lentz method. */
function continuedFraction(p: (n: number) => number, q: (n: number) => number): number {
  const tiny = 1e-300;
  let f = tiny;
  let c = f;
  let d = 0;
  for (let n = 0; n < 10_000; n++) {
    d = q(n) + p(n) * d || tiny;
    c = q(n) + p(n) / c || tiny;
    d = 1 / d;
    const factor = c * d;
    f *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return f;
}

/** P(Z ≤ x) for Z ~ N(0, 1). */
export function normalProbability(x: number): number {
  const tail = 0.5 * gammaQ(0.5, (x * x) / 2);
  return x > 0 ? 1 - tail : tail;
}

/** The p-quantile of N(0, 1), 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  return bisect((x) => normalProbability(x) - p, -40, 0);
}

/** P(|T| > t) for Student's T with `freedom` degrees of freedom, t ≥ 0. @see [nistdlmf, 8.17] */
export function studentTail(t: number, freedom: number): number {
  return betaI(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/** The t for which P(|T| ≤ t) = level: half-width of a two-sided interval in standard errors. Infinite for no freedom. */
export function studentHalfWidth(level: number, freedom: number): number {
  if (freedom < 1) return Number.POSITIVE_INFINITY;
  if (freedom > 1e7) return normalQuantile(0.5 + level / 2);
  let high = 2;
  while (studentTail(high, freedom) > 1 - level) high *= 2;
  return bisect((t) => 1 - level - studentTail(t, freedom), 0, high);
}

/** P(χ² > x) with `freedom` degrees of freedom; 1 for none. */
export function chiSquareTail(x: number, freedom: number): number {
  return freedom < 1 ? 1 : gammaQ(freedom / 2, Math.max(0, x) / 2);
}

/** The root of an increasing function between two ends, to the last bits. */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  let a = low;
  let b = high;
  for (let i = 0; i < 200; i++) {
    const middle = 0.5 * (a + b);
    if (middle === a || middle === b) break;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  return 0.5 * (a + b);
}
