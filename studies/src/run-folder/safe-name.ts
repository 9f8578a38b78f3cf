import { sha256 } from './manifest.js';

/** A name of more characters is cut short. */
const LONGEST = 120;

/** Words as the name of a file or folder: itself where it can be one, and told apart by a hash from what it would be taken for where not. */
export function safeName(words: string): string {
  const plain = words.replace(/[^\w.+-]+/g, '_');
  if (plain === words && plain.length <= LONGEST) return plain;
  return `${plain.slice(0, LONGEST)}-${sha256(words).slice(0, 8)}`;
}
