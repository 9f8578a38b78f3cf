import type { Operator } from '../operators/operator.js';
import type { OneStep, Stage } from './stepping.js';

/*
 * The implicit corrections of splittings: vₖ = vₖ₋₁ + shift (A₁ₖ vₖ − A₀ₖ u), axis after axis, for a `base` u. Where A₁ = A₀ they are solves
 * for what is above the base, vₖ − u = (I − shift A₁ₖ)⁻¹ (vₖ₋₁ − u), and need no products of their own.
 */

/** The corrections of v, in place, from what they take off: slopes(k) = A₀ₖ u. */
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
    operator.solveLineTransposed(k, shift, v, v);
    addMultiple(-shift, v, lefts(k));
  }
}

/** The corrections of e = v − u, in place, where A₁ = A₀. */
export function solveAxes(operator: Operator, shift: number, e: Float64Array): void {
  for (let k = 0; k < operator.directions; k++) operator.solveLine(k, shift, e);
}

/** Their transpose, of v: returns the last of the arrays that it fills, `own(k)` with what axis k leaves. */
export function solveAxesTransposed(
  operator: Operator,
  shift: number,
  v: Float64Array,
  own: (k: number) => Float64Array,
): Float64Array {
  let e = v;
  for (let k = operator.directions - 1; k >= 0; k--) {
    operator.solveLineTransposed(k, shift, e, own(k));
    e = own(k);
  }
  return e;
}

/** A step that takes one form where its ends have the same matrices, and another where these move. */
export function eitherWay({ resting, moving }: { readonly resting: OneStep; readonly moving: OneStep }): OneStep {
  const at = (stage: Stage): OneStep => (stage(0).matrices === stage(1).matrices ? resting : moving);
  return {
    step: (stage, dt, u, scratch, previous) => at(stage).step(stage, dt, u, scratch, previous),
    stepTransposed: (stage, dt, rho, scratch, previous) => at(stage).stepTransposed(stage, dt, rho, scratch, previous),
  };
}

/** out += factor · v. */
export function addMultiple(factor: number, v: Float64Array, out: Float64Array): void {
  for (let p = 0; p < v.length; p++) out[p] += factor * v[p];
}
