import type { ResidualNetwork } from '../network/residual-network.js';

/**
 * One move of a process on the layers of the trained network. C_j, under diffusive scaling those of the refined network, are the columns of B(x, g) = A(x) + Σ_j g_j C_j(x), and w centered
 * gates (or normals) of the gate's variance.
 *
 * - `layer`: x ← x + duration F̄(x) + scale Σ_j w_j C_j(x): the noisy layer itself
 * - `kick`: x ← x + k − correction · DF̄ k with k = scale Σ_j w_j C_j(x); `correction` is 0 but under diffusive scaling
 * - `drift`: x ← the flow of the drift with that correction over `duration`, by one step of the explicit midpoint rule
 */
export type Move =
  | {
      readonly kind: 'layer';
      readonly layer: number;
      readonly duration: number;
      readonly scale: number;
      readonly time: number;
    }
  | {
      readonly kind: 'kick';
      readonly layer: number;
      readonly scale: number;
      readonly correction: number;
      readonly time: number;
    }
  | { readonly kind: 'drift'; readonly layer: number; readonly duration: number; readonly correction: number };

/** A network or an SDE as a list of moves. `time` of a noisy move is where on the grid of step h its noise acts. */
export interface Process {
  readonly name: string;
  /** Sub-layers a layer. */
  readonly refinement: number;
  readonly moves: readonly Move[];
  /** Moves with noise. */
  readonly kicks: number;
  /** Whether its noise is the network's own gates; else it is normals of their variance. */
  readonly own: boolean;
  /** Paths that are one independent value: 1, or 2 for antithetic pairs. */
  readonly together: 1 | 2;
}

/** The network with every trained layer split into `refinement` sub-layers: x⁺ = x + h B(x, w). */
export function networkProcess(network: ResidualNetwork, refinement: number): Process {
  const h = network.h / refinement;
  const moves = Array.from({ length: network.depth * refinement }, (_, n): Move => {
    return { kind: 'layer', layer: Math.floor(n / refinement), duration: h, scale: h, time: n + 1 };
  });
  return { name: 'network', refinement, moves, kicks: moves.length, own: true, together: 1 };
}

/**
 * dX = [F̄ − correction · DF̄ F̄] dt + √h Σ^{1/2} dW, under diffusive scaling with its own correction of drift and noise, by Strang splitting: on every sub-step δ = h / substeps half the noise, the drift, half
 * the noise, with neighboring halves joined inside a layer. Half the noise is one Euler step of the drift-free equation, Itô, which
 * needs no derivative of σ.
 *
 * Its weak error beside that of the drift's own integrator is O(h δ²) from the splitting and O(h² δ) from the Euler step, for noise
 * of variance O(h): O(h³) with δ = h. Under diffusive scaling it is O(δ² + correction · δ).
 *
 * @see [strang1968], [milstein2004, ch. 4]
 */
export function limitProcess(
  network: ResidualNetwork,
  refinement: number,
  options: {
    readonly name: string;
    readonly correction: number;
    readonly substeps?: number;
    /** Whether the noise does not vanish with h, so that its correction is of the order of the drift's. */
    readonly diffusive?: boolean;
  },
): Process {
  const { name, correction, substeps = 1, diffusive = false } = options;
  const h = network.h / refinement;
  const delta = h / substeps;
  const moves: Move[] = [];
  for (let layer = 0; layer < network.depth; layer++) {
    const pieces = refinement * substeps;
    for (let piece = 0; piece <= pieces; piece++) {
      const share = piece === 0 || piece === pieces ? 1 / 2 : 1;
      const time = layer * refinement + Math.round(piece / substeps);
      const scale = Math.sqrt(h * delta * share);
      moves.push({ kind: 'kick', layer, scale, correction: diffusive ? correction : 0, time });
      if (piece < pieces) moves.push({ kind: 'drift', layer, duration: delta, correction });
    }
  }
  const kicks = moves.filter((move) => move.kind !== 'drift').length;
  return { name, refinement, moves, kicks, own: false, together: 2 };
}
