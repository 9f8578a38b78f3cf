import { describe, requireFinite, requireInteger, requireLength, requireNumbers } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Chain } from './chain.js';

/**
 * Refuses what is no chain, and a chain made by hand whose numbers are none: nothing of it is taken for a number that is not one.
 *
 * @throws SdeError `value` or `shape`.
 */
export function requireChain(chain: unknown, where: string): asserts chain is Chain {
  const given = (chain ?? {}) as Readonly<Record<string, unknown>>;
  const laws = (given.driver as Readonly<Record<string, unknown>> | undefined)?.laws;
  if (typeof given.step !== 'function' || !Array.isArray(laws)) {
    throw new SdeError('value', {
      what: 'not a chain',
      where,
      expected: 'what discretize(problem, scheme, steps), exactChain, observe or asChain gives',
      got: describe(chain),
      remedy: 'write discretize(problem({ model, x0, T }), eulerMaruyama, 100)',
    });
  }
  const remedy = 'make the chain with discretize(problem, scheme, steps)';
  const dimension = requireInteger(given.dimension, 1, `${where}: chain.dimension`, remedy);
  requireInteger(given.steps, 1, `${where}: chain.steps`, remedy);
  requireFinite(given.h, `${where}: chain.h`, remedy);
  requireFinite(given.t0, `${where}: chain.t0`, remedy);
  requireNumbers(given.x0, `${where}: chain.x0`, remedy);
  requireLength(given.x0, dimension, `${where}: chain.x0`, remedy);
}
