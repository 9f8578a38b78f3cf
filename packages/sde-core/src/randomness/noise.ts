import { SdeError } from '../errors/sde-error.js';
import { boxMullerInto, uniform53 } from './box-muller.js';
import { LANE, MOST_COMPONENTS } from './counter.js';
import type { Law } from './law.js';
import { philoxInto } from './philox.js';

/** Writes the noise of one step of one path, shape (size): a pure function of its arguments and the key. */
export type NoiseSource = (path: number, step: number, out: Float64Array) => void;

/** Writes the noise of steps 2·pair and 2·pair + 1 of one path, shape (2, size). */
export type PairSource = (path: number, pair: number, out: Float64Array) => void;

/** The noise of a driver under a key, step by step. Cost: half a counter a component in order of steps, one out of order. */
export function noiseSource(laws: readonly Law[], words: readonly [number, number]): NoiseSource {
  const size = laws.length;
  const fill = pairSource(laws, words);
  const pairs = new Float64Array(2 * size);
  let lastPath = -1;
  let lastPair = -1;
  return (path, step, out) => {
    const pair = step >>> 1;
    if (path !== lastPath || pair !== lastPair) {
      fill(path, pair, pairs);
      lastPath = path;
      lastPair = pair;
    }
    const from = (step & 1) * size;
    for (let j = 0; j < size; j++) out[j] = pairs[from + j];
  };
}

/**
 * The noise of a driver under a key, two steps at a time. Counters are laid out as `counter.ts` says.
 *
 * It remembers the 128 signs that a counter gives; the numbers are the same in any order of calls.
 *
 * @param laws - Shape (size), the laws of the driver.
 * @throws SdeError `value` if there are more than 2²⁴ of them.
 */
export function pairSource(laws: readonly Law[], words: readonly [number, number]): PairSource {
  const size = laws.length;
  if (size > MOST_COMPONENTS) throw tooMany(size);
  const [k0, k1] = words;
  const gaussians = placesOf(laws, (law) => law.kind === 'gaussian');
  const signs = placesOf(laws, (law) => law.kind === 'two-point');
  const others = placesOf(laws, (law) => law.kind !== 'gaussian' && law.kind !== 'two-point');
  const quantiles = Array.from(others, (j) => quantile(laws[j]));
  const block = new Int32Array(4);
  const bits = new Int32Array(4 * signs.length);
  let bitsPath = -1;
  let bitsBlock = -1;
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
    if (signs.length === 0) return;
    if (path !== bitsPath || pair >>> 6 !== bitsBlock) {
      bitsPath = path;
      bitsBlock = pair >>> 6;
      for (let i = 0; i < signs.length; i++) {
        philoxInto(low, high, bitsBlock, LANE.SIGN | signs[i], k0, k1, block);
        bits.set(block, 4 * i);
      }
    }
    const word = (pair >>> 4) & 3;
    const shift = (pair & 15) << 1;
    for (let i = 0; i < signs.length; i++) {
      const two = bits[4 * i + word] >>> shift;
      out[signs[i]] = ((two & 1) << 1) - 1;
      out[size + signs[i]] = (two & 2) - 1;
    }
  };
}

const placesOf = (laws: readonly Law[], holds: (law: Law) => boolean): Int32Array =>
  Int32Array.from(laws.flatMap((law, j) => (holds(law) ? [j] : [])));

/** The law's quantile function on [0, 1). */
function quantile(law: Law): (u: number) => number {
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

const tooMany = (size: number): SdeError =>
  new SdeError('value', {
    what: 'too many random variables a step',
    where: 'driver(laws)',
    expected: `at most ${MOST_COMPONENTS}`,
    got: String(size),
    remedy: 'take fewer noise components',
  });
