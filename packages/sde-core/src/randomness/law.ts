import { describe, requireFinite } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';

/**
 * The law of one standardized scalar random variable of a step.
 *
 * Its first four moments are exact; `outcomes` is its whole law where that is discrete.
 */
export interface Law {
  readonly kind: 'gaussian' | 'two-point' | 'three-point' | 'bernoulli' | 'uniform';
  readonly mean: number;
  readonly variance: number;
  /** Third central moment. */
  readonly thirdCumulant: number;
  /** Fourth central moment. */
  readonly fourthMoment: number;
  readonly outcomes?: readonly { readonly probability: number; readonly value: number }[];
  /** `bernoulli`: the probability of 1. `uniform`: the two ends. */
  readonly parameters: readonly number[];
}

/** N(0, 1). */
export const gaussian: Law = {
  kind: 'gaussian',
  mean: 0,
  variance: 1,
  thirdCumulant: 0,
  fourthMoment: 3,
  parameters: [],
};

/** ±1 with probability ½ each: matches N(0, 1) to its third moment. */
export const twoPoint: Law = {
  kind: 'two-point',
  mean: 0,
  variance: 1,
  thirdCumulant: 0,
  fourthMoment: 1,
  parameters: [],
  outcomes: [
    { probability: 1 / 2, value: -1 },
    { probability: 1 / 2, value: 1 },
  ],
};

/** ±√3 with probability 1/6 each, 0 with 2/3: matches N(0, 1) to its fifth moment. */
export const threePoint: Law = {
  kind: 'three-point',
  mean: 0,
  variance: 1,
  thirdCumulant: 0,
  fourthMoment: 3,
  parameters: [],
  outcomes: [
    { probability: 1 / 6, value: -Math.sqrt(3) },
    { probability: 2 / 3, value: 0 },
    { probability: 1 / 6, value: Math.sqrt(3) },
  ],
};

/** 1 with probability `p`, else 0. @throws SdeError `value` for a p outside [0, 1]. */
export function bernoulli(p: number): Law {
  requireFinite(p, 'bernoulli(p)', 'give a probability');
  if (p < 0 || p > 1) throw notProbability(p);
  const variance = p * (1 - p);
  const outcomes = [
    { probability: 1 - p, value: 0 },
    { probability: p, value: 1 },
  ].filter((o) => o.probability > 0);
  return {
    kind: 'bernoulli',
    mean: p,
    variance,
    thirdCumulant: variance * (1 - 2 * p),
    fourthMoment: variance * (1 - 3 * variance),
    parameters: [p],
    outcomes,
  };
}

/** Uniform on (a, b). @throws SdeError `value` unless a < b. */
export function uniformLaw(a: number, b: number): Law {
  requireFinite(a, 'uniformLaw(a, b)', 'give the lower end');
  requireFinite(b, 'uniformLaw(a, b)', 'give the upper end');
  if (!(a < b)) throw emptyRange(a, b);
  const width = b - a;
  return {
    kind: 'uniform',
    mean: (a + b) / 2,
    variance: (width * width) / 12,
    thirdCumulant: 0,
    fourthMoment: (width * width * (width * width)) / 80,
    parameters: [a, b],
  };
}

/** Whether an object is one of the laws, moments and outcomes and all: what is computed from them has to be of what is drawn. */
export function isLaw(given: Law): boolean {
  const made = lawOf(given);
  if (made === undefined || made === given) return made === given;
  const moments = ['mean', 'variance', 'thirdCumulant', 'fourthMoment'] as const;
  const own = given.outcomes ?? [];
  const right = made.outcomes ?? [];
  return (
    moments.every((moment) => Object.is(given[moment], made[moment])) &&
    (given.outcomes === undefined) === (made.outcomes === undefined) &&
    own.length === right.length &&
    right.every(({ probability, value }, i) => own[i]?.probability === probability && own[i].value === value)
  );
}

/** The law of a kind and its parameters; undefined for what is none. */
function lawOf({ kind, parameters }: Law): Law | undefined {
  const [a, b] = parameters;
  const numbers = Array.from(parameters).every((value) => typeof value === 'number' && Number.isFinite(value));
  const plain = { gaussian, 'two-point': twoPoint, 'three-point': threePoint } as const;
  if (!numbers || typeof kind !== 'string') return undefined;
  if (kind === 'bernoulli') return parameters.length === 1 && a >= 0 && a <= 1 ? bernoulli(a) : undefined;
  if (kind === 'uniform') return parameters.length === 2 && a < b ? uniformLaw(a, b) : undefined;
  return parameters.length === 0 && Object.hasOwn(plain, kind) ? plain[kind] : undefined;
}

const notProbability = (p: number): SdeError =>
  new SdeError('value', {
    what: 'not a probability',
    where: 'bernoulli(p)',
    expected: 'a number in [0, 1]',
    got: describe(p),
    remedy: 'give the probability of 1',
  });

const emptyRange = (a: number, b: number): SdeError =>
  new SdeError('value', {
    what: 'an empty interval',
    where: 'uniformLaw(a, b)',
    expected: 'a < b',
    got: `a = ${a}, b = ${b}`,
    remedy: 'give the ends in ascending order',
  });
