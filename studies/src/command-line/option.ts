/** An option that is there or not. */
export interface Flag {
  readonly kind: 'flag';
  /** What it does, in a line. */
  readonly about: string;
  /** The only options that may stand beside it; default: all. */
  readonly beside?: readonly string[];
}

/** An option that takes a value. */
export interface Valued<T> {
  readonly kind: 'value';
  /** What stands for its value in a help: `N`. */
  readonly takes: string;
  readonly about: string;
  /** What it is where it is not given, in words. */
  readonly otherwise?: string;
  readonly beside?: readonly string[];
  /** What a value must be: `a whole number from 2 to 64`. */
  readonly expected: string;
  /** A word's value; undefined for a word that is none. */
  read(word: string): T | undefined;
}

/** Options by their names, without dashes. */
export type OptionTable = Readonly<Record<string, Flag | Valued<unknown>>>;

/** What a command line gives for a table of options: of one that is not there, false or undefined. */
export type Values<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag
    ? boolean
    : Table[Name] extends Valued<infer T>
      ? T | undefined
      : never;
};

/** What an option says of itself. */
interface Words {
  readonly about: string;
  readonly otherwise?: string;
  readonly beside?: readonly string[];
}

export const flag = (about: string, beside?: readonly string[]): Flag => ({ kind: 'flag', about, beside });

/** Decimal digits alone: no sign, no exponent, no other base, no blanks, no leading zeros. */
const WHOLE = /^(0|[1-9]\d{0,15})$/;
const DECIMAL = /^(0|[1-9]\d{0,15})?(\.\d{1,20})?$/;

const wholeOf = (word: string, [least, most]: readonly [number, number]): number | undefined => {
  const value = Number(word);
  return WHOLE.test(word) && value >= least && value <= most ? value : undefined;
};

/** A whole number of a range, in decimal digits. */
export function whole(range: readonly [least: number, most: number], words: Words): Valued<number> {
  const expected = `a whole number from ${range[0]} to ${range[1]}, in decimal digits`;
  return { kind: 'value', takes: 'N', ...words, expected, read: (word) => wholeOf(word, range) };
}

/** A number in (0, 1), or with 1. */
export function share(end: ')' | ']', words: Words): Valued<number> {
  return {
    kind: 'value',
    takes: 'P',
    ...words,
    expected: `a number in (0, 1${end}, in decimal digits`,
    read(word) {
      const value = word === '' ? Number.NaN : Number(word);
      return DECIMAL.test(word) && value > 0 && (end === ']' ? value <= 1 : value < 1) ? value : undefined;
    },
  };
}

/** Whole numbers of a range, each larger than the one before. */
export function increasing(
  range: readonly [least: number, most: number],
  entries: readonly [least: number, most: number],
  words: Words,
): Valued<readonly number[]> {
  return {
    kind: 'value',
    takes: 'LIST',
    ...words,
    expected: `${entries[0]} to ${entries[1]} increasing whole numbers from ${range[0]} to ${range[1]}, with commas: 1,2,4,8`,
    read(word) {
      const values = word.split(',').map((part) => wholeOf(part, range));
      const right = values.every((value, i) => value !== undefined && (i === 0 || value > (values[i - 1] ?? value)));
      return right && values.length >= entries[0] && values.length <= entries[1] ? (values as number[]) : undefined; // none is undefined
    },
  };
}

/** One of a few words. */
export function choice<const T extends string>(known: readonly T[], words: Words): Valued<T> {
  const read = (word: string): T | undefined => known.find((one) => one === word);
  return { kind: 'value', takes: 'NAME', ...words, expected: `one of ${known.join(', ')}`, read };
}

/** Some of a few words, each once. */
export function choices<const T extends string>(known: readonly T[], words: Words): Valued<readonly T[]> {
  return {
    kind: 'value',
    takes: 'LIST',
    ...words,
    expected: `some of ${known.join(', ')}, each once, with commas`,
    read(word) {
      const found = word.split(',').map((part) => known.find((one) => one === part));
      return found.every((one) => one !== undefined) && new Set(found).size === found.length ? found : undefined;
    },
  };
}

/** Any words, of so many characters at most, that are not empty. */
export function words(takes: string, most: number, says: Words): Valued<string> {
  return {
    kind: 'value',
    takes,
    ...says,
    expected: `1 to ${most} characters`,
    read: (word) => (word.trim() !== '' && word.length <= most ? word : undefined),
  };
}
