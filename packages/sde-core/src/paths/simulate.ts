import type { NdArray } from 'ndarray';
import { requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { stridedArray } from '../numerics/strided-array.js';
import { type Key, requireKey } from '../randomness/key.js';
import { noiseSource } from '../randomness/noise.js';
import { windowStream } from '../randomness/window.js';
import type { Chain } from './chain.js';
import { requireChain } from './chain-check.js';

/** One path of a chain. */
export interface Path {
  /** Shape (steps + 1). */
  readonly t: Float64Array;
  /** Shape (steps + 1, d). */
  readonly x: NdArray<Float64Array>;
}

/** What {@link simulate} takes. */
export interface SimulateOptions {
  readonly key: Key;
  /** Its index, default 0. */
  readonly path?: number;
}

/**
 * One path of a chain: the very path of that index that an ensemble under the same key averages over.
 *
 * Noise is a function of the key, the path, the start t0 of the chain and the number of the step. So a chain with more steps is another path, not this one seen more
 * finely ({@link coupled}, {@link brownianPath} refine); and a second window has noise of its own where it starts at another t0, but not where both start at the
 * same: then take `fold(key, 'second')`.
 *
 * @param options - `path` is its index, 0 if left out.
 * @throws SdeError `value` if `path` is not an integer ≥ 0.
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, key, problem, simulate, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: 'x', diffusion: 'x/4' });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 100);
 * const { t, x } = simulate(chain, { key: key(7), path: 12 });
 * x.shape; // → [ 101, 1 ]
 * t[50]; // → 0.5
 * x.get(100, 0) === simulate(chain, { key: key(7), path: 12 }).x.get(100, 0); // → true
 * ```
 */
export function simulate(chain: Chain, options: SimulateOptions): Path {
  requireChain(chain, 'simulate(chain)');
  requireKeys<SimulateOptions>(options, { key: true, path: true }, 'simulate(chain, { … })');
  const { key, path = 0 } = options ?? {};
  requireKey(key, 'simulate(chain, { key })');
  requireInteger(path, 0, 'simulate(chain, { path })', 'number paths from 0');
  const { dimension, steps, h, t0, x0, driver, traced } = chain;
  const noise = noiseSource(driver.laws, windowStream(key, t0));
  const values = new Float64Array((steps + 1) * dimension);
  const xi = new Float64Array(driver.size);
  values.set(x0);
  for (let n = 0; n < steps; n++) {
    noise(path, n, xi);
    const at = n * dimension;
    chain.step(n, values.subarray(at, at + dimension), xi, values.subarray(at + dimension, at + 2 * dimension));
  }
  const t = Float64Array.from({ length: steps + 1 }, (_, n) => traced?.grid.boundaries?.[n] ?? t0 + n * h);
  return { t, x: stridedArray(values, [steps + 1, dimension]) };
}
