import { boxMullerInto, uniform53 } from './box-muller.js';
import { LANE, MOST_COMPONENTS, tooManyComponents } from './counter.js';
import type { Law } from './law.js';
import { placesOf } from './law-places.js';
import { philoxInto } from './philox.js';
import type { PairSource, RandomGenerator } from './random-generator.js';
import { signBits } from './sign-bits.js';

/**
 * Noise by Philox: any step of any path at once, in any order. Counters are laid out as `counter.ts` says.
 *
 * Cost: half a counter a component in order of steps, one out of order; a counter for 128 signs.
 *
 * @see [salmon2011]
 */
export const philoxNoise: RandomGenerator = Object.freeze<RandomGenerator>({
  name: 'philox4x32-10',
  citation: 'salmon2011',
  access: 'random',
  source: pairsByPhilox,
});

function pairsByPhilox(laws: readonly Law[], words: readonly [number, number]): PairSource {
  const size = laws.length;
  if (size > MOST_COMPONENTS) throw tooManyComponents(size);
  const { gaussians, signs, others, quantiles } = placesOf(laws);
  const [k0, k1] = words;
  const drawSigns = signBits(signs, size, words);
  const block = new Int32Array(4);
  return (path, pair, out) => {
    const low = path | 0;
    const high = Math.floor(path / 4_294_967_296) | 0;
    for (let i = 0; i < gaussians.length; i++) {
      const j = gaussians[i];
      philoxInto(low, high, pair, LANE.GAUSSIAN | j, k0, k1, block);
      boxMullerInto(block, out, j, size + j);
    }
    for (let i = 0; i < others.length; i++) {
      const j = others[i];
      philoxInto(low, high, pair, LANE.UNIFORM | j, k0, k1, block);
      out[j] = quantiles[i](uniform53(block[0], block[1]));
      out[size + j] = quantiles[i](uniform53(block[2], block[3]));
    }
    if (signs.length > 0) drawSigns(path, pair, out);
  };
}
