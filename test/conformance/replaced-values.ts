/** What a caller without types may give in any place; fresh values, since some are written into. */
const wrong = (): readonly (readonly [string, unknown])[] => [
  ['undefined', undefined],
  ['null', null],
  ['a text', 'continous'],
  ['an empty text', ''],
  ['NaN', Number.NaN],
  ['−1', -1],
  ['1.5', 1.5],
  ['∞', Number.POSITIVE_INFINITY],
  ['2⁶⁰', 2 ** 60],
  ['true', true],
  ['an empty object', {}],
  ['an empty array', []],
  ['an array of texts', ['a']],
  ['a sparse array', new Array(2)],
  ['a function', () => undefined],
  ['a symbol', Symbol('s')],
  ['a big integer', 1n],
  ['0', 0],
  ['10⁹', 1e9],
  ['10³⁰⁰', 1e300],
  ['−∞', Number.NEGATIVE_INFINITY],
  ['a number as text', '3'],
  ['a date', new Date(0)],
  ['an array of NaN', [Number.NaN]],
  ['an array of another type', new BigInt64Array(1)],
  ['an object that coerces', { valueOf: () => 1, toString: () => 'x' }],
];

/** The argument itself and the fields of plain data in it, each with the copy in which it is replaced. */
export function* places(
  data: unknown,
  depth = 2,
  path = '',
): Generator<readonly [string, (value: unknown) => unknown]> {
  yield [path, (value) => value];
  const plain =
    Array.isArray(data) ||
    (typeof data === 'object' &&
      data !== null &&
      Object.getPrototypeOf(data) === Object.prototype &&
      !Object.isFrozen(data));
  if (!plain || depth === 0) return;
  for (const [name, part] of Object.entries(data)) {
    const put = (now: unknown): unknown =>
      Array.isArray(data) ? data.map((old, i) => (String(i) === name ? now : old)) : { ...data, [name]: now };
    for (const [inner, place] of places(part, depth - 1, `${path}.${name}`))
      yield [inner, (value) => put(place(value))];
  }
}

/** What is right nowhere, but for the few places that a test names. */
export const NEVER: ReadonlySet<string> = new Set([
  'null',
  'NaN',
  '∞',
  '−∞',
  'true',
  'a symbol',
  'a big integer',
  'a sparse array',
  'an array of NaN',
  'an array of another type',
  'an object that coerces',
]);

/** What came of calls with one value replaced. */
export interface Outcome {
  /** Calls. */
  readonly tried: number;
  readonly refused: number;
  /** Errors that are no SdeError, with their place. */
  readonly raw: readonly string[];
  /** Values that went through, by place: `argument 0.steps = NaN`. */
  readonly accepted: readonly string[];
  /** The longest call, in ms. */
  readonly longest: number;
}

/** Replaces every argument, and every field of plain data inside it, by every wrong value. `isRefusal` tells the errors of the package. */
export async function replaceEach(
  call: (...given: never[]) => unknown,
  given: readonly unknown[],
  isRefusal: (error: unknown) => boolean,
): Promise<Outcome> {
  const raw: string[] = [];
  const accepted: string[] = [];
  let [tried, refused, longest] = [0, 0, 0];
  for (const [index, argument] of given.entries()) {
    for (const [place, put] of places(argument)) {
      for (const [label, value] of wrong()) {
        const where = `argument ${index}${place} = ${label}`;
        const start = performance.now();
        tried++;
        try {
          await call(...(given.map((one, i) => (i === index ? put(value) : one)) as never[]));
          accepted.push(where);
        } catch (error) {
          if (isRefusal(error)) refused++;
          else
            raw.push(
              `${where}: ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`,
            );
        }
        longest = Math.max(longest, performance.now() - start);
      }
    }
  }
  return { tried, refused, raw, accepted, longest };
}
