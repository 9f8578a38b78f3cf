import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import type { Functional } from './functional.js';

/** Fields of what came, whatever it is. */
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Whether something is a functional. */
export function isFunctional(value: unknown): value is Functional {
  const { on, name } = fieldsOf(value);
  return typeof on === 'function' && typeof name === 'string';
}

/** Refuses what is no functional. */
export function requireFunctional(functional: unknown, where: string): asserts functional is Functional {
  if (isFunctional(functional)) return;
  const text = typeof functional === 'string' ? functional.replaceAll("'", '') : undefined;
  throw new SdeError('value', {
    what: 'not a functional',
    where,
    expected: "what terminal('…') or richardson(…) return",
    got: describe(functional),
    remedy:
      text === undefined
        ? `write ${typeof functional === 'function' ? 'terminal((x) => …)' : "for example terminal('x')"}`
        : `write terminal('${text}')`,
  });
}

/** How and where something is computed: what every long function takes. */
export interface Run {
  readonly backend?: Backend;
  readonly onProgress?: unknown;
  readonly signal?: AbortSignal;
}

/** Refuses a backend, a callback or a signal that is none; each may be left out. */
export function requireRun(run: Run, where: (field: string) => string): void {
  const { backend, onProgress, signal } = run;
  const functions = (value: unknown, names: readonly string[]): boolean =>
    names.every((name) => typeof fieldsOf(value)[name] === 'function');
  const refuse = (field: string, expected: string, got: unknown, remedy: string): never => {
    throw new SdeError('value', { what: `not a ${field}`, where: where(field), expected, got: describe(got), remedy });
  };
  const named = typeof fieldsOf(backend).name === 'string';
  if (backend !== undefined && !(named && functions(backend, ['prepare', 'run', 'close']))) {
    refuse('backend', 'what workers() or inline() return', backend, 'leave it out, or write inline()');
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    refuse('onProgress', 'a function', onProgress, 'write onProgress: ({ done, of }) => …');
  }
  if (signal !== undefined && !(functions(signal, ['addEventListener']) && 'aborted' in signal)) {
    refuse('signal', 'an AbortSignal', signal, 'give the signal of an AbortController');
  }
}

/** Refuses what is no finite number above 0. */
export function requirePositive(value: unknown, what: string, where: string, remedy: string): void {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return;
  throw new SdeError('value', { what, where, expected: 'a finite number > 0', got: describe(value), remedy });
}

/** What is done with paths that leave the finite numbers: their mean is withheld, or that of the others given. */
export type LostPaths = 'withhold' | 'exclude';

/** Refuses another policy. */
export function requireLostPaths(value: unknown, where: string): void {
  if (value === undefined || value === 'withhold' || value === 'exclude') return;
  throw new SdeError('value', {
    what: 'not a policy for lost paths',
    where,
    expected: "'withhold' or 'exclude'",
    got: describe(value),
    remedy: "leave it out: where paths are lost, the mean is NaN. 'exclude' gives the mean of the others",
  });
}
