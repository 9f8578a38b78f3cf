import type { Algebra } from '../expression/algebra.js';

/**
 * I_(k,0) = ∫_t^(t+h) (W_k(s) − W_k(t)) ds of each Wiener process, from its increment and one more normal variable ζ_k:
 * I_(k,0) = ½ h (ΔW_k + √h ζ_k / √3), with variance h³/3 and covariance h²/2 with ΔW_k.
 *
 * @param zeta - Standard normal, shape (m).
 * @returns shape (m).
 * @see [kloeden1992, (10.4.3)]
 */
export function timeIntegrals<V>(
  algebra: Algebra<V>,
  step: { readonly h: V; readonly sqrtH: V; readonly dW: readonly V[] },
  zeta: readonly V[],
): readonly V[] {
  const { constant, add, multiply } = algebra;
  const halfH = multiply(constant(1 / 2), step.h);
  const scale = multiply(constant(1 / Math.sqrt(3)), step.sqrtH);
  return step.dW.map((increment, k) => multiply(halfH, add(increment, multiply(scale, zeta[k]))));
}
