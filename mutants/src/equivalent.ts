import { readFileSync } from 'node:fs';
import { type Mutant, squeeze } from './built-file.js';

/** A mutant that computes the same as the original for whatever a caller can give, or differs in speed alone. */
export interface Equivalent {
  /** The source file. */
  readonly file: string;
  readonly function: string;
  /** What stands in the built file, on one line, and what the mutant puts there. */
  readonly from: string;
  readonly to: string;
  /** A piece of the line that it stands in, where the same change stands elsewhere in the function, too. */
  readonly within?: string;
  readonly reason: string;
}

export function equivalents(path: string): Equivalent[] {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Why a mutant counts as no change, `undefined` if it is one. */
export function reasonOf(mutant: Mutant, list: readonly Equivalent[]): string | undefined {
  return list.find((entry) => isSame(entry, mutant))?.reason;
}

export function isSame(entry: Equivalent, mutant: Mutant): boolean {
  return (
    entry.file === mutant.source &&
    entry.function === mutant.function &&
    entry.from === squeeze(mutant.from) &&
    entry.to === squeeze(mutant.to) &&
    (entry.within === undefined || mutant.text.includes(entry.within))
  );
}
