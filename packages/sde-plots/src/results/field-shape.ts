import { describe, SdeError } from 'sde-core/errors';
import { type NumberArray, numbersIn, type ShapedNumbers } from './number-list.js';

/** A function of time and state on a grid, by its shape: a `Field`, a `Density`, or what else has these. */
export interface FieldShape {
  /** The axes of the grid, d of them. */
  readonly grid: readonly { readonly points: ArrayLike<number> }[];
  /** Increasing. */
  readonly times: ArrayLike<number>;
  /** Its values at the nodes, shape (n_1, …, n_d). */
  slice(t: number): NumberArray;
}

const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

const increases = (points: ArrayLike<number>): boolean =>
  Array.from(points).every((point, i) => Number.isFinite(point) && (i === 0 || point > points[i - 1]));

/** Refuses what is not of the shape of a field. */
export function requireFieldShape(field: unknown, where: string, remedy: string): asserts field is FieldShape {
  const { grid, times, slice } = (field ?? {}) as Partial<FieldShape>;
  const axes =
    Array.isArray(grid) &&
    grid.length > 0 &&
    grid.every((axis: unknown) => {
      const { points } = (axis ?? {}) as { readonly points?: unknown };
      return isList(points) && points.length >= 2 && increases(points);
    });
  if (axes && isList(times) && times.length > 0 && increases(times) && typeof slice === 'function') return;
  throw new SdeError('value', {
    what: 'not a function of time and state on a grid',
    where,
    expected: 'an object with grid, times (both of increasing points) and slice(t)',
    got: describe(field),
    remedy,
  });
}

/** The values at one time, in order, checked against the grid. */
export function sliceOf(field: FieldShape, t: number, where: string): ShapedNumbers {
  const slice = numbersIn(field.slice(t), `${where}.slice(${t})`);
  const expected = field.grid.map(({ points }) => points.length);
  if (slice.shape.length === expected.length && slice.shape.every((length, k) => length === expected[k])) return slice;
  throw new SdeError('shape', {
    what: 'values that do not fit the grid',
    where: `${where}.slice(${t})`,
    expected: `shape (${expected.join(', ')})`,
    got: `shape (${slice.shape.join(', ')})`,
    remedy: 'give a field as a solver returned it',
  });
}
