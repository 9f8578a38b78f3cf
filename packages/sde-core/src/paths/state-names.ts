import { requireInteger } from '../errors/at-the-door.js';
import type { Chain } from './chain.js';

/** No chain has more states; names for what is none would fill the memory first. */
const MOST = 2 ** 24;

/** The names of a chain's states: its own, else x, y, or x1 … xd. */
export function stateNames(chain: Pick<Chain, 'dimension' | 'stateNames'>): readonly string[] {
  const dimension = requireInteger(chain?.dimension, 1, 'stateNames(chain)', 'give a chain, or its dimension', MOST);
  if (chain.stateNames) return chain.stateNames;
  if (dimension <= 2) return ['x', 'y'].slice(0, dimension);
  return Array.from({ length: chain.dimension }, (_, i) => `x${i + 1}`);
}
