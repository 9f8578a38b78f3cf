import type { ResidualNetwork } from '../network/residual-network.js';

/**
 * One move of a process on the layers of the trained network. C_j are the columns of B(x, g) = A(x) + Σ_j g_j C_j(x), and w centered
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
  readonly moves: readonly Move[];
  /** Moves with noise. */
  readonly kicks: number;
}

/** How B grows as h → 0. */
export type Scaling = 'small-noise' | 'diffusive';

/**
 * What a step h and a time δ make of the columns: √(h δ) where they stay as they are, and under diffusive scaling, where they are 1/√h of the
 * given network, √(h₀ δ) with its h₀, whatever the refinement.
 */
const kickScale = (network: ResidualNetwork, h: number, delta: number, scaling: Scaling): number =>
  Math.sqrt((scaling === 'diffusive' ? network.h : h) * delta);

/** The network with every trained layer split into `refinement` sub-layers: x⁺ = x + h B(x, w). */
export function networkProcess(
  network: ResidualNetwork,
  refinement: number,
  scaling: Scaling = 'small-noise',
): Process {
  const h = network.h / refinement;
  const scale = scaling === 'diffusive' ? kickScale(network, h, h, scaling) : h;
  const moves = Array.from({ length: network.depth * refinement }, (_, n): Move => {
    return { kind: 'layer', layer: Math.floor(n / refinement), duration: h, scale, time: n + 1 };
  });
  return processOf('network', moves);
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
    readonly scaling?: Scaling;
  },
): Process {
  const { name, correction, substeps = 1, scaling = 'small-noise' } = options;
  const h = network.h / refinement;
  const delta = h / substeps;
  const moves: Move[] = [];
  for (let layer = 0; layer < network.depth; layer++) {
    const pieces = refinement * substeps;
    for (let piece = 0; piece <= pieces; piece++) {
      const share = piece === 0 || piece === pieces ? 1 / 2 : 1;
      const time = layer * refinement + Math.round(piece / substeps);
      const scale = kickScale(network, h, delta * share, scaling);
      moves.push({ kind: 'kick', layer, scale, correction: scaling === 'diffusive' ? correction : 0, time });
      if (piece < pieces) moves.push({ kind: 'drift', layer, duration: delta, correction });
    }
  }
  return processOf(name, moves);
}

function processOf(name: string, moves: readonly Move[]): Process {
  return { name, moves, kicks: moves.filter((move) => move.kind !== 'drift').length };
}
