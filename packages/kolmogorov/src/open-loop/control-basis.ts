import { describe, SdeError } from 'sde-core';

/** How θ(t) depends on the numbers that are chosen. */
export type ControlShape = 'constant' | 'linear';

/** θ(t) = Σ_i w_i(t) θ_i on equal intervals, for q parameters at once. */
export interface ControlBasis {
  /** Number of θ_i. */
  readonly rows: number;
  /** It only changes from one interval to the next. */
  readonly resting: boolean;
  /** The first row with a weight at time t, and the weights of it and those that follow. Where θ jumps, t belongs to the later interval. */
  at(t: number): { readonly first: number; readonly weights: readonly number[] };
  /** ∫ w_i w_j dt for each row i and j = i, i + 1: two numbers a row. */
  readonly products: readonly (readonly [number, number])[];
}

/** Bases by their names. */
const BASES: Readonly<Record<ControlShape, (ends: Float64Array) => ControlBasis>> = {
  constant: (ends) => {
    const intervals = ends.length - 1;
    return {
      rows: intervals,
      resting: true,
      at: (t) => ({ first: intervalOf(ends, t), weights: [1] }),
      products: Array.from({ length: intervals }, (_, i) => [ends[i + 1] - ends[i], 0]),
    };
  },
  linear: (ends) => {
    const intervals = ends.length - 1;
    return {
      rows: intervals + 1,
      resting: false,
      at: (t) => {
        const first = intervalOf(ends, t);
        const along = (t - ends[first]) / (ends[first + 1] - ends[first]);
        return { first, weights: [1 - along, along] };
      },
      products: Array.from({ length: intervals + 1 }, (_, i) => {
        const before = i > 0 ? ends[i] - ends[i - 1] : 0;
        const after = i < intervals ? ends[i + 1] - ends[i] : 0;
        return [(before + after) / 3, after / 6];
      }),
    };
  },
};

/**
 * The basis of that name on intervals with these ends, shape (intervals + 1).
 *
 * @throws SdeError `value` for an unknown name.
 */
export function controlBasis(shape: ControlShape, ends: Float64Array, where: string): ControlBasis {
  if (typeof shape === 'string' && Object.hasOwn(BASES, shape)) return BASES[shape](ends);
  throw new SdeError('value', {
    what: 'not a shape of the control in time',
    where,
    expected: Object.keys(BASES).join(' or '),
    got: describe(shape),
    remedy: "leave it out for 'constant'",
  });
}

function intervalOf(ends: Float64Array, t: number): number {
  let i = 0;
  while (i < ends.length - 2 && t >= ends[i + 1]) i++;
  return i;
}
