import { normalQuantile } from '../numerics/normal.js';
import { bridgeOrder } from './bridge-order.js';
import type { DirectionNumbers } from './direction-numbers.js';
import type { Key } from './key.js';
import type { PairSource } from './random-generator.js';
import { sobol } from './sobol.js';

/**
 * The Gaussian noise of whole paths by a scrambled Sobol sequence: path i is point i, its steps · size coordinates normals in Brownian-bridge order.
 *
 * Which laws the driver has is the caller's to check. Cost: a point when a path is first asked for, and nothing for its further steps.
 *
 * @throws SdeError `value` for more coordinates than there are direction numbers.
 * @see [caflisch1997]
 */
export function sobolNoise(
  { steps, size }: { readonly steps: number; readonly size: number },
  key: Key,
  directions: DirectionNumbers,
): PairSource {
  const points = sobol({ dimension: steps * size, key, directions });
  const bridge = bridgeOrder(steps, size);
  const normals = new Float64Array(steps * size);
  // A last step without its pair reads past the end.
  const noise = new Float64Array((steps + 1) * size);
  let held = -1;
  return (path, pair, out) => {
    if (path !== held) {
      points.point(path, normals);
      for (let i = 0; i < normals.length; i++) normals[i] = normalQuantile(normals[i]);
      bridge(normals, noise);
      held = path;
    }
    const from = 2 * pair * size;
    for (let j = 0; j < 2 * size; j++) out[j] = noise[from + j];
  };
}
