import type { Algebra } from '../expression/algebra.js';

/** Signs that a step needs to stand in for Lévy areas: one for each pair of Wiener processes. */
export const pairCount = (m: number): number => (m * (m - 1)) / 2;

/**
 * V with V_kk = −h, V_rk = h · sign for r < k, and V_kr = −V_rk: with it I_r I_k + V_rk has the moments of 2 I_(r,k) that
 * weak order 2 asks for [kloeden1992, (14.2.8)–(14.2.10)]. Each pair has a sign of its own.
 *
 * @param signs - ±1 with probability ½ each, pairs in the order (0,1), (0,2), …, (1,2), …; shape (m(m−1)/2).
 * @returns shape (m, m), indexed [r][k].
 */
export function pairVariables<V>(algebra: Algebra<V>, h: V, m: number, signs: readonly V[]): readonly (readonly V[])[] {
  const pair = (r: number, k: number): V => algebra.multiply(h, signs[r * m - (r * (r + 1)) / 2 + (k - r - 1)]);
  return Array.from({ length: m }, (_, r) =>
    Array.from({ length: m }, (_, k) => {
      if (r === k) return algebra.negate(h);
      return r < k ? pair(r, k) : algebra.negate(pair(k, r));
    }),
  );
}
