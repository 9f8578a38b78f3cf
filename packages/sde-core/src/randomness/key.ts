import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { LANE } from './counter.js';
import { philoxInto } from './philox.js';

/** Names a stream of random numbers: two 32-bit words. There is no other source of randomness. */
export interface Key {
  /** Shape (2). */
  readonly words: readonly [number, number];
  /** How it was made, as provenance prints it: `key(7) / 'train' / 3`. */
  readonly label: string;
}

/** What the third word of a derivation's counter says about the first two. */
const CONTENT = { number: 1, length: 2, text: 3 } as const;

/**
 * The key of a seed. Every seed, number or text, names its own stream; `0` and `'0'` are different.
 *
 * @throws SdeError `value` if the seed is neither a finite number nor a string.
 * @see [salmon2011]
 */
export function key(seed: number | string): Key {
  return { words: absorb([0, 0], requireLabel(seed, 'key(seed)')), label: `key(${print(seed)})` };
}

/**
 * A key for a part of the work: `fold(k, 'train', 3)`, which is `fold(fold(k, 'train'), 3)`.
 *
 * Each label is enciphered by Philox under the key so far, in counters that no noise ever uses. Keys have 64 bits: two
 * different lists of labels fold to one key with probability 2⁻⁶⁴.
 *
 * @throws SdeError `value` if a label is neither a finite number nor a string.
 * @see [salmon2011]
 *
 * @example
 * ```ts
 * import { fold, key } from 'sde-core';
 * const train = fold(key(7), 'train');
 * fold(train, 3).label; // → key(7) / 'train' / 3
 * ```
 */
export function fold(from: Key, ...labels: readonly (number | string)[]): Key {
  return labels.reduce<Key>(
    ({ words, label: text }, label) => ({
      words: absorb(words, requireLabel(label, 'fold(key, ...labels)')),
      label: `${text} / ${print(label)}`,
    }),
    from,
  );
}

function absorb(words: readonly [number, number], label: number | string): readonly [number, number] {
  const out = Int32Array.of(words[0], words[1], 0, 0);
  const take = (first: number, second: number, content: number): void =>
    philoxInto(first, second, content, LANE.DERIVATION, out[0], out[1], out);
  if (typeof label === 'number') {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, label);
    take(bits.getUint32(4), bits.getUint32(0), CONTENT.number);
  } else {
    take(label.length, 0, CONTENT.length);
    const unit = (at: number): number => (at < label.length ? label.charCodeAt(at) : 0);
    for (let i = 0; i < label.length; i += 4) {
      take(unit(i) | (unit(i + 1) << 16), unit(i + 2) | (unit(i + 3) << 16), CONTENT.text);
    }
  }
  return [out[0] >>> 0, out[1] >>> 0];
}

function requireLabel(label: unknown, where: string): number | string {
  if (typeof label === 'string') return label;
  // −0 and 0 are the same number, and so the same stream.
  if (typeof label === 'number' && Number.isFinite(label)) return label === 0 ? 0 : label;
  throw new SdeError('value', {
    what: 'not a seed',
    where,
    expected: 'a finite number or a string',
    got: describe(label),
    remedy: 'name the stream by a number or a word; there is no random seed',
  });
}

const print = (label: number | string): string => (typeof label === 'string' ? `'${label}'` : String(label));
