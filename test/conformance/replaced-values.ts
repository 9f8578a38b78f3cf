import { outcomeOf, type Path, places, put, WRONG } from './wrong-values.js';

/** What is right nowhere, but for the few places that a test names. */
export const NEVER: ReadonlySet<string> = new Set([
  'null',
  'NaN',
  '∞',
  '−∞',
  'true',
  'false',
  'a symbol',
  'a big integer',
  'a sparse list',
  'a list with NaN',
  'a list of null',
  'a typed array of big integers',
  'a typed array with NaN',
  'a view of bytes',
  'an object that coerces',
  'an object that coerces otherwise',
]);

/** What came of calls with one value replaced. */
export interface Replaced {
  /** Calls. */
  readonly tried: number;
  readonly refused: number;
  /** Errors that are no SdeError, and values that ran code, with their place. */
  readonly raw: readonly string[];
  /** Values that went through, by place: `argument 0.steps = NaN`. */
  readonly accepted: readonly string[];
  /** The longest call, in ms. */
  readonly longest: number;
}

/** What is looked into is what is written by hand, and not what other functions made. */
const isWritten = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype && !Object.isFrozen(value);
const DEEPEST = 3;

/** Replaces every argument, and every field of plain data inside it, by every wrong value. */
export async function replaceEach(call: (...given: never[]) => unknown, given: readonly unknown[]): Promise<Replaced> {
  const raw: string[] = [];
  const accepted: string[] = [];
  let [tried, refused, longest] = [0, 0, 0];
  const at = ([index, ...rest]: Path): string => [`argument ${index}`, ...rest].join('.');
  for (const path of places(given, isWritten).filter(({ length }) => length <= DEEPEST)) {
    for (const [words, make] of WRONG) {
      const where = `${at(path)} = ${words}`;
      const start = performance.now();
      tried++;
      const { kind, fault } = await outcomeOf(() => call(...(put(given, path, make()) as never[])), '');
      longest = Math.max(longest, performance.now() - start);
      if (kind === 'refused') refused++;
      if (kind === 'result') accepted.push(where);
      if (kind === 'raw' || fault === 'code of the caller ran') raw.push(`${where}: ${fault}`);
    }
  }
  return { tried, refused, raw, accepted, longest };
}
