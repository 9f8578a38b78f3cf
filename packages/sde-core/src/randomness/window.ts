import { requireFinite } from '../errors/at-the-door.js';
import { fold, requireKey } from './key.js';
import type { Stream } from './noise.js';

/**
 * The stream of a chain that starts at t0: the key's own from 0, and one of its own from any other time.
 *
 * Steps are counted from the start of a chain, so that under one stream the noise of a second window [T, 2T] would be that of the first, step by step. All that
 * samples a chain goes through here; the provenance has the key that was given.
 *
 * @example
 * ```ts
 * import { key } from 'sde-core';
 * import { noiseSource, gaussian, windowStream } from 'sde-core/randomness';
 * const [first, second] = [0, 1].map((t0) => {
 *   const xi = new Float64Array(1);
 *   noiseSource([gaussian], windowStream(key(1), t0))(0, 0, xi);
 *   return xi[0];
 * });
 * first === second; // → false
 * ```
 */
export function windowStream(stream: Stream, t0: number): Stream {
  requireKey(stream, 'windowStream(key, t0)');
  requireFinite(t0, 'windowStream(key, t0)', 'give the time that the chain starts at');
  if (t0 === 0) return stream;
  const { words, generator } = fold({ ...stream, label: 'window' }, 'window from', t0);
  return { words, ...(generator && { generator }) };
}
