import { LANE } from './counter.js';
import { philoxInto } from './philox.js';
import type { PairSource } from './random-generator.js';

/**
 * The two-point variables of a step: a bit each of a Philox counter, which holds 128 steps. At any place at once, whatever draws the other laws.
 *
 * It remembers the last counters. `places` are the components that it writes.
 */
export function signBits(places: Int32Array, size: number, [k0, k1]: readonly [number, number]): PairSource {
  const block = new Int32Array(4);
  const bits = new Int32Array(4 * places.length);
  let bitsPath = -1;
  let bitsBlock = -1;
  return (path, pair, out) => {
    if (path !== bitsPath || pair >>> 6 !== bitsBlock) {
      bitsPath = path;
      bitsBlock = pair >>> 6;
      for (let i = 0; i < places.length; i++) {
        const high = Math.floor(path / 4_294_967_296) | 0;
        philoxInto(path | 0, high, bitsBlock, LANE.SIGN | places[i], k0, k1, block);
        bits.set(block, 4 * i);
      }
    }
    const word = (pair >>> 4) & 3;
    const shift = (pair & 15) << 1;
    for (let i = 0; i < places.length; i++) {
      const two = bits[4 * i + word] >>> shift;
      out[places[i]] = ((two & 1) << 1) - 1;
      out[size + places[i]] = (two & 2) - 1;
    }
  };
}
