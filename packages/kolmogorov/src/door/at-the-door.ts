import { describe, type KnownKeys, requireKeys, SdeError } from 'sde-core';

/**
 * Does the work of a public function, and puts the function's name before the place of every misuse that is found inside.
 *
 * What serves several functions says where inside it is, beginning with the argument: `{ source }, t = 0`, `(…, { stepping })`, or a plain place. The function
 * that the caller called is known here alone. What already begins with the name of a function is left as it is,
 * unless it is the one that this function `standsFor`, whose arguments it hands on.
 */
export function atTheDoor<Result>(name: string, work: (name: string) => Result, standsFor?: string): Result {
  try {
    return work(name);
  } catch (error) {
    throw error instanceof SdeError ? namedFor(error, name, standsFor) : error;
  }
}

function namedFor(error: SdeError, name: string, standsFor: string | undefined): SdeError {
  const { where } = error.details;
  const passed = standsFor !== undefined && where.startsWith(standsFor) && !where.startsWith(name);
  const named = passed ? name + where.slice(standsFor.length) : placeIn(name, where);
  if (named === where) return error;
  const renamed = new SdeError(error.code, { ...error.details, where: named }, { cause: error.cause });
  renamed.stack = error.stack;
  return renamed;
}

function placeIn(name: string, where: string): string {
  if (where.startsWith('{')) return where.replace(/^\{[^}]*\}/, (argument) => `${name}(${argument})`);
  if (where.startsWith('(')) return `${name}${where}`;
  return /^[A-Za-z]\w*[(.,]|^[a-z]\w*$/.test(where) ? where : `${name}, ${where}`;
}

/**
 * Refuses what is no object of named fields, undefined too, and any key that is not known.
 *
 * @throws SdeError `value`.
 */
export function requireFields<Options>(
  value: unknown,
  known: KnownKeys<Options>,
  where: string,
  words: Readonly<Record<string, string>> = {},
): void {
  requireKeys<Options>(value === undefined ? null : value, known, where, words);
}

/**
 * Refuses anything but true, false and nothing.
 *
 * @throws SdeError `value`.
 */
export function requireBoolean(value: unknown, where: string): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new SdeError('value', {
    what: 'neither true nor false',
    where,
    expected: 'true or false',
    got: describe(value),
    remedy: 'leave it out for false',
  });
}
