import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Graph } from './graph.js';

/** Refuses what is no graph. */
export function requireGraph(value: unknown, where: string): asserts value is Graph {
  const { symbol, constant, apply } = (value ?? {}) as Partial<Graph>;
  if ([symbol, constant, apply].every((part) => typeof part === 'function')) return;
  const remedy =
    typeof value === 'function' ? 'call it: graph()' : 'give graph(), or the graph of an expression or model';
  throw refusal('not an expression graph', where, 'a graph', value, remedy);
}

const refusal = (what: string, where: string, expected: string, got: unknown, remedy: string): SdeError =>
  new SdeError('value', { what, where, expected, got: describe(got), remedy });
