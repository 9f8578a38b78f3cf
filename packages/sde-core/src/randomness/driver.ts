import { describe, requireArray } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { isLaw, type Law } from './law.js';

/** One outcome of a step's whole noise, with its probability. */
export interface Outcome {
  readonly probability: number;
  /** Shape (size). */
  readonly noise: Float64Array;
}

/** What random numbers one step takes: independent variables, one law each. */
export interface Driver {
  /** The name of its law: that of its components if they share one, `'mixed'` if not, `'none'` if there are none. */
  readonly kind: string;
  /** Random variables a step. */
  readonly size: number;
  /** Shape (size). */
  readonly laws: readonly Law[];
  /**
   * The whole law of one step's noise, where it is discrete and has at most 65 536 outcomes.
   *
   * This is what makes a weak order checkable without sampling.
   */
  readonly outcomes?: readonly Outcome[];
}

const MOST_OUTCOMES = 65_536;

/** A driver of independent components. @throws SdeError `value` for what is no array of laws. */
export function driver(laws: readonly Law[]): Driver {
  requireLaws(laws, 'driver(laws)');
  const kinds = new Set(laws.map((law) => law.kind));
  const kind = kinds.size === 0 ? 'none' : kinds.size === 1 ? laws[0].kind : 'mixed';
  const count = laws.reduce((product, law) => product * (law.outcomes?.length ?? Number.POSITIVE_INFINITY), 1);
  if (count > MOST_OUTCOMES) return { kind, size: laws.length, laws };
  return { kind, size: laws.length, laws, outcomes: product(laws) };
}

function product(laws: readonly Law[]): Outcome[] {
  let partial: { probability: number; noise: number[] }[] = [{ probability: 1, noise: [] }];
  for (const law of laws) {
    partial = partial.flatMap((head) =>
      (law.outcomes ?? []).map((o) => ({
        probability: head.probability * o.probability,
        noise: [...head.noise, o.value],
      })),
    );
  }
  return partial.map((o) => ({ probability: o.probability, noise: Float64Array.from(o.noise) }));
}

/** Refuses what is no list of laws. */
export function requireLaws(laws: unknown, where: string): void {
  requireArray(laws, where, 'give one law for each random variable of a step');
  for (let i = 0; i < laws.length; i++) {
    const law = laws[i] as Law | undefined;
    if (law && Array.isArray(law.parameters) && isLaw(law)) continue;
    throw new SdeError('value', {
      what: 'not a law',
      where: `${where}[${i}]`,
      expected: 'gaussian, twoPoint, threePoint, bernoulli(p) or uniformLaw(a, b)',
      got: describe(law),
      remedy: 'name one of the laws',
    });
  }
}
