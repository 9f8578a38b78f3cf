import { requireFinite } from '../../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../../errors/options.js';

/** Checks the parameters of a model of the library: every one that is named is a finite number, and no other is there. */
export function requireParameters<P>(given: unknown, known: KnownKeys<P>, name: string): void {
  requireKeys<P>(given ?? {}, known, `${name}({ … })`);
  for (const parameter of Object.keys(known)) {
    const value = ((given ?? {}) as Readonly<Record<string, unknown>>)[parameter];
    requireFinite(value, `${name}({ ${parameter} })`, `give ${parameter} as a number`);
  }
}
