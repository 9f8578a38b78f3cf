import type { BranchPoint } from '../network/branch.js';
import type { Branch, Layer, ResidualNetwork } from '../network/residual-network.js';
import type { Placement } from './noise.js';

/**
 * How gates act on a layer. Every noise is affine in its gates, B(x, g) = A(x) + Σ_j g_j C_j(x), and all that theory asks of
 * it follows from A and the columns C_j.
 */
export interface PlacementRule {
  /** Gates a layer. */
  gates(network: ResidualNetwork): number;
  /** Needs a second branch. */
  readonly twin: boolean;
  /** `small-noise`: B stays of order 1 as h → 0, and the limit is a flow. `diffusive`: it grows like h^(−1/2), and the limit is an SDE. */
  readonly scaling: 'small-noise' | 'diffusive';
  /** Branches whose sum is F̄ = A + m Σ_j C_j, for gates of mean m. */
  meanBranches(layer: Layer, mean: number): readonly Branch[];
  /** B, shape (d), at the point where the layer's branches stand. */
  apply(points: readonly BranchPoint[], gates: Float64Array, h: number, out: Float64Array): void;
  /** Column j is C_j: shape (d, gates), row-major. */
  columns(points: readonly BranchPoint[], h: number, out: Float64Array): void;
  /** ∂C_ij/∂x_k, shape (d, gates, d), row-major. */
  columnsJacobian(points: readonly BranchPoint[], out: Float64Array): void;
}

const scaled = (branch: Branch, weight: number, offset: number = weight): Branch => ({
  U: branch.U,
  c: branch.c,
  V: branch.V.map((v) => weight * v),
  d: branch.d.map((d) => offset * d),
});

/** The placements by name. */
export const PLACEMENTS: Readonly<Record<Placement, PlacementRule>> = {
  branch: {
    gates: () => 1,
    twin: false,
    scaling: 'small-noise',
    meanBranches: (layer, mean) => [scaled(layer, mean)],
    apply([point], gates, _, out) {
      point.value(out);
      for (let i = 0; i < out.length; i++) out[i] *= gates[0];
    },
    columns: ([point], _, out) => point.value(out),
    columnsJacobian: ([point], out) => point.jacobian(out),
  },
  coordinate: {
    gates: (network) => network.dimension,
    twin: false,
    scaling: 'small-noise',
    meanBranches: (layer, mean) => [scaled(layer, mean)],
    apply([point], gates, _, out) {
      point.value(out);
      for (let i = 0; i < out.length; i++) out[i] *= gates[i];
    },
    columns([point], _, out) {
      const { dimension } = point;
      const F = out.subarray(0, dimension);
      point.value(F);
      for (let i = dimension - 1; i >= 0; i--) {
        const value = F[i];
        out.fill(0, i * dimension, (i + 1) * dimension);
        out[i * dimension + i] = value;
      }
    },
    columnsJacobian([point], out) {
      const { dimension } = point;
      const DF = new Float64Array(dimension * dimension);
      point.jacobian(DF);
      out.fill(0);
      for (let i = 0; i < dimension; i++) {
        for (let k = 0; k < dimension; k++) out[(i * dimension + i) * dimension + k] = DF[i * dimension + k];
      }
    },
  },
  hidden: {
    gates: (network) => network.width,
    twin: false,
    scaling: 'small-noise',
    meanBranches: (layer, mean) => [scaled(layer, mean, 1)],
    apply([point], gates, _, out) {
      const { dimension, width, hidden, branch } = point;
      for (let i = 0, at = 0; i < dimension; i++) {
        let sum = branch.d[i];
        for (let k = 0; k < width; k++) sum += branch.V[at++] * (gates[k] * hidden[k]);
        out[i] = sum;
      }
    },
    columns([{ dimension, width, hidden, branch }], _, out) {
      for (let i = 0, at = 0; i < dimension; i++) {
        for (let k = 0; k < width; k++, at++) out[at] = branch.V[at] * hidden[k];
      }
    },
    columnsJacobian([{ dimension, width, slope, branch }], out) {
      for (let i = 0, at = 0; i < dimension; i++) {
        for (let k = 0; k < width; k++, at++) {
          const factor = branch.V[at] * slope[k];
          for (let j = 0; j < dimension; j++) out[at * dimension + j] = factor * branch.U[k * dimension + j];
        }
      }
    },
  },
  twin: {
    gates: () => 1,
    twin: true,
    scaling: 'small-noise',
    meanBranches: (layer, mean) => [scaled(layer, mean), ...(layer.twin ? [scaled(layer.twin, 1 - mean)] : [])],
    apply([first, second], gates, _, out) {
      out.fill(0);
      first.addValue(gates[0], out);
      second.addValue(1 - gates[0], out);
    },
    columns([first, second], _, out) {
      first.value(out);
      second.addValue(-1, out);
    },
    columnsJacobian([first, second], out) {
      const DF = new Float64Array(out.length);
      first.jacobian(out);
      second.jacobian(DF);
      for (let i = 0; i < out.length; i++) out[i] -= DF[i];
    },
  },
  state: {
    gates: (network) => network.dimension,
    twin: false,
    scaling: 'diffusive',
    meanBranches: (layer) => [scaled(layer, 1)],
    apply([point], gates, h, out) {
      point.value(out);
      for (let i = 0; i < out.length; i++) out[i] += gates[i] / Math.sqrt(h);
    },
    columns([{ dimension }], h, out) {
      out.fill(0);
      for (let i = 0; i < dimension; i++) out[i * dimension + i] = 1 / Math.sqrt(h);
    },
    columnsJacobian: (_, out) => {
      out.fill(0);
    },
  },
};
