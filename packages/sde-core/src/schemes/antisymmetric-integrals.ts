import type { Algebra } from '../expression/algebra.js';

/** Signs that stand in for all Lévy areas of a step: one, and none where there is a single Wiener process. */
export const signCount = (m: number): number => (m > 1 ? 1 : 0);

/**
 * The antisymmetric part that Stratonovich schemes need: Ĵ_kl = −I_k I_l η for k < l, and Ĵ_lk = −Ĵ_kl.
 Symmetric
 * variables in its place give weak order 1 for noise that does not commute.
 *
 * @param sign - η = ±1 with probability ½ each; not read for m = 1.
 * @returns shape (m, m), indexed [k][l]; 0 on the diagonal.
 */
export function antisymmetricIntegrals<V>(algebra: Algebra<V>, dW: readonly V[], sign: V | undefined): readonly V[][] {
  const { constant, multiply, negate } = algebra;
  return dW.map((Ik, k) =>
    dW.map((Il, l) => {
      if (k === l || sign === undefined) return constant(0);
      const product = multiply(multiply(Ik, Il), sign);
      return k < l ? negate(product) : product;
    }),
  );
}
