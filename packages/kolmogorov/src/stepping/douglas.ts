import { requireFields } from '../door/at-the-door.js';
import { addAll, addAllTransposed } from '../operators/operator.js';
import {
  addMultiple,
  correctionSweep,
  correctionSweepTransposed,
  eitherWay,
  solveAxes,
  solveAxesTransposed,
} from './correction-sweep.js';
import { requireTheta } from './hundsdorfer-verwer.js';
import { solvesOf, sumOf } from './modes.js';
import { smoothed, type WeightedOptions, weightedKeys } from './smoothing.js';
import { splitEulerStep } from './split-euler.js';
import { type OneStep, type Stepping, stepWords } from './stepping.js';

/** y₀ = u + dt (A₀ u + (1 − θ) g₀ + θ g₁);   yₖ = yₖ₋₁ + θ dt (A₁ₖ yₖ − A₀ₖ u);   u ← y_d */
function douglasStep(theta: number): OneStep {
  return eitherWay({
    resting: {
      step: (stage, dt, u, scratch) => {
        const [from, to] = [stage(0), stage(1)];
        const e = scratch(0).fill(0);
        from.addForcing((1 - theta) * dt, e);
        to.addForcing(theta * dt, e);
        addAll(from, dt, u, e);
        solveAxes(to, theta * dt, e);
        addMultiple(1, e, u);
      },
      stepTransposed: (stage, dt, rho, scratch) => {
        const [from, to] = [stage(0), stage(1)];
        const e = solveAxesTransposed(to, theta * dt, rho, scratch);
        from.addForcingTransposed((1 - theta) * dt, e);
        to.addForcingTransposed(theta * dt, e);
        addAllTransposed(from, dt, e, rho);
      },
    },
    moving: {
      step: (stage, dt, u, scratch) => {
        const [from, to] = [stage(0), stage(1)];
        const y = scratch(0);
        y.set(u);
        from.addForcing((1 - theta) * dt, y);
        to.addForcing(theta * dt, y);
        from.addMixed(dt, u, y);
        const slopes = (k: number): Float64Array => scratch(1 + k);
        for (let k = 0; k < to.directions; k++) from.apply(k, u, slopes(k), dt, y);
        correctionSweep(to, theta * dt, slopes, y);
        u.set(y);
      },
      stepTransposed: (stage, dt, rho, scratch) => {
        const [from, to] = [stage(0), stage(1)];
        const y = scratch(0);
        const lefts = (k: number): Float64Array => scratch(1 + k);
        y.set(rho);
        for (let k = 0; k < to.directions; k++) lefts(k).fill(0);
        correctionSweepTransposed(to, theta * dt, lefts, y);
        from.addForcingTransposed((1 - theta) * dt, y);
        to.addForcingTransposed(theta * dt, y);
        rho.set(y);
        for (let k = 0; k < from.directions; k++) {
          addMultiple(dt, y, lefts(k));
          from.addTransposed(k, 1, lefts(k), rho);
        }
        from.addMixedTransposed(dt, y, rho);
      },
    },
  });
}

/**
 * Douglas splitting: order 2 for θ = ½ (default) without mixed derivatives, order 1 with them; any dimension.
 *
 * Half the work of hundsdorferVerwer. In one dimension it is the θ-method.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or θ is not positive.
 * @see [douglas1962]
 * @see [inthout2010]
 *
 * @example
 * import { douglas } from 'kolmogorov';
 * const { order, mixedOrder } = douglas({ steps: 100 });
 * [order, mixedOrder]; // → [ 2, 1 ]
 */
export function douglas(options: WeightedOptions): Stepping {
  requireFields<WeightedOptions>(options, weightedKeys, 'douglas(options)', stepWords);
  const theta = requireTheta(options.theta ?? 1 / 2, 'douglas({ theta })');
  const plain = douglasStep(theta);
  const order = theta === 1 / 2 ? 2 : 1;
  return {
    name: 'Douglas',
    citation: 'douglas1962',
    order,
    mixedOrder: 1,
    splits: true,
    amplification: (along, mixed) => 1 + (sumOf(along) + mixed) / solvesOf(along, theta),
    ...smoothed(options, { known: weightedKeys, damping: splitEulerStep, plain, where: 'douglas', terminal: 0 }),
    ...(theta === 1 && { damps: true }),
  };
}
