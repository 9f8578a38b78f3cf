import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { FUNCTIONS } from './functions.js';

/** Words that an expression reads as something else than a symbol. */
const RESERVED: ReadonlySet<string> = new Set(
  'and or not xor mod to in end true false null undefined NaN Infinity'.split(' '),
);

/** Refuses names that an expression could not hold, and names given twice. */
export function requireNames(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    const fault = faultOf(name) ?? (seen.has(name) ? 'is declared twice' : undefined);
    if (fault) {
      throw new SdeError('expression', {
        what: `the name ${describe(name)} ${fault}`,
        where,
        expected: 'different names of letters, digits and _ that are no function and no word of the language',
        got: describe(name),
        remedy: 'choose another name',
      });
    }
    seen.add(name);
  }
}

function faultOf(name: unknown): string | undefined {
  if (typeof name !== 'string' || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return 'is not an identifier';
  if (RESERVED.has(name)) return 'is a word of the expression language';
  return FUNCTIONS.has(name) ? 'is that of a function' : undefined;
}
