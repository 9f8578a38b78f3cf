import { SdeError } from '../errors/sde-error.js';
import { graph, type Node } from '../expression/graph.js';
import { requireNames } from '../expression/names.js';
import { carry } from '../kernels/carry.js';
import { compileStep } from '../kernels/step-kernel.js';
import type { TracedStep } from '../kernels/trace.js';
import { driver } from '../randomness/driver.js';
import type { Law } from '../randomness/law.js';
import type { Chain, ChainDiffusion, TracedChain } from './chain.js';
import { contentOf } from './chain-content.js';
import { stateNames } from './state-names.js';

/** A chain under a name, which the names of its states end in. */
export type NamedChain = readonly [name: string, chain: Chain];

/** Where a chain's states and noise stand among those of all. */
interface Part {
  readonly name: string;
  readonly chain: Chain;
  /** Of its first state. */
  readonly at: number;
  /** Of each of its random variables, shape (driver.size). */
  readonly noise: readonly number[];
}

/**
 * Several chains in one: their states one after the other, `x_name`; each moves as it does alone. With `common` noise they share every random variable, else each has
 * its own.
 *
 * @throws SdeError `value` for chains that are not on one time grid, or, with common noise, have other laws; `expression` for names that no formula could hold.
 */
export function sideBySide(named: readonly NamedChain[], common: boolean, where: string): Chain {
  const [[, first]] = named;
  for (const [name, chain] of named) requireInStep(name, chain, first, common, where);
  const laws = common ? first.driver.laws : lawsApart(named);
  const parts = partsOf(named, common);
  const names = parts.flatMap(({ name, chain }) => stateNames(chain).map((state) => `${state}_${name}`));
  requireNames(names, where);
  const traced = tracedParts(parts, laws.length);
  const chains = parts.map(({ chain }) => chain);
  const calculi = new Set(chains.map(({ calculus }) => calculus));
  const watched = parts.flatMap(({ chain, at }) => (chain.nonNegative ?? []).map((i) => at + i));
  const bridged = bridgedOf(parts);
  const diffusion = diffusionOf(parts, laws.length);
  const shared = {
    name: named.map(([name, chain]) => `${name}: ${chain.name}`).join('; '),
    dimension: names.length,
    steps: first.steps,
    h: first.h,
    t0: first.t0,
    x0: Float64Array.from(chains.flatMap(({ x0 }) => Array.from(x0))),
    stateNames: names,
    driver: common ? first.driver : driver(laws),
    ranges: chains.flatMap(({ dimension, ranges }) => Array.from({ length: dimension }, (_, i) => ranges?.[i])),
    copies: chains,
    ...(calculi.size === 1 && first.calculus && { calculus: first.calculus }),
    ...(chains.some(({ nonNegative }) => nonNegative) && { nonNegative: watched }),
    ...(bridged && { bridged }),
    ...(diffusion && { diffusion }),
  };
  if (traced) return { ...shared, traced, step: compileStep(traced.step, traced.grid) };
  return {
    ...shared,
    content: JSON.stringify(parts.map(({ name, chain, noise }) => [name, contentOf(chain), noise])),
    step: stepOf(parts),
  };
}

/** Increments of Wiener processes that come first in a chain's noise; those of no equation have none. */
const incrementsOf = ({ diffusion, t0, x0 }: Chain): number => diffusion?.at(t0, x0).length ?? 0;

/** The laws of all: increments first, as in the noise of a single chain. */
const lawsApart = (named: readonly NamedChain[]): readonly Law[] => [
  ...named.flatMap(([, chain]) => chain.driver.laws.slice(0, incrementsOf(chain))),
  ...named.flatMap(([, chain]) => chain.driver.laws.slice(incrementsOf(chain))),
];

function partsOf(named: readonly NamedChain[], common: boolean): readonly Part[] {
  let at = 0;
  let increment = 0;
  let other = named.reduce((sum, [, chain]) => sum + incrementsOf(chain), 0);
  return named.map(([name, chain]) => {
    const m = incrementsOf(chain);
    const noise = chain.driver.laws.map((_, j) => (common ? j : j < m ? increment++ : other++));
    const part = { name, chain, at, noise };
    at += chain.dimension;
    return part;
  });
}

function tracedParts(parts: readonly Part[], size: number): TracedChain | undefined {
  const traces = parts.flatMap(({ chain }) =>
    chain.traced && chain.traced.step.calls.length === 0 ? [chain.traced] : [],
  );
  const [{ grid }] = traces.length > 0 ? traces : [{ grid: undefined }];
  // Tables of times are one grid's.
  const times = new Set(traces.map((traced) => JSON.stringify(traced.grid.breakpoints ?? null)));
  if (traces.length < parts.length || times.size > 1 || !grid) return undefined;
  const nodes = graph();
  const time = nodes.symbol('t');
  const before = nodes.symbol('before');
  const dimension = parts.reduce((sum, { chain }) => sum + chain.dimension, 0);
  const state = Array.from({ length: dimension }, (_, i) => nodes.symbol(`x${i}`));
  const noise = Array.from({ length: size }, (_, j) => nodes.symbol(`w${j}`));
  const next = parts.flatMap(({ at, noise: places }, k) => {
    const { step } = traces[k];
    const meant = new Map<Node, Node>([
      [step.time, time],
      [step.before, before],
      ...step.state.map((symbol, i): [Node, Node] => [symbol, state[at + i]]),
      ...step.noise.map((symbol, j): [Node, Node] => [symbol, noise[places[j]]]),
    ]);
    return carry(nodes, step.next, (symbol) => meant.get(symbol) ?? symbol);
  });
  const step: TracedStep = { graph: nodes, time, before, state, noise, next, calls: [] };
  return { step, grid };
}

function stepOf(parts: readonly Part[]): Chain['step'] {
  const own = parts.map(({ noise }) => new Float64Array(noise.length));
  return (n, x, noise, out) => {
    parts.forEach(({ chain, at, noise: places }, k) => {
      for (let j = 0; j < places.length; j++) own[k][j] = noise[places[j]];
      const end = at + chain.dimension;
      chain.step(n, x.subarray(at, end), own[k], out.subarray(at, end));
    });
  };
}

/** The states of each rest on its own observations. */
function bridgedOf(parts: readonly Part[]): Chain['bridged'] {
  const all = parts.flatMap(({ name, chain }) =>
    Object.entries(chain.bridged ?? {}).map(([state, of]): [string, readonly string[]] => [
      `${state}_${name}`,
      of.map((observation) => `${observation}_${name}`),
    ]),
  );
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}

/** The columns of σ of all: one below the other where they share a process. */
function diffusionOf(parts: readonly Part[], size: number): ChainDiffusion | undefined {
  if (!parts.every(({ chain }) => chain.diffusion)) return undefined;
  const used = Math.max(...parts.flatMap(({ chain, noise }) => noise.slice(0, incrementsOf(chain)))) + 1;
  const m = Math.min(size, Math.max(0, used));
  return {
    at(t, x) {
      const columns = Array.from({ length: m }, () => new Array<number>(x.length).fill(0));
      for (const { chain, at, noise } of parts) {
        const own = chain.diffusion?.at(t, x.subarray(at, at + chain.dimension)) ?? [];
        own.forEach((column, k) => {
          column.forEach((value, i) => {
            columns[noise[k]][at + i] = value;
          });
        });
      }
      return columns;
    },
  };
}

function requireInStep(name: string, chain: Chain, first: Chain, common: boolean, where: string): void {
  const { t0, h, steps } = chain;
  if (t0 !== first.t0 || h !== first.h || steps !== first.steps) {
    throw new SdeError('value', {
      what: 'chains that are not on one time grid',
      where: `${where}: ${name}`,
      expected: `${first.steps} steps of ${first.h} from t0 = ${first.t0}, as the first`,
      got: `${steps} steps of ${h} from t0 = ${t0}`,
      remedy: 'discretize all of them with the same t0, T and number of steps',
    });
  }
  if (!common || lawsText(chain) === lawsText(first)) return;
  throw new SdeError('value', {
    what: 'chains whose steps take other noise',
    where: `${where}: ${name}`,
    expected: `${first.driver.size} variables of ${first.driver.kind} law a step, as the first`,
    got: `${chain.driver.size} of ${chain.driver.kind} law`,
    remedy: 'take schemes of the same driver, or leave commonRandomNumbers out',
  });
}

const lawsText = ({ driver: { laws } }: Chain): string =>
  JSON.stringify(laws.map(({ kind, parameters, outcomes }) => [kind, parameters, outcomes]));
