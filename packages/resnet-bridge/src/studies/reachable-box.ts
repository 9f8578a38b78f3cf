import type { Chain } from 'sde-core';

/** Beyond what the constant outcomes reach, as a part of their extent: what happens at the edge must not reach the states. Empirical. */
const MARGIN = 0.2;

/**
 * A box that holds where chains go, shape (d, 2): the hull of the paths on which every step draws the same outcome, from the
 * first of them (nothing kept) to the last (everything kept), with a margin on all sides.
 */
export function reachableBox(chains: readonly Chain[]): readonly (readonly [number, number])[] {
  const d = chains[0].dimension;
  const lower = new Array<number>(d).fill(Number.POSITIVE_INFINITY);
  const upper = new Array<number>(d).fill(Number.NEGATIVE_INFINITY);
  const include = (x: Float64Array): void => {
    for (let i = 0; i < d; i++) {
      lower[i] = Math.min(lower[i], x[i]);
      upper[i] = Math.max(upper[i], x[i]);
    }
  };
  for (const chain of chains) {
    for (const { noise } of chain.driver.outcomes ?? []) {
      let x = Float64Array.from(chain.x0);
      include(x);
      for (let n = 0; n < chain.steps; n++) {
        const next = new Float64Array(d);
        chain.step(n, x, noise, next);
        include(next);
        x = next;
      }
    }
  }
  const extent = Math.max(...upper.map((top, i) => top - lower[i]));
  return lower.map((bottom, i) => [bottom - MARGIN * extent, upper[i] + MARGIN * extent]);
}
