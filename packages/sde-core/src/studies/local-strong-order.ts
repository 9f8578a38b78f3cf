import { problem } from '../models/problem.js';
import type { SymbolicModel } from '../models/symbolic.js';
import { discretize } from '../paths/discretize.js';
import type { Scheme } from '../schemes/scheme.js';
import { hasPath, joined } from './brownian-coupling.js';
import type { CertificateModel } from './certificate-models.js';
import { discreteLaw, type WeightedNoise } from './discrete-law.js';
import { localOrder } from './local-order.js';

/** Squares of the errors, up to those of strong order 1.5, are polynomials of degree 5 in each variable to leading order. */
const MOMENTS = 5;
/** Quadrature beyond that is worth little time here: the square has a sign, and no term of it can cancel. */
const ENOUGH = 100;

/** What a strong order is made of, each as the order that it allows. */
export interface StrongOrder {
  readonly order: number;
  /** The same, one halving of h before. */
  readonly before: number;
}

/**
 * The strong order of a scheme, exactly: one step of h against two of h/2 on the same Brownian path, D = Y(h) − Y(h/2, h/2), summed over
 * all their normal variables by Gauss–Hermite quadrature. Order p needs E |D|² = O(h^(2p + 1)) and |E D| = O(h^(p + 1)).
 *
 * Undefined where the increments are not normal, where variables beside them have no meaning on a path that is known here, or where there
 * are too many of them.
 *
 * @see [milstein2004, theorem 1.1.1]
 */
export function localStrongOrder(
  scheme: Scheme,
  { model, points, t0 }: CertificateModel,
  steps: readonly number[],
): StrongOrder | undefined {
  const m = model.noiseDimension;
  if (!hasPath(scheme, m)) return undefined;
  let law: readonly WeightedNoise[] | undefined;
  const squares: number[] = [];
  const means: number[] = [];
  for (const h of steps) {
    const given = problem<SymbolicModel>({ model, x0: points[0], t0, T: t0 + h });
    const [one, two] = [discretize(given, scheme, 1), discretize(given, scheme, 2)];
    law ??= discreteLaw([...two.driver.laws, ...two.driver.laws], MOMENTS, ENOUGH);
    if (!law) return undefined;
    const [coarse, middle, fine] = [0, 1, 2].map(() => new Float64Array(model.dimension));
    const sum = new Float64Array(model.dimension);
    let square = 0;
    for (const { weight, noise } of law) {
      const [first, second] = [noise.subarray(0, noise.length / 2), noise.subarray(noise.length / 2)];
      one.step(0, one.x0, joined(first, second, m), coarse);
      two.step(0, two.x0, first, middle);
      two.step(1, middle, second, fine);
      for (let i = 0; i < sum.length; i++) {
        const difference = coarse[i] - fine[i];
        sum[i] += weight * difference;
        square += weight * difference ** 2;
      }
    }
    squares.push(square);
    means.push(sum.reduce((total, value) => total + Math.abs(value), 0));
  }
  const floor = 64 * Number.EPSILON;
  const spread = localOrder({ errors: squares, floors: steps.map(() => floor ** 2) });
  const bias = localOrder({ errors: means, floors: steps.map(() => floor) });
  return {
    order: Math.min((spread.order - 1) / 2, bias.order - 1),
    before: Math.min((spread.before - 1) / 2, bias.before - 1),
  };
}
