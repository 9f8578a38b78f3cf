import type { Chain } from 'sde-core';
import { numbers } from 'sde-core/numerics';

/** Beyond what was reached, as a part of its extent: what happens at the edge must not reach the states. Empirical. */
const MARGIN = 0.2;

/** Directions in which extreme states are followed. */
const DIRECTIONS: readonly (readonly [number, number])[] = Array.from({ length: 16 }, (_, k) => [
  numbers.cos((k * Math.PI) / 8),
  numbers.sin((k * Math.PI) / 8),
]);

/**
 * A box that holds where 2-D chains go, shape (2, 2): each axis from and to, with a margin.
 *
 * Of the states that all outcomes of a step lead to, those that are extreme in one of 16 directions are followed further: an inner
 * hull, and close to the hull of all paths as long as steps are small. Cost O(16 · outcomes) steps a layer.
 */
export function reachableBox(chains: readonly Chain[]): readonly (readonly [number, number])[] {
  const lower = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const upper = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const chain of chains) {
    let front: readonly Float64Array[] = [Float64Array.from(chain.x0)];
    for (let n = 0; n <= chain.steps; n++) {
      for (const x of front) {
        for (const i of [0, 1]) {
          lower[i] = Math.min(lower[i], x[i]);
          upper[i] = Math.max(upper[i], x[i]);
        }
      }
      if (n < chain.steps) front = extremes(images(chain, n, front));
    }
  }
  const margin = MARGIN * Math.max(upper[0] - lower[0], upper[1] - lower[1]);
  return lower.map((bottom, i) => [bottom - margin, upper[i] + margin]);
}

function images(chain: Chain, n: number, front: readonly Float64Array[]): Float64Array[] {
  return front.flatMap((x) =>
    (chain.driver.outcomes ?? []).map(({ noise }) => {
      const out = new Float64Array(2);
      chain.step(n, x, noise, out);
      return out;
    }),
  );
}

function extremes(states: readonly Float64Array[]): Float64Array[] {
  const along = (x: Float64Array, [u, v]: readonly [number, number]): number => u * x[0] + v * x[1];
  const found = DIRECTIONS.map((direction) =>
    states.reduce((best, x) => (along(x, direction) > along(best, direction) ? x : best)),
  );
  return [...new Set(found)];
}
