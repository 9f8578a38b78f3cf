import { SdeError, type Warning } from 'sde-core';
import type { Grid } from '../grid/grid.js';
import type { Snapshots } from '../grid/snapshots.js';
import type { Sides } from '../operators/boundary.js';
import type { Coefficients } from '../operators/coefficients.js';
import { endOf, type MassBalance } from './mass-balance.js';

/**
 * What a density says of itself.
 *
 * - `initial-normalized`: the initial formula did not have mass 1 on the grid, and was divided by what it had.
 * - `negative-density`: some of the mass is negative, by more than what the differences neglect.
 * - `mass-at-sides`: mass came to rest on sides of vanishing curvature, where nothing says what becomes of it.
 * - `coarse-cells`: of a stationary law, two ways to difference the drift do not agree.
 * - `mass-not-kept`: without killing and sides that take it the mass has changed.
 */
export type DensityWarning = Warning<
  'initial-normalized' | 'negative-density' | 'mass-at-sides' | 'mass-not-kept' | 'coarse-cells'
>;

/** Share of the mass that may be negative at T, and before. Empirical: an interpolated point begins with up to an eighth, and loses it within a few cells. */
const [NEGATIVE_AT_END, NEGATIVE_BEFORE] = [1e-3, 1e-2];
/** Share of the mass that may lie on sides of vanishing curvature: a density that has not arrived there has less. Empirical. */
export const AT_SIDES = 1e-3;
/** Relative change of a mass that should rest: far above rounding and the tolerance of iterative solvers. */
const NOT_KEPT = 1e-6;
/** Σ |mass| over what it was at t0, beyond which a solve has blown up. */
const BLOWN_UP = 10;
/** Relative to the largest on the grid, a coefficient that is rounding. */
const ROUNDING = 2 ** -40;

/** The sum of the negative masses, as a number ≥ 0. */
export const negativeMassOf = (masses: Float64Array): number =>
  masses.reduce((sum, mass) => (mass < 0 ? sum - mass : sum), 0);

/** |mass| on the sides of vanishing curvature across which there is diffusion, or drift out: what these sides hold they should not. */
export function restingOnSides(
  grid: Grid,
  sides: Sides,
  { drift, halfVariance }: Coefficients,
): (masses: Float64Array) => { readonly mass: number; readonly axis: number; readonly side: 'lower' | 'upper' } {
  const nodes = sides.map((pair, k) =>
    pair.map((side, upper) => {
      if (side.kind !== 'straight' || side.degenerate) return [];
      const [least, slowest] = [halfVariance[k], drift[k]].map(
        (values) => ROUNDING * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      );
      const found: number[] = [];
      for (let p = 0; p < grid.size; p++) {
        if (endOf(grid, k, p) !== upper) continue;
        const outward = upper === 1 ? drift[k][p] : -drift[k][p];
        if (halfVariance[k][p] > least || outward > slowest) found.push(p);
      }
      return found;
    }),
  );
  return (masses) => {
    let most: { mass: number; axis: number; side: 'lower' | 'upper' } = { mass: 0, axis: 0, side: 'lower' };
    nodes.forEach((pair, axis) => {
      pair.forEach((along, upper) => {
        let mass = 0;
        for (const p of along) mass += Math.abs(masses[p]);
        if (mass > most.mass) most = { mass, axis, side: upper === 1 ? 'upper' : 'lower' };
      });
    });
    return most;
  };
}

/** What is known of a density beside its values. */
export interface WatchedDensity {
  readonly balance: MassBalance;
  readonly resting: ReturnType<typeof restingOnSides>;
  /** Nothing kills and no side takes by a combination. */
  readonly conserves: boolean;
  /** It is of no time. Default false. */
  readonly stationary?: boolean;
}

/**
 * The warnings of a density over its snapshots.
 *
 * @throws SdeError `value` where the masses have grown beyond any sense.
 */
export function densityWarnings(
  { times, values }: Snapshots,
  { balance, resting, conserves, stationary = false }: WatchedDensity,
  where: string,
): DensityWarning[] {
  const warnings: DensityWarning[] = [];
  const size = values[0].reduce((sum, mass) => sum + Math.abs(mass), 0);
  const last = values.length - 1;
  let [worst, at] = [0, 0];
  let most = { mass: 0, axis: 0, side: 'lower' as 'lower' | 'upper', t: 0 };
  const negativeAtEnd = negativeMassOf(values[last]);
  values.forEach((masses, j) => {
    const total = masses.reduce((sum, mass) => sum + Math.abs(mass), 0);
    if (!(total <= BLOWN_UP * size)) throw blownUp(times[j], total / size, where);
    if (j === 0) return;
    const negative = negativeMassOf(masses);
    if (negative > worst) [worst, at] = [negative, times[j]];
    const found = resting(masses);
    if (found.mass > most.mass) most = { ...found, t: times[j] };
  });
  if (negativeAtEnd > NEGATIVE_AT_END * size || worst > NEGATIVE_BEFORE * size) {
    const kind = 'negative-density';
    const message = stationary
      ? `The density is negative in places: ${worst} of mass. Take more points, or differences of the drift that are monotone ({ drift: 'exponential' }).`
      : `The density is negative in places: ${worst} of mass at t = ${at}, ${negativeAtEnd} at the end. Take steps that damp at t0 ({ smoothing }), more steps or points, differences of the drift that are monotone ({ drift: 'hybrid' }), or implicitEuler.`;
    warnings.push({ kind, message, negativeMass: worst, t: at, negativeMassAtEnd: negativeAtEnd });
  }
  if (most.mass > AT_SIDES * size) {
    const kind = 'mass-at-sides';
    const when = stationary ? '' : ` at t = ${most.t}`;
    const message = `${most.mass} of mass lies on the ${most.side} side of axis ${most.axis}${when}, where only vanishing curvature is said: what arrives there rests there, or grows. Widen the axis, or say { kind: 'reflecting' } or 'absorbing'.`;
    warnings.push({ kind, message, ...most });
  }
  const gained = balance.end - balance.start + balance.sides.reduce((sum, side) => sum + side.lower + side.upper, 0);
  if (conserves && Math.abs(gained) > NOT_KEPT * size) {
    const kind = 'mass-not-kept';
    const message = `The mass changed by ${gained} for no reason of the equation: rounding of masses that cancel, or a solver's tolerance.`;
    warnings.push({ kind, message, gained });
  }
  return warnings;
}

/** The warnings of the law of a chain on a grid, where `left` of mass stepped over a side and was put back on it. */
export function chainWarnings({ times, values }: Snapshots, left: number): DensityWarning[] {
  const last = values.length - 1;
  const size = values[0].reduce((sum, mass) => sum + Math.abs(mass), 0);
  const negativeAtEnd = negativeMassOf(values[last]);
  const warnings: DensityWarning[] = [];
  // The law of a few steps from a point is as rough as the point, and its interpolation says nothing of later times.
  if (negativeAtEnd > NEGATIVE_AT_END * size) {
    const kind = 'negative-density';
    const message = `The law is negative in places: ${negativeAtEnd} of mass at t = ${times[last]}. The weights of interpolation are; means of smooth functions are right, the masses of single nodes are not. Take more nodes, or { points: 2 }.`;
    warnings.push({ kind, message, negativeMass: negativeAtEnd, t: times[last] });
  }
  if (left > AT_SIDES * size) {
    const kind = 'mass-at-sides';
    const message = `${left} of mass stepped out of the grid and was put back on its sides. Widen the axes.`;
    warnings.push({ kind, message, mass: left });
  }
  return warnings;
}

function blownUp(t: number, growth: number, where: string): SdeError {
  return new SdeError('value', {
    what: 'the density blew up',
    where: `${where}(…, { stepping, boundary })`,
    expected: `masses whose sizes add up to no more than ${BLOWN_UP} times what they were at t0`,
    got: `${growth} times at t = ${t}`,
    remedy:
      "use sides that the drift does not leave through ('reflecting', 'absorbing'), more steps, or drift: 'hybrid' with implicitEuler",
  });
}
