import { problem } from '../models/problem.js';
import type { SymbolicModel } from '../models/symbolic.js';
import { coupled } from '../paths/coupled.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Work } from '../turns/work.js';
import type { CertificateModel } from './certificate-models.js';
import { discreteLaw, type WeightedNoise } from './discrete-law.js';
import { localAreaOrder } from './local-area-order.js';
import { type LocalOrder, strongOrderOf } from './local-order.js';

/** Squares of the errors, up to those of strong order 1.5, are polynomials of degree 5 in each variable to leading order. */
const MOMENTS = 5;
/** Quadrature beyond that is worth little time here: the square has a sign, and no term of it can cancel. */
const ENOUGH = 100;

/**
 * The strong order of a scheme, exactly: one step of h against two of h/2 on the same Brownian path, D = Y(h) − Y(h/2, h/2), summed over
 * all their normal variables by Gauss–Hermite quadrature. Order p needs E |D|² = O(h^(2p + 1)) and |E D| = O(h^(p + 1)).
 *
 * Lévy areas enter as what they are off by on the path ({@link localAreaOrder}). Undefined where the scheme's variables are not those of a
 * Brownian path, or too many.
 *
 * @see [milstein2004, theorem 1.1.1]
 */
export function* localStrongOrder(
  scheme: Scheme,
  entry: CertificateModel,
  steps: readonly number[],
): Work<LocalOrder | undefined> {
  const { model, points, t0 } = entry;
  if (scheme.areas) return localAreaOrder(scheme.areas, entry, steps);
  if (!hasPath(scheme, model.noiseDimension)) return undefined;
  const d = model.dimension;
  let law: readonly WeightedNoise[] | undefined;
  const squares: number[] = [];
  const means: number[] = [];
  for (const h of steps) {
    yield;
    const pair = coupled(problem<SymbolicModel>({ model, x0: points[0], t0, T: t0 + h }), scheme, { steps: 1 });
    law ??= discreteLaw(pair.driver.laws, MOMENTS, ENOUGH);
    if (!law) return undefined;
    const ends = new Float64Array(2 * d);
    const sum = new Float64Array(d);
    let square = 0;
    for (const { weight, noise } of law) {
      pair.step(0, pair.x0, noise, ends);
      for (let i = 0; i < d; i++) {
        const difference = ends[d + i] - ends[i];
        sum[i] += weight * difference;
        square += weight * (difference * difference);
      }
    }
    squares.push(square);
    means.push(sum.reduce((total, value) => total + Math.abs(value), 0));
  }
  return strongOrderOf(squares, means);
}

/** Whether the variables of a step can be had from a Brownian path: normal increments, and their time integrals at most. */
function hasPath({ driver }: Scheme, m: number): boolean {
  const { increments, auxiliary, timeIntegrals = false } = driver;
  // A scheme that has such variables for two processes is not judged by one, where it has none.
  return increments === 'gaussian' && (timeIntegrals || auxiliary(Math.max(m, 2)).length === 0);
}
