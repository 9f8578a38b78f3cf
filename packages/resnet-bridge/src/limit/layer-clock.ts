import type { ResidualNetwork } from '../network/residual-network.js';

/** Which layer acts at a time, and the times at which the acting layer changes. */
export interface LayerClock {
  /** The layer n of [n h, (n + 1) h) that holds t; the last one at T and after. The boundaries are compared exactly. */
  layerAt(t: number): number;
  /** Boundaries between layers that differ: those inside a refined layer are none. */
  readonly breakpoints: readonly number[];
}

/** The clock of a network: layer n acts on [n h, (n + 1) h). */
export function layerClock(network: ResidualNetwork): LayerClock {
  const { depth, h, horizon, layers } = network;
  const starts = Float64Array.from({ length: depth }, (_, n) => (n * horizon) / depth);
  return {
    layerAt(t) {
      let n = Math.max(0, Math.min(depth - 1, Math.floor(t / h)));
      while (n + 1 < depth && t >= starts[n + 1]) n++;
      while (n > 0 && t < starts[n]) n--;
      return n;
    },
    breakpoints: Array.from(starts).filter((_, n) => n > 0 && layers[n] !== layers[n - 1]),
  };
}
