import { describe, requireFinite, requireInteger, SdeError } from 'sde-core';

/** The values a control may take: a list, or an interval stood for by evenly spaced values. */
export type ControlValues =
  | readonly number[]
  | { readonly lower: number; readonly upper: number; readonly points: number };

/** Beyond this many combinations one matrix for each does not fit. */
const MOST_COMBINATIONS = 4096;

/**
 * Every combination of the values of the controls: arrays of shape (q).
 *
 * @throws SdeError `unknown-symbol` for a control that is not the model's or was left out, `value` for an empty list or interval.
 */
export function controlSet(
  names: readonly string[],
  values: Readonly<Record<string, ControlValues>>,
  where: string,
): Float64Array[] {
  const unknown = Object.keys(values ?? {}).find((name) => !names.includes(name));
  const missing = names.find((name) => values?.[name] === undefined);
  if (unknown !== undefined || missing !== undefined) {
    throw new SdeError('unknown-symbol', {
      what: unknown === undefined ? `the control '${missing}' has no values` : `the model has no control '${unknown}'`,
      where,
      expected: `values for ${names.join(', ')}`,
      got: describe(values),
      remedy: 'give each control of the model a list of values, or { lower, upper, points }',
    });
  }
  const lists = names.map((name) => listOf(values[name], `${where}.${name}`));
  const count = lists.reduce((product, list) => product * list.length, 1);
  if (count > MOST_COMBINATIONS) {
    throw new SdeError('value', {
      what: 'too many combinations of control values',
      where,
      expected: `at most ${MOST_COMBINATIONS}`,
      got: String(count),
      remedy: 'use fewer values a control',
    });
  }
  return lists
    .reduce<number[][]>((heads, list) => heads.flatMap((head) => list.map((value) => [...head, value])), [[]])
    .map((combination) => Float64Array.from(combination));
}

function listOf(values: ControlValues, where: string): readonly number[] {
  const remedy = 'give finite values, at least one';
  if ('points' in values) {
    const { lower, upper, points } = values;
    requireInteger(points, 2, `${where}.points`, 'give the number of values, both ends included');
    requireFinite(lower, `${where}.lower`, remedy);
    requireFinite(upper, `${where}.upper`, remedy);
    return Array.from({ length: points }, (_, i) => lower + ((upper - lower) * i) / (points - 1));
  }
  requireInteger(values.length, 1, `${where}.length`, remedy);
  for (const value of values) requireFinite(value, where, remedy);
  return values;
}
