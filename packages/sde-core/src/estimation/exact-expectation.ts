import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { key } from '../randomness/key.js';
import { inOneGo, type TurnOptions, type Work } from '../turns/work.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { type ExactExpectation, type ExactOptions, forEach, requireDeaf, turned } from './exact-options.js';
import { exactValue, lawsOf } from './exact-value.js';
import type { Functional } from './functional.js';
import type { Functionals } from './members.js';
import { truncationWarnings } from './truncation-warning.js';

/**
 * E φ(X_N) of a chain whose noise is discrete: no sampling error.
 *
 * Σ over all outcomes of all steps, by the tree, by moments or by the transition operator; see {@link ExactOptions}. An object of functionals gives an object of
 * values, from one tree where there is one. Cost: states × outcomes a step.
 *
 * @throws SdeError `unsupported` if the driver is not discrete, if the tree is too large, or if φ is not smooth enough to interpolate.
 */
export function exactExpectation<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options?: ExactOptions,
): { readonly [Name in keyof Of]: number };
export function exactExpectation(chain: Chain, functional: Functional, options?: ExactOptions): number;
export function exactExpectation(
  chain: Chain,
  functionals: Functional | Functionals,
  options: ExactOptions = {},
): unknown {
  requireDeaf(options, 'exactExpectation');
  return inOneGo(values(chain, functionals, options, 'exactExpectation'));
}

/**
 * {@link exactExpectation} in turns with other work: the same bits; it ends soon after its signal aborts.
 *
 * @throws SdeError as {@link exactExpectation}; `cancelled` by the signal.
 */
export function exactExpectationAsync<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options?: ExactOptions & Pick<TurnOptions, 'signal'>,
): Promise<{ readonly [Name in keyof Of]: number }>;
export function exactExpectationAsync(
  chain: Chain,
  functional: Functional,
  options?: ExactOptions & Pick<TurnOptions, 'signal'>,
): Promise<number>;
export async function exactExpectationAsync(
  chain: Chain,
  functionals: Functional | Functionals,
  options: ExactOptions & Pick<TurnOptions, 'signal'> = {},
): Promise<unknown> {
  const name = 'exactExpectationAsync';
  return turned(options, name, (rest) => values(chain, functionals, rest, name));
}

/** {@link exactExpectation} with the method that was taken, its size and its error bound. */
export function exactExpectationDetailed<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options?: ExactOptions,
): { readonly [Name in keyof Of]: ExactExpectation };
export function exactExpectationDetailed(
  chain: Chain,
  functional: Functional,
  options?: ExactOptions,
): ExactExpectation;
export function exactExpectationDetailed(
  chain: Chain,
  functionals: Functional | Functionals,
  options: ExactOptions = {},
): unknown {
  requireDeaf(options, 'exactExpectationDetailed');
  return inOneGo(details(chain, functionals, options, 'exactExpectationDetailed'));
}

/**
 * {@link exactExpectationDetailed} in turns with other work: the same bits; it ends soon after its signal aborts.
 *
 * @throws SdeError as {@link exactExpectation}; `cancelled` by the signal.
 */
export function exactExpectationDetailedAsync<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options?: ExactOptions & Pick<TurnOptions, 'signal'>,
): Promise<{ readonly [Name in keyof Of]: ExactExpectation }>;
export function exactExpectationDetailedAsync(
  chain: Chain,
  functional: Functional,
  options?: ExactOptions & Pick<TurnOptions, 'signal'>,
): Promise<ExactExpectation>;
export async function exactExpectationDetailedAsync(
  chain: Chain,
  functionals: Functional | Functionals,
  options: ExactOptions & Pick<TurnOptions, 'signal'> = {},
): Promise<unknown> {
  const name = 'exactExpectationDetailedAsync';
  return turned(options, name, (rest) => details(chain, functionals, rest, name));
}

function* values(chain: Chain, given: unknown, options: ExactOptions, door: string): Work<unknown> {
  requireChain(chain, `${door}(chain, functional)`);
  const laws = lawsOf(chain);
  return yield* forEach(given, door, function* (functional) {
    return (yield* exactValue(chain, functional, options, { door, laws })).value;
  });
}

function* details(chain: Chain, given: unknown, options: ExactOptions, door: string): Work<unknown> {
  requireChain(chain, `${door}(chain, functional)`);
  const laws = lawsOf(chain);
  return yield* forEach(given, door, function* (functional): Work<ExactExpectation> {
    const found = yield* exactValue(chain, functional, options, { door, laws });
    // Any stream shows where paths of this chain go.
    const truncated = truncationWarnings(chain, key('truncation'), Number.POSITIVE_INFINITY);
    return { ...found, warnings: [...found.warnings, ...truncated, ...bridgeWarnings(chain, functional.on(chain))] };
  });
}
