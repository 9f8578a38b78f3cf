import {
  describe,
  type Expression,
  expression,
  type KnownKeys,
  requireFinite,
  requireInteger,
  requireNumbers,
  SdeError,
} from 'sde-core';
import { requireFields } from '../door/at-the-door.js';
import { MOST_COMBINATIONS } from '../door/limits.js';
import { inOrder, pairsOf } from '../operators/coefficient-layout.js';
import type { ControlledModel } from './controlled.js';

/**
 * The values a control may take, and how the best is found.
 *
 * - a list, or `points` evenly spaced values: every one is tried;
 * - `{ lower?, upper? }`: an interval (default: all numbers) in closed form, where the equation is quadratic in such controls; by differences that are not
 *   linear in σσᵀ (`wide`) the closed form of a control of σ is only near the best, so its interval, then finite, is searched as well;
 * - `minimizer`: the caller's formula for the best value, in the states, time, parameters, V and its derivatives V_x, V_xx, V_xy, …, cut off at the bounds;
 * - `search`: the best of so many evenly spaced values, refined by golden section; a minimum narrower than their distance may be missed.
 */
export type ControlValues =
  | readonly number[]
  | { readonly lower: number; readonly upper: number; readonly points: number }
  | { readonly lower: number; readonly upper: number; readonly search: number }
  | { readonly lower?: number; readonly upper?: number; readonly minimizer: string }
  | { readonly lower?: number; readonly upper?: number };

/** The controls sorted by how the best value is found; indices among the model's controls. */
export interface ControlSet {
  /** Shape (q) each. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Every combination of the listed controls, the others NaN: arrays of shape (q). */
  readonly combinations: readonly Float64Array[];
  /** The listed values of a control, ascending; undefined for an interval. Shape (q). */
  readonly lists: readonly (Float64Array | undefined)[];
  readonly quadratic: readonly number[];
  readonly given: readonly { readonly index: number; readonly minimizer: Expression }[];
  readonly searched: readonly { readonly index: number; readonly points: number }[];
}

type Interval = { readonly lower: number; readonly upper: number; readonly minimizer: string; readonly search: number };
type Evenly = { readonly lower: number; readonly upper: number; readonly points: number };
const intervalKeys: KnownKeys<Interval> = { lower: true, upper: true, minimizer: true, search: true };

/** Values at which the search of an interval begins that has a closed form to begin with, too; empirical. */
const SEARCH_POINTS = 17;

/**
 * Reads what each control may take.
 *
 * @throws SdeError `unknown-symbol` for a control that is not the model's or was left out, `value` for an empty list or interval; the errors of expressions
 * for a minimizer.
 */
export function controlSet(
  model: ControlledModel,
  values: Readonly<Record<string, ControlValues>>,
  where: string,
): ControlSet {
  const names = model.control;
  requireEach(names, values, where);
  const set = {
    lower: new Float64Array(names.length).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(names.length).fill(Number.POSITIVE_INFINITY),
    lists: names.map((): Float64Array | undefined => undefined),
    quadratic: [] as number[],
    given: [] as { index: number; minimizer: Expression }[],
    searched: [] as { index: number; points: number }[],
  };
  const lists = names.map((name, index): readonly number[] => {
    const input = values[name];
    const at = `${where}.${name}`;
    const list = listOf(input, at);
    if (list) {
      set.lists[index] = Float64Array.from(list).sort();
      set.lower[index] = Math.min(...list);
      set.upper[index] = Math.max(...list);
      return list;
    }
    requireFields<Interval>(input, intervalKeys, at, { min: 'lower', max: 'upper' });
    const bounds = input as { readonly lower?: number; readonly upper?: number };
    [set.lower[index], set.upper[index]] = boundsOf(bounds, 'search' in bounds, at);
    if ('minimizer' in bounds) {
      set.given.push({ index, minimizer: minimizerOf(model, bounds.minimizer as string, `${at}.minimizer`) });
    } else if ('search' in bounds) {
      const points = requireInteger(
        bounds.search as number,
        3,
        `${at}.search`,
        'give the number of values to start from',
        MOST_COMBINATIONS,
      );
      set.searched.push({ index, points });
    } else set.quadratic.push(index);
    return [Number.NaN];
  });
  return { ...set, combinations: combinationsOf(lists, where) };
}

/**
 * The same set, with intervals searched whose closed form does not decide: those of the controls that `which`, shape (q), marks.
 *
 * @throws SdeError `unsupported` for such an interval without end.
 */
export function searchedToo(
  set: ControlSet,
  which: readonly boolean[],
  names: readonly string[],
  where: string,
): ControlSet {
  const open = set.quadratic.filter((index) => which[index]);
  const endless = open.find((index) => !Number.isFinite(set.upper[index] - set.lower[index]));
  if (endless !== undefined) throw withoutEnd(names[endless], set.lower[endless], set.upper[endless], where);
  return { ...set, searched: [...set.searched, ...open.map((index) => ({ index, points: SEARCH_POINTS }))] };
}

function withoutEnd(name: string, lower: number, upper: number, where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a control of the diffusion in an interval without end, with differences that are not linear in σσᵀ',
    where: `${where}.${name}`,
    expected: 'finite lower and upper bounds, which are searched',
    got: `(${lower}, ${upper})`,
    remedy: "give both bounds, a list, or diffusion 'central'",
  });
}

/** The names under which a minimizer finds V and its derivatives: V, V_x, …, then V_xx, …, then V_xy, …: each after the coefficient that multiplies it. */
export function valueNames(state: readonly string[]): string[] {
  const [value, ...derivatives] = inOrder({
    drift: state.map((x) => `V_${x}`),
    halfVariance: state.map((x) => `V_${x}${x}`),
    covariance: pairsOf(state.length).map(([k, l]) => `V_${state[k]}${state[l]}`),
    killing: 'V',
  }).reverse();
  return [value, ...derivatives.reverse()];
}

function minimizerOf({ model, control }: ControlledModel, text: string, where: string): Expression {
  const parameters = Object.fromEntries(Object.entries(model.parameters).filter(([name]) => !control.includes(name)));
  return expression(text, { state: [...model.state, ...valueNames(model.state)], time: model.time, parameters, where });
}

function requireEach(names: readonly string[], values: Readonly<Record<string, ControlValues>>, where: string): void {
  const unknown = Object.keys(values ?? {}).find((name) => !names.includes(name));
  const missing = names.find((name) => typeof values?.[name] !== 'object' || values[name] === null);
  if (unknown === undefined && missing === undefined) return;
  throw new SdeError('unknown-symbol', {
    what: unknown === undefined ? `the control '${missing}' has no values` : `the model has no control '${unknown}'`,
    where,
    expected: `values for ${names.join(', ')}`,
    got: describe(values),
    remedy: 'give each control of the model a list of values, or { lower, upper }',
  });
}

function boundsOf(
  { lower, upper }: { readonly lower?: number; readonly upper?: number },
  finite: boolean,
  where: string,
): [number, number] {
  const remedy = 'give finite bounds, or leave them out where the minimum is known in closed form';
  if (finite || lower !== undefined) requireFinite(lower as number, `${where}.lower`, remedy);
  if (finite || upper !== undefined) requireFinite(upper as number, `${where}.upper`, remedy);
  const [low, high] = [lower ?? Number.NEGATIVE_INFINITY, upper ?? Number.POSITIVE_INFINITY];
  if (low < high) return [low, high];
  throw new SdeError('value', {
    what: 'the lower bound of a control is not below the upper',
    where,
    expected: 'lower < upper',
    got: `${low} and ${high}`,
    remedy: 'exchange them, or give a list of one value',
  });
}

/** The values of a list or an evenly spaced interval; undefined for a control that is not listed. */
function listOf(values: ControlValues, where: string): readonly number[] | undefined {
  const remedy = 'give finite values, at least one';
  if ('points' in values) {
    requireFields<Evenly>(values, { lower: true, upper: true, points: true }, where, { min: 'lower', max: 'upper' });
    const { points } = values;
    requireInteger(points, 2, `${where}.points`, 'give the number of values, both ends included', MOST_COMBINATIONS);
    const lower = requireFinite(values.lower, `${where}.lower`, remedy);
    const upper = requireFinite(values.upper, `${where}.upper`, remedy);
    return Array.from({ length: points }, (_, i) => lower + ((upper - lower) * i) / (points - 1));
  }
  if (!('length' in values)) return undefined;
  requireNumbers(values, where, remedy);
  requireInteger(values.length, 1, `${where}.length`, `${remedy}, or { lower, upper }`, MOST_COMBINATIONS);
  return Array.from(values);
}

function combinationsOf(lists: readonly (readonly number[])[], where: string): Float64Array[] {
  const count = lists.reduce((product, list) => product * list.length, 1);
  if (count > MOST_COMBINATIONS) {
    throw new SdeError('value', {
      what: 'too many combinations of control values',
      where,
      expected: `at most ${MOST_COMBINATIONS}`,
      got: String(count),
      remedy: 'use fewer values a control, or an interval { lower, upper }',
    });
  }
  return lists
    .reduce<number[][]>((heads, list) => heads.flatMap((head) => list.map((value) => [...head, value])), [[]])
    .map((combination) => Float64Array.from(combination));
}
