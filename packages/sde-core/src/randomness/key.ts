import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { LANE } from './counter.js';
import { type GeneratorName, generators } from './generators.js';
import { philoxInto } from './philox.js';
import { philoxNoise } from './philox-noise.js';

/** Names a stream of random numbers: two 32-bit words. There is no other source of randomness. */
export interface Key {
  /** Shape (2). */
  readonly words: readonly [number, number];
  /** How it was made, as provenance prints it: `key(7) / 'train' / 3`. */
  readonly label: string;
  /** What draws under it; absent for Philox. */
  readonly generator?: GeneratorName;
}

/** A key as it stands in provenance: plain data, and nothing that was not in it. */
export function keyRecord({ words, label, generator }: Key): Key {
  return { words, label, ...(generator === undefined ? {} : { generator }) };
}

/** What draws under a key. */
export interface KeyOptions {
  /** Default Philox. */
  readonly generator?: GeneratorName;
}

/** What the third word of a derivation's counter says about the first two. */
const CONTENT = { number: 1, length: 2, text: 3 } as const;

/**
 * The key of a seed. Every seed, number or text, names its own stream; `0` and `'0'` are different.
 *
 * `generator` says what draws under this key and those folded from it: Philox4x32-10 (default), where any step of any path can be had at once, or
 * xoshiro128++ with the ziggurat, whose normals cost a fraction of that and which takes a path's steps in order. Both give the same bits for any
 * number of threads; results of one are not those of the other.
 *
 * @throws SdeError `value` if the seed is neither a finite number nor a string, or the generator is not known.
 * @see [salmon2011]
 * @see [blackman2021]
 *
 * @example
 * ```ts
 * import { key } from 'sde-core';
 * key(7, { generator: 'xoshiro128++' }).label; // → key(7, xoshiro128++)
 * ```
 */
export function key(seed: number | string, options: KeyOptions = {}): Key {
  requireKeys<KeyOptions>(options, { generator: true }, 'key(seed, { generator })');
  const { generator = 'philox4x32-10' } = options;
  const words = absorb([0, 0], requireLabel(seed, 'key(seed)'));
  requireGenerator(generator);
  if (generators[generator] === philoxNoise) return { words, label: `key(${print(seed)})` };
  return { words, label: `key(${print(seed)}, ${generator})`, generator };
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
  requireKey(from, 'fold(key, ...labels)');
  return labels.reduce<Key>(
    ({ words, label: text, ...kept }, label) => ({
      ...kept,
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

/** Refuses what is no key: two whole numbers of 32 bits, and a generator that is known. */
export function requireKey(given: unknown, where: string): asserts given is Key {
  const { words, generator, label } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const word = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
  const whole = Array.isArray(words) && words.length === 2 && word(words[0]) && word(words[1]);
  if (
    whole &&
    (label === undefined || typeof label === 'string') &&
    (generator === undefined || (typeof generator === 'string' && Object.hasOwn(generators, generator)))
  )
    return;
  throw new SdeError('value', {
    what: whole ? 'unknown generator' : 'no key',
    where,
    expected: whole ? Object.keys(generators).join(' or ') : 'a key, the only source of randomness',
    got: describe(whole ? generator : given),
    remedy:
      typeof given === 'number' || typeof given === 'string' ? `give key: key(${describe(given)})` : 'give key: key(1)',
  });
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

function requireGenerator(name: string): void {
  const names = Object.keys(generators);
  if (names.includes(name)) return;
  throw new SdeError('value', {
    what: 'unknown generator',
    where: 'key(seed, { generator })',
    expected: names.join(' or '),
    got: describe(name),
    remedy: 'leave it out for Philox',
  });
}

const print = (label: number | string): string => (typeof label === 'string' ? `'${label}'` : String(label));
