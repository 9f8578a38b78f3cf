import { uniform53 } from './box-muller.js';
import { LANE, MOST_COMPONENTS, tooManyComponents } from './counter.js';
import type { Law } from './law.js';
import { placesOf } from './law-places.js';
import { philoxInto } from './philox.js';
import type { PairSource, RandomGenerator } from './random-generator.js';
import { signBits } from './sign-bits.js';
import { nextWord } from './xoshiro.js';
import { ziggurat } from './ziggurat.js';

/**
 * Noise by xoshiro128++ and the ziggurat: a path's steps in order, at a fraction of the cost of Philox with Box–Muller in JavaScript.
 *
 * A path's stream starts from 128 bits that Philox makes of the key and the path's index, so paths can still be had in any order
 * and on any thread. Two of n paths of N words overlap with probability below n² N / 2¹²⁸. Signs are Philox's, which cost no more.
 *
 * @see [blackman2021] @see [marsaglia2000]
 */
export const xoshiroNoise: RandomGenerator = Object.freeze<RandomGenerator>({
  name: 'xoshiro128++',
  citation: 'blackman2021',
  access: 'sequential',
  source: pairsByXoshiro,
});

function pairsByXoshiro(laws: readonly Law[], words: readonly [number, number]): PairSource {
  const size = laws.length;
  if (size > MOST_COMPONENTS) throw tooManyComponents(size);
  const { gaussians, signs, others, quantiles } = placesOf(laws);
  const [k0, k1] = words;
  const drawSigns = signBits(signs, size, words);
  const state = new Int32Array(4);
  let currentPath = -1;
  let nextPair = 0;

  const start = (path: number): void => {
    philoxInto(path | 0, Math.floor(path / 4_294_967_296) | 0, 0, LANE.SEED, k0, k1, state);
    // The one state that never moves; Philox gives it to one path of one key in 2¹²⁸.
    if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1;
    currentPath = path;
    nextPair = 0;
  };
  return (path, pair, out) => {
    if (path !== currentPath || pair < nextPair) start(path);
    for (; nextPair <= pair; nextPair++) {
      for (let i = 0; i < gaussians.length; i++) {
        out[gaussians[i]] = ziggurat(state);
        out[size + gaussians[i]] = ziggurat(state);
      }
      for (let i = 0; i < others.length; i++) {
        out[others[i]] = quantiles[i](uniform53(nextWord(state), nextWord(state)));
        out[size + others[i]] = quantiles[i](uniform53(nextWord(state), nextWord(state)));
      }
    }
    if (signs.length > 0) drawSigns(path, pair, out);
  };
}
