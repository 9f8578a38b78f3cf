import type { Box } from '../numerics/chebyshev.js';
import type { Chain } from '../paths/chain.js';
import type { Outcome } from '../randomness/driver.js';

/** States of sampled paths, step by step. */
export interface SampledWalks {
  /** The mean of f(x, y) over the states at step n. */
  mean(n: number, f: (x: number, y: number) => number): number;
}

/** Paths: as many as so many steps make, within these; on all but the last step only the first ones are kept. */
const STEPS = 250_000;
const [FEWEST_WALKS, MOST_WALKS, KEPT] = [64, 1024, 32];

/** Fractional parts of multiples of these are spread evenly: the generalized golden ratio of two dimensions, and that of one. */
const TURNS = [0.7548776662466927, 0.5698402909980532] as const;
const GOLDEN = 0.6180339887498949;

/** The i-th of evenly spread points of a box, which are Chebyshev nodes of no number of intervals. */
export function uniformPoint(box: Box, i: number): [number, number] {
  const plane = box.high[1] > box.low[1] && box.high[0] > box.low[0];
  const at = (axis: 0 | 1): number => {
    const share = ((i + 1) * (plane ? TURNS[axis] : GOLDEN)) % 1;
    return box.low[axis] + share * (box.high[axis] - box.low[axis]);
  };
  return [at(0), at(1)];
}

/** Paths of a chain of d ≤ 2 states with discrete noise, from its initial states in turn. */
export function sampledWalks(chain: Chain, outcomes: readonly Outcome[], initial: ArrayLike<number>): SampledWalks {
  const { dimension: d, steps } = chain;
  const count = Math.min(MOST_WALKS, Math.max(FEWEST_WALKS, Math.floor(STEPS / steps)));
  const starts = initial.length / d;
  const draw = shares();
  const kept = Array.from({ length: steps }, (_, n) => new Float64Array((n === steps - 1 ? count : KEPT) * d));
  const out = new Float64Array(d);
  for (let walk = 0; walk < count; walk++) {
    const x = Float64Array.from({ length: d }, (_, a) => initial[(walk % starts) * d + a]);
    for (let n = 0; n < steps; n++) {
      if (n === steps - 1 || walk < KEPT) kept[n].set(x, walk * d);
      chain.step(n, x, chosen(outcomes, draw()), out);
      x.set(out);
    }
  }
  return {
    mean(n, f) {
      let sum = 0;
      for (let i = 0; i < kept[n].length; i += d) sum += f(kept[n][i], d === 2 ? kept[n][i + 1] : 0);
      return (sum * d) / kept[n].length;
    },
  };
}

function chosen(outcomes: readonly Outcome[], share: number): Float64Array {
  let left = share;
  for (const { probability, noise } of outcomes) {
    left -= probability;
    if (left < 0) return noise;
  }
  return outcomes[outcomes.length - 1].noise;
}

/** Numbers in [0, 1) that follow no pattern, always the same ones: Weyl's sequence, mixed. */
function shares(): () => number {
  let state = 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
