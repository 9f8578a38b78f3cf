import { describe } from '../errors/at-the-door.js';
import { SdeError, type SdeErrorCode } from '../errors/sde-error.js';

/** What a piece of plain data has to look like: the first place that does not, with what it should be; undefined where all is well. */
export type DataShape = (value: unknown, place: string) => Misfit | undefined;

interface Misfit {
  readonly place: string;
  readonly expected: string;
  readonly got: unknown;
}

const primitive =
  (expected: string, holds: (value: unknown) => boolean): DataShape =>
  (got, place) =>
    holds(got) ? undefined : { place, expected, got };

/** Any number: estimates may be infinite, and orders that were not measured are NaN. */
export const someNumber: DataShape = primitive('a number', (value) => typeof value === 'number');
export const finite: DataShape = primitive('a finite number', Number.isFinite);
export const positive: DataShape = primitive('a number > 0', (value) => Number.isFinite(value) && Number(value) > 0);
export const notNegative: DataShape = primitive(
  'a number ≥ 0',
  (value) => Number.isFinite(value) && Number(value) >= 0,
);
export const share: DataShape = primitive(
  'a number in (0, 1)',
  (value) => typeof value === 'number' && value > 0 && value < 1,
);
export const text: DataShape = primitive('a text', (value) => typeof value === 'string');
export const flag: DataShape = primitive('true or false', (value) => typeof value === 'boolean');

/** One of some words. */
export const oneOf = (...words: readonly string[]): DataShape =>
  primitive(words.join(', '), (value) => typeof value === 'string' && words.includes(value));

/** The shape, or nothing. */
export const maybe =
  (shape: DataShape): DataShape =>
  (value, place) =>
    value === undefined ? undefined : shape(value, place);

/** A list of at least so many of one shape. */
export const list =
  (shape: DataShape, least = 0): DataShape =>
  (value, place) => {
    if (!Array.isArray(value) || value.length < least) {
      return { place, expected: least > 0 ? `a list of at least ${least}` : 'a list', got: value };
    }
    for (const [i, entry] of value.entries()) {
      const misfit = shape(entry, `${place}[${i}]`);
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
      const misfit = shape((value as Readonly<Record<string, unknown>>)[name], place ? `${place}.${name}` : name);
      if (misfit) return misfit;
    }
    return undefined;
  };

/** Refuses data of another shape, and says where. */
export function requireShape(
  value: unknown,
  shape: DataShape,
  door: { readonly what: string; readonly where: string; readonly remedy: string; readonly code?: SdeErrorCode },
): void {
  const misfit = shape(value, '');
  if (!misfit) return;
  const { place, expected, got } = misfit;
  const { what, where, remedy, code = 'value' } = door;
  throw new SdeError(code, {
    what,
    where,
    expected: place ? `${place}: ${expected}` : expected,
    got: describe(got),
    remedy,
  });
}
