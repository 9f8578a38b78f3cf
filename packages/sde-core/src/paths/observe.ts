import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Algebra } from '../expression/algebra.js';
import { derivative } from '../expression/differentiate.js';
import { type Expression, expression } from '../expression/expression.js';
import { type Graph, graph, type Node } from '../expression/graph.js';
import { requireNames } from '../expression/names.js';
import { numbers } from '../expression/numbers.js';
import { substitute } from '../expression/substitute.js';
import { carry } from '../kernels/carry.js';
import { compileStep } from '../kernels/step-kernel.js';
import { driver } from '../randomness/driver.js';
import type { Chain, ChainDiffusion, StateRange, TracedChain } from './chain.js';
import { requireChain } from './chain-check.js';
import { contentOf } from './chain-content.js';
import { gathered } from './gather.js';
import { OBSERVATION_LAW, type Observation } from './observation.js';
import { stateNames } from './state-names.js';

/**
 * A chain with what its paths gather as further states: `terminal` of their names is then a functional of the path.
 *
 * The observed chain is a chain as any other: it is traced where the first one is, and runs on every backend, exactly or sampled. Each name is a
 * state at T: `terminal('max(average - 1, 0)')`. The given states move as before, bit for bit. An observed chain can be observed again, with the names
 * so far: the running integral of a `barrier` is E min(τ, T).
 *
 * Observations of continuous monitoring in one chain look between the steps independently of each other: each alone is right in law; a functional of
 * several, other than a sum, is of order ½ in h where the same steps decide them, and its estimate warns, `joint-bridges`. Between increments that are not
 * Gaussian there is no such bridge: `bridge-not-gaussian`.
 *
 * @param observations - Names and what is gathered under them.
 * @throws SdeError `value` for a name that is taken; `expression` for one that no formula could hold; `unknown-symbol` for a name in f that is no state; `unsupported` for what looks between the
 * steps of a chain that is not a scheme on an equation: a network has no path there.
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
  return observedChain(chain, observations);
}

/** How the noise of a chain is that of both halves of its step. */
export interface Halved {
  /** m, where each half begins with its increments and their difference is independent of the step's end: then a bridge goes through the middle. */
  readonly increments?: number;
}

/**
 * {@link observe} for a chain whose noise is that of both halves of its step: what can be made of halves is. The observations' own variables
 * follow the chain's, those of the first half first.
 */
export function observeHalves(
  chain: Chain,
  observations: Readonly<Record<string, Observation>>,
  halved: Halved,
): Chain {
  return observedChain(chain, observations, halved);
}

function observedChain(chain: Chain, observations: Readonly<Record<string, Observation>>, halved?: Halved): Chain {
  requireChain(chain, 'observe(chain)');
  requireObservations(observations);
  const names = stateNames(chain);
  const entries = Object.entries(observations);
  const added = entries.flatMap(([name, { suffixes }]) => suffixes.map((suffix) => `${name}${suffix}`));
  const time = names.includes('t') ? 'time' : 't';
  requireFree([...names, time, ...CONSTANTS.filter((constant) => !names.includes(constant))], added);
  requireNames(added, 'observe(chain, observations)');
  requireDiffusion(chain, entries);
  const formulas = entries.map(([name, { text, parameters }]) =>
    expression(text, { state: names, time, parameters, where: `observe(chain, { ${name} })` }),
  );
  const { dimension: d, x0, t0 } = chain;
  const starts = entries.flatMap(([, observation], i) => observation.start(formulas[i].evaluate(t0, x0)));
  const plan: Plan = { entries, names, time, added, draws: drawsOf(observations), halved };
  const traced = tracedObservation(chain, plan);
  const { traced: _, ...rest } = chain;
  const extra = (halved ? 2 : 1) * plan.draws;
  const common = {
    ...rest,
    name: `${chain.name}, with ${added.join(', ')}`,
    dimension: d + added.length,
    x0: Float64Array.of(...x0, ...starts),
    stateNames: [...names, ...added],
    ranges: [...Array.from({ length: d }, (_, i) => chain.ranges?.[i]), ...rangesOf(entries, starts, chain)],
    driver:
      extra === 0
        ? chain.driver
        : driver([...chain.driver.laws, ...Array.from({ length: extra }, () => OBSERVATION_LAW)]),
    ...bridgedStates(chain.bridged, entries, formulas),
    ...(chain.diffusion && { diffusion: extended(chain.diffusion, d, added.length) }),
  };
  if (traced) return Object.freeze({ ...common, traced, step: compileStep(traced.step, traced.grid) });
  return Object.freeze({
    ...common,
    content: `${contentOf(chain)}; ${JSON.stringify(observations)}`,
    step: nativeStep(chain, plan, formulas),
  });
}

/** What each state rests on of observations that look between the steps: its own, and those of the states in its formula. */
function bridgedStates(
  given: Chain['bridged'],
  entries: Entries,
  formulas: readonly Expression[],
): Pick<Chain, 'bridged'> {
  const all = new Map(Object.entries(given ?? {}));
  entries.forEach(([name, { continuous, suffixes }], i) => {
    const behind = Object.entries(given ?? {}).flatMap(([state, of]) => (formulas[i].dependsOn(state) ? of : []));
    const of = [...new Set([...behind, ...(continuous ? [name] : [])])];
    if (of.length > 0) for (const suffix of suffixes) all.set(`${name}${suffix}`, of);
  });
  return all.size === 0 ? {} : { bridged: Object.fromEntries(all) };
}

/** Weights and indicators lie in [0, 1], and stay 0 where they start there; no path leaves later than it ends. */
function rangesOf(entries: Entries, starts: readonly number[], chain: Chain): (StateRange | undefined)[] {
  let at = 0;
  return entries.flatMap(([, { kind, suffixes, continuous }]): (StateRange | undefined)[] => {
    at += suffixes.length;
    const alive = starts[at - 1] > 0;
    const none = { lowest: 0, highest: 0, values: [0] };
    const truth = { lowest: 0, highest: 1, values: [0, 1] };
    // As a sum of as many steps, to rounding.
    const late = { lowest: 0, highest: chain.steps * chain.h * (1 + chain.steps * Number.EPSILON) };
    if (kind === 'barrier') return [alive ? (continuous ? { lowest: 0, highest: 1 } : truth) : none];
    if (kind === 'exit-time') return alive ? [late, truth] : [continuous ? late : none, none];
    return suffixes.map(() => undefined);
  });
}

/** Random variables that observations take a step, together. */
export const drawsOf = (observations: Readonly<Record<string, Observation>>): number =>
  Object.values(observations).reduce((sum, { draws }) => sum + draws, 0);

/** σ of the observed chain: what is gathered has no noise of its own. */
function extended({ at, nodes }: ChainDiffusion, d: number, added: number): ChainDiffusion {
  const zeros = <V>(column: readonly V[], zero: V): readonly V[] => [
    ...column,
    ...Array.from({ length: added }, () => zero),
  ];
  return {
    at: (t, x) => at(t, x.subarray(0, d)).map((column) => zeros(column, 0)),
    ...(nodes && {
      nodes: (graph: Graph, t: Node, x: readonly Node[]) =>
        nodes(graph, t, x.slice(0, d)).map((column) => zeros(column, graph.constant(0))),
    }),
  };
}

type Entries = readonly (readonly [string, Observation])[];

interface Plan {
  readonly entries: Entries;
  readonly names: readonly string[];
  readonly time: string;
  readonly added: readonly string[];
  /** Of all entries, a step. */
  readonly draws: number;
  readonly halved: Halved | undefined;
}

/** The noise of an observed step, taken apart: the observations' variables are after the chain's own `size`. */
function noiseParts<V>(noise: readonly V[], size: number, { draws, halved }: Plan) {
  const m = halved?.increments;
  const halves =
    m === undefined ? undefined : { first: noise.slice(0, m), second: noise.slice(size / 2, size / 2 + m) };
  return (at: number, count: number): { readonly draws: readonly V[]; readonly halves: typeof halves } => {
    const from = (start: number): readonly V[] => noise.slice(start + at, start + at + count);
    return { draws: halved ? [...from(size), ...from(size + draws)] : from(size), halves };
  };
}

function nativeStep(chain: Chain, plan: Plan, formulas: readonly Expression[]): Chain['step'] {
  const { dimension: d, h, diffusion, driver, traced } = chain;
  const at = (n: number): number => traced?.grid.start(n) ?? chain.t0 + n * h;
  const gradient = new Float64Array(d);
  return (n, x, noise, out) => {
    const [start, end] = [x.subarray(0, d), out.subarray(0, d)];
    chain.step(n, start, noise.subarray(0, driver.size), end);
    const parts = noiseParts(Array.from(noise), driver.size, plan);
    let place = d;
    let drawn = 0;
    plan.entries.forEach(([, observation], i) => {
      const { suffixes, continuous, draws } = observation;
      if (continuous) formulas[i].gradient(at(n), start, gradient);
      const seen = {
        before: formulas[i].evaluate(at(n), start),
        after: formulas[i].evaluate(at(n + 1), end),
        slopes: continuous && diffusion ? along(numbers, diffusion.at(at(n), start), Array.from(gradient)) : [],
      };
      const states = Array.from(x.subarray(place, place + suffixes.length));
      out.set(gathered(numbers, observation, states, seen, { h, ...parts(drawn, draws) }), place);
      place += suffixes.length;
      drawn += draws;
    });
  };
}

/** σᵀ∇f. */
const along = <V>(
  { add, constant, multiply }: Algebra<V>,
  columns: readonly (readonly V[])[],
  gradient: readonly V[],
): readonly V[] =>
  columns.map((column) => column.map((entry, i) => multiply(entry, gradient[i])).reduce(add, constant(0)));

/** The same as nodes; not on a grid with breakpoints, whose times stand in a table. */
function tracedObservation(chain: Chain, plan: Plan): TracedChain | undefined {
  const { traced, dimension: d, diffusion } = chain;
  const { entries, names, time, added } = plan;
  if (!traced || traced.grid.boundaries || traced.step.calls.length > 0) return undefined;
  const nodes = graph();
  const t = nodes.symbol('t');
  const state = Array.from({ length: d + added.length }, (_, i) => nodes.symbol(`x${i}`));
  const size = traced.step.noise.length;
  const extra = (plan.halved ? 2 : 1) * plan.draws;
  const noise = Array.from({ length: size + extra }, (_, j) => nodes.symbol(`w${j}`));
  const places = new Map<Node, Node>([
    [traced.step.time, t],
    ...traced.step.state.map((symbol, i): [Node, Node] => [symbol, state[i]]),
    ...traced.step.noise.map((symbol, j): [Node, Node] => [symbol, noise[j]]),
  ]);
  const moved = carry(nodes, traced.step.next, (symbol) => places.get(symbol) ?? symbol);
  const h = nodes.constant(chain.h);
  const start = state.slice(0, d);
  const parts = noiseParts(noise, size, plan);
  const next = [...moved];
  let place = d;
  let drawn = 0;
  for (const [name, observation] of entries) {
    const { text, parameters, suffixes, continuous, draws } = observation;
    const where = `observe(chain, { ${name} })`;
    const { node } = expression(text, { state: names, time, parameters, where, graph: nodes });
    const values = (wanted: readonly Node[], at: Node, x: readonly Node[]): Node[] =>
      valuesAt(nodes, wanted, { names, time, parameters }, at, x);
    const columns = continuous ? diffusion?.nodes?.(nodes, t, start) : undefined;
    if (continuous && !columns) return undefined;
    const gradient = columns ? names.map((symbol) => derivative(nodes, nodes.symbol(symbol))(node)) : [];
    const seen = {
      before: values([node], t, start)[0],
      after: values([node], nodes.add(t, h), moved)[0],
      slopes: along(nodes, columns ?? [], values(gradient, t, start)),
    };
    const states = state.slice(place, place + suffixes.length);
    next.push(...gathered(nodes, observation, states, seen, { h, ...parts(drawn, draws) }));
    place += suffixes.length;
    drawn += draws;
  }
  const step = { graph: nodes, time: t, before: nodes.symbol('before'), state, noise, next, calls: [] };
  return { step, grid: traced.grid };
}

function valuesAt(
  nodes: Graph,
  wanted: readonly Node[],
  text: {
    readonly names: readonly string[];
    readonly time: string;
    readonly parameters?: Readonly<Record<string, number>>;
  },
  at: Node,
  x: readonly Node[],
): Node[] {
  const { names, time, parameters = {} } = text;
  const values = new Map<Node, Node>([
    ...names.map((name, i): [Node, Node] => [nodes.symbol(name), x[i]]),
    [nodes.symbol(time), at],
    ...Object.entries(parameters).map(([name, value]): [Node, Node] => [nodes.symbol(name), nodes.constant(value)]),
  ]);
  return substitute(nodes, wanted, values);
}

function requireObservations(observations: unknown): void {
  const entries = typeof observations === 'object' && observations !== null ? Object.entries(observations) : undefined;
  const isObservation = (given: Partial<Observation> | null): boolean =>
    typeof given?.update === 'function' && Array.isArray(given.suffixes);
  const wrong = entries?.find(([, observation]) => !isObservation(observation));
  if (entries && !Array.isArray(observations) && !wrong) return;
  throw new SdeError('value', {
    what: 'not an observation',
    where: wrong ? `observe(chain, { ${wrong[0]} })` : 'observe(chain, observations)',
    expected: 'runningIntegral(…), supremum(…), exitTime(…) or barrier(…) under a name',
    got: describe(wrong ? wrong[1] : observations),
    remedy: "write for example { area: runningIntegral('x') }",
  });
}

/** Names that mean a number in a formula. */
const CONSTANTS = ['pi', 'e'];

function requireFree(names: readonly string[], added: readonly string[]): void {
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

function requireDiffusion(chain: Chain, entries: Entries): void {
  const between = entries.find(([, { continuous }]) => continuous);
  if (!between || chain.diffusion) return;
  throw new SdeError('unsupported', {
    what: 'nothing is known of the path between two steps of this chain',
    where: `observe(chain, { ${between[0]} })`,
    expected: 'a chain made by discretize(problem, scheme, steps)',
    got: chain.name,
    remedy: "take { monitoring: 'discrete' }, or the chain of an equation: of a network, that of its diffusionLimit",
  });
}
