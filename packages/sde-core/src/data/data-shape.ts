import { describe } from '../errors/at-the-door.js';
import { type DataDoor, placeIn, refuseData } from './json-text.js';

/** What a piece of plain data has to look like: the first place that does not, with what it should be; undefined where all is well. */
export type DataShape = (value: unknown, place: string) => Misfit | undefined;

/** The first place at which data is not what it has to be. */
export interface Misfit {
  readonly place: string;
  readonly expected: string;
  readonly got: unknown;
}

/** No name, formula or reason is longer. */
const LONGEST_TEXT = 2 ** 16;
/** Fields of a warning. */
const MOST_FIGURES = 1024;
/** Entries of a list, where no shape says less. */
const LONGEST_LIST = 2 ** 20;

const primitive =
  (expected: string, holds: (value: unknown) => boolean): DataShape =>
  (got, place) =>
    holds(got) ? undefined : { place, expected, got };

/** Any number: estimates may be infinite, and orders that were not measured are NaN. */
export const someNumber: DataShape = primitive('a number', (value) => typeof value === 'number');
/** A number that is neither NaN nor infinite. */
export const finite: DataShape = primitive('a finite number', Number.isFinite);
/** A finite number above 0. */
export const positive: DataShape = primitive('a number > 0', (value) => Number.isFinite(value) && Number(value) > 0);
/** A finite number of at least 0. */
export const notNegative: DataShape = primitive(
  'a number ≥ 0',
  (value) => Number.isFinite(value) && Number(value) >= 0,
);
/** A number between 0 and 1, neither of them. */
export const share: DataShape = primitive(
  'a number in (0, 1)',
  (value) => typeof value === 'number' && value > 0 && value < 1,
);
/** A text that is not endless. */
export const text: DataShape = primitive(
  `a text of at most ${LONGEST_TEXT} characters`,
  (value) => typeof value === 'string' && value.length <= LONGEST_TEXT,
);
/** True or false. */
export const flag: DataShape = primitive('true or false', (value) => typeof value === 'boolean');

/** One of some words. */
export const oneOf = (...words: readonly string[]): DataShape =>
  primitive(words.join(', '), (value) => typeof value === 'string' && words.includes(value));

/** A text of a pattern, which should be anchored at both ends. */
export const textLike = (pattern: RegExp, expected: string): DataShape =>
  primitive(expected, (value) => typeof value === 'string' && value.length <= LONGEST_TEXT && pattern.test(value));

/** A whole number in a range. */
export const whole = (least: number, most: number): DataShape =>
  primitive(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  );

/** The shape, or nothing. */
export const maybe =
  (shape: DataShape): DataShape =>
  (value, place) =>
    value === undefined ? undefined : shape(value, place);

/** A list of at least and at most so many of one shape. */
export const list =
  (shape: DataShape, least: number = 0, most: number = LONGEST_LIST): DataShape =>
  (value, place) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      const bounds = [least > 0 ? `at least ${least}` : '', most < LONGEST_LIST ? `at most ${most}` : ''].filter(
        Boolean,
      );
      return { place, expected: ['a list', bounds.join(' and ')].filter(Boolean).join(' of '), got: value };
    }
    for (const [i, entry] of value.entries()) {
      const misfit = shape(entry, placeIn(place, i, true));
      if (misfit) return misfit;
    }
    return undefined;
  };

/** An object with these fields, and any others. */
export const fields =
  (shapes: Readonly<Record<string, DataShape>>): DataShape =>
  (value, place) => {
    if (typeof value !== 'object' || value === null) {
      return { place, expected: `an object with ${Object.keys(shapes).join(', ')}`, got: value };
    }
    for (const [name, shape] of Object.entries(shapes)) {
      const misfit = shape((value as Readonly<Record<string, unknown>>)[name], placeIn(place, name, false));
      if (misfit) return misfit;
    }
    return undefined;
  };

/** An object with these fields and no others: all that its type has. */
export const only = <T>(shapes: { readonly [Key in keyof Required<T>]: DataShape }): DataShape => {
  const inner = fields(shapes);
  return (value, place) => {
    const misfit = inner(value, place);
    if (misfit || Array.isArray(value)) return misfit ?? { place, expected: 'an object', got: value };
    const other = Object.keys(value as object).find((name) => !Object.hasOwn(shapes, name));
    if (other === undefined) return undefined;
    return {
      place: placeIn(place, other, false),
      expected: `no field of this name, only ${Object.keys(shapes).join(', ')}`,
      got: (value as Readonly<Record<string, unknown>>)[other],
    };
  };
};

/** What a name in an expression is. */
export const IDENTIFIER: RegExp = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const ANY_NAME = /^/;

/** An object from names to values of one shape. */
export const record =
  (shape: DataShape, most: number, names: RegExp = ANY_NAME): DataShape =>
  (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { place, expected: 'an object', got: value };
    const entries = Object.entries(value);
    if (entries.length > most) return { place, expected: `at most ${most} fields`, got: value };
    for (const [name, entry] of entries) {
      if (name.length > LONGEST_TEXT || !names.test(name))
        return { place, expected: 'names that an expression could hold', got: name };
      const misfit = shape(entry, placeIn(place, name, false));
      if (misfit) return misfit;
    }
    return undefined;
  };

/** Numbers, texts, flags and nothing, in lists and objects that are not deep. */
const plain =
  (depth: number): DataShape =>
  (value, place) => {
    if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
      return undefined;
    if (typeof value === 'string') return text(value, place);
    if (depth > 0 && Array.isArray(value)) return list(plain(depth - 1))(value, place);
    if (depth > 0 && typeof value === 'object') return record(plain(depth - 1), MOST_FIGURES)(value, place);
    return { place, expected: 'plain data, not deep', got: value };
  };

/** A warning: its kind, its sentence, and the figures that its kind has. */
export const warning: DataShape = (value, place) =>
  fields({ kind: text, message: text })(value, place) ?? record(plain(3), MOST_FIGURES)(value, place);

/** Refuses data of another shape, and says where. */
export function requireShape(value: unknown, shape: DataShape, door: DataDoor): void {
  const misfit = shape(value, '');
  if (!misfit) return;
  const { place, expected, got } = misfit;
  throw refuseData({ ...door, code: door.code ?? 'value' }, place, expected, describe(got));
}
