import { describe, requireFinite, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { requireRun } from '../estimation/arguments.js';
import type { Backend } from '../execution/backend.js';
import type { Model } from '../models/model.js';
import type { Problem } from '../models/problem.js';
import { requireKey } from '../randomness/key.js';

const refusal = (what: string, where: string, expected: string, got: unknown, remedy: string): SdeError =>
  new SdeError('value', { what, where, expected, got: describe(got), remedy });

/** An order that errors have. */
const MOST_ORDER = 64;

/** Refuses an order that no errors have; returns it. */
export function requireOrder(order: unknown, where: string): number {
  const given = requireFinite(order, where, 'give the order that the theory promises');
  if (Math.abs(given) <= MOST_ORDER) return given;
  throw refusal('an order that no errors have', where, `an order ≤ ${MOST_ORDER}`, order, 'give that of the scheme');
}

/** Refuses what is no list of numbers of steps. */
export function requireSteps(steps: unknown, where: string): asserts steps is readonly number[] {
  const remedy = 'give for example [8, 16, 32, 64]';
  if (!Array.isArray(steps))
    throw refusal('not a list of numbers of steps', `${where}({ steps })`, 'a list', steps, remedy);
  for (const count of steps) requireInteger(count, 1, `${where}({ steps })`, 'take at least one step');
  if (new Set(steps).size >= 2) return;
  throw refusal(
    'too few distinct numbers of steps',
    `${where}({ steps })`,
    'at least two distinct ones',
    steps,
    remedy,
  );
}

/** Refuses an option that has to be a function and is none. */
export function requireFunction(value: unknown, where: string, remedy: string): void {
  if (typeof value !== 'function') throw refusal('not a function', where, 'a function', value, remedy);
}

/** Refuses what has to be an object of a kind and is none. */
export function requireKind(value: unknown, kinds: readonly string[], where: string, remedy: string): void {
  const kind = (value as { readonly kind?: unknown } | null | undefined)?.kind;
  if (typeof kind === 'string' && kinds.includes(kind)) return;
  throw refusal('not what is taken here', where, `an object of kind ${kinds.join(', ')}`, value, remedy);
}

/** Refuses a way of computing expectations that is none, or has options that are not known. */
export function requireMethod(method: unknown, where: string): void {
  requireKind(
    method,
    ['exact', 'sampled'],
    `${where}({ method })`,
    "give { kind: 'exact' } or { kind: 'sampled', paths, key }",
  );
  const { kind } = method as { readonly kind: string };
  const place = `${where}({ method })`;
  if (kind === 'exact') {
    requireKeys(method, { kind: true }, place);
    return;
  }
  requireKeys(method, { kind: true, paths: true, key: true, backend: true }, place, { seed: 'key' });
  const { key, paths, backend } = method as {
    readonly key: unknown;
    readonly paths: unknown;
    readonly backend?: Backend;
  };
  requireKey(key, place);
  requireInteger(paths, 1, `${where}({ method: { paths } })`, 'compute at least one path');
  requireRun({ backend }, () => place);
}

/** Refuses what is no problem. */
export function requireProblem(problem: unknown, where: string): asserts problem is Problem<Model> {
  const { model, x0, T } = (problem ?? {}) as Partial<Problem<Model>>;
  const whole = typeof model?.noiseDimension === 'number' && typeof T === 'number';
  if (whole && (Array.isArray(x0) || ArrayBuffer.isView(x0))) return;
  throw refusal(
    'not a problem',
    where,
    'what problem({ model, x0, T }) returns',
    problem,
    'write problem({ model, x0, T })',
  );
}
