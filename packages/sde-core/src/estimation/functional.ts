import { describe } from '../errors/at-the-door.js';
import { isNamed, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Warning } from '../errors/warning.js';
import { expression } from '../expression/expression.js';
import { substitute } from '../expression/substitute.js';
import type { Chain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';
import { stateNames } from '../paths/state-names.js';

/** A functional in JSON. `text` is absent for a closure, which must be given again. */
export interface FunctionalRecord {
  readonly name: string;
  readonly text?: string;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** A real number that a path is summarized by. */
export interface Functional {
  readonly kind: 'terminal';
  /** As provenance prints it. */
  readonly name: string;
  /** The text, where it is an expression: then it travels in JSON. */
  readonly text?: string;
  /** Values of names in the text that are no states. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** What an estimate of it takes for granted: it is among the estimate's warnings. */
  readonly assumed?: readonly Warning<'assumed-order'>[];
  /** The functional on the states of a chain, under the chain's own names. */
  on(chain: Chain): TerminalFunctional;
  /** The functional of the state at any time t of a chain, where it is one: at T that of `on`. */
  at?(chain: Chain): (t: number, x: Float64Array) => number;
}

/**
 * φ(X_N): a function of the state at T, as an expression in the chain's states or as a closure of x, shape (d).
 *
 * Expressions are compiled into the kernel and run on every backend; a closure runs `inline()`. States are named as in the model; a chain that
 * has no names takes x (d = 1), x, y (d = 2), or x1 … xd. The time symbol t is T.
 *
 * @throws SdeError `value` for anything else; with a chain, `unknown-symbol` for a name that is no state of it.
 */
export function terminal(
  phi: string | ((x: Float64Array) => number),
  options: { readonly name?: string; readonly parameters?: Readonly<Record<string, number>> } = {},
): Functional {
  requireKeys<{ name?: string; parameters?: object }>(
    options,
    { name: true, parameters: true },
    'terminal(φ, options)',
    {
      params: 'parameters',
    },
  );
  const { parameters } = options;
  requireName(options.name);
  if (parameters !== undefined) requireParameters(parameters);
  if (typeof phi === 'function') {
    const name = options.name ?? (phi.name || 'φ');
    return Object.freeze<Functional>({
      kind: 'terminal',
      name,
      on: () => ({ name, value: phi }),
      // What a closure writes is written into a copy: the path goes on from x, and other functionals read it.
      at: () => (_, x) => phi(x.slice()),
    });
  }
  if (typeof phi !== 'string') throw notFunctional(phi);
  const name = options.name ?? phi;
  const on = (chain: Chain): TerminalFunctional => {
    const state = stateNames(chain);
    const where = `terminal('${phi}')`;
    const time = state.includes('t') ? 'time' : 't';
    const T = chain.t0 + chain.steps * chain.h;
    const formula = expression(phi, { state, time, parameters, where });
    return {
      name,
      value: (x) => formula.evaluate(T, x),
      trace: (graph, nodes) => {
        const { node } = expression(phi, { state, time, parameters, where, graph });
        const values = [...nodes, graph.constant(T), ...Object.values(parameters ?? {}).map(graph.constant)];
        const names = [...state, time, ...Object.keys(parameters ?? {})];
        return substitute(graph, [node], new Map(names.map((symbol, i) => [graph.symbol(symbol), values[i]])))[0];
      },
    };
  };
  const at = (chain: Chain): ((t: number, x: Float64Array) => number) => {
    const state = stateNames(chain);
    const time = state.includes('t') ? 'time' : 't';
    return expression(phi, { state, time, parameters, where: `terminal('${phi}')` }).evaluate;
  };
  return Object.freeze<Functional>({ kind: 'terminal', name, text: phi, parameters, on, at });
}

/** A functional as provenance keeps it. */
export function recordOf({ name, text, parameters }: Functional): FunctionalRecord {
  return { name, ...(text === undefined ? {} : { text }), ...(parameters ? { parameters } : {}) };
}

function requireName(name: unknown): void {
  if (name === undefined || typeof name === 'string') return;
  throw new SdeError('value', {
    what: 'not a name',
    where: 'terminal(φ, { name })',
    expected: 'a text',
    got: describe(name),
    remedy: 'leave it out: an expression is its own name',
  });
}

function requireParameters(parameters: unknown): void {
  const record = isNamed(parameters);
  const [name, value] = record ? (Object.entries(parameters).find(([, v]) => !Number.isFinite(v)) ?? []) : [];
  if (record && name === undefined) return;
  throw new SdeError('value', {
    what: 'not values of parameters',
    where: 'terminal(φ, { parameters })',
    expected: 'an object of finite numbers by name',
    got: name === undefined ? describe(parameters) : `${name}: ${describe(value)}`,
    remedy: 'write for example { parameters: { K: 100 } }',
  });
}

const notFunctional = (got: unknown): SdeError =>
  new SdeError('value', {
    what: 'not a functional of the terminal state',
    where: 'terminal(φ)',
    expected: 'an expression as text, or a function of x',
    got: describe(got),
    remedy: "write for example terminal('x^2') or terminal((x) => x[0] ** 2)",
  });
