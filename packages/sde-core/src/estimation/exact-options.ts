import { describe, requireInteger } from '../errors/at-the-door.js';
import type { KnownKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Warning } from '../errors/warning.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import type { Outcome } from '../randomness/driver.js';
import { inTurns, requireNoSignal, type TurnOptions, type Work } from '../turns/work.js';
import { requirePositive, requireRun } from './arguments.js';
import type { Functional } from './functional.js';
import { membersOf, named } from './members.js';
import type { TransferredValues } from './transfer.js';

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

/** States of a tree that is taken before other methods are looked at, for d = 1 and more. */
export const SMALL_TREE: readonly number[] = [20_000, 5_000];
/** States that a tree may have, unless it is said. */
export const MOST_STATES = 2_000_000;
/** Default. */
export const TOLERANCE = 1e-9;
/** Steps of a chain whose law is carried exactly: by every method a step costs far more than a step of a path. */
const MOST_STEPS = 1_000_000;

/** The options, by name. */
export const KNOWN: KnownKeys<ExactOptions> = { method: true, tolerance: true, states: true };
const METHODS: readonly unknown[] = ['tree', 'lift', 'transfer', undefined];

/** The outcomes of a chain's step, of what is a chain, with options that are right. */
export function requireOutcomes(chain: Chain, options: ExactOptions, door: string): readonly Outcome[] {
  const where = `${door}(chain, functional)`;
  requireChain(chain, where);
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

/** Refuses a chain that the transfer operator does not take. */
export function requirePlane(chain: Chain): void {
  if (chain.dimension <= 2) return;
  throw new SdeError('unsupported', {
    what: 'the transfer operator works in one or two dimensions',
    where: "exactExpectation(chain, functional, { method: 'transfer' })",
    expected: 'd ≤ 2',
    got: `d = ${chain.dimension}`,
    remedy: "take method 'tree' with fewer steps, or sample with expectation(…)",
  });
}

/** The error of moments that do not close. */
export const notLinear = (chain: Chain): SdeError =>
  new SdeError('unsupported', {
    what: 'the second moments of this chain do not close, or φ needs more than those',
    where: "exactExpectation(chain, functional, { method: 'lift' })",
    expected: 'a compiled step that is affine in the state, and φ as an expression of degree at most 2',
    got: chain.name,
    remedy: "leave { method } out, and terminal('…') a polynomial of degree 2 for linear models",
  });

/** The error of a tree that is too large. */
export const tooLarge = (chain: Chain, states: number): SdeError =>
  new SdeError('unsupported', {
    what: 'the tree of outcomes is too large',
    where: 'exactExpectation(chain, functional)',
    expected: `at most ${states} distinct states a step`,
    got: `${chain.driver.outcomes?.length} outcomes a step, ${chain.steps} steps, d = ${chain.dimension}`,
    remedy: 'take fewer steps or a driver with fewer outcomes, or sample with expectation(…)',
  });

/** The error of an interpolation that is not accurate enough. */
export const notResolved = (transferred: TransferredValues, tolerance: number): SdeError =>
  new SdeError('unsupported', {
    what: 'φ or the step is not smooth enough for polynomials',
    where: 'exactExpectation(chain, functional)',
    expected: `an interpolation error of at most ${tolerance}, relative`,
    got: `${transferred.error.toExponential(1)}, where the value would be ${transferred.values[0].toPrecision(3)}`,
    remedy: "raise { tolerance }, take fewer steps with method 'tree', or sample with expectation(…)",
  });

/** Refuses a signal that would not be heard. */
export function requireDeaf(options: unknown, name: string): void {
  requireNoSignal((options as TurnOptions | null | undefined)?.signal, name);
}

/** Takes the signal out of the options, and the rest in turns. */
export async function turned<Options extends object, Result>(
  options: Options & Pick<TurnOptions, 'signal'>,
  name: string,
  work: (rest: Options) => Work<Result>,
): Promise<Result> {
  const { signal, ...rest } = options ?? {};
  requireRun({ signal }, (field) => `${name}(chain, functional, { ${field} })`);
  // What is left of options that may be anything is checked by the work.
  return inTurns(work((options ? rest : options) as Options), signal, `${name}(chain, functional, { signal })`);
}

/** A result for each functional, under the names that they have; the result itself for one without. */
export function* forEach<Result>(
  given: unknown,
  door: string,
  resultOf: (functional: Functional) => Work<Result>,
): Work<unknown> {
  const members = membersOf(given, `${door}(chain, functional)`);
  const results: Result[] = [];
  for (const functional of members.functionals) results.push(yield* resultOf(functional));
  return named(members, results);
}
