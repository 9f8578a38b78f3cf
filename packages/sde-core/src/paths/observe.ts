import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Algebra } from '../expression/algebra.js';
import { expression } from '../expression/expression.js';
import { type Graph, graph, type Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { substitute } from '../expression/substitute.js';
import { carry } from '../kernels/carry.js';
import { build } from '../kernels/emit-step.js';
import { stepSource } from '../kernels/step-kernel.js';
import type { Chain, TracedChain } from './chain.js';

/** A number that a path gathers on its way from a function f(t, x) of its states, in one or two further states. */
export interface Observation {
  readonly kind: 'running-integral' | 'supremum' | 'exit-time';
  /** f, in the chain's states and time. */
  readonly text: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Names of its states, after that of the observation itself. */
  readonly suffixes: readonly string[];
  /** Its states at t₀. */
  start(first: number): readonly number[];
  /** Its states after a step of h, from those before it and f at both ends. */
  update<V>(
    algebra: Algebra<V>,
    h: V,
    states: readonly V[],
    ends: { readonly before: V; readonly after: V },
  ): readonly V[];
}

type Text = { readonly parameters?: Readonly<Record<string, number>> };

/** ∫ f(t, X) dt by the trapezoidal rule on the chain's grid: of weak order 2 beside the scheme's own error. @see [kloeden1992, section 17.1] */
export function runningIntegral(text: string, { parameters }: Text = {}): Observation {
  return Object.freeze<Observation>({
    kind: 'running-integral',
    text,
    parameters,
    suffixes: [''],
    start: () => [0],
    update: ({ add, multiply, constant }, h, [sum], { before, after }) => [
      add(sum, multiply(multiply(constant(1 / 2), h), add(before, after))),
    ],
  });
}

/** max f(t_n, X_n) over the chain's grid: below that of the path between by a multiple of √h on average. @see [glasserman2003, section 6.4] */
export function supremum(text: string, { parameters }: Text = {}): Observation {
  return Object.freeze<Observation>({
    kind: 'supremum',
    text,
    parameters,
    suffixes: [''],
    start: (first) => [first],
    update: ({ maximum }, _, [largest], { after }) => [maximum(largest, after)],
  });
}

/**
 * The first time on the chain's grid at which f(t, X) ≤ 0, and T if there is none; the further state `…_inside` is 1 until then, 0 after.
 *
 * A path is seen on the grid alone: the time is too late by a multiple of √h on average. @see [gobet2000]
 */
export function exitTime(text: string, { parameters }: Text = {}): Observation {
  return Object.freeze<Observation>({
    kind: 'exit-time',
    text,
    parameters,
    suffixes: ['', '_inside'],
    start: (first) => [0, first > 0 ? 1 : 0],
    update: ({ add, multiply, less, constant }, h, [time, inside], { after }) => [
      add(time, multiply(h, inside)),
      multiply(inside, less(constant(0), after)),
    ],
  });
}

/**
 * A chain with what its paths gather as further states: `terminal` of their names is then a functional of the path.
 *
 * The observed chain is a chain as any other: it is traced where the first one is, and runs on every backend, exactly or sampled. Each name is a
 * state at T: `terminal('max(average - 1, 0)')`. The given states move as before, bit for bit.
 *
 * @param observations - Names and what is gathered under them.
 * @throws SdeError `value` for a name that is taken or none; `unknown-symbol` for a name in f that is no state.
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, exactExpectation, observe, problem, runningIntegral, symbolic, terminal, withDriver } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['x']] });
 * const chain = discretize(problem({ model, x0: [1], T: 2 }), withDriver(eulerMaruyama, 'two-point'), 4);
 * const observed = observe(chain, { area: runningIntegral('x') });
 * Math.abs(exactExpectation(observed, terminal('area')) - 2) < 1e-12; // → true
 * ```
 */
export function observe(chain: Chain, observations: Readonly<Record<string, Observation>>): Chain {
  const names = namesOf(chain);
  const entries = Object.entries(observations);
  const added = entries.flatMap(([name, { suffixes }]) => suffixes.map((suffix) => `${name}${suffix}`));
  requireNames(names, added);
  const time = names.includes('t') ? 'time' : 't';
  const formulas = entries.map(([name, { text, parameters }]) =>
    expression(text, { state: names, time, parameters, where: `observe(chain, { ${name} })` }),
  );
  const { dimension: d, x0, t0, h } = chain;
  const starts = entries.flatMap(([, observation], i) => observation.start(formulas[i].evaluate(t0, x0)));
  const traced = tracedObservation(chain, entries, names, time, added);
  const common = {
    ...chain,
    name: `${chain.name}, with ${added.join(', ')}`,
    dimension: d + added.length,
    x0: Float64Array.of(...x0, ...starts),
  };
  // The source is a function of exactly these four arguments, and calls no closures.
  if (traced)
    return Object.freeze({ ...common, traced, step: build(stepSource(traced.step, traced.grid)) as Chain['step'] });
  const at = (n: number): number => t0 + n * h;
  const { traced: _, ...native } = common;
  const texts = entries.map(([name, { kind, text }]) => `${name}: ${kind} ${text}`).join('; ');
  return Object.freeze({
    ...native,
    content: `${chain.content ?? String(chain.step)}; ${texts}`,
    step: (n: number, x: Float64Array, noise: Float64Array, out: Float64Array): void => {
      chain.step(n, x.subarray(0, d), noise, out.subarray(0, d));
      let place = d;
      entries.forEach(([, { suffixes, update }], i) => {
        const ends = {
          before: formulas[i].evaluate(at(n), x.subarray(0, d)),
          after: formulas[i].evaluate(at(n + 1), out.subarray(0, d)),
        };
        out.set(update(numbers, h, Array.from(x.subarray(place, place + suffixes.length)), ends), place);
        place += suffixes.length;
      });
    },
  });
}

/** The same as nodes; not on a grid with breakpoints, whose times stand in a table. */
function tracedObservation(
  chain: Chain,
  entries: readonly (readonly [string, Observation])[],
  names: readonly string[],
  time: string,
  added: readonly string[],
): TracedChain | undefined {
  const { traced, dimension: d } = chain;
  if (!traced || traced.grid.boundaries || traced.step.calls.length > 0) return undefined;
  const nodes = graph();
  const t = nodes.symbol('t');
  const state = Array.from({ length: d + added.length }, (_, i) => nodes.symbol(`x${i}`));
  const noise = traced.step.noise.map((_, j) => nodes.symbol(`w${j}`));
  const places = new Map<Node, Node>([
    [traced.step.time, t],
    ...traced.step.state.map((symbol, i): [Node, Node] => [symbol, state[i]]),
    ...traced.step.noise.map((symbol, j): [Node, Node] => [symbol, noise[j]]),
  ]);
  const moved = carry(nodes, traced.step.next, (symbol) => places.get(symbol) ?? symbol);
  const h = nodes.constant(chain.h);
  const next = [...moved];
  let place = d;
  for (const [name, { text, parameters, suffixes, update }] of entries) {
    const where = `observe(chain, { ${name} })`;
    const { node } = expression(text, { state: names, time, parameters, where, graph: nodes });
    const f = (at: Node, x: readonly Node[]): Node => valueAt(nodes, node, { names, time, parameters }, at, x);
    const ends = { before: f(t, state.slice(0, d)), after: f(nodes.add(t, h), moved) };
    next.push(...update(nodes, h, state.slice(place, place + suffixes.length), ends));
    place += suffixes.length;
  }
  const step = { graph: nodes, time: t, before: nodes.symbol('before'), state, noise, next, calls: [] };
  return { step, grid: traced.grid, stateNames: [...names, ...added] };
}

function valueAt(
  nodes: Graph,
  node: Node,
  text: {
    readonly names: readonly string[];
    readonly time: string;
    readonly parameters?: Readonly<Record<string, number>>;
  },
  at: Node,
  x: readonly Node[],
): Node {
  const { names, time, parameters = {} } = text;
  const values = new Map<Node, Node>([
    ...names.map((name, i): [Node, Node] => [nodes.symbol(name), x[i]]),
    [nodes.symbol(time), at],
    ...Object.entries(parameters).map(([name, value]): [Node, Node] => [nodes.symbol(name), nodes.constant(value)]),
  ]);
  return substitute(nodes, [node], values)[0];
}

/** The names of a chain's states: its model's, or x, y, or x1 … xd. */
function namesOf({ traced, dimension }: Chain): readonly string[] {
  if (traced) return traced.stateNames;
  if (dimension <= 2) return ['x', 'y'].slice(0, dimension);
  return Array.from({ length: dimension }, (_, i) => `x${i + 1}`);
}

function requireNames(names: readonly string[], added: readonly string[]): void {
  const all = [...names, ...added];
  if (added.length > 0 && new Set(all).size === all.length) return;
  throw new SdeError('value', {
    what: added.length > 0 ? 'a name that is taken' : 'nothing to observe',
    where: 'observe(chain, observations)',
    expected: `names other than ${names.join(', ')}`,
    got: describe(added.join(', ')),
    remedy: "write for example { area: runningIntegral('x') }",
  });
}
