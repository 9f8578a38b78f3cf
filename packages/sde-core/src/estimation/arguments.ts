import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import type { Chain } from '../paths/chain.js';
import { generators } from '../randomness/generators.js';
import type { Key } from '../randomness/key.js';
import type { Functional } from './functional.js';

/** Fields of what came, whatever it is. */
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value > 0;

/** Refuses what is no chain. `where` names the function, `expectation(chain, functional)`. */
export function requireChain(chain: unknown, where: string): asserts chain is Chain {
  const { step, steps, dimension, x0, driver, h, t0 } = fieldsOf(chain);
  const { laws, size } = fieldsOf(driver);
  const counted = isCount(steps) && isCount(dimension) && typeof size === 'number' && Array.isArray(laws);
  const placed = typeof h === 'number' && typeof t0 === 'number' && ArrayBuffer.isView(x0);
  if (typeof step === 'function' && counted && placed) return;
  throw new SdeError('value', {
    what: 'not a chain',
    where,
    expected: 'what discretize(problem, scheme, steps), exactChain(…), coupled(…), observe(…) or asChain(…) return',
    got: describe(chain),
    remedy: 'write for example discretize(problem({ model, x0, T }), eulerMaruyama, 64)',
  });
}

/** Refuses what is no functional. */
export function requireFunctional(functional: unknown, where: string): asserts functional is Functional {
  const { on, name } = fieldsOf(functional);
  if (typeof on === 'function' && typeof name === 'string') return;
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

/** Refuses what is no key. */
export function requireKey(key: unknown, where: string): asserts key is Key {
  const { words, label, generator } = fieldsOf(key);
  const word = (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  const known = generator === undefined || (typeof generator === 'string' && Object.hasOwn(generators, generator));
  if (Array.isArray(words) && words.length === 2 && words.every(word) && typeof label === 'string' && known) return;
  throw new SdeError('value', {
    what: 'no key',
    where,
    expected: 'a key, the only source of randomness',
    got: describe(key),
    remedy: typeof key === 'number' || typeof key === 'string' ? `give key: key(${describe(key)})` : 'give key: key(1)',
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
  if (backend !== undefined && !functions(backend, ['prepare', 'run', 'close'])) {
    refuse('backend', 'what workers() or inline() return', backend, 'leave it out, or write inline()');
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    refuse('onProgress', 'a function', onProgress, 'write onProgress: ({ done, of }) => …');
  }
  if (signal !== undefined && !(functions(signal, ['addEventListener']) && 'aborted' in signal)) {
    refuse('signal', 'an AbortSignal', signal, 'give the signal of an AbortController');
  }
}

/** Refuses what is neither left out nor true or false. */
export function requireFlag(value: unknown, where: string): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new SdeError('value', {
    what: 'neither true nor false',
    where,
    expected: 'true or false',
    got: describe(value),
    remedy: 'leave it out for false',
  });
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
