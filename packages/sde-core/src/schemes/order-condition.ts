import { describe, requireArray, requireNumbers } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';

/** A matrix by its rows; entries left out at the end of a row, and whole rows left out at the end, are 0. */
export type Rows = readonly (readonly number[])[];

/** One algebraic condition on the coefficients of a tableau: `value` has to equal `target`. */
export interface OrderCondition {
  /** Products of vectors are entry by entry, as in β1·(e1 b1); row sums are written b1 = B1 e and so on. */
  readonly name: string;
  readonly value: number;
  readonly target: number;
}

// Sums of a dozen products of coefficients below 10 round to less than this.
const ROUNDING = 1e-12;

/** Whether a condition holds to rounding. */
export const holds = ({ value, target }: OrderCondition): boolean => Math.abs(value - target) <= ROUNDING;

/** Row sums M e: for A0 and A1 the times of the stages. */
export const rowSums = (rows: Rows): number[] => rows.map((row) => row.reduce((sum, entry) => sum + entry, 0));

/** Σ w_i x_i over the entries of x. */
export const dot = (weights: readonly number[], x: readonly number[]): number =>
  x.reduce((sum, entry, i) => sum + (weights[i] ?? 0) * entry, 0);

/** M x, of as many entries as x. */
export const apply = (rows: Rows, x: readonly number[]): number[] => x.map((_, i) => dot(rows[i] ?? [], x));

/** Products entry by entry. */
export const times = (...vectors: readonly (readonly number[])[]): number[] =>
  vectors[0].map((_, i) => vectors.reduce((product, vector) => product * vector[i], 1));

/** Conditions from their table. */
export const conditions = (
  table: readonly (readonly [name: string, value: number, target: number])[],
): OrderCondition[] => table.map(([name, value, target]) => ({ name, value, target }));

/** Refuses what are no coefficients: matrices by their rows and weights, all of numbers, and no others. */
export function requireCoefficients<T>(tableau: unknown, known: KnownKeys<T>, where: string): void {
  requireKeys<T>(tableau ?? null, known, where);
  const given = tableau as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(known)) {
    const part = given[name];
    const place = `${where}: ${name}`;
    requireArray(part, place, 'give the coefficients as arrays of numbers');
    if (/^[A-Z]/.test(name)) for (const row of Array.from(part)) requireNumbers(row, place, 'give rows of numbers');
    else requireNumbers(part, place, 'give weights of numbers');
  }
}

/** What a tableau is given, and what a scheme that was made of another one brings along when it is spread here: the new tableau decides that. */
const TABLEAU_KEYS = {
  name: true,
  citation: true,
  order: true,
  tableau: true,
  kind: true,
  calculus: true,
  noise: true,
  driver: true,
  needs: true,
  step: true,
} as const;

/** The options of every maker of tableaus, before their own conditions. */
export function requireTableauOptions<T>(options: unknown, known: KnownKeys<T>, where: string): void {
  requireKeys<Record<keyof typeof TABLEAU_KEYS, unknown>>(options ?? null, TABLEAU_KEYS, `${where}({ … })`);
  const { order, tableau } = options as Readonly<Record<string, unknown>>;
  const weak = (order as Readonly<Record<string, unknown>> | null | undefined)?.weak;
  if (typeof weak !== 'number') throw noOrder(where, weak);
  requireCoefficients<T>(tableau, known, `${where}({ tableau })`);
}

const noOrder = (where: string, got: unknown): SdeError =>
  new SdeError('value', {
    what: 'a tableau without a weak order',
    where: `${where}({ order: { weak } })`,
    expected: 'the weak order that the citation proves',
    got: describe(got),
    remedy: 'write order: { weak: 2, strong: null, ode: 2 }',
  });

/** @throws SdeError `value` naming the first condition that does not hold. */
export function requireConditions(all: readonly OrderCondition[], where: string, order: string): void {
  const broken = all.find((condition) => !holds(condition));
  if (!broken) return;
  throw new SdeError('value', {
    what: `the tableau does not have ${order}`,
    where,
    expected: `${broken.name} = ${broken.target}`,
    got: `${broken.value}`,
    remedy: 'check the coefficients against their source, or declare the order they have',
  });
}

/** @throws SdeError `shape` for more rows than stages, or a row i with more than i entries. */
export function requireLowerTriangular(matrices: Readonly<Record<string, Rows>>, stages: number, where: string): void {
  for (const [name, rows] of Object.entries(matrices)) {
    const fault = rows.findIndex((row, i) => row.length > i);
    if (rows.length <= stages && fault < 0) continue;
    throw new SdeError('shape', {
      what: `${name} does not fit ${stages} stages`,
      where,
      expected: `at most ${stages} rows, strictly lower triangular`,
      got: fault < 0 ? `${rows.length} rows` : `${rows[fault].length} entries in row ${fault}`,
      remedy: 'leave out the zeros on and above the diagonal: row i has at most i entries',
    });
  }
}
