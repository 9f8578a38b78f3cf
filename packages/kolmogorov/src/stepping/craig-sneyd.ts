import { requireFields } from '../door/at-the-door.js';
import { addAll, addAllTransposed, addAxes } from '../operators/operator.js';
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

/**
 * y₀ = u + dt (A₀ u + g₀);   yₖ = yₖ₋₁ + θ dt (A₁ₖ yₖ − A₀ₖ u)
 * z₀ = y₀ + dt/2 (B₁ y_d − B₀ u) + μ dt Σₖ (A₁ₖ y_d − A₀ₖ u);   zₖ = zₖ₋₁ + θ dt (A₁ₖ zₖ − A₀ₖ u);   u ← z_d
 *
 * with B v = A_mixed v + g; μ = 0 is Craig–Sneyd, μ = ½ − θ the modified scheme.
 */
function craigSneydStep(theta: number, mu: number): OneStep {
  return eitherWay({ resting: restingStep(theta, mu), moving: movingStep(theta, mu) });
}

/** With the same matrices at both ends everything is what lies above u: e = y − u and f = z − u. */
function restingStep(theta: number, mu: number): OneStep {
  return {
    step: (stage, dt, u, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const [e, f] = [scratch(0).fill(0), scratch(1)];
      from.addForcing(dt, e);
      addAll(from, dt, u, e);
      f.set(e);
      from.addForcing(-dt / 2, f);
      to.addForcing(dt / 2, f);
      solveAxes(to, theta * dt, e);
      to.addMixed(dt / 2, e, f);
      if (mu !== 0) addAxes(to, mu * dt, e, f);
      solveAxes(to, theta * dt, f);
      addMultiple(1, f, u);
    },
    stepTransposed: (stage, dt, rho, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const e = scratch(0).fill(0);
      const d = to.directions;
      const f = solveAxesTransposed(to, theta * dt, rho, (k) => scratch(1 + k));
      if (mu !== 0) for (let k = 0; k < to.directions; k++) to.addTransposed(k, mu * dt, f, e);
      to.addMixedTransposed(dt / 2, f, e);
      const above = solveAxesTransposed(to, theta * dt, e, (k) => scratch(1 + d + k));
      to.addForcingTransposed(dt / 2, f);
      from.addForcingTransposed(-dt / 2, f);
      for (let p = 0; p < rho.length; p++) e[p] = above[p] + f[p];
      from.addForcingTransposed(dt, e);
      addAllTransposed(from, dt, e, rho);
    },
  };
}

function movingStep(theta: number, mu: number): OneStep {
  return {
    step: (stage, dt, u, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const [y, z, unused] = [scratch(0), scratch(1), scratch(2)];
      const slopes = (k: number): Float64Array => scratch(3 + k);
      y.set(u);
      from.addForcing(dt, y);
      from.addMixed(dt, u, y);
      for (let p = 0; p < u.length; p++) z[p] = (u[p] + y[p]) / 2;
      to.addForcing(dt / 2, z);
      for (let k = 0; k < to.directions; k++) {
        const slope = slopes(k);
        from.apply(k, u, slope, dt, y);
        for (let p = 0; p < z.length; p++) z[p] += (1 - mu) * dt * slope[p];
      }
      correctionSweep(to, theta * dt, slopes, y);
      to.addMixed(dt / 2, y, z);
      if (mu !== 0) for (let k = 0; k < to.directions; k++) to.apply(k, y, unused, mu * dt, z);
      correctionSweep(to, theta * dt, slopes, z);
      u.set(z);
    },
    stepTransposed: (stage, dt, rho, scratch) => {
      const [from, to] = [stage(0), stage(1)];
      const [y, z, crossed] = [scratch(0), scratch(1), scratch(2)];
      const lefts = (k: number): Float64Array => scratch(3 + k);
      z.set(rho);
      y.fill(0);
      for (let k = 0; k < to.directions; k++) lefts(k).fill(0);
      correctionSweepTransposed(to, theta * dt, lefts, z);
      from.addForcingTransposed(dt / 2, z);
      to.addForcingTransposed(dt / 2, z);
      to.addMixedTransposed(dt / 2, z, y);
      for (let k = 0; k < to.directions; k++) {
        if (mu !== 0) to.addTransposed(k, mu * dt, z, y);
        addMultiple((1 - mu) * dt, z, lefts(k));
      }
      correctionSweepTransposed(to, theta * dt, lefts, y);
      for (let p = 0; p < rho.length; p++) {
        rho[p] = y[p] + z[p];
        crossed[p] = dt * (y[p] + z[p] / 2);
      }
      from.addForcingTransposed(dt, y);
      for (let k = 0; k < from.directions; k++) {
        addMultiple(dt, y, lefts(k));
        from.addTransposed(k, 1, lefts(k), rho);
      }
      from.addMixedTransposed(1, crossed, rho);
    },
  };
}

/** What a resting step does to a mode. */
const multiplies =
  (theta: number, mu: number): Stepping['amplification'] =>
  (along, mixed) => {
    const all = sumOf(along);
    const solves = solvesOf(along, theta);
    const e = (all + mixed) / solves;
    return 1 + (all + mixed + (mixed / 2 + mu * all) * e) / solves;
  };

/**
 * Craig–Sneyd splitting: order 2 with mixed derivatives for θ = ½ (default), order 1 otherwise; any dimension.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or θ is not positive.
 * @see [craig1988]
 *
 * @example
 * import { craigSneyd } from 'kolmogorov';
 * craigSneyd({ steps: 100 }).mixedOrder; // → 2
 */
export function craigSneyd(options: WeightedOptions): Stepping {
  requireFields<WeightedOptions>(options, weightedKeys, 'craigSneyd(options)', stepWords);
  const theta = requireTheta(options.theta ?? 1 / 2, 'craigSneyd({ theta })');
  const order = theta === 1 / 2 ? 2 : 1;
  const plain = craigSneydStep(theta, 0);
  return {
    name: 'Craig–Sneyd',
    citation: 'craig1988',
    order,
    mixedOrder: order,
    splits: true,
    amplification: multiplies(theta, 0),
    ...smoothed(options, { known: weightedKeys, damping: splitEulerStep, plain, where: 'craigSneyd', terminal: 0 }),
  };
}

/**
 * Modified Craig–Sneyd splitting: order 2 with mixed derivatives for every θ (default ⅓); any dimension.
 *
 * θ ≥ ⅓ is stable for 2-D diffusion with mixed derivatives whatever the step, and damps more than craigSneyd; strong drift may want more.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or θ is not positive.
 * @see [inthout2009]
 *
 * @example
 * import { modifiedCraigSneyd } from 'kolmogorov';
 * modifiedCraigSneyd({ steps: 100, theta: 2 / 5 }).mixedOrder; // → 2
 */
export function modifiedCraigSneyd(options: WeightedOptions): Stepping {
  requireFields<WeightedOptions>(options, weightedKeys, 'modifiedCraigSneyd(options)', stepWords);
  const theta = requireTheta(options.theta ?? 1 / 3, 'modifiedCraigSneyd({ theta })');
  const plain = craigSneydStep(theta, 1 / 2 - theta);
  return {
    name: 'modified Craig–Sneyd',
    citation: 'inthout2009',
    order: 2,
    mixedOrder: 2,
    splits: true,
    amplification: multiplies(theta, 1 / 2 - theta),
    ...smoothed(options, {
      known: weightedKeys,
      damping: splitEulerStep,
      plain,
      where: 'modifiedCraigSneyd',
      terminal: 0,
    }),
  };
}
