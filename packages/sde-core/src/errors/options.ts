import { describe } from './at-the-door.js';
import { SdeError } from './sde-error.js';
import { closest } from './suggest.js';

/** Every key of an options type, so that a field added to the type without being listed does not compile. */
export type KnownKeys<Options> = { readonly [Key in keyof Required<Options>]: true };

/** Whether something is an object of named fields: no list, and no view of numbers or bytes. */
export const isNamed = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/**
 * Refuses what is no object, and any key that the function does not know: an option that is misspelled must not be one that is ignored.
 *
 * `renamed` maps words that are used elsewhere for the same idea, or that an earlier version knew, to the word that holds here. `undefined` passes:
 * whether options may be left out is the caller's to say.
 *
 * @throws SdeError `value`, naming the nearest known key.
 */
export function requireKeys<Options>(
  options: unknown,
  known: KnownKeys<Options>,
  where: string,
  renamed: Readonly<Record<string, string>> = {},
): void {
  if (options === undefined) return;
  if (!isNamed(options)) {
    throw new SdeError('value', {
      what: 'not an object of named options',
      where,
      expected: `an object with ${listed(Object.keys(known))}`,
      got: describe(options),
      remedy: 'write the options by name, between braces',
    });
  }
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(known, key)) continue;
    const meant = Object.hasOwn(renamed, key) ? renamed[key] : closest(key, Object.keys(known));
    throw new SdeError('value', {
      what: 'an option that is not known here',
      where,
      expected: listed(Object.keys(known)),
      got: describe(key),
      remedy: meant === undefined ? 'leave it out: nothing would have come of it' : `write ${meant}`,
    });
  }
}

const listed = (names: readonly string[]): string => names.join(', ') || 'no options';
