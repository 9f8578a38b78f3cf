/** The typed arrays that values hold. */
const ARRAYS = { Float64Array, Float32Array, Uint32Array, Int32Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** Marks what JSON has not. */
const MARK = '$';

/**
 * Plain data as JSON from which {@link fromExactJson} makes the same again, bit for bit: with NaN, ±∞, −0, undefined and typed arrays.
 *
 * @throws TypeError for what is not plain data: functions, class instances, cycles.
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(marked(value, new Set()));
}

/**
 * What a text of {@link exactJson} holds.
 *
 * @throws SyntaxError for a text that is none.
 */
export function fromExactJson(text: string): unknown {
  return restored(JSON.parse(text));
}

function marked(value: unknown, above: Set<object>): unknown {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { [MARK]: wordOf(value) };
    case 'undefined':
      return { [MARK]: 'undefined' };
    case 'object':
      break;
    default:
      throw new TypeError(`a ${typeof value} is no plain data`);
  }
  if (value === null) return null;
  if (above.has(value)) throw new TypeError('a value that holds itself is no plain data');
  above.add(value);
  try {
    const name = Object.keys(ARRAYS).find((one) => value instanceof ARRAYS[one as ArrayName]);
    if (name) return { [MARK]: name, values: Array.from(value as Float64Array, (entry) => marked(entry, above)) };
    if (Array.isArray(value)) return Array.from(value, (entry) => marked(entry, above));
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype !== Object.prototype && prototype !== null) || MARK in value || Object.hasOwn(value, '__proto__')) {
      throw new TypeError('an object of a class of its own is no plain data');
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, marked(entry, above)]));
  } finally {
    above.delete(value);
  }
}

const wordOf = (value: number): string => (value === 0 ? '-0' : String(value));

const WORDS: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
  ['undefined', undefined],
]);

function restored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(restored);
  if (!Object.hasOwn(value, MARK)) {
    if (Object.hasOwn(value, '__proto__')) throw new SyntaxError('a key that no value of ours has');
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, restored(entry)]));
  }
  // An object that is not null, whose fields are looked at one by one.
  const { [MARK]: mark, values, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0) throw new SyntaxError('a mark with more than belongs to it');
  if (WORDS.has(mark) && values === undefined) return WORDS.get(mark);
  const name = Object.keys(ARRAYS).find((one) => one === mark);
  if (!name || !Array.isArray(values)) throw new SyntaxError('an unknown mark');
  const entries = values.map(restored);
  if (!entries.every((entry) => typeof entry === 'number')) throw new SyntaxError('an array of other than numbers');
  const array = ARRAYS[name as ArrayName].from(entries as number[]);
  if (!entries.every((entry, i) => Object.is(entry, array[i])))
    throw new SyntaxError('numbers that the array cannot hold');
  return array;
}
