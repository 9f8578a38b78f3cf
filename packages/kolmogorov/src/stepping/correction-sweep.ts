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
