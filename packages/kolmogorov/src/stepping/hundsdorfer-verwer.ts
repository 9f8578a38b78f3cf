import { SdeError } from 'sde-core';
import { requireFinite } from 'sde-core/errors';
import { requireFields } from '../door/at-the-door.js';
import { MOST_WEIGHT } from '../door/limits.js';
import { addAll, addAllTransposed } from '../operators/operator.js';
import {
  addMultiple,
  correctionSweep,
  correctionSweepTransposed,
  solveAxes,
  solveAxesTransposed,
} from './correction-sweep.js';
import { solvesOf, sumOf } from './modes.js';
import { smoothed, type WeightedOptions, weightedKeys } from './smoothing.js';
import { splitEulerStep } from './split-euler.js';
import { type OneStep, type Scratch, type Stage, type Stepping, stepWords } from './stepping.js';

/**
 * y₀ = u + dt (A₀ u + g₀);                    yₖ = yₖ₋₁ + θ dt (A₁ₖ yₖ − A₀ₖ u)
 * z₀ = (u + y₀)/2 + dt/2 (A₁ y_d + g₁);       zₖ = zₖ₋₁ + θ dt (A₁ₖ zₖ − A₁ₖ y_d);   u ← z_d
 */
function hundsdorferVerwerStep(theta: number): OneStep {
  // Leaves y_d in scratch(0), and z_d − y_d in scratch(1).
  const stages = (stage: Stage, dt: number, u: Float64Array, scratch: Scratch): void => {
    const [y, z] = [scratch(0), scratch(1)];
    const to = stage(1);
    const way = to.matrices === stage(0).matrices ? predictResting : predictMoving;
    way(stage, dt, theta, u, scratch);
    for (let p = 0; p < u.length; p++) z[p] -= y[p];
    addAll(to, dt / 2, y, z);
    solveAxes(to, theta * dt, z);
  };
  return {
    step: (stage, dt, u, scratch) => {
      stages(stage, dt, u, scratch);
      const [y, e] = [scratch(0), scratch(1)];
      for (let p = 0; p < u.length; p++) u[p] = y[p] + e[p];
    },
    embedded: {
      power: 2,
      step: (stage, dt, u, scratch, estimate) => {
        stages(stage, dt, u, scratch);
        // The predictor is a Douglas step.
        const [y, e] = [scratch(0), scratch(1)];
        for (let p = 0; p < u.length; p++) {
          u[p] = y[p] + e[p];
          estimate[p] = e[p];
        }
      },
    },
    stepTransposed: (stage, dt, rho, scratch) => {
      const to = stage(1);
      const y = scratch(0);
      const z = solveAxesTransposed(to, theta * dt, rho, (k) => scratch(1 + k));
      // The adjoint of y_d, and with that of z₀ in `rho`: by both of them u itself enters.
      addAllTransposed(to, dt / 2, z, rho);
      for (let p = 0; p < rho.length; p++) y[p] = rho[p] - z[p];
      const way = to.matrices === stage(0).matrices ? predictRestingTransposed : predictMovingTransposed;
      way(stage, dt, theta, rho, scratch);
    },
  };
}

/** Leaves y_d in scratch(0) and (u + y₀)/2 + dt/2 g₁ in scratch(1), from u. */
type Predict = (stage: Stage, dt: number, theta: number, u: Float64Array, scratch: Scratch) => void;

/** With the same matrices at both ends. */
const predictResting: Predict = (stage, dt, theta, u, scratch) => {
  const [from, to] = [stage(0), stage(1)];
  const [y, z] = [scratch(0), scratch(1)];
  y.fill(0);
  from.addForcing(dt, y);
  addAll(from, dt, u, y);
  for (let p = 0; p < u.length; p++) z[p] = u[p] + y[p] / 2;
  to.addForcing(dt / 2, z);
  solveAxes(to, theta * dt, y);
  addMultiple(1, u, y);
};

const predictMoving: Predict = (stage, dt, theta, u, scratch) => {
  const [from, to] = [stage(0), stage(1)];
  const [y, z] = [scratch(0), scratch(1)];
  const slopes = (k: number): Float64Array => scratch(2 + k);
  y.set(u);
  from.addForcing(dt, y);
  from.addMixed(dt, u, y);
  for (let k = 0; k < to.directions; k++) from.apply(k, u, slopes(k), dt, y);
  for (let p = 0; p < u.length; p++) z[p] = (u[p] + y[p]) / 2;
  to.addForcing(dt / 2, z);
  correctionSweep(to, theta * dt, slopes, y);
};

/** Makes `rho` the adjoint of u: it is the sum of the adjoints of what the prediction leaves, which are in the same places. */
const predictRestingTransposed: Predict = (stage, dt, theta, rho, scratch) => {
  const [from, to] = [stage(0), stage(1)];
  const [y, z] = [scratch(0), scratch(1)];
  const e = solveAxesTransposed(to, theta * dt, y, (k) => scratch(1 + to.directions + k));
  to.addForcingTransposed(dt / 2, z);
  for (let p = 0; p < rho.length; p++) y[p] = e[p] + z[p] / 2;
  from.addForcingTransposed(dt, y);
  addAllTransposed(from, dt, y, rho);
};

const predictMovingTransposed: Predict = (stage, dt, theta, rho, scratch) => {
  const [from, to] = [stage(0), stage(1)];
  const [y, z] = [scratch(0), scratch(1)];
  const lefts = (k: number): Float64Array => scratch(1 + to.directions + k);
  for (let k = 0; k < to.directions; k++) lefts(k).fill(0);
  correctionSweepTransposed(to, theta * dt, lefts, y);
  to.addForcingTransposed(dt / 2, z);
  // y₀ goes on whole into y and by half into z, whose other half is u itself.
  for (let p = 0; p < rho.length; p++) {
    y[p] += z[p] / 2;
    rho[p] = y[p] + z[p] / 2;
  }
  from.addForcingTransposed(dt, y);
  for (let k = 0; k < from.directions; k++) {
    addMultiple(dt, y, lefts(k));
    from.addTransposed(k, 1, lefts(k), rho);
  }
  from.addMixedTransposed(dt, y, rho);
};

/** Least θ for which 2-D convection–diffusion with mixed derivatives is stable for every step. */
const STABLE_THETA = 1 / 2 + Math.sqrt(3) / 6;

/**
 * Hundsdorfer–Verwer splitting: order 2 for every θ, with mixed derivatives, in any dimension.
 *
 * Each step solves along one axis at a time, twice. θ = ½ + √3/6 (default) is stable for 2-D convection–diffusion with mixed
 * derivatives whatever the step; a smaller θ has a smaller error constant. Cost a step: 2 applications of A, 2 d line solves.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or θ is not positive.
 * @see [inthout2007]
 *
 * @example
 * import { hundsdorferVerwer, solveKolmogorov, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * // One Wiener process in the plane: the diffusion is of rank one.
 * const model = symbolic({ state: ['x', 'y'], drift: ['y', '0'], diffusion: [['0'], ['1']] });
 * const axis = uniform(-5, 5, 101);
 * const u = solveKolmogorov(
 *   { model, T: 1, terminal: 'cos(x)' },
 *   { grid: [axis, axis], stepping: hundsdorferVerwer({ steps: 50 }), extrapolate: true },
 * );
 * u.at(0, [0, 0]); // → 0.8465
 */
export function hundsdorferVerwer(options: WeightedOptions): Stepping {
  requireFields<WeightedOptions>(options, weightedKeys, 'hundsdorferVerwer(options)', stepWords);
  const theta = requireTheta(options.theta ?? STABLE_THETA, 'hundsdorferVerwer({ theta })');
  const plain = hundsdorferVerwerStep(theta);
  return {
    name: 'Hundsdorfer–Verwer',
    citation: 'inthout2007',
    order: 2,
    mixedOrder: 2,
    splits: true,
    amplification: (along, mixed) => {
      const all = sumOf(along) + mixed;
      const solves = solvesOf(along, theta);
      const e = all / solves;
      return 1 + e + (all - e + (all * e) / 2) / solves;
    },
    ...smoothed(options, {
      known: weightedKeys,
      damping: splitEulerStep,
      plain,
      where: 'hundsdorferVerwer',
      terminal: 0,
    }),
  };
}

/** Refuses a θ that is not in (0, most]. */
export function requireTheta(theta: number, where: string, most: number = MOST_WEIGHT): number {
  requireFinite(theta, where, 'give the weight of the implicit part, from about 1/3 to 1');
  if (theta > 0 && theta <= most) return theta;
  throw new SdeError('value', {
    what: 'the implicit weight is out of range',
    where,
    expected: `a number in (0, ${most}]`,
    got: String(theta),
    remedy: 'leave θ out, or give one from about 1/3 to 1',
  });
}
