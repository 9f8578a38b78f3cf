import { requireLaws } from './driver.js';
import { generators } from './generators.js';
import { type Key, requireKey } from './key.js';
import type { Law } from './law.js';
import type { PairSource } from './random-generator.js';

/** Writes the noise of one step of one path, shape (size): a pure function of its arguments and the key. */
export type NoiseSource = (path: number, step: number, out: Float64Array) => void;

/** What of a key decides its numbers: it can be sent to a thread, and stands in provenance. */
export type Stream = Pick<Key, 'words' | 'generator'>;

/**
 * The noise of a driver under a key, two steps at a time, by the key's generator.
 *
 * @param laws - Shape (size), the laws of the driver.
 * @throws SdeError `value` if there are more than 2²⁴ of them.
 */
export function pairSource(laws: readonly Law[], { words, generator = 'philox4x32-10' }: Stream): PairSource {
  return generators[generator].source(laws, words);
}

/** The noise of a driver under a key, step by step; cheapest in order of steps. */
export function noiseSource(laws: readonly Law[], stream: Stream): NoiseSource {
  requireLaws(laws, 'noiseSource(laws, key)');
  requireKey(stream, 'noiseSource(laws, key)');
  const size = laws.length;
  const fill = pairSource(laws, stream);
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
