import type { Operator } from '../operators/operator.js';
import { type SmoothingOptions, smoothed } from './smoothing.js';
import { splitEulerStep } from './split-euler.js';
import type { OneStep, Scratch, Stepping } from './stepping.js';

/**
 * u ← S_1(dt/2) … S_d(dt/2) M(dt) S_d(dt/2) … S_1(dt/2) u, each S_k a Crank–Nicolson step with A_k in the middle of the step, and M(dt) a step of
 * Heun's with A_mixed and the forcing.
 */
const strangStep: OneStep = {
  step: (stage, dt, u, scratch) => {
    const middle = stage(1 / 2);
    for (let k = 0; k < middle.directions; k++) halfStep(middle, k, dt / 4, u, scratch);
    const [from, to] = [stage(0), stage(1)];
    const [old, ahead] = [scratch(1), scratch(2)];
    old.set(u);
    u.fill(0);
    from.addMixed(dt, old, u);
    from.addForcing(dt, u);
    for (let p = 0; p < u.length; p++) {
      ahead[p] = old[p] + u[p];
      u[p] = old[p] + u[p] / 2;
    }
    to.addMixed(dt / 2, ahead, u);
    to.addForcing(dt / 2, u);
    for (let k = middle.directions - 1; k >= 0; k--) halfStep(middle, k, dt / 4, u, scratch);
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const middle = stage(1 / 2);
    for (let k = 0; k < middle.directions; k++) halfStepTransposed(middle, k, dt / 4, rho, scratch);
    const [from, to] = [stage(0), stage(1)];
    const [ahead, slope] = [scratch(1), scratch(2)];
    ahead.fill(0);
    to.addMixedTransposed(dt / 2, rho, ahead);
    to.addForcingTransposed(dt / 2, rho);
    for (let p = 0; p < rho.length; p++) {
      slope[p] = rho[p] / 2 + ahead[p];
      rho[p] += ahead[p];
    }
    from.addMixedTransposed(dt, slope, rho);
    from.addForcingTransposed(dt, slope);
    for (let k = middle.directions - 1; k >= 0; k--) halfStepTransposed(middle, k, dt / 4, rho, scratch);
  },
};

/** v ← (I − shift A_k)⁻¹ (I + shift A_k) v = 2 (I − shift A_k)⁻¹ v − v. */
function halfStep({ solveLine }: Operator, k: number, shift: number, v: Float64Array, scratch: Scratch): void {
  const old = scratch(0);
  old.set(v);
  solveLine(k, shift, v);
  for (let p = 0; p < v.length; p++) v[p] = 2 * v[p] - old[p];
}

/** Its transpose, operation by operation in the opposite order: gradients pair each solve with its own adjoint. */
function halfStepTransposed(
  { solveLineTransposed }: Operator,
  k: number,
  shift: number,
  v: Float64Array,
  scratch: Scratch,
): void {
  const old = scratch(0);
  for (let p = 0; p < v.length; p++) {
    old[p] = v[p];
    v[p] *= 2;
  }
  solveLineTransposed(k, shift, v, v);
  for (let p = 0; p < v.length; p++) v[p] -= old[p];
}

/**
 * Strang's splitting with Crank–Nicolson along the axes and Heun for mixed derivatives: order 2, any dimension.
 *
 * A step is symmetric: half along each axis, the mixed derivatives and the source whole, half along each axis again. The first `smoothing` steps after the
 * terminal time (default 2), and the last before a rough start, are two implicit splitting steps each. A given value that moves in time costs order near its side.
 *
 * Stable for every step without mixed derivatives. Those are taken explicitly: with them only while a dt / Δx² is below 7 (correlation 1) to 18
 * (correlation 0.1), by Fourier analysis of u_t + ½ a (u_xx + u_yy) + ρ a u_xy. Longer steps are refused: take hundsdorferVerwer.
 *
 * Cost a step: 2 d line solves, 2 products with A_mixed.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or smoothing not an integer ≥ 0.
 * @see [strang1968]
 *
 * @example
 * import { strang } from 'kolmogorov';
 * strang({ steps: 100 }).mixedOrder; // → 2
 */
export function strang(options: SmoothingOptions): Stepping {
  return {
    name: 'Strang',
    citation: 'strang1968',
    order: 2,
    mixedOrder: 2,
    splits: true,
    amplification: (along, mixed) => {
      let product = 1 + mixed + (mixed * mixed) / 2;
      for (let k = 0; k < along.length; k++) {
        const half = (1 + along[k] / 4) / (1 - along[k] / 4);
        product *= half * half;
      }
      return product;
    },
    ...smoothed(options, { damping: splitEulerStep, plain: strangStep, where: 'strang' }),
  };
}
