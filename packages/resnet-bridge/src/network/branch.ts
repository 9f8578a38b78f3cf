import { ACTIVATIONS } from './activation.js';
import type { Activation, Branch } from './residual-network.js';

/**
 * F(x) = V ψ(U x + c) + d and its derivatives at one point, without allocation.
 *
 * `moveTo` does the work that all of them share, O(d · width); then `value` and the products cost O(d · width) each, `jacobian`
 * and `addHessian` O(d² · width).
 */
export interface BranchPoint {
  readonly dimension: number;
  readonly width: number;
  readonly branch: Branch;
  /** ψ(U x + c), shape (width), at the current point. */
  readonly hidden: Float64Array;
  /** ψ′(U x + c), shape (width). */
  readonly slope: Float64Array;
  /** ψ″(U x + c), shape (width). */
  readonly bend: Float64Array;
  /**
   * Continues a ψ that is made of two lines by the right one at units whose side is 1 and by the left one at the others, whatever the sign
   * of U x + c: on one stretch of a path F is then smooth. `undefined` ends it. Nothing to a smooth ψ. Shape (width).
   */
  hold(sides: Uint8Array | undefined): void;
  /** Evaluates ψ alone. */
  moveTo(x: Float64Array): void;
  /** Evaluates ψ, ψ′ and ψ″. */
  differentiateAt(x: Float64Array): void;
  /** F, shape (d). */
  value(out: Float64Array): void;
  /** Adds w F to `out`, shape (d). */
  addValue(w: number, out: Float64Array): void;
  /** DF v, shape (d). */
  times(v: Float64Array, out: Float64Array): void;
  /** DFᵀ q for a covector q, shape (d). */
  transposedTimes(covector: Float64Array, out: Float64Array): void;
  /** DF, shape (d, d), row-major: out_ij = ∂F_i/∂x_j. */
  jacobian(out: Float64Array): void;
  /** Adds Σ_i q_i D²F_i = Uᵀ diag(ψ″ ∘ Vᵀq) U to `out`, shape (d, d). */
  addHessian(covector: Float64Array, out: Float64Array): void;
  /** D²F[v, ·]: out_ij = Σ_k v_k ∂²F_i/∂x_j∂x_k, shape (d, d). */
  secondDerivativeAlong(v: Float64Array, out: Float64Array): void;
  /** ΔF, shape (d): Σ_k V_ik ψ″_k |U_k|². */
  laplacian(out: Float64Array): void;
}

/** A branch with the scratch to evaluate it. */
export function branchPoint(branch: Branch, dimension: number, activation: Activation): BranchPoint {
  const { U, c, V, d } = branch;
  const width = c.length;
  const psi = ACTIVATIONS[activation];
  const hidden = new Float64Array(width);
  const slope = new Float64Array(width);
  const bend = new Float64Array(width);
  const scratch = new Float64Array(width);
  const { slopes } = psi;
  let held: Uint8Array | undefined;
  const heldSlope = (k: number): number | undefined =>
    slopes && held ? (held[k] === 1 ? slopes.right : slopes.left) : undefined;

  const moveTo = (x: Float64Array): void => {
    for (let k = 0, at = 0; k < width; k++) {
      let z = c[k];
      for (let j = 0; j < dimension; j++) z += U[at++] * x[j];
      scratch[k] = z;
      const line = heldSlope(k);
      hidden[k] = line === undefined ? psi.value(z) : line * z;
    }
  };

  const throughHidden = (weights: Float64Array, out: Float64Array): void => {
    for (let i = 0, at = 0; i < dimension; i++) {
      for (let j = 0; j < dimension; j++) out[i * dimension + j] = 0;
      for (let k = 0; k < width; k++) {
        const factor = V[at++] * weights[k];
        for (let j = 0; j < dimension; j++) out[i * dimension + j] += factor * U[k * dimension + j];
      }
    }
  };

  const transposedV = (covector: Float64Array): void => {
    scratch.fill(0);
    for (let i = 0, at = 0; i < dimension; i++) {
      for (let k = 0; k < width; k++) scratch[k] += V[at++] * covector[i];
    }
  };

  return {
    dimension,
    width,
    branch,
    hidden,
    slope,
    bend,
    hold(sides) {
      held = sides;
    },
    moveTo,
    differentiateAt(x) {
      moveTo(x);
      for (let k = 0; k < width; k++) {
        slope[k] = heldSlope(k) ?? psi.first(scratch[k], hidden[k]);
        bend[k] = psi.second(scratch[k], hidden[k]);
      }
    },
    value(out) {
      for (let i = 0, at = 0; i < dimension; i++) {
        let sum = d[i];
        for (let k = 0; k < width; k++) sum += V[at++] * hidden[k];
        out[i] = sum;
      }
    },
    addValue(w, out) {
      for (let i = 0, at = 0; i < dimension; i++) {
        let sum = d[i];
        for (let k = 0; k < width; k++) sum += V[at++] * hidden[k];
        out[i] += w * sum;
      }
    },
    times(v, out) {
      for (let k = 0, at = 0; k < width; k++) {
        let sum = 0;
        for (let j = 0; j < dimension; j++) sum += U[at++] * v[j];
        scratch[k] = sum * slope[k];
      }
      for (let i = 0, at = 0; i < dimension; i++) {
        let sum = 0;
        for (let k = 0; k < width; k++) sum += V[at++] * scratch[k];
        out[i] = sum;
      }
    },
    transposedTimes(covector, out) {
      transposedV(covector);
      out.fill(0);
      for (let k = 0, at = 0; k < width; k++) {
        const factor = scratch[k] * slope[k];
        for (let j = 0; j < dimension; j++) out[j] += U[at++] * factor;
      }
    },
    jacobian: (out) => throughHidden(slope, out),
    addHessian(covector, out) {
      transposedV(covector);
      for (let k = 0; k < width; k++) scratch[k] *= bend[k];
      for (let i = 0; i < dimension; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 0, at = 0; k < width; k++, at += dimension) sum += scratch[k] * U[at + i] * U[at + j];
          out[i * dimension + j] += sum;
          if (i !== j) out[j * dimension + i] += sum;
        }
      }
    },
    secondDerivativeAlong(v, out) {
      for (let k = 0, at = 0; k < width; k++) {
        let sum = 0;
        for (let j = 0; j < dimension; j++) sum += U[at++] * v[j];
        scratch[k] = sum * bend[k];
      }
      throughHidden(scratch, out);
    },
    laplacian(out) {
      out.fill(0);
      for (let k = 0; k < width; k++) {
        let sum = 0;
        for (let j = 0; j < dimension; j++) sum += U[k * dimension + j] * U[k * dimension + j];
        for (let i = 0; i < dimension; i++) out[i] += V[i * width + k] * bend[k] * sum;
      }
    },
  };
}
