import { requireInteger } from 'sde-core/errors';
import { requireNetwork } from './at-the-door.js';
import { MOST_LAYERS, MOST_WIDE } from './limits.js';
import type { ResidualNetwork } from './residual-network.js';

/**
 * The network with every layer held over m sub-layers: depth · m, h / m, the same horizon.
 *
 * Its coefficients in time are those of the network, so all refinements have one flow, and their weak errors against it are
 * a matter of h alone. The sub-layers share the layer's arrays.
 *
 * @throws SdeError `value` if m is not an integer ≥ 1.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { refine, residualNetwork } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * refine(network, 4).h; // → 0.25
 * ```
 */
export function refine(network: ResidualNetwork, m: number): ResidualNetwork {
  requireNetwork(network, 'refine(network, m)');
  requireInteger(m, 1, 'refine(network, m)', 'split every layer into a whole number of sub-layers', MOST_WIDE);
  requireInteger(network.depth * m, 1, 'refine(network, m)', 'split into fewer sub-layers', MOST_LAYERS);
  const depth = network.depth * m;
  const layers = network.layers.flatMap((layer) => Array.from({ length: m }, () => layer));
  return { ...network, depth, h: network.horizon / depth, layers };
}
