import type { Chain } from './chain.js';

/** The names of a chain's states: its model's, or x, y, or x1 … xd. */
export function stateNames(chain: Pick<Chain, 'dimension' | 'traced'>): readonly string[] {
  if (chain.traced) return chain.traced.stateNames;
  if (chain.dimension <= 2) return ['x', 'y'].slice(0, chain.dimension);
  return Array.from({ length: chain.dimension }, (_, i) => `x${i + 1}`);
}
