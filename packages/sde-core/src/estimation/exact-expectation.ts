import { describe, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Warning } from '../errors/warning.js';
import { numbers } from '../expression/numbers.js';
import { square } from '../numerics/elementary.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import type { Outcome } from '../randomness/driver.js';
import { key } from '../randomness/key.js';
import { inOneGo, inTurns, requireNoSignal, type TurnOptions, type Work } from '../turns/work.js';
import { requireFunctional, requirePositive, requireRun } from './arguments.js';
import { bridgeWarnings } from './bridge-warnings.js';
import type { Functional } from './functional.js';
import { liftedExpectation } from './moment-lift.js';
import { terminalLaw } from './outcome-tree.js';
import { type TransferredValues, transfer } from './transfer.js';
import { truncationWarnings } from './truncation-warning.js';

/** How an exact expectation is computed. */
export interface ExactOptions {
  /**
   * `tree`: all outcomes, equal states merged; `lift`: first and second moments, where a step is affine in the state and φ of degree ≤ 2;
   * `transfer`: the transition operator on Chebyshev nodes, d ≤ 2, for smooth φ. Default: the tree while it has at most 20 000 states
   * (d ≥ 2: 5000), else the lift where it applies, else the transfer operator where d ≤ 2, else a larger tree.
   */
  readonly method?: 'tree' | 'lift' | 'transfer';
  /** The largest acceptable error of interpolation, relative to max(1, |value|), and of rounding without a warning. Default 1e-9. */
  readonly tolerance?: number;
  /** States a step of the tree may have. Default 2 000 000 / d. */
  readonly states?: number;
}

/** `lost-paths`: outcomes whose value is no finite number; `estimated-error`: an error that is no bound; `rounding`: of moments, more than the tolerance; `truncation-reached`: states at which the scheme does not take the coefficients of the equation; `drift-tamed`: a drift that the scheme makes smaller; `joint-bridges`, `bridge-not-gaussian`: what continuous monitoring takes for granted, and the functional or the noise does not give. */
export type ExactWarning = Warning<
  | 'lost-paths'
  | 'estimated-error'
  | 'rounding'
  | 'truncation-reached'
  | 'drift-tamed'
  | 'joint-bridges'
  | 'bridge-not-gaussian'
>;

/** E φ(X_N) with what is known of its error. */
export interface ExactExpectation {
  /** NaN or infinite where outcomes are. */
  readonly value: number;
  /** `tree`, `lift`: rounding alone; `transfer`: polynomial interpolation. */
  readonly method: 'tree' | 'lift' | 'transfer';
  /** Of interpolation: 0 for the tree; a bound, or the last change on doubling the nodes. Of the lift: a bound on its rounding, to first order. */
  readonly error: number;
  /** Terminal states of the tree, moments of the lift, or the most polynomial coefficients of a step. */
  readonly size: number;
  /** Empty for nothing to say. */
  readonly warnings: readonly ExactWarning[];
}

const SMALL_TREE = [20_000, 5_000];
const MOST_STATES = 2_000_000;
const TOLERANCE = 1e-9;
/** Steps of a chain whose law is carried exactly: by every method a step costs far more than a step of a path. */
const MOST_STEPS = 1_000_000;

/**
 * E φ(X_N) of a chain whose noise is discrete: no sampling error.
 *
 * Σ over all outcomes of all steps, by the tree, by moments or by the transition operator; see {@link ExactOptions}. Cost: states × outcomes a step.
 *
 * @throws SdeError `unsupported` if the driver is not discrete, if the tree is too large, or if φ is not smooth enough to interpolate.
 */
export function exactExpectation(chain: Chain, functional: Functional, options: ExactOptions = {}): number {
  requireDeaf(options, 'exactExpectation');
  return inOneGo(detailed(chain, functional, options, 'exactExpectation')).value;
}

/**
 * {@link exactExpectation} in turns with other work: the same bits; it ends soon after its signal aborts.
 *
 * @throws SdeError as {@link exactExpectation}; `cancelled` by the signal.
 */
export async function exactExpectationAsync(
  chain: Chain,
  functional: Functional,
  options: ExactOptions & Pick<TurnOptions, 'signal'> = {},
): Promise<number> {
  const name = 'exactExpectationAsync';
  return (await turned(options, name, (rest) => detailed(chain, functional, rest, name))).value;
}

/** {@link exactExpectation} with the method that was taken, its size and its error bound. */
export function exactExpectationDetailed(
  chain: Chain,
  functional: Functional,
  options: ExactOptions = {},
): ExactExpectation {
  requireDeaf(options, 'exactExpectationDetailed');
  return inOneGo(warned(chain, functional, options, 'exactExpectationDetailed'));
}

/**
 * {@link exactExpectationDetailed} in turns with other work: the same bits; it ends soon after its signal aborts.
 *
 * @throws SdeError as {@link exactExpectation}; `cancelled` by the signal.
 */
export async function exactExpectationDetailedAsync(
  chain: Chain,
  functional: Functional,
  options: ExactOptions & Pick<TurnOptions, 'signal'> = {},
): Promise<ExactExpectation> {
  const name = 'exactExpectationDetailedAsync';
  return turned(options, name, (rest) => warned(chain, functional, rest, name));
}

function* warned(chain: Chain, functional: Functional, options: ExactOptions, door: string): Work<ExactExpectation> {
  const found = yield* detailed(chain, functional, options, door);
  // Any stream shows where paths of this chain go.
  const truncated = truncationWarnings(chain, key('truncation'), Number.POSITIVE_INFINITY);
  return { ...found, warnings: [...found.warnings, ...truncated, ...bridgeWarnings(chain, functional.on(chain))] };
}

function requireDeaf(options: unknown, name: string): void {
  requireNoSignal((options as TurnOptions | null | undefined)?.signal, name);
}

/** Takes the signal out of the options, and the rest in turns. */
async function turned<Options extends object, Result>(
  options: Options & Pick<TurnOptions, 'signal'>,
  name: string,
  work: (rest: Options) => Work<Result>,
): Promise<Result> {
  const { signal, ...rest } = options ?? {};
  requireRun({ signal }, (field) => `${name}(chain, functional, { ${field} })`);
  // What is left of options that may be anything is checked by the work.
  return inTurns(work((options ? rest : options) as Options), signal, `${name}(chain, functional, { signal })`);
}

function* detailed(chain: Chain, functional: Functional, options: ExactOptions, door: string): Work<ExactExpectation> {
  requireKeys<ExactOptions>(options ?? null, KNOWN, `${door}(chain, functional, options)`);
  const outcomes = requireOutcomes(chain, functional, options, door);
  const { method, tolerance = TOLERANCE, states = MOST_STATES / chain.dimension } = options;
  const terminalFunctional = functional.on(chain);
  const { value } = terminalFunctional;
  const small = Math.min(SMALL_TREE[Math.min(chain.dimension, 2) - 1], states);
  if (method === undefined || method === 'tree') {
    const tree = yield* fromTree(chain, outcomes, value, chain.x0, method === 'tree' ? states : small);
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
    const tree = yield* fromTree(chain, outcomes, value, chain.x0, states);
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
  const tree = affordable ? yield* fromTree(chain, outcomes, value, chain.x0, states) : undefined;
  if (tree) return tree;
  throw notResolved(transferred, tolerance);
}

/**
 * E φ(X_N) from each of many initial states, shape (n, d): the transition operator once (d ≤ 2), or a tree a state.
 *
 * Returns shape (n). The operator is taken where the trees together would cost more than 50 000 states, and φ is smooth.
 *
 * @throws SdeError as {@link exactExpectation}; `shape` if `initial` is not whole rows of d.
 */
export function exactExpectations(
  chain: Chain,
  functional: Functional,
  options: Omit<ExactOptions, 'method'> & {
    readonly method?: 'tree' | 'transfer';
    readonly initial: ArrayLike<number>;
  },
): Float64Array {
  requireDeaf(options, 'exactExpectations');
  return inOneGo(expectations(chain, functional, options, 'exactExpectations'));
}

/**
 * {@link exactExpectations} in turns with other work: the same bits; it ends soon after its signal aborts.
 *
 * @throws SdeError as {@link exactExpectations}; `cancelled` by the signal.
 */
export async function exactExpectationsAsync(
  chain: Chain,
  functional: Functional,
  options: Omit<ExactOptions, 'method'> &
    Pick<TurnOptions, 'signal'> & {
      readonly method?: 'tree' | 'transfer';
      readonly initial: ArrayLike<number>;
    },
): Promise<Float64Array> {
  const name = 'exactExpectationsAsync';
  return turned(options, name, (rest) => expectations(chain, functional, rest, name));
}

function* expectations(
  chain: Chain,
  functional: Functional,
  options: Omit<ExactOptions, 'method'> & {
    readonly method?: 'tree' | 'transfer';
    readonly initial: ArrayLike<number>;
  },
  door: string,
): Work<Float64Array> {
  const where = `${door}(chain, functional, { initial })`;
  requireKeys<ExactOptions & { initial: unknown }>(options ?? null, { ...KNOWN, initial: true }, where, {
    x0: 'initial',
  });
  const outcomes = requireOutcomes(chain, functional, options, door);
  requireNumbers(options.initial, where);
  const { initial, method, tolerance = TOLERANCE, states = MOST_STATES / chain.dimension } = options;
  const d = chain.dimension;
  const count = initial.length / d;
  if (!Number.isInteger(count) || count === 0) {
    throw new SdeError('shape', {
      what: 'initial states that are not whole rows',
      where,
      expected: `shape (n, ${d}), n ≥ 1`,
      got: `length ${initial.length}`,
      remedy: `give ${d} numbers for each state, row after row`,
    });
  }
  const { value } = functional.on(chain);
  const row = (i: number): Float64Array => Float64Array.from({ length: d }, (_, a) => initial[i * d + a]);
  function* enumerated(): Work<Float64Array> {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const tree = yield* fromTree(chain, outcomes, value, row(i), states);
      if (!tree) throw tooLarge(chain, states);
      values[i] = tree.value;
    }
    return values;
  }
  const leaves = count * numbers.power(outcomes.length, chain.steps);
  if (method === 'tree' || d > 2 || (method !== 'transfer' && leaves <= 50_000)) return yield* enumerated();
  const transferred = yield* transfer({ chain, outcomes, value, initial, tolerance });
  if (transferred.converged) return transferred.values;
  if (method === 'transfer' || leaves > 100 * MOST_STATES) throw notResolved(transferred, tolerance);
  return yield* enumerated();
}

function* fromTree(
  chain: Chain,
  outcomes: readonly Outcome[],
  value: (x: Float64Array) => number,
  x0: ArrayLike<number>,
  most: number,
): Work<ExactExpectation | undefined> {
  const law = yield* terminalLaw(chain, outcomes, x0, most);
  if (!law) return undefined;
  const d = chain.dimension;
  let sum = 0;
  let lost = 0;
  let infinite = 0;
  for (let i = 0; i < law.count; i++) {
    // Neumaier's compensated sum: a million terms keep the digits of one.
    const term = law.probabilities[i] * value(law.states.subarray(i * d, (i + 1) * d));
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

const KNOWN = { method: true, tolerance: true, states: true } as const;
const METHODS: readonly unknown[] = ['tree', 'lift', 'transfer', undefined];

function requireNumbers(initial: unknown, where: string): void {
  const length = (initial as { readonly length?: unknown } | undefined | null)?.length;
  const list = Array.isArray(initial) || (ArrayBuffer.isView(initial) && typeof length === 'number');
  const numbers = list ? Array.from(initial as ArrayLike<unknown>) : [];
  if (list && numbers.every(Number.isFinite)) return;
  throw new SdeError('value', {
    what: 'not initial states',
    where,
    expected: 'finite numbers, shape (n, d)',
    got: describe(list ? numbers.find((value) => !Number.isFinite(value)) : initial),
    remedy: 'give the numbers of all states, row after row',
  });
}

function requireOutcomes(
  chain: Chain,
  functional: Functional,
  options: ExactOptions,
  door: string,
): readonly Outcome[] {
  const where = `${door}(chain, functional)`;
  requireChain(chain, where);
  requireFunctional(functional, where);
  requireInteger(chain.steps, 1, `${where}: chain.steps`, 'take fewer steps, or sample the chain', MOST_STEPS);
  const { method, tolerance, states } = options;
  const at = (field: string): string => `${door}(chain, functional, { ${field} })`;
  if (tolerance !== undefined) {
    requirePositive(tolerance, 'not a tolerance', at('tolerance'), 'give a small number, for example 1e-9');
  }
  if (states !== undefined) requireInteger(states, 1, at('states'), 'allow a million, for example');
  if (!METHODS.includes(method)) {
    throw new SdeError('value', {
      what: 'not a method',
      where: at('method'),
      expected: "'tree', 'lift' or 'transfer'",
      got: describe(method),
      remedy: 'leave it out for the one that fits',
    });
  }
  if (chain.driver.outcomes) return chain.driver.outcomes;
  throw new SdeError('unsupported', {
    what: 'the noise of a step has no finite list of outcomes',
    where,
    expected: 'a discrete driver with at most 65 536 outcomes a step',
    got: `${describe(chain.driver.kind)} noise of ${chain.driver.size} variables`,
    remedy: "take withDriver(scheme, 'two-point') or 'three-point', or sample with expectation(…)",
  });
}

function requirePlane(chain: Chain): void {
  if (chain.dimension <= 2) return;
  throw new SdeError('unsupported', {
    what: 'the transfer operator works in one or two dimensions',
    where: "exactExpectation(chain, functional, { method: 'transfer' })",
    expected: 'd ≤ 2',
    got: `d = ${chain.dimension}`,
    remedy: "take method 'tree' with fewer steps, or sample with expectation(…)",
  });
}

const notLinear = (chain: Chain): SdeError =>
  new SdeError('unsupported', {
    what: 'the second moments of this chain do not close, or φ needs more than those',
    where: "exactExpectation(chain, functional, { method: 'lift' })",
    expected: 'a compiled step that is affine in the state, and φ as an expression of degree at most 2',
    got: chain.name,
    remedy: "leave { method } out, and terminal('…') a polynomial of degree 2 for linear models",
  });

const tooLarge = (chain: Chain, states: number): SdeError =>
  new SdeError('unsupported', {
    what: 'the tree of outcomes is too large',
    where: 'exactExpectation(chain, functional)',
    expected: `at most ${states} distinct states a step`,
    got: `${chain.driver.outcomes?.length} outcomes a step, ${chain.steps} steps, d = ${chain.dimension}`,
    remedy: 'take fewer steps or a driver with fewer outcomes, or sample with expectation(…)',
  });

const notResolved = (transferred: TransferredValues, tolerance: number): SdeError =>
  new SdeError('unsupported', {
    what: 'φ or the step is not smooth enough for polynomials',
    where: 'exactExpectation(chain, functional)',
    expected: `an interpolation error of at most ${tolerance}, relative`,
    got: `${transferred.error.toExponential(1)}, where the value would be ${transferred.values[0].toPrecision(3)}`,
    remedy: "raise { tolerance }, take fewer steps with method 'tree', or sample with expectation(…)",
  });
