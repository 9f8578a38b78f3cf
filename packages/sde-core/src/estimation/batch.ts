import { describe, requireBoolean } from '../errors/at-the-door.js';
import { isNamed, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Graph, Node } from '../expression/graph.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { MOST_FUNCTIONALS } from '../paths/program.js';
import { sideBySide } from '../paths/side-by-side.js';
import { stateNames } from '../paths/state-names.js';
import { requireFunctional } from './arguments.js';
import { type Functional, terminal } from './functional.js';

/** Several chains as one: what runs once for all of them. */
export interface Batch<Name extends string> extends Chain {
  /** A functional of each of the chains, written in the names of its own states, under the chain's name: what `expectation` takes. */
  each(functional: Functional): { readonly [Of in Name]: Functional };
}

/** What {@link batch} takes. */
export interface BatchOptions {
  /** All chains move on the same noise, path by path: their differences vary little. Default false: each has its own. */
  readonly commonRandomNumbers?: boolean;
}

/**
 * Chains that differ in their start, their parameters or their scheme, side by side in one: one program, compiled once, and one run.
 *
 * The states of each are those of the batch, `x_name`. With `commonRandomNumbers` all of them take the noise that each has alone under the same key: each estimate has the bits of
 * the chain's own, and {@link difference} of two has a variance that goes to 0 with their distance. Without, they are independent. The chains are on one time grid. A path on which one
 * of them leaves the finite numbers is lost for all. Cost of a path: that of all chains, with common noise drawn once.
 *
 * @param chains - By names of letters, digits and _; at most 64.
 * @throws SdeError `value` for what is no chains by name, chains of other times or steps, or, with common random numbers, of other laws of noise.
 * @see [glasserman2003, section 7.1]
 *
 * @example
 * ```ts
 * import { batch, difference, discretize, eulerMaruyama, expectation, geometricBrownianMotion, inline, key, problem, terminal } from 'sde-core';
 * const model = geometricBrownianMotion({ mu: 0.05, sigma: 0.2 });
 * const from = (x0: number) => discretize(problem({ model, x0: [x0], T: 1 }), eulerMaruyama, 8);
 * const both = batch({ low: from(1), high: from(1.01) }, { commonRandomNumbers: true });
 * const call = both.each(terminal('max(x - 1, 0)'));
 * const estimates = await expectation(both, call, { paths: 10_000, key: key(1), backend: inline() });
 * const bump = difference(estimates, 'high', 'low');
 * // Of independent runs the standard error is 30 times as large: 1000 times the paths.
 * const apart = Math.hypot(estimates.high.standardError, estimates.low.standardError);
 * apart / bump.standardError > 20; // → true
 * ```
 */
export function batch<Of extends Readonly<Record<string, Chain>>>(
  chains: Of,
  options: BatchOptions = {},
): Batch<keyof Of & string> {
  const where = 'batch(chains)';
  const entries = isNamed(chains) ? Object.entries(chains) : [];
  if (entries.length === 0 || entries.length > MOST_FUNCTIONALS) throw notChains(chains, entries.length, where);
  for (const [name, chain] of entries) requireChain(chain, `${where}: ${name}`);
  requireKeys<BatchOptions>(options ?? null, { commonRandomNumbers: true }, 'batch(chains, { … })', {
    commonNoise: 'commonRandomNumbers',
    crn: 'commonRandomNumbers',
  });
  const { commonRandomNumbers = false } = options;
  requireBoolean(commonRandomNumbers, 'batch(chains, { commonRandomNumbers })');
  const whole = sideBySide(entries, commonRandomNumbers, where);
  let at = 0;
  const places = entries.map(([name, chain]): Place => {
    const place = { name, chain, at };
    at += chain.dimension;
    return place;
  });
  return Object.freeze<Batch<keyof Of & string>>({
    ...whole,
    each(functional) {
      requireFunctional(functional, 'batch(chains).each(functional)');
      // One functional for each name.
      return Object.freeze(Object.fromEntries(places.map((place) => [place.name, onPlace(functional, place)]))) as {
        readonly [Name in keyof Of & string]: Functional;
      };
    },
  });
}

/** A chain of a batch, and where its states begin. */
interface Place {
  readonly name: string;
  readonly chain: Chain;
  readonly at: number;
}

/** A functional of one chain as one of the batch: a formula under the batch's names, so that it travels; else a function of some of the states. */
function onPlace(functional: Functional, { name, chain, at }: Place): Functional {
  const called = `${functional.name} of ${name}`;
  if (functional.text !== undefined) {
    // What is wrong with the formula is said in the names that it has.
    functional.on(chain);
    return terminal(renamed(functional.text, name, chain), { name: called, parameters: functional.parameters });
  }
  const part = (x: Float64Array): Float64Array => x.subarray(at, at + chain.dimension);
  return Object.freeze<Functional>({
    kind: 'terminal',
    name: called,
    ...(functional.assumed && { assumed: functional.assumed }),
    on: () => {
      const own = functional.on(chain);
      return {
        name: called,
        value: (x) => own.value(part(x)),
        ...(own.trace && {
          trace: (graph: Graph, state: readonly Node[]) =>
            own.trace?.(graph, state.slice(at, at + chain.dimension)) as Node,
        }),
      };
    },
    ...(functional.at && {
      at: () => {
        const own = functional.at?.(chain);
        return (t: number, x: Float64Array) => own?.(t, part(x)) ?? Number.NaN;
      },
    }),
  });
}

/** Numbers and names of a formula: a name that a number stands before is one all the same. */
const WORDS = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[\p{L}_][\p{L}\p{N}_]*/gu;

/** A formula under the names of the batch: each state with that of its chain. */
function renamed(text: string, name: string, chain: Chain): string {
  const states = new Set(stateNames(chain));
  // Where t is a state, the time has another name; in a batch no state is t.
  const time = states.has('t') ? 'time' : 't';
  return text.replace(WORDS, (word) => (states.has(word) ? `${word}_${name}` : word === time ? 't' : word));
}

const notChains = (got: unknown, count: number, where: string): SdeError =>
  new SdeError('value', {
    what: count === 0 ? 'no chains by name' : 'more chains than one batch takes',
    where,
    expected: `1 to ${MOST_FUNCTIONALS} chains by name`,
    got: count === 0 ? describe(got) : `${count} chains`,
    remedy:
      count === 0
        ? 'write for example { low: discretize(…), high: discretize(…) }'
        : 'take several batches under the same key: with common random numbers their paths are the same',
  });
