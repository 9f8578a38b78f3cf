import { describe } from '../errors/at-the-door.js';
import { isNamed } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { MOST_FUNCTIONALS } from '../paths/program.js';
import { isFunctional, requireFunctional } from './arguments.js';
import { type Functional, type FunctionalRecord, recordOf } from './functional.js';

/** Functionals of the same paths, by names of the caller's. */
export type Functionals = Readonly<Record<string, Functional>>;

/** What a function of one functional or of several was given, read once. */
export interface Members {
  /** One without a name, or several by theirs. */
  readonly kind: 'one' | 'named';
  readonly names: readonly string[];
  /** Shape of `names`. */
  readonly functionals: readonly Functional[];
}

/**
 * A functional, or an object of functionals by name.
 *
 * @throws SdeError `value` for anything else; for none, or more than one program computes.
 */
export function membersOf(given: unknown, where: string): Members {
  if (isFunctional(given) || !isNamed(given)) {
    requireFunctional(given, where);
    return { kind: 'one', names: [''], functionals: [given] };
  }
  const entries = Object.entries(given);
  if (entries.length === 0 || entries.length > MOST_FUNCTIONALS) throw wrongCount(entries.length, where);
  return {
    kind: 'named',
    names: entries.map(([name]) => name),
    functionals: entries.map(([name, functional]) => {
      requireFunctional(functional, `${where}: ${name}`);
      return functional;
    }),
  };
}

/** Results under the names of their functionals, or the one there is. */
export const named = <Result>({ kind, names }: Members, results: readonly Result[]): unknown =>
  kind === 'one' ? results[0] : Object.freeze(Object.fromEntries(names.map((name, i) => [name, results[i]])));

/** All functionals of a run as provenance keeps them. */
export const recordsOf = ({ names, functionals }: Members): Readonly<Record<string, FunctionalRecord>> =>
  Object.fromEntries(names.map((name, i) => [name, recordOf(functionals[i])]));

const wrongCount = (count: number, where: string): SdeError =>
  new SdeError('value', {
    what: count === 0 ? 'no functional' : 'more functionals than one run takes',
    where,
    expected: `a functional, or 1 to ${MOST_FUNCTIONALS} of them by name`,
    got: count === 0 ? describe({}) : `${count} names`,
    remedy:
      count === 0
        ? "write for example { first: terminal('x'), second: terminal('x^2') }"
        : 'take several runs under the same key: their paths, and so their estimates, are the same',
  });
