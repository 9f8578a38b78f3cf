import { SdeError } from './sde-error.js';

/** Refuses anything but an integer of at least `least`; returns it. */
export function requireInteger(value: unknown, least: number, where: string, remedy: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new SdeError('value', {
      what: 'not a whole number in range',
      where,
      expected: `an integer ≥ ${least}`,
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

/** Refuses an array-like whose length is not `length`. */
export function requireLength(value: ArrayLike<unknown>, length: number, where: string, remedy: string): void {
  if (value.length !== length) {
    throw new SdeError('shape', {
      what: 'wrong shape',
      where,
      expected: `shape (${length})`,
      got: `shape (${value.length})`,
      remedy,
    });
  }
}

/** A value as a message prints it: short, and telling `'3'` from `3`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}…` : value}'`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value);
  if (typeof value === 'function') return `a function${value.name ? ` '${value.name}'` : ''}`;
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (ArrayBuffer.isView(value))
    return `a ${value.constructor.name} of length ${(value as unknown as ArrayLike<unknown>).length}`;
  return `an object with keys ${Object.keys(value as object).join(', ') || '(none)'}`;
}
