import { describe, requireOneOf } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Algebra } from '../expression/algebra.js';
import { type Graph, graph, type Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { carry } from '../kernels/carry.js';
import { compileStep } from '../kernels/step-kernel.js';
import type { TracedStep } from '../kernels/trace.js';
import { fullyTruncated } from '../models/full-truncation.js';
import { type Problem, requireProblem } from '../models/problem.js';
import { driver } from '../randomness/driver.js';
import { requireScheme, type Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import type { Chain, TracedChain } from './chain.js';
import { contentOf } from './chain-content.js';
import { discretize, type ModelsByNeed } from './discretize.js';
import type { Observation } from './observation.js';
import { drawsOf, observe, observeHalves } from './observe.js';
import { stateNames } from './state-names.js';
import { requireSteps } from './steps.js';

/** How many fine paths go with a coarse one: `plain` one, `antithetic` a second one that takes the two halves of each step in exchanged order. */
export type Coupling = 'plain' | 'antithetic';

/** What {@link coupled} takes. */
export interface CouplingOptions {
  /** N, of the coarse copy. */
  readonly steps: number;
  /** Default `'plain'`. */
  readonly coupling?: Coupling;
  /** What each copy gathers, as {@link observe} takes it. */
  readonly observe?: Readonly<Record<string, Observation>>;
}

/** A chain of several copies of a state that share their noise, with the chains it was made of. */
export interface CoupledChain extends Chain {
  /** Of 2N steps. */
  readonly fine: Chain;
  /** Of N steps. */
  readonly coarse: Chain;
  readonly coupling: Coupling;
}

/**
 * A scheme at step h/2 and at step h on one Brownian path: the chain on (X_fine, X_coarse), or (X_fine, X_antithetic, X_coarse).
 *
 * One step of the pair is two fine steps on ΔW₁, ΔW₂ and a coarse one on ΔW₁ + ΔW₂, with its time integrals where the scheme takes them. With the copies of the state in one chain, the coupled pair is
 * traced, compiled and run by every backend as any other chain. The law of each copy is that of the scheme alone: E φ(X_coarse) is what
 * `discretize(problem, scheme, steps)` has, which is what lets differences telescope. Shape of the state: (2d) or (3d).
 *
 * With `observe`, each copy gathers these observations on its own grid; {@link Observation}s of continuous monitoring follow the fine path through the middle
 * of a coarse step, which changes no law and brings the copies closer.
 *
 * @param options - `steps` N of the coarse copy; `coupling`, default `'plain'`; `observe`, as {@link observe} takes them.
 * @throws SdeError `unsupported` for a scheme whose noise is not Gaussian increments and their time integrals: no other is that of one path on
 * both grids; and what {@link discretize} refuses.
 * @see [giles2008]
 * @see [gilesszpruch2014]
 *
 * @example
 * ```ts
 * import { coupled, eulerMaruyama, problem, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
 * const pair = coupled(problem({ model, x0: [0], T: 2 }), eulerMaruyama, { steps: 1 });
 * const next = new Float64Array(2);
 * pair.step(0, pair.x0, Float64Array.of(1, 3), next);
 * Math.abs(next[0] - next[1]) < 1e-15; // → true
 * ```
 */
export function coupled<N extends Need>(
  problem: Problem<ModelsByNeed[N]>,
  scheme: Scheme<N>,
  options: CouplingOptions,
): CoupledChain {
  const where = 'coupled(problem, scheme, { … })';
  requireKeys<CouplingOptions>(options, { steps: true, coupling: true, observe: true }, where);
  const { steps, coupling = 'plain', observe: observations } = options ?? {};
  requireProblem(problem, where);
  requireScheme(scheme, where);
  requireSteps(steps, 'coupled(problem, scheme, { steps })');
  requireOneOf(coupling, ['plain', 'antithetic'], 'coupled(problem, scheme, { coupling })', "leave it out for 'plain'");
  const m = problem.model.noiseDimension;
  requireSummable(scheme, m);
  const [large, small] = [discretize(problem, scheme, steps), discretize(problem, scheme, 2 * steps)];
  const coarse = observations !== undefined ? observe(large, observations) : large;
  const fine = observations !== undefined ? observe(small, observations) : small;
  const halved = onHalves(large, m);
  // Time integrals of the whole step know of ΔW₁ − ΔW₂: then no bridge through the middle is independent of the step's end.
  const divided = large.driver.size === m ? { increments: m } : {};
  const both = observations !== undefined ? observeHalves(halved, observations, divided) : halved;
  const layout = { size: large.driver.size, draws: observations ? drawsOf(observations) : 0 };
  const { dimension: d, t0, x0 } = coarse;
  const suffixes = coupling === 'antithetic' ? ['fine', 'antithetic', 'coarse'] : ['fine', 'coarse'];
  const copies = suffixes.length;
  const common = {
    name: `${coarse.name} coupled with ${2 * steps}${coupling === 'antithetic' ? ', antithetic' : ''}`,
    dimension: copies * d,
    steps,
    h: coarse.h,
    t0,
    x0: Float64Array.from({ length: copies * d }, (_, i) => x0[i % d]),
    stateNames: suffixes.flatMap((suffix) => stateNames(coarse).map((name) => `${name}_${suffix}`)),
    driver: both.driver,
    ...(coarse.calculus && { calculus: coarse.calculus }),
    ...(coarse.bridged && { bridged: bridgedCopies(coarse.bridged, suffixes) }),
    // Of the fine path, whose states come first.
    ...(fine.truncation && { truncation: fine.truncation }),
    ...(fine.taming && { taming: fine.taming }),
    fine,
    coarse,
    coupling,
  };
  const traced = tracedPair(fine, both, copies, layout);
  if (traced)
    return Object.freeze({ ...common, traced, step: compileStep(traced.step, traced.grid, fullyTruncated(problem)) });
  const content = `${common.name}: ${contentOf(fine)}`;
  return Object.freeze({ ...common, content, step: composed(fine, both, copies, layout) });
}

/** The states of a copy rest on the same observations as those of the chain. */
const bridgedCopies = (bridged: NonNullable<Chain['bridged']>, suffixes: readonly string[]): Chain['bridged'] =>
  Object.fromEntries(
    suffixes.flatMap((suffix) => Object.entries(bridged).map(([name, of]) => [`${name}_${suffix}`, of])),
  );

/**
 * A step's variables from those of its halves: (ξ₁ + ξ₂)/√2 for each of m increments, and for the ζ of a time integral
 * (√3 (ξ₁ − ξ₂) + ζ₁ + ζ₂)/√8, since ∫ W over the whole is that over both halves and the first increment for half the step.
 */
function joined<V>(algebra: Algebra<V>, first: readonly V[], second: readonly V[], m: number): readonly V[] {
  const { constant, add, subtract, multiply } = algebra;
  return first.map((value, j) => {
    const sum = add(value, second[j]);
    if (j < m) return multiply(constant(Math.SQRT1_2), sum);
    const turn = multiply(constant(Math.sqrt(3)), subtract(first[j - m], second[j - m]));
    return multiply(constant(Math.sqrt(1 / 8)), add(turn, sum));
  });
}

/** The coarse chain on the noise of the two halves of its step, one after the other. */
function onHalves(chain: Chain, m: number): Chain {
  const { traced, driver: whole, ...rest } = chain;
  const laws = driver([...whole.laws, ...whole.laws]);
  const { size } = whole;
  const step: Chain['step'] = (n, x, noise, out) => {
    const [first, second] = [noise.subarray(0, size), noise.subarray(size, 2 * size)];
    chain.step(n, x, Float64Array.from(joined(numbers, Array.from(first), Array.from(second), m)), out);
  };
  if (!traced || traced.grid.boundaries || traced.step.calls.length > 0) return { ...rest, driver: laws, step };
  const nodes = graph();
  const time = nodes.symbol('t');
  const state = Array.from(chain.x0, (_, i) => nodes.symbol(`x${i}`));
  const noise = Array.from({ length: 2 * size }, (_, j) => nodes.symbol(`w${j}`));
  const next = taken(nodes, traced.step, time, state, joined(nodes, noise.slice(0, size), noise.slice(size), m));
  const tracedStep: TracedStep = { graph: nodes, time, before: nodes.symbol('before'), state, noise, next, calls: [] };
  return { ...rest, driver: laws, step, traced: { ...traced, step: tracedStep } };
}

/** Where the noise of a pair has what: the two halves, `size` each, then the variables of the observations, `draws` for each half. */
interface Layout {
  readonly size: number;
  readonly draws: number;
}

/** The noise of the two fine steps. */
function fineNoise<V>(noise: readonly V[], { size, draws }: Layout): readonly [readonly V[], readonly V[]] {
  const half = (index: 0 | 1): readonly V[] => [
    ...noise.slice(index * size, (index + 1) * size),
    ...noise.slice(2 * size + index * draws, 2 * size + (index + 1) * draws),
  ];
  return [half(0), half(1)];
}

function composed(fine: Chain, both: Chain, copies: number, layout: Layout): Chain['step'] {
  const d = fine.dimension;
  const middle = new Float64Array(d);
  const part = (array: Float64Array, copy: number): Float64Array => array.subarray(copy * d, (copy + 1) * d);
  return (n, x, noise, out) => {
    const [first, second] = fineNoise(Array.from(noise), layout).map((half) => Float64Array.from(half));
    fine.step(2 * n, part(x, 0), first, middle);
    fine.step(2 * n + 1, middle, second, part(out, 0));
    if (copies === 3) {
      fine.step(2 * n, part(x, 1), second, middle);
      fine.step(2 * n + 1, middle, first, part(out, 1));
    }
    both.step(n, part(x, copies - 1), noise, part(out, copies - 1));
  };
}

/** The same composition as nodes, where both steps are: not for models with breakpoints, whose times stand in tables of one grid each. */
function tracedPair(fine: Chain, both: Chain, copies: number, layout: Layout): TracedChain | undefined {
  const [small, large] = [fine.traced, both.traced];
  if (!small || !large || small.grid.boundaries || small.step.calls.length > 0) return undefined;
  const d = fine.dimension;
  const nodes = graph();
  const time = nodes.symbol('t');
  const state = Array.from({ length: copies * d }, (_, i) => nodes.symbol(`x${i}`));
  const noise = Array.from({ length: both.driver.size }, (_, j) => nodes.symbol(`w${j}`));
  const halfway = nodes.add(time, nodes.constant(fine.h));
  const [first, second] = fineNoise(noise, layout);
  const part = (copy: number): readonly Node[] => state.slice(copy * d, (copy + 1) * d);
  const twice = (start: readonly Node[], one: readonly Node[], other: readonly Node[]): readonly Node[] =>
    taken(nodes, small.step, halfway, taken(nodes, small.step, time, start, one), other);
  const next = [
    ...twice(part(0), first, second),
    ...(copies === 3 ? twice(part(1), second, first) : []),
    ...taken(nodes, large.step, time, part(copies - 1), noise),
  ];
  const step: TracedStep = { graph: nodes, time, before: nodes.symbol('before'), state, noise, next, calls: [] };
  return { step, grid: large.grid };
}

/** A traced step in another graph, from other nodes. */
function taken(
  nodes: Graph,
  step: TracedStep,
  time: Node,
  state: readonly Node[],
  noise: readonly Node[],
): readonly Node[] {
  const places = new Map<Node, Node>([
    [step.time, time],
    ...step.state.map((symbol, i): [Node, Node] => [symbol, state[i]]),
    ...step.noise.map((symbol, j): [Node, Node] => [symbol, noise[j]]),
  ]);
  return carry(nodes, step.next, (symbol) => places.get(symbol) ?? symbol);
}

function requireSummable(scheme: Scheme, noiseDimension: number): void {
  const { increments, auxiliary: beside, timeIntegrals = false } = scheme.driver;
  const auxiliary = beside(noiseDimension);
  if (increments === 'gaussian' && (auxiliary.length === 0 || timeIntegrals)) return;
  throw new SdeError('unsupported', {
    what: `the noise of ${scheme.name} cannot be summed over two steps`,
    where: 'coupled(problem, scheme)',
    expected: 'a driver of Gaussian increments, or of those and their time integrals',
    got: `${describe(increments)} increments and ${auxiliary.length} other variables a step`,
    remedy: 'take eulerMaruyama, milstein, truncatedMilstein or another scheme of Gaussian increments',
  });
}
