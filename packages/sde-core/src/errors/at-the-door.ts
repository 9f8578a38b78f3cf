import { SdeError } from './sde-error.js';

/** Refuses anything but an integer of at least `least`, and of no more than `most`; returns it. Default: the last whole number that is told from its neighbors. */
export function requireInteger(
  value: unknown,
  least: number,
  where: string,
  remedy: string,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new SdeError('value', {
      what: 'not a whole number in range',
      where,
      expected: `an integer ≥ ${least}${most < Number.MAX_SAFE_INTEGER || (typeof value === 'number' && value > most) ? ` and ≤ ${most}` : ''}`,
      got: describe(value),
      remedy,
    });
  }
  return value;
}

/** Refuses anything but a finite number; returns it. */
export function requireFinite(value: unknown, where: string, remedy: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new SdeError('value', {
      what: 'not a finite number',
      where,
      expected: 'a finite number',
      got: describe(value),
      remedy,
    });
  }
  return value;
}

/** Refuses what is neither left out nor true or false. */
export function requireBoolean(value: unknown, where: string): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new SdeError('value', {
    what: 'neither true nor false',
    where,
    expected: 'true or false',
    got: describe(value),
    remedy: 'leave it out for the default',
  });
}

/** Refuses anything but one of a few words; returns it. */
export function requireOneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  where: string,
  remedy: string,
): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new SdeError('value', {
    what: 'a word that is not known here',
    where,
    expected: words.map((word) => `'${word}'`).join(' or '),
    got: describe(value),
    remedy,
  });
}

/** Refuses anything but an array or a typed array; nothing in it is looked at. */
export function requireArray(value: unknown, where: string, remedy: string): asserts value is ArrayLike<unknown> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return;
  throw new SdeError('value', {
    what: 'not an array',
    where,
    expected: 'an array or a typed array',
    got: describe(value),
    remedy,
  });
}

/** Refuses anything but an array of finite numbers; nothing in it is taken for a number that is none. */
export function requireNumbers(value: unknown, where: string, remedy: string): asserts value is ArrayLike<number> {
  requireArray(value, where, remedy);
  for (let i = 0; i < value.length; i++) requireFinite(value[i], `${where}[${i}]`, remedy);
}

/** Refuses anything but a function. */
export function requireFunction(value: unknown, where: string, remedy: string): void {
  if (typeof value === 'function') return;
  throw new SdeError('value', { what: 'not a function', where, expected: 'a function', got: describe(value), remedy });
}

/** Refuses an array-like whose length is not `length`. */
export function requireLength(value: ArrayLike<unknown>, length: number, where: string, remedy: string): void {
  const has = (value as ArrayLike<unknown> | null | undefined)?.length;
  if (has !== length) {
    throw new SdeError('shape', {
      what: 'wrong shape',
      where,
      expected: `shape (${length})`,
      got: typeof has === 'number' ? `shape (${has})` : describe(value),
      remedy,
    });
  }
}

/** A value as a message prints it: short, and telling `'3'` from `3`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}…` : value}'`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return `a function${value.name ? ` '${value.name}'` : ''}`;
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (ArrayBuffer.isView(value))
    return `a ${value.constructor.name} of length ${(value as unknown as ArrayLike<unknown>).length}`;
  return `an object with keys ${Object.keys(value as object).join(', ') || '(none)'}`;
}
