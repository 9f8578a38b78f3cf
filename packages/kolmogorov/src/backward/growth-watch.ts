import { SdeError, type Warning } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import type { Sides } from '../operators/boundary.js';
import type { Operator } from '../operators/operator.js';
import { stageOf } from '../stepping/sweep.js';
import type { MeshStep } from '../stepping/time-mesh.js';
import type { Discrete } from './discretization.js';
import { addedBeyond, sourceBeyond, sourceMessage } from './source-beyond.js';

/**
 * What a field says of itself.
 *
 * - `maximum-principle`: values beyond those that the equation allows.
 * - `open-side`: such values, or a source that bends, where the drift leaves through a side of vanishing curvature: what comes from beyond is extrapolated.
 */
export type GrowthKind = 'maximum-principle' | 'open-side';

/** Watches a backward solve for values that the equation does not have. */
export interface GrowthWatch {
  /** Says that u may also be as these values are: what is held against it. */
  allow(values: Float64Array): void;
  /** Sees u after a step. @throws SdeError `value` where it is beyond any sense. */
  see(step: MeshStep, u: Float64Array): void;
  warnings(): Warning<GrowthKind>[];
}

/** Share of the range of the data by which u may leave it: central differences do at kinks, by less. Empirical. */
const OVERSHOOT = 0.05;
/** The same in multiples of the range, where a solve has blown up. */
const BLOWN_UP = 10;
/** Multiples of the data where sides let u grow by what they are given, or by extrapolation. Empirical. */
const OPEN_BLOWN_UP = 1e3;
/** The rate of leaving times the time, beyond which how far the drift carries is no bound. Empirical. */
const FAR = 7;

/**
 * The maximum principle of u_t + L u − c u + f = 0: u stays between the least and the greatest of φ and of the given values, with the growth and decay that c
 * allows and what f adds. Where the drift leaves through a side of vanishing curvature, φ goes on straight beyond it: flat, it keeps its bounds, and with a slope it
 * gains by as much as a linear drift carries in that time. With a slope that is given, or where it leaves an f that varies or a bend of φ, there is no such
 * bound, and only growth out of all proportion is refused.
 */
export function growthWatch(equation: Discrete, terminal: Float64Array, where: string): GrowthWatch {
  const { generator, sides, grid, mesh } = equation;
  const { fixed } = generator.closure;
  let [low, high] = extremes(terminal, () => true);
  let range = high - low;
  const given = sides.some((pair) => pair.some((side, upper) => side.kind === 'slope' && !dissipates(side, upper)));
  const beyondSides = shapeAtSides(equation, terminal);
  const bent = beyondSides.sag > OVERSHOOT * range;
  const gain = !bent && beyondSides.rise > OVERSHOOT * range ? beyondSides.rise : 0;
  const isGiven = givenBySides(equation);
  let rate = 0;
  let unresolved = false;
  let forced = false;
  let worst: { beyond: number; t: number; value: number; low: number; high: number } | undefined;
  const killing = { of: undefined as Float64Array | undefined, least: 0, most: 0 };
  const forcing = { of: undefined as Operator | undefined, least: 0, most: 0, size: 0 };
  const g = new Float64Array(grid.size);
  let side: Float64Array | undefined;
  const beyondSource = { of: undefined as Operator | undefined, rate: 0 };
  let missed: { missing: number; t: number } | undefined;
  const learn = (step: MeshStep, fraction: 0 | 1): void => {
    const t = fraction === 0 ? step.before : step.low;
    const coefficients = generator.coefficients(t, step.piece, (step.low + step.high) / 2);
    const operator = stageOf(generator, step)(fraction);
    if (killing.of !== coefficients.killing || !generator.constant) {
      killing.of = coefficients.killing;
      [killing.least, killing.most] = extremes(coefficients.killing, (p) => !fixed[p]);
    }
    if (forcing.of !== operator || !generator.constant) {
      forcing.of = operator;
      g.fill(0);
      operator.addForcing(1, g);
      [forcing.least, forcing.most] = extremes(g, (p) => !fixed[p]);
      forcing.size = Math.max(Math.abs(forcing.least), Math.abs(forcing.most));
    }
    if (side !== coefficients.drift[0] || !generator.constant) {
      side = coefficients.drift[0];
      const outward = outwardRate(equation, sides, coefficients.drift);
      rate = Math.max(rate, outward);
    }
    if (rate > 0 && forcing.least < forcing.most && (beyondSource.of !== operator || !generator.constant)) {
      beyondSource.of = operator;
      beyondSource.rate = Math.max(beyondSource.rate, sourceBeyond(equation, coefficients.drift, g));
    }
  };
  const data = terminal.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let bound = data;
  return {
    allow: (values) => {
      const [least, greatest] = extremes(values, () => true);
      [low, high] = [Math.min(low, least), Math.max(high, greatest)];
      bound = Math.max(bound, -least, greatest);
    },
    see: (step, u) => {
      for (const fraction of [0, 1] as const) learn(step, fraction);
      const dt = step.length;
      forced ||= forcing.least < forcing.most;
      // Growth that steps do not resolve is theirs to overflow by.
      unresolved ||= killing.least * dt < -1 / 2;
      if (unresolved) return;
      const [slow, fast] = [decay(killing.least, dt), decay(killing.most, dt)];
      const added = dt * Math.max(slow, 1);
      high = high * (high > 0 ? slow : fast) + added * Math.max(forcing.most, 0);
      low = low * (low < 0 ? slow : fast) + added * Math.min(forcing.least, 0);
      const [givenLow, givenHigh] = extremes(u, (p) => isGiven[p] === 1);
      if (givenLow <= givenHigh) [low, high] = [Math.min(low, givenLow), Math.max(high, givenHigh)];
      range = Math.max(range, high - low);
      bound = (bound + dt * forcing.size) * Math.max(slow, 1) * numbers.exp(4 * rate * dt);
      bound = Math.max(bound, Math.abs(givenLow <= givenHigh ? Math.max(-givenLow, givenHigh) : 0));
      const [least, greatest] = extremes(u, () => true);
      const missing = addedBeyond(beyondSource.rate, equation.T - step.low, killing.least);
      if (missing > OVERSHOOT * Math.max(range, greatest - least) && missing > (missed?.missing ?? 0))
        missed = { missing, t: step.low };
      if (given || rate > 0) {
        const size = Math.max(-least, greatest);
        if (!(size <= OPEN_BLOWN_UP * Math.max(bound, Number.MIN_VALUE)) && Number.isFinite(size)) {
          throw blownUp({ value: size, low: -bound, high: bound, t: step.low }, where);
        }
        if (given || (forced && !bent)) return;
      }
      const unit = range > 0 ? range : Math.max(Math.abs(high), Number.MIN_VALUE);
      const carried = rate * (equation.T - step.low);
      const far = gain > 0 && carried > FAR;
      const gained = far ? BLOWN_UP * unit : (1 + OVERSHOOT) * gain * numbers.expm1(carried);
      const beyond = Math.max(greatest - high, low - least) - gained;
      const value = greatest - high > low - least ? greatest : least;
      const bounded = rate === 0 || !(bent || gain > 0 || forced);
      if (bounded && beyond > BLOWN_UP * unit && Number.isFinite(beyond))
        throw blownUp({ value, low, high, t: step.low }, where);
      if (beyond > OVERSHOOT * unit && beyond > (worst?.beyond ?? 0)) worst = { beyond, t: step.low, value, low, high };
    },
    warnings: () => {
      if (!worst && missed) return [{ kind: 'open-side', message: sourceMessage(missed.missing), ...missed }];
      if (!worst || mesh.length === 0) return [];
      const { beyond, ...seen } = worst;
      const facts = { overshoot: beyond, ...seen };
      if (rate > 0) {
        const message = `u is ${seen.value} at t = ${seen.t}, beyond what φ and the sides give it, ${seen.low} to ${seen.high}: the drift leaves through a side of vanishing curvature, and what comes from beyond is extrapolated. Widen the axis until the number no longer moves, or say what holds there.`;
        return [{ kind: 'open-side', message, ...facts }];
      }
      const message = `u is ${seen.value} at t = ${seen.t}, and by the maximum principle between ${seen.low} and ${seen.high}: it overshoots by ${beyond}. Take steps that damp ({ smoothing }), more of them, averaging of a terminal value that jumps, or monotone differences with implicitEuler.`;
      return [{ kind: 'maximum-principle', message, ...facts }];
    },
  };
}

const decay = (killing: number, dt: number): number => (killing === 0 ? 1 : numbers.exp(-killing * dt));

/** The least and the greatest of the values that are asked for; +∞ and −∞ if none is. */
function extremes(values: Float64Array, wanted: (p: number) => boolean): [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let p = 0; p < values.length; p++) {
    if (!wanted(p)) continue;
    if (values[p] < least) least = values[p];
    if (values[p] > greatest) greatest = values[p];
  }
  return [least, greatest];
}

/** 1 at the nodes whose value a side gives. */
function givenBySides({ grid, sides }: Discrete): Uint8Array {
  const given = new Uint8Array(grid.size);
  sides.forEach((pair, k) => {
    const ends = [0, grid.shape[k] - 1];
    pair.forEach((side, upper) => {
      if (side.kind !== 'fixed') return;
      for (let p = 0; p < grid.size; p++)
        if (Math.floor(p / grid.strides[k]) % grid.shape[k] === ends[upper]) given[p] = 1;
    });
  });
  return given;
}

/**
 * At sides of vanishing curvature: the most by which φ would leave its tangent over half an axis, if it went on to bend as it does there, and by which it would rise
 * along it, for all axes together.
 */
export function shapeAtSides(
  { grid, sides }: Pick<Discrete, 'grid' | 'sides'>,
  values: Float64Array,
): { readonly sag: number; readonly rise: number } {
  let [sag, rise] = [0, 0];
  sides.forEach((pair, k) => {
    const { points } = grid.axes[k];
    const last = points.length - 1;
    const half = (points[last] - points[0]) / 2;
    let steepest = 0;
    pair.forEach((side, upper) => {
      if (side.kind !== 'straight' || side.degenerate) return;
      const [end, inward] = upper === 1 ? [last, -1] : [0, 1];
      const near = points[end + inward] - points[end];
      const far = points[end + 2 * inward] - points[end + inward];
      const step = inward * grid.strides[k];
      for (let p = 0; p < grid.size; p++) {
        if (Math.floor(p / grid.strides[k]) % points.length !== end) continue;
        const [first, second] = [
          (values[p + step] - values[p]) / near,
          (values[p + 2 * step] - values[p + step]) / far,
        ];
        sag = Math.max(sag, Math.abs((second - first) / (near + far)) * (half * half));
        steepest = Math.max(steepest, Math.abs(first) * half);
      }
    });
    rise += steepest;
  });
  return { sag, rise };
}

/** No slope is given, and what the side adds to u has not its sign. */
function dissipates(side: Sides[number][number], upper: number): boolean {
  return side.kind === 'slope' && side.slope.constant === 0 && (upper === 1 ? side.feedback <= 0 : side.feedback >= 0);
}

/** The largest drift out through a side of vanishing curvature, over half the length of its axis. */
function outwardRate({ grid, generator }: Discrete, sides: Sides, drift: readonly Float64Array[]): number {
  let most = 0;
  sides.forEach((pair, k) => {
    const { points } = grid.axes[k];
    const half = (points[points.length - 1] - points[0]) / 2;
    pair.forEach((side, upper) => {
      if (side.kind !== 'straight') return;
      const end = upper === 1 ? points.length - 1 : 0;
      for (let p = 0; p < grid.size; p++) {
        if (Math.floor(p / grid.strides[k]) % points.length !== end || generator.closure.fixed[p]) continue;
        most = Math.max(most, (upper === 1 ? drift[k][p] : -drift[k][p]) / half);
      }
    });
  });
  return most;
}

/** What to throw of a value that is beyond any sense. */
export function blownUp(
  { value, low, high, t }: { readonly value: number; readonly low: number; readonly high: number; readonly t: number },
  where: string,
): SdeError {
  return new SdeError('value', {
    what: 'the solution blew up',
    where: `${where}(…, { stepping, boundary })`,
    expected: `values between ${low} and ${high}, by the maximum principle`,
    got: `${value} at t = ${t}`,
    remedy:
      'use more steps, a stepping that is stable for every step, a larger θ, or sides that the drift does not leave through',
  });
}
