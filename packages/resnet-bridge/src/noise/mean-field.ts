import { ACTIVATIONS } from '../network/activation.js';
import { type BranchPoint, branchPoint } from '../network/branch.js';
import type { Branch, Layer, ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from './noise.js';
import { PLACEMENTS } from './placement.js';

/** F̄ = E B of one layer and its derivatives at one point, without allocation; `moveTo` suffices for `value`. */
export interface MeanField {
  /** The branches whose sum F̄ is. */
  readonly branches: readonly Branch[];
  /** Holds the units of each branch on their sides: {@link BranchPoint.hold}. */
  hold(sides: readonly Uint8Array[] | undefined): void;
  moveTo(x: Float64Array): void;
  differentiateAt(x: Float64Array): void;
  /** F̄, shape (d). */
  value(out: Float64Array): void;
  /** DF̄, shape (d, d). */
  jacobian(out: Float64Array): void;
  /** DF̄ v, shape (d). */
  times(v: Float64Array, out: Float64Array): void;
  /** DF̄ᵀ q for a covector q, shape (d). */
  transposedTimes(covector: Float64Array, out: Float64Array): void;
  /** Adds Σ_i q_i D²F̄_i to `out`, shape (d, d). */
  addHessian(covector: Float64Array, out: Float64Array): void;
  /** Adds weight · (jump of ψ′) (V_k·q) U_k U_kᵀ to `out`, shape (d, d): what the kink of unit k of a branch does to Σ_i q_i D²F̄_i. */
  addKink(branch: number, unit: number, weight: number, covector: Float64Array, out: Float64Array): void;
  /** Adds D²F̄[v, ·] to `out`, shape (d, d): out_ij += Σ_k v_k ∂²F̄_i/∂x_j∂x_k. */
  addSecondAlong(v: Float64Array, out: Float64Array): void;
  /** ΔF̄, shape (d): the Laplacian of each component. */
  laplacian(out: Float64Array): void;
}

/** The mean of a layer under a noise: again a branch, or the sum of two. */
export function meanField(network: ResidualNetwork, noise: Noise, layer: Layer): MeanField {
  const d = network.dimension;
  const branches = PLACEMENTS[noise.placement].meanBranches(layer, noise.mean);
  const points = branches.map((branch) => branchPoint(branch, d, network.activation));
  const { slopes } = ACTIVATIONS[network.activation];
  const [first, ...others] = points;
  const vector = new Float64Array(d);
  const matrix = new Float64Array(d * d);

  const sum = (
    write: (of: BranchPoint, into: Float64Array) => void,
    scratch: Float64Array,
    out: Float64Array,
  ): void => {
    write(first, out);
    for (const other of others) {
      write(other, scratch);
      for (let i = 0; i < out.length; i++) out[i] += scratch[i];
    }
  };

  return {
    branches,
    hold(sides) {
      points.forEach((point, i) => {
        point.hold(sides?.[i]);
      });
    },
    moveTo(x) {
      for (const point of points) point.moveTo(x);
    },
    differentiateAt(x) {
      for (const point of points) point.differentiateAt(x);
    },
    value: (out) => sum((of, into) => of.value(into), vector, out),
    jacobian: (out) => sum((of, into) => of.jacobian(into), matrix, out),
    times: (v, out) => sum((of, into) => of.times(v, into), vector, out),
    transposedTimes: (covector, out) => sum((of, into) => of.transposedTimes(covector, into), vector, out),
    addHessian(covector, out) {
      for (const point of points) point.addHessian(covector, out);
    },
    addKink(branch, unit, weight, covector, out) {
      const { U, V, c } = branches[branch];
      const row = U.subarray(unit * d, (unit + 1) * d);
      let factor = 0;
      for (let i = 0; i < d; i++) factor += V[i * c.length + unit] * covector[i];
      factor *= weight * (slopes ? slopes.right - slopes.left : 0);
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[i * d + j] += factor * row[i] * row[j];
    },
    addSecondAlong(v, out) {
      for (const point of points) {
        point.secondDerivativeAlong(v, matrix);
        for (let i = 0; i < out.length; i++) out[i] += matrix[i];
      }
    },
    laplacian: (out) => sum((of, into) => of.laplacian(into), vector, out),
  };
}

/** One evaluator for each layer; sub-layers of a refined network, which share their layer's arrays, share it. */
export function meanFields(network: ResidualNetwork, noise: Noise): readonly MeanField[] {
  return oncePerLayer(network, (layer) => meanField(network, noise, layer));
}

/** What `make` gives for each layer, made once for layers that are the same object. */
export function oncePerLayer<A>(network: ResidualNetwork, make: (layer: Layer) => A): readonly A[] {
  const made = new Map<Layer, A>();
  return network.layers.map((layer) => {
    const known = made.get(layer);
    if (known !== undefined) return known;
    const fresh = make(layer);
    made.set(layer, fresh);
    return fresh;
  });
}
