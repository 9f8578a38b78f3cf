import { describe, type KnownKeys, orOutOfMemory, requireFinite, requireKeys, SdeError } from 'sde-core';

/**
 * Does the work of a public function, and puts the function's name before the place of every misuse that is found inside.
 *
 * What serves several functions says where inside it is, beginning with the argument: `{ source }, t = 0`, `(…, { stepping })`, or a plain place. The function
 * that the caller called is known here alone, and so it is where memory that is not there is said. What already begins with the name of a function is left as it is,
 * unless it is the one that this function `standsFor`, whose arguments it hands on.
 */
export function atTheDoor<Result>(name: string, work: (name: string) => Result, standsFor?: string): Result {
  try {
    return work(name);
  } catch (error) {
    const known = orOutOfMemory(error, name);
    throw known instanceof SdeError ? namedFor(known, name, standsFor) : known;
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
 * Refuses what is no object of named fields, undefined too, any key that is not known, and null, which is no value of any field.
 *
 * @throws SdeError `value`.
 */
export function requireFields<Options>(
  value: unknown,
  known: KnownKeys<Options>,
  where: string,
  words: Readonly<Record<string, string>> = {},
): void {
  const made =
    typeof value === 'object' && value !== null && Object.prototype.toString.call(value) !== '[object Object]';
  // What has no keys of its own, as a date or a view of bytes, is not nothing.
  const given = value === undefined || (made && !Array.isArray(value)) ? null : value;
  requireKeys<Options>(given, known, where, words);
  for (const [key, field] of Object.entries(given as object)) {
    if (field !== null) continue;
    throw new SdeError('value', {
      what: 'null',
      where: where.replace(/\w+\)$/, `{ ${key} })`),
      expected: 'a value, or nothing',
      got: 'null',
      remedy: `leave ${key} out for its default`,
    });
  }
}

/**
 * Refuses anything but a finite number that is not negative; returns it.
 *
 * @throws SdeError `value`.
 */
export function requireAtLeastZero(value: unknown, where: string, remedy: string): number {
  const number = requireFinite(value, where, remedy);
  if (number >= 0) return number;
  throw new SdeError('value', {
    what: 'a negative number',
    where,
    expected: 'a number ≥ 0',
    got: describe(number),
    remedy,
  });
}
