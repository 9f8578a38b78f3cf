import { SdeError } from '../errors/sde-error.js';
import { boxMullerInto, uniform53 } from './box-muller.js';
import { LANE, MOST_COMPONENTS } from './counter.js';
import type { Law } from './law.js';
import { philoxInto } from './philox.js';

/** Writes the noise of one step of one path, shape (size), at `out[at]`, …: a pure function of its arguments and the key. */
export type NoiseSource = (path: number, step: number, out: Float64Array, at?: number) => void;

/** Fills one component for the even and the odd step of a pair. */
type PairFiller = (low: number, high: number, pair: number, pairs: Float64Array) => void;

/**
 * The noise of a driver under a key. Counters are laid out as `counter.ts` says.
 *
 * It keeps the last pair of steps (and, for two-point laws, the last 128 steps) so that going through the steps in order
 * spends every random bit; the numbers are the same in any order.
 *
 * @param laws - Shape (size), the laws of the driver.
 */
export function noiseSource(laws: readonly Law[], words: readonly [number, number]): NoiseSource {
  const size = laws.length;
  if (size > MOST_COMPONENTS) {
    throw new SdeError('value', {
      what: 'too many random variables a step',
      where: 'driver(laws)',
      expected: `at most ${MOST_COMPONENTS}`,
      got: String(size),
      remedy: 'take fewer noise components',
    });
  }
  const block = new Int32Array(4);
  const fillers = laws.map((law, j) => pairFiller(law, j, size, words, block));
  const pairs = new Float64Array(2 * size);
  let lastPath = -1;
  let lastPair = -1;
  return (path, step, out, at = 0) => {
    const pair = step >>> 1;
    if (path !== lastPath || pair !== lastPair) {
      const low = path | 0;
      const high = Math.floor(path / 4_294_967_296) | 0;
      for (let j = 0; j < size; j++) fillers[j](low, high, pair, pairs);
      lastPath = path;
      lastPair = pair;
    }
    const from = (step & 1) * size;
    for (let j = 0; j < size; j++) out[at + j] = pairs[from + j];
  };
}

function pairFiller(
  law: Law,
  j: number,
  size: number,
  words: readonly [number, number],
  block: Int32Array,
): PairFiller {
  const [k0, k1] = words;
  switch (law.kind) {
    case 'gaussian':
      return (low, high, pair, pairs) => {
        philoxInto(low, high, pair, LANE.GAUSSIAN | j, k0, k1, block);
        boxMullerInto(block, pairs, j, size + j);
      };
    case 'two-point':
      return signFiller(j, size, words);
    case 'three-point':
    case 'bernoulli':
    case 'uniform': {
      const value = inverse(law);
      return (low, high, pair, pairs) => {
        philoxInto(low, high, pair, LANE.UNIFORM | j, k0, k1, block);
        pairs[j] = value(uniform53(block[0], block[1]));
        pairs[size + j] = value(uniform53(block[2], block[3]));
      };
    }
    default:
      law.kind satisfies never;
      throw new Error('unreachable');
  }
}

/** ±1 from a bit; one counter serves 128 steps. */
function signFiller(j: number, size: number, [k0, k1]: readonly [number, number]): PairFiller {
  const bits = new Int32Array(4);
  let lastLow = 0;
  let lastHigh = 0;
  let lastBlock = -1;
  return (low, high, pair, pairs) => {
    const block = pair >>> 6;
    if (block !== lastBlock || low !== lastLow || high !== lastHigh) {
      philoxInto(low, high, block, LANE.SIGN | j, k0, k1, bits);
      lastLow = low;
      lastHigh = high;
      lastBlock = block;
    }
    const two = bits[(pair >>> 4) & 3] >>> ((pair & 15) << 1);
    pairs[j] = 2 * (two & 1) - 1;
    pairs[size + j] = (two & 2) - 1;
  };
}

/** The law's quantile function on [0, 1). */
function inverse(law: Law): (u: number) => number {
  if (!law.outcomes) {
    const [a, b] = law.parameters;
    return (u) => a + (b - a) * u;
  }
  const values = law.outcomes.map((outcome) => outcome.value);
  const last = values.length - 1;
  const upTo: number[] = [];
  law.outcomes.forEach(({ probability }, i) => {
    upTo.push((upTo[i - 1] ?? 0) + probability);
  });
  return (u) => {
    let i = 0;
    while (i < last && u >= upTo[i]) i++;
    return values[i];
  };
}
