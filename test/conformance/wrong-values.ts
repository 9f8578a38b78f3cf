import { SdeError } from 'sde-core';

declare global {
  var canary: number;
}

/** What a value is to a caller: the kinds that a parameter may take are few. */
export type Kind = 'undefined' | 'number' | 'text' | 'any text' | 'function' | 'flag' | 'list' | 'object' | 'none';

/** Thrown by what callers give: it is theirs, and passed on as it is. */
export class Own extends Error {}

const CODE = 'globalThis.canary++';
function fire(): number {
  globalThis.canary++;
  return 1;
}
const own = (): never => {
  throw new Own('of the caller');
};

/** What is not what was asked for. A value that runs code where it is coerced or pasted into a program raises `globalThis.canary`. */
export const WRONG: readonly (readonly [words: string, make: () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['NaN', () => Number.NaN],
  ['∞', () => Number.POSITIVE_INFINITY],
  ['−∞', () => Number.NEGATIVE_INFINITY],
  ['0', () => 0],
  ['−1', () => -1],
  ['1.5', () => 1.5],
  ['2⁵³', () => 2 ** 53],
  ['1e300', () => 1e300],
  ['−1e300', () => -1e300],
  ['1e9', () => 1e9],
  ['1e-300', () => 1e-300],
  ['an empty text', () => ''],
  ['a word', () => 'unknown'],
  ['a number as text', () => '1'],
  ['code', () => CODE],
  ['a call', () => `(()=>{${CODE};return 1})()`],
  ['the end of a statement', () => `1; ${CODE}; //`],
  ['an empty list', () => []],
  ['a sparse list', () => new Array(3)],
  ['a list with NaN', () => [Number.NaN]],
  ['a list of three', () => [1, 2, 3]],
  ['a list of lists', () => [[1]]],
  ['a list of code', () => [CODE]],
  ['a list of null', () => [null]],
  ['a longer typed array', () => Float64Array.of(1, 2, 3, 4, 5, 6, 7)],
  ['a typed array of another type', () => Int8Array.of(1)],
  ['a typed array of big integers', () => BigInt64Array.of(1n)],
  ['a typed array with NaN', () => Float64Array.of(Number.NaN)],
  ['a view of bytes', () => new DataView(new ArrayBuffer(8))],
  ['an empty object', () => ({})],
  ['an object without a prototype', () => Object.create(null)],
  ['an object that coerces', () => ({ toString: fire, valueOf: fire })],
  ['an object that coerces otherwise', () => ({ [Symbol.toPrimitive]: fire })],
  ['a proxy', () => new Proxy({}, { get: (_, name) => (name === Symbol.toPrimitive ? fire : undefined) })],
  ['a proxy that has everything', () => new Proxy({}, { get: () => () => undefined, has: () => true })],
  ['a proxy that throws', () => new Proxy({}, { get: own, has: own, ownKeys: own })],
  ['a getter that throws', () => ({ get length() { return own(); }, get kind() { return own(); } })], // biome-ignore format: one line
  ['a date', () => new Date(0)],
  ['a function that returns nothing', () => () => undefined],
  ['a function that returns NaN', () => () => Number.NaN],
  ['a function that returns text', () => () => '1'],
  ['a function that coerces', () => Object.assign(() => 1, { toString: fire, valueOf: fire })],
  ['a function that throws', () => own],
  ['true', () => true],
  ['false', () => false],
  ['a big integer', () => 1n],
  ['a symbol', () => Symbol('s')],
];

/** The kind of a value. */
export function kindOf(value: unknown): Kind {
  if (value === undefined) return 'undefined';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'function') return 'function';
  if (typeof value === 'boolean') return 'flag';
  if (typeof value !== 'object' || value === null) return 'none';
  return Array.isArray(value) || ArrayBuffer.isView(value) ? 'list' : 'object';
}

/** Where in the arguments. */
export type Path = readonly (string | number)[];

/** Every argument, and every field and entry of what is written by hand in it: `written` says of an object that it is. */
export function places(value: unknown, written: (value: object) => boolean, path: Path = []): Path[] {
  const here = path.length > 0 ? [path] : [];
  if (typeof value !== 'object' || value === null || !(Array.isArray(value) || written(value))) return here;
  return [...here, ...Object.entries(value).flatMap(([key, part]) => places(part, written, [...path, key]))];
}

/** The same with something else at one place. */
export function put(value: unknown, [key, ...rest]: Path, what: unknown): unknown {
  if (key === undefined) return what;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = put(copy[key], rest, what);
  return copy;
}

/** What is at a place. */
export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inside, key) => (inside as Record<string | number, unknown>)[key], value);

/** Whether some number in a result is none: in its fields, its arrays, and at its first time. */
export function wrongNumbers(result: unknown, depth = 4): boolean {
  if (typeof result === 'number') return Number.isNaN(result);
  if (typeof result !== 'object' || result === null || depth === 0) return false;
  if (ArrayBuffer.isView(result)) return Array.from(result as Float64Array).some((value) => Number.isNaN(value));
  const { slice, times } = result as { slice?: (t: number) => { data: Float64Array }; times?: Float64Array };
  if (typeof slice === 'function' && times && wrongNumbers(slice(times[0])?.data)) return true;
  return Object.values(result).some((part) => wrongNumbers(part, depth - 1));
}

/** What became of a call. */
export interface Outcome {
  readonly kind: 'result' | 'refused' | 'own' | 'raw';
  /** Why it is not right; nothing if it is. */
  readonly fault?: string;
  readonly result?: unknown;
}

const NOT_A_NUMBER = 'NaN in the result';

/** Calls, and says what became of it: `where` is what a refusal has to begin with. */
export async function outcomeOf(call: () => unknown, where: string): Promise<Outcome> {
  globalThis.canary = 0;
  const fired = (outcome: Outcome): Outcome =>
    globalThis.canary > 0 ? { ...outcome, fault: 'code of the caller ran' } : outcome;
  try {
    const result = await call();
    return fired(wrongNumbers(result) ? { kind: 'result', fault: NOT_A_NUMBER, result } : { kind: 'result', result });
  } catch (error) {
    if (error instanceof Own) return fired({ kind: 'own' });
    if (!(error instanceof SdeError)) {
      const line = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 3).join(' | ') : String(error);
      return fired({ kind: 'raw', fault: `a raw error: ${line}` });
    }
    const named = error.details.where.startsWith(where);
    return fired({ kind: 'refused', ...(!named && { fault: `refused under another name: ${error.details.where}` }) });
  }
}

/** Counts of calls. */
export interface Counts {
  calls: number;
  refused: number;
  results: number;
  own: number;
  raw: number;
}

/** A function of a package with arguments that are right. */
export interface Door {
  /** The public function, as a refusal begins. */
  readonly name: string;
  /** Its call; of what it gives, what is then to be looked at for numbers. */
  call(...given: unknown[]): unknown;
  readonly given: readonly unknown[];
  /** Kinds that a place takes beside the one it has here: by the place, its keys joined by points, or its end. */
  /** Places where nothing is not given: the default takes long. */
  readonly costly?: readonly string[];
  readonly also?: Readonly<Record<string, readonly Kind[]>>;
}

/** Tries every wrong value at every place of a door; the faults, each in words. */
export async function faultsOf(door: Door, written: (value: object) => boolean, counts: Counts): Promise<string[]> {
  const faults: string[] = [];
  // A stack is what a refusal costs, and there are thousands.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = process.env.STACKS ? 10 : 0;
  // What is no number in the right result, by its definition, is none elsewhere.
  const undecided = (await outcomeOf(() => door.call(...door.given), door.name)).fault === NOT_A_NUMBER;
  for (const path of places(door.given, written)) {
    const place = path.join('.');
    const kinds = new Set<Kind>(['undefined', kindOf(at(door.given, path))]);
    // A word is one of a few unless it is said otherwise.
    kinds.delete('text');
    for (const [end, more] of Object.entries(door.also ?? {}))
      if (place === end || place.endsWith(`.${end}`)) for (const kind of more) kinds.add(kind);
    for (const [words, make] of WRONG) {
      const wrong = make();
      if (wrong === undefined && door.costly?.includes(place)) continue;
      const began = performance.now();
      const outcome = await outcomeOf(() => door.call(...(put(door.given, path, wrong) as unknown[])), door.name);
      const took = performance.now() - began;
      counts.calls++;
      if (outcome.kind === 'refused') counts.refused++;
      if (outcome.kind === 'result') counts.results++;
      if (outcome.kind === 'own') counts.own++;
      if (outcome.kind === 'raw') counts.raw++;
      const given = kindOf(wrong) === 'text' && wrong !== '1' ? 'any text' : kindOf(wrong);
      const taken = outcome.kind === 'result' && !kinds.has(given) ? 'taken' : undefined;
      const told = undecided && outcome.fault === NOT_A_NUMBER ? undefined : outcome.fault;
      const fault = told ?? taken ?? (took > 5000 ? `took ${Math.round(took)} ms` : undefined);
      if (fault !== undefined) faults.push(`${door.name}: ${place} = ${words}: ${fault}`);
    }
  }
  Error.stackTraceLimit = stackTraceLimit;
  return faults;
}
