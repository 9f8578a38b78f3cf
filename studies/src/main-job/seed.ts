import { type Key, key } from 'sde-core';

/** The root of every random number of a run: `--key 7` is `key(7)`, any other word is a key of its own. */
export function seedOf(word: string): Key {
  return key(/^\d{1,15}$/.test(word) ? Number(word) : word);
}
