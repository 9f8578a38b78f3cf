import { describe, requireBoolean, requireFunction } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Graph, graph, type Node } from '../expression/graph.js';
import { contentHash } from '../kernels/content-hash.js';
import { type Program, type ProgramFunctional, tracedProgram } from '../kernels/program.js';
import { represent } from '../kernels/represent.js';
import type { Chain } from './chain.js';
import { requireChain } from './chain-check.js';
import { contentOf } from './chain-content.js';

/** Functionals of one program: they have as many pairs as half the square of this. */
export const MOST_FUNCTIONALS = 64;

/** A function of the state at T; with `trace`, one that can be compiled into the kernel. */
export interface TerminalFunctional extends ProgramFunctional {
  /** The same value as a node, from the nodes of the state, shape (d). */
  trace?(graph: Graph, state: readonly Node[]): Node;
}

/**
 * A chain and a functional, or several of the same paths, ready for a backend: `traced` where all are known as expressions, else `native`.
 *
 * @param options - `antithetic` (default false): each path's value is the mean over it and its mirror image, all noise
 * negated. It needs laws that are symmetric about 0.
 * @throws SdeError `unsupported` if antithetic paths are asked of a driver that is not symmetric.
 */
export function program(
  chain: Chain,
  functional: TerminalFunctional | readonly TerminalFunctional[],
  options: { readonly antithetic?: boolean } = {},
): Program {
  requireChain(chain, 'program(chain, functional)');
  const functionals: readonly TerminalFunctional[] = isList(functional) ? Array.from(functional) : [functional];
  requireKeys<NonNullable<typeof options>>(options ?? null, { antithetic: true }, 'program(chain, functional, { … })');
  requireCount(functionals);
  for (const one of functionals) {
    requireFunction(one?.value, 'program(chain, functional): functional.value', "write terminal('x').on(chain)");
    requireFunctionalName(one);
  }
  const { antithetic = false } = options;
  requireBoolean(antithetic, 'program(chain, functional, { antithetic })');
  const { dimension, steps, h, t0, x0, driver, traced, nonNegative } = chain;
  const { laws } = driver;
  if (antithetic) requireSymmetric(chain);
  const name = `${chain.name} · ${functionals.map((one) => one.name).join(', ')}`;
  if (traced && functionals.every(({ trace }) => trace)) {
    const nodes = graph();
    const state = Array.from(x0, (_, i) => nodes.symbol(`x${i}`));
    const values = { state, nodes: functionals.map((one) => requireNode(one.trace?.(nodes, state))) };
    return tracedProgram(name, represent(traced.step, traced.grid, { laws, values, x0, antithetic, nonNegative }));
  }
  const common = {
    name,
    dimension,
    steps,
    h,
    t0,
    x0: Array.from(x0),
    laws,
    antithetic,
    ...(nonNegative && { nonNegative }),
  };
  const identity = [common, contentOf(chain), ...functionals.map(({ value }) => String(value))];
  return {
    ...common,
    kind: 'native',
    step: (n, x, noise, out) => chain.step(n, x, noise, out),
    functionals: functionals.map((one) => {
      if (one.trace) return (x: Float64Array): number => requireValue(one.value(x));
      // What a closure writes is written into a copy: other functionals read x too.
      const own = new Float64Array(dimension);
      return (x: Float64Array): number => {
        own.set(x);
        return requireValue(one.value(own));
      };
    }),
    hash: contentHash(JSON.stringify(identity)),
  };
}

/** A functional is no list: what has no other type is one. */
const isList = (given: TerminalFunctional | readonly TerminalFunctional[]): given is readonly TerminalFunctional[] =>
  Array.isArray(given);

function requireCount({ length }: readonly TerminalFunctional[]): void {
  if (length >= 1 && length <= MOST_FUNCTIONALS) return;
  throw new SdeError('value', {
    what: length === 0 ? 'no functional' : 'more functionals than one program computes',
    where: 'program(chain, functionals)',
    expected: `1 to ${MOST_FUNCTIONALS} of them: every pair has its moments`,
    got: String(length),
    remedy: 'make several programs: under one key their paths are the same',
  });
}

/** Refuses what a closure gives that is no number: it would be taken for one, or break the mean without a word of whose it is. */
function requireValue(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new SdeError('value', {
    what: 'a functional whose value is no number',
    where: 'terminal(φ)',
    expected: 'a number',
    got: describe(value),
    remedy: 'return a number; NaN where there is no value',
  });
}

function requireNode(node: Node | undefined): Node {
  if (node && Array.isArray(node.operands)) return node;
  throw new SdeError('value', {
    what: 'a trace that gives no node',
    where: 'program(chain, functional): functional.trace',
    expected: 'a node of the graph that it is given',
    got: describe(node),
    remedy: "leave trace out for a closure, or write terminal('x').on(chain)",
  });
}

function requireFunctionalName({ name, trace }: TerminalFunctional): void {
  const where = 'program(chain, functional)';
  if (trace !== undefined) requireFunction(trace, `${where}: functional.trace`, 'leave it out for a closure');
  if (typeof name === 'string') return;
  throw new SdeError('value', {
    what: 'a functional without a name',
    where: `${where}: functional.name`,
    expected: 'a string',
    got: describe(name),
    remedy: "write terminal('x').on(chain)",
  });
}

function requireSymmetric(chain: Chain): void {
  const skewed = chain.driver.laws.find((law) => law.mean !== 0 || law.thirdCumulant !== 0);
  if (!skewed) return;
  throw new SdeError('unsupported', {
    what: 'antithetic paths of noise that is not symmetric about 0',
    where: 'expectation(chain, functional, { antithetic })',
    expected: 'a driver whose laws are symmetric: gaussian, two-point, three-point',
    got: describe(skewed.kind),
    remedy: 'leave antithetic out',
  });
}
