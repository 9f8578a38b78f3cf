import { type Key, SdeError } from 'sde-core';
import { describe, requireLength } from 'sde-core/errors';
import type { AffineMap, ResidualNetwork } from './residual-network.js';

/** Refuses what is no network. */
export function requireNetwork(network: unknown, where: string): asserts network is ResidualNetwork {
  if (isObject(network) && network.kind === 'residual-network' && Array.isArray(network.layers)) return;
  throw new SdeError('value', {
    what: 'not a residual network',
    where,
    expected: 'what residualNetwork(…), fit(…).network or networkFromJSON(…) gives',
    got: describe(network),
    remedy: 'make one with residualNetwork({ layers: [{ U, c, V, d }, …] }), from plain arrays',
  });
}

/** Refuses what is no affine map whose arrays have the sizes it says. */
export function requireAffine(map: unknown, where: string): asserts map is AffineMap {
  if (isObject(map)) {
    const { rows, columns, weight, bias } = map as Partial<AffineMap>;
    const sized =
      Number.isInteger(rows) &&
      Number.isInteger(columns) &&
      isNumeric(weight) &&
      isNumeric(bias) &&
      weight.length === Number(rows) * Number(columns) &&
      bias.length === rows;
    if (sized && weight.every((entry) => Number.isFinite(entry)) && bias.every((entry) => Number.isFinite(entry)))
      return;
  }
  throw new SdeError('shape', {
    what: 'not an affine map',
    where,
    expected: '{ rows, columns, weight, bias } with rows · columns weights and rows biases, all finite',
    got: describe(map),
    remedy: 'give network.readOut, or an object of that form',
  });
}

/** Refuses a word that is none of those known. */
export function requireWord<Word extends string>(
  value: unknown,
  known: readonly Word[],
  where: string,
): asserts value is Word {
  if (known.some((word) => word === value)) return;
  throw new SdeError('value', {
    what: 'a word that is not known here',
    where,
    expected: known.map((word) => `'${word}'`).join(', '),
    got: describe(value),
    remedy: 'take one of these',
  });
}

/** Refuses a key that `key(…)` or `fold(…)` did not make. */
export function requireKey(value: unknown, where: string): asserts value is Key {
  if (
    isObject(value) &&
    Array.isArray(value.words) &&
    value.words.length === 2 &&
    value.words.every((word: unknown) => typeof word === 'number' && word >>> 0 === word) &&
    typeof value.label === 'string'
  )
    return;
  throw new SdeError('value', {
    what: 'not a key',
    where,
    expected: 'a key, such as key(7)',
    got: describe(value),
    remedy: "import { key } from 'sde-core' and give key(seed): it names every random number",
  });
}

/** Does the work of a public function, and puts its name before the place of every misuse that is found inside. */
export async function atTheDoor<Result>(name: string, where: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SdeError) || error.details.where.startsWith(name)) throw error;
    throw new SdeError(
      error.code,
      { ...error.details, where: `${where}, in ${error.details.where}` },
      { cause: error },
    );
  }
}

/** Refuses callbacks and signals that are none, before they would be needed. */
export function requireReporting(
  options: { readonly onProgress?: unknown; readonly signal?: unknown } | undefined,
  where: string,
): void {
  const refuse = (name: string, expected: string, got: unknown): never => {
    throw new SdeError('value', {
      what: `not ${expected}`,
      where: `${where}: ${name}`,
      expected,
      got: describe(got),
      remedy: 'leave it out, or give one',
    });
  };
  const { onProgress, signal } = options ?? {};
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('onProgress', 'a function', onProgress);
  if (signal !== undefined && !(isObject(signal) && typeof signal.aborted === 'boolean'))
    refuse('signal', 'an AbortSignal', signal);
}

/** Refuses what is no list of `length` finite numbers; returns it copied. */
export function requireVector(value: unknown, length: number, where: string, remedy: string): Float64Array {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (!isList) {
    throw new SdeError('shape', {
      what: 'not a list of numbers',
      where,
      expected: `${length} finite numbers`,
      got: describe(value),
      remedy,
    });
  }
  // Arrays and typed arrays are array-like; every entry is checked.
  const list = value as unknown as ArrayLike<unknown>;
  requireLength(list, length, where, remedy);
  return Float64Array.from(list, (entry: unknown, at) => {
    if (typeof entry === 'number' && Number.isFinite(entry)) return entry;
    throw new SdeError('value', {
      what: 'not a finite number',
      where: `${where}, entry ${at}`,
      expected: 'finite numbers',
      got: describe(entry),
      remedy,
    });
  });
}

/** An array of doubles or singles, of which every entry is a number. */
const isNumeric = (value: unknown): value is Float64Array =>
  value instanceof Float64Array || (value as unknown) instanceof Float32Array;

/** An object with fields of unknown types. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
