import { type Key, philox4x32 } from 'sde-core';

/**
 * A random order of 0 … count − 1: Fisher–Yates with Philox words, the counter being the position. Shape (count).
 *
 * A position draws w·(i + 1)/2³² rounded down, whose bias is below count/2³².
 */
export function permutation(count: number, stream: Key): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const words = Uint32Array.from(stream.words);
  const counter = new Uint32Array(4);
  for (let i = count - 1; i > 0; i--) {
    counter[0] = i;
    const j = Math.floor((philox4x32(counter, words)[0] / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
