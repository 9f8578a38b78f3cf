import type { ErrorPoint } from 'sde-core';

/** The quantile of N(0, 1) at 0.975, from tables. */
export const Z95 = 1.959963984540054;

/** A small generator for the tests alone: uniform in (0, 1). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x45d9f3b) >>> 0;
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
}

/** Standard normal variables by Box and Muller. */
export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

export interface PlainFit {
  readonly a: number;
  readonly b: number;
  /** Variance of a. */
  readonly variance: number;
  readonly chiSquare: number;
}

/**
 * error = h^p (a + b h) by the normal equations of generalized least squares: h in units of the finest step, and errors of covariance
 * diag(σ²) + τ τᵀ, inverted by Sherman and Morrison.
 */
export function plainFit(points: readonly ErrorPoint[], p: number, tau: readonly number[] = []): PlainFit {
  const least = Math.min(...points.map(({ h }) => h));
  const w = points.map(({ standardError }) => standardError ** -2);
  const t = points.map((_, i) => tau[i] ?? 0);
  const flat = 1 + t.reduce((sum, value, i) => sum + value * value * w[i], 0);
  const inner = (x: readonly number[], y: readonly number[]): number => {
    const weighted = (u: readonly number[], v: readonly number[]): number =>
      w.reduce((sum, weight, i) => sum + weight * u[i] * v[i], 0);
    return weighted(x, y) - (weighted(x, t) * weighted(t, y)) / flat;
  };
  const [f, g] = [p, p + 1].map((power) => points.map(({ h }) => (h / least) ** power));
  const y = points.map(({ error }) => error);
  const [ff, fg, gg, fy, gy] = [inner(f, f), inner(f, g), inner(g, g), inner(f, y), inner(g, y)];
  const determinant = ff * gg - fg * fg;
  const [a, b] = [(fy * gg - gy * fg) / determinant, (gy * ff - fy * fg) / determinant];
  const rest = y.map((value, i) => value - a * f[i] - b * g[i]);
  return { a, b, variance: gg / determinant, chiSquare: inner(rest, rest) };
}

/** The third term of a geometric series of which a and b are the first two, a quarter of it as a standard deviation; b/a is at most ½. */
export function plainTruncation(points: readonly ErrorPoint[], p: number): number[] {
  const { a, b } = plainFit(points, p);
  const least = Math.min(...points.map(({ h }) => h));
  return points.map(({ h }) => (Math.abs(a) * Math.min(0.5, Math.abs(b / a)) ** 2 * (h / least) ** (p + 2)) / 4);
}
