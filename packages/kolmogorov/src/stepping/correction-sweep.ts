import type { Operator } from '../operators/operator.js';

/** vₖ = vₖ₋₁ + shift (A_k vₖ − slopes(k)), axis after axis, in place: the implicit corrections of a splitting. */
export function correctionSweep(
  operator: Operator,
  shift: number,
  slopes: (k: number) => Float64Array,
  v: Float64Array,
): void {
  for (let k = 0; k < operator.directions; k++) operator.solveLineAfter(k, shift, slopes(k), v);
}

/** The transpose: v becomes the adjoint of v₀, and each lefts(k) gains that of the product which made slopes(k). */
export function correctionSweepTransposed(
  operator: Operator,
  shift: number,
  lefts: (k: number) => Float64Array,
  v: Float64Array,
): void {
  for (let k = operator.directions - 1; k >= 0; k--) {
    operator.solveLineTransposed(k, shift, v);
    addMultiple(-shift, v, lefts(k));
  }
}

/** out += factor · v. */
export function addMultiple(factor: number, v: Float64Array, out: Float64Array): void {
  for (let p = 0; p < v.length; p++) out[p] += factor * v[p];
}
