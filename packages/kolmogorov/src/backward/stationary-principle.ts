import { SdeError, type Warning } from 'sde-core';
import type { Work } from 'sde-core/turns';
import { type Factors, solving } from '../linear/factors.js';
import type { Discrete } from './discretization.js';
import { addedBeyond, sourceBeyond, sourceMessage } from './source-beyond.js';

/** Share of the size of a solution by which it may leave its bounds. Empirical. */
const OVERSHOOT = 0.05;

/**
 * Refuses growth beyond the first eigenvalue: the solution for the source 1 and nothing given on sides is then negative somewhere, where the expectation that it
 * stands for is infinite. One more solve with the factors, where the killing is negative or a side adds to u.
 *
 * @throws SdeError `value`.
 */
export function* requireSubcritical(
  { grid, sides }: Discrete,
  {
    factors,
    fixed,
    killing,
  }: { readonly factors: Factors; readonly fixed: Uint8Array; readonly killing: Float64Array },
  where: string,
): Work<void> {
  const adds = sides.some((pair) =>
    pair.some((side, upper) => side.kind === 'slope' && (upper === 1 ? side.feedback > 0 : side.feedback < 0)),
  );
  const rate = killing.reduce((least, c, p) => (fixed[p] ? least : Math.min(least, c)), 0);
  if (!adds && rate >= 0) return;
  const times = Float64Array.from({ length: grid.size }, (_, p) => 1 - fixed[p]);
  yield* solving(factors, times);
  let [least, size] = [0, 0];
  for (let p = 0; p < grid.size; p++) {
    if (fixed[p]) continue;
    least = Math.min(least, times[p]);
    size = Math.max(size, Math.abs(times[p]));
  }
  if (least >= -OVERSHOOT * size) return;
  throw new SdeError('value', {
    what: 'no stationary solution: what is gained by killing below 0, or on a side, outweighs what leaves',
    where: `${where}({ killing })`,
    expected: 'a rate above minus the first eigenvalue, so that the expectation is finite',
    got: `killing down to ${rate}: E ∫ e^(−∫c) ds comes out as ${least}`,
    remedy: 'raise the killing, shorten the axis, or solve over a finite time with solveKolmogorov',
  });
}

/** With c ≥ 0: where f ≥ 0 the solution is not below the least given value and 0, where f ≤ 0 not above the greatest and 0. */
export function principleWarnings(
  { grid, sides, generator }: Discrete,
  killing: Float64Array,
  u: Float64Array,
): Warning<'maximum-principle'>[] {
  const sloped = sides.some((pair) =>
    pair.some((side) => side.kind === 'slope' && (side.slope.constant !== 0 || side.feedback !== 0)),
  );
  if (sloped || killing.some((c, p) => !generator.closure.fixed[p] && c < 0)) return [];
  const forcing = new Float64Array(grid.size);
  generator.at(0, 0).addForcing(1, forcing);
  const given: number[] = [];
  let [least, greatest, up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false, false];
  const copied = sides.map(([lower]) => lower.kind === 'periodic');
  for (let p = 0; p < grid.size; p++) {
    least = Math.min(least, u[p]);
    greatest = Math.max(greatest, u[p]);
    const isCopy = copied.some(
      (yes, k) => yes && Math.floor(p / grid.strides[k]) % grid.shape[k] === grid.shape[k] - 1,
    );
    if (generator.closure.fixed[p] && !isCopy) given.push(u[p]);
    else {
      up ||= forcing[p] > 0;
      down ||= forcing[p] < 0;
    }
  }
  const decays = killing.some((c) => c > 0) || given.length === 0;
  const low = down
    ? Number.NEGATIVE_INFINITY
    : given.reduce((a, b) => Math.min(a, b), decays || up ? 0 : Number.POSITIVE_INFINITY);
  const high = up
    ? Number.POSITIVE_INFINITY
    : given.reduce((a, b) => Math.max(a, b), decays || down ? 0 : Number.NEGATIVE_INFINITY);
  const size =
    Math.max(greatest, high === Number.POSITIVE_INFINITY ? greatest : high) -
    Math.min(least, low === Number.NEGATIVE_INFINITY ? least : low);
  const overshoot = Math.max(low - least, greatest - high);
  if (!(overshoot > OVERSHOOT * size)) return [];
  const value = low - least > greatest - high ? least : greatest;
  const message = `The solution is ${value} somewhere, beyond what the sides and the source allow by ${overshoot}: the cells are too coarse for the drift. Use more points where it is steep, or drift: 'exponential' or 'hybrid'.`;
  return [{ kind: 'maximum-principle', message, overshoot, value }];
}

/** A source that bends where the drift leaves through a side of vanishing curvature: what comes from beyond is extrapolated. */
export function openSideWarnings(made: Discrete, killing: Float64Array, u: Float64Array): Warning<'open-side'>[] {
  const { grid, generator } = made;
  const forcing = new Float64Array(grid.size);
  generator.at(0, 0).addForcing(1, forcing);
  const beyond = sourceBeyond(made, generator.coefficients(0, 0).drift, forcing);
  const c = killing.reduce(
    (least, value, p) => (generator.closure.fixed[p] ? least : Math.min(least, value)),
    Number.POSITIVE_INFINITY,
  );
  const missing = addedBeyond(beyond, Number.POSITIVE_INFINITY, c);
  const [least, greatest] = u.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [u[0], u[0]],
  );
  if (!(missing > OVERSHOOT * (greatest - least))) return [];
  return [{ kind: 'open-side', message: sourceMessage(missing), missing }];
}
