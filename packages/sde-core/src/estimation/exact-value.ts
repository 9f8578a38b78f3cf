import { requireKeys } from '../errors/options.js';
import { numbers } from '../expression/numbers.js';
import { square } from '../numerics/elementary.js';
import type { Chain } from '../paths/chain.js';
import type { Work } from '../turns/work.js';
import {
  type ExactExpectation,
  type ExactOptions,
  type ExactWarning,
  KNOWN,
  MOST_STATES,
  notLinear,
  notResolved,
  requireOutcomes,
  requirePlane,
  SMALL_TREE,
  TOLERANCE,
  tooLarge,
} from './exact-options.js';
import type { Functional } from './functional.js';
import { liftedExpectation } from './moment-lift.js';
import { type TerminalLaw, terminalLaw } from './outcome-tree.js';
import { transfer } from './transfer.js';

/** Laws of X_N from a start, each enumerated once: of several functionals all take the same. */
export type Laws = (x0: ArrayLike<number>, most: number) => Work<TerminalLaw | undefined>;

/** The laws from the chain's own start. */
export function lawsOf(chain: Chain): Laws {
  const known = new Map<number, TerminalLaw | undefined>();
  return function* (x0, most) {
    if (!known.has(most)) known.set(most, yield* terminalLaw(chain, chain.driver.outcomes ?? [], x0, most));
    return known.get(most);
  };
}

/** The value of one functional with its method, size and error. */
export function* exactValue(
  chain: Chain,
  functional: Functional,
  options: ExactOptions,
  { door, laws }: { readonly door: string; readonly laws: Laws },
): Work<ExactExpectation> {
  requireKeys<ExactOptions>(options ?? null, KNOWN, `${door}(chain, functional, options)`);
  const outcomes = requireOutcomes(chain, options, door);
  const { method, tolerance = TOLERANCE, states = MOST_STATES / chain.dimension } = options;
  const terminalFunctional = functional.on(chain);
  const { value } = terminalFunctional;
  const small = Math.min(SMALL_TREE[Math.min(chain.dimension, 2) - 1], states);
  if (method === undefined || method === 'tree') {
    const tree = yield* fromTree(chain, laws, value, chain.x0, method === 'tree' ? states : small);
    if (tree) return tree;
  }
  if (method === undefined || method === 'lift') {
    const lifted = liftedExpectation(chain, outcomes, terminalFunctional);
    if (lifted !== undefined) {
      const { value, error } = lifted;
      const unsure = error > tolerance * Math.max(1, Math.abs(value)) ? [rounded(error)] : [];
      const warnings = [...lostIn(value), ...unsure];
      return { value, method: 'lift', error, size: square(chain.dimension + 1), warnings };
    }
    if (method === 'lift') throw notLinear(chain);
  }
  if (method === undefined && chain.dimension > 2) {
    const tree = yield* fromTree(chain, laws, value, chain.x0, states);
    if (tree) return tree;
  }
  if (method === 'tree' || (method === undefined && chain.dimension > 2)) throw tooLarge(chain, states);
  requirePlane(chain);
  const transferred = yield* transfer({ chain, outcomes, value, initial: chain.x0, tolerance });
  if (transferred.converged) {
    const { values, error, nodes, bounded } = transferred;
    return { value: values[0], method: 'transfer', error, size: nodes, warnings: bounded ? [] : [estimated(error)] };
  }
  // Without merging, which the smaller tree would have shown.
  const affordable = method !== 'transfer' && numbers.power(outcomes.length, chain.steps) <= states;
  const tree = affordable ? yield* fromTree(chain, laws, value, chain.x0, states) : undefined;
  if (tree) return tree;
  throw notResolved(transferred, tolerance);
}

/** The value by the tree of outcomes; undefined where it has more states than `most`. */
export function* fromTree(
  chain: Chain,
  laws: Laws,
  value: (x: Float64Array) => number,
  x0: ArrayLike<number>,
  most: number,
): Work<ExactExpectation | undefined> {
  const law = yield* laws(x0, most);
  if (!law) return undefined;
  const d = chain.dimension;
  let sum = 0;
  let lost = 0;
  let infinite = 0;
  for (let i = 0; i < law.count; i++) {
    // A copy, into which a closure may write: the law is that of other functionals too. Neumaier's compensated sum: a million terms keep the digits of one.
    const term = law.probabilities[i] * value(law.states.slice(i * d, (i + 1) * d));
    if (!Number.isFinite(term)) infinite += law.probabilities[i];
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  const exact = infinite > 0 ? sum : sum + lost;
  return { value: exact, method: 'tree', error: 0, size: law.count, warnings: lostIn(exact, infinite) };
}

/** Of a value that is no finite number; the tree knows how probable it is. */
function lostIn(value: number, probability?: number): readonly ExactWarning[] {
  if (Number.isFinite(value)) return [];
  const share = probability === undefined ? 'Some outcomes' : `Outcomes of probability ${probability.toPrecision(3)}`;
  const message = `${share} have no finite value, and so the expectation has none. Take smaller steps, a scheme that keeps its states where the coefficients are real, or another functional.`;
  return [{ kind: 'lost-paths', ...(probability !== undefined && { probability }), message }];
}

const estimated = (error: number): ExactWarning => ({
  kind: 'estimated-error',
  error,
  message: `The error of ${error.toExponential(1)} is the last change on doubling the nodes, no bound. method: 'tree' with fewer steps has none.`,
});

const rounded = (error: number): ExactWarning => ({
  kind: 'rounding',
  error,
  message: `Rounding may have moved the value by ${error.toExponential(1)}: states or terms of φ are large beside it. Shift the states, so that they are near 0, and write φ without terms that cancel.`,
});
