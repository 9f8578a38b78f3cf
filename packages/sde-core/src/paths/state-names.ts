import type { Chain } from './chain.js';

/** The names of a chain's states: its own, else x, y, or x1 … xd. */
export function stateNames(chain: Pick<Chain, 'dimension' | 'stateNames'>): readonly string[] {
  if (chain.stateNames) return chain.stateNames;
  if (chain.dimension <= 2) return ['x', 'y'].slice(0, chain.dimension);
  return Array.from({ length: chain.dimension }, (_, i) => `x${i + 1}`);
}
