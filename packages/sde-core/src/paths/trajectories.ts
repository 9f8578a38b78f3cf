import type { NdArray } from 'ndarray';
import { describe, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { stridedArray } from '../numerics/strided-array.js';
import { type Key, requireKey } from '../randomness/key.js';
import type { Chain } from './chain.js';
import { requireChain } from './chain-check.js';
import { simulate } from './simulate.js';

/** Many paths, whole. */
export interface Trajectories {
  /** Shape (steps + 1). */
  readonly t: Float64Array;
  /** Shape (paths, steps + 1, d). */
  readonly x: NdArray<Float64Array>;
}

/** What {@link trajectories} would allocate. */
export interface TrajectorySize {
  readonly shape: readonly [paths: number, times: number, dimension: number];
  readonly bytes: number;
}

/** What {@link trajectories} takes. */
export interface TrajectoryOptions {
  readonly paths: number;
  readonly key: Key;
  /** Index of the first path, default 0. */
  readonly first?: number;
  /** Default 2²⁸. */
  readonly maxBytes?: number;
}

/** A quarter of a gibibyte. */
const MOST_BYTES = 2 ** 28;

/** The shape and the bytes of `trajectories(chain, { paths })`, before there are any. */
export function trajectorySize(chain: Pick<Chain, 'steps' | 'dimension'>, paths: number): TrajectorySize {
  requireInteger(paths, 1, 'trajectories(chain, { paths })', 'compute at least one path');
  requireInteger(chain?.steps, 1, 'trajectorySize({ steps })', 'give a chain, or its steps and dimension');
  requireInteger(chain?.dimension, 1, 'trajectorySize({ dimension })', 'give a chain, or its steps and dimension');
  const shape = [paths, chain.steps + 1, chain.dimension] as const;
  return { shape, bytes: shape.reduce((product, length) => product * length, Float64Array.BYTES_PER_ELEMENT) };
}

/**
 * Whole paths in memory: those of {@link expectation} under the same key, one after the other.
 *
 * Memory is 8 · paths · (steps + 1) · d bytes, as {@link trajectorySize} says beforehand, and refused above `maxBytes`: for means, variances and
 * quantiles over time `timeSummary` needs none of it. Cost: paths × steps, on the calling thread.
 *
 * @param options - `first` index, default 0; `maxBytes`, default 2²⁸.
 * @throws SdeError `value` for counts that are no whole numbers, or for more bytes than `maxBytes`; nothing is allocated then.
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, key, problem, symbolic, trajectories, trajectorySize } from 'sde-core';
 * const model = symbolic({ state: ['x', 'y'], drift: ['-y', 'x'], diffusion: [['1/4', '0'], ['0', '1/4']] });
 * const chain = discretize(problem({ model, x0: [1, 0], T: 1 }), eulerMaruyama, 100);
 * trajectorySize(chain, 50).bytes; // → 80800
 * trajectories(chain, { paths: 50, key: key(1) }).x.shape; // → [ 50, 101, 2 ]
 * ```
 */
export function trajectories(chain: Chain, options: TrajectoryOptions): Trajectories {
  requireChain(chain, 'trajectories(chain)');
  const known = { paths: true, key: true, first: true, maxBytes: true } as const;
  requireKeys<TrajectoryOptions>(options, known, 'trajectories(chain, { … })', { mostBytes: 'maxBytes' });
  const { paths, key, first = 0, maxBytes = MOST_BYTES } = options ?? {};
  requireKey(key, 'trajectories(chain, { key })');
  const { shape, bytes } = trajectorySize(chain, paths);
  requireInteger(first, 0, 'trajectories(chain, { first })', 'number paths from 0');
  requireNumber(maxBytes);
  if (!(bytes <= maxBytes)) throw tooLarge(shape, bytes, maxBytes);
  const [, times, d] = shape;
  const values = new Float64Array(paths * times * d);
  const start = simulate(chain, { key, path: first });
  values.set(start.x.data);
  for (let i = 1; i < paths; i++) values.set(simulate(chain, { key, path: first + i }).x.data, i * times * d);
  return { t: start.t, x: stridedArray(values, shape) };
}

function requireNumber(maxBytes: unknown): void {
  if (typeof maxBytes === 'number' && maxBytes > 0) return;
  throw new SdeError('value', {
    what: 'not a number of bytes',
    where: 'trajectories(chain, { maxBytes })',
    expected: 'a number > 0',
    got: describe(maxBytes),
    remedy: 'leave it out for 2²⁸',
  });
}

const tooLarge = (shape: TrajectorySize['shape'], bytes: number, most: number): SdeError =>
  new SdeError('value', {
    what: 'more trajectories than memory was set aside for',
    where: 'trajectories(chain, { paths, maxBytes })',
    expected: `at most ${describe(most)} bytes`,
    got: `shape (${shape.join(', ')}), ${bytes} bytes`,
    remedy:
      'take timeSummary(chain, …), which needs no more memory for more paths; or fewer paths or steps; or raise maxBytes',
  });
