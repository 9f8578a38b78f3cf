import { log2 } from '../numerics/elementary.js';
import { leastSquares } from '../numerics/regression.js';

/**
 * Paths a level that give Σ V_l/N_l = `square` at the least cost Σ N_l C_l: N_l = √(V_l/C_l) Σ_k √(V_k C_k) / square.
 *
 * @param variances - V_l, shape (L + 1).
 * @param costs - C_l, of one path, shape (L + 1).
 * @returns shape (L + 1), at least 2 each.
 * @see [giles2008]
 */
export function optimalAllocation(
  variances: readonly number[],
  costs: readonly number[],
  square: number,
): readonly number[] {
  const sum = variances.reduce((total, variance, l) => total + Math.sqrt(variance * costs[l]), 0);
  return variances.map((variance, l) => Math.max(2, Math.ceil((Math.sqrt(variance / costs[l]) * sum) / square)));
}

/** The rate r of values ≈ c 2^(−r l) for l = 1, 2, …, with its standard error; undefined for fewer than two that differ from zero. */
export function decayRate(
  values: readonly number[],
  standardErrors: readonly number[],
): { readonly rate: number; readonly standardError: number } | undefined {
  // Below two standard errors the logarithm of a value says nothing.
  const used = values.flatMap((value, i) => {
    const size = Math.abs(value);
    return size > 2 * standardErrors[i] ? [{ level: i + 1, log: log2(size), error: standardErrors[i] / size }] : [];
  });
  if (used.length < 2) return undefined;
  const { coefficients, covariance } = leastSquares(
    used.map(({ level }) => [1, -level]),
    used.map(({ log }) => log),
    used.map(({ error }) => Math.max(error, 1e-9) / Math.LN2),
  );
  return { rate: coefficients[1], standardError: Math.sqrt(covariance[3]) };
}
