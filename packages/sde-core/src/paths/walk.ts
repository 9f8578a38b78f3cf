import type { Key } from '../randomness/key.js';
import { noiseSource } from '../randomness/noise.js';
import { windowStream } from '../randomness/window.js';
import type { Chain } from './chain.js';

/** The steps of one path, from 1, or of its mirror image with all noise negated; the arrays are used again. */
export function* walk(
  { steps, dimension, driver, t0, x0, step }: Chain,
  key: Key,
  path: number,
  sign: 1 | -1 = 1,
): Generator<{ readonly step: number; readonly before: Float64Array; readonly after: Float64Array }> {
  const noise = noiseSource(driver.laws, windowStream(key, t0));
  const xi = new Float64Array(driver.size);
  let [before, after] = [Float64Array.from(x0), new Float64Array(dimension)];
  for (let n = 0; n < steps; n++) {
    noise(path, n, xi);
    if (sign < 0) for (let j = 0; j < xi.length; j++) xi[j] = -xi[j];
    step(n, before, xi, after);
    yield { step: n + 1, before, after };
    [before, after] = [after, before];
  }
}
