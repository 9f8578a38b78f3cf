import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import type { Chain } from '../paths/chain.js';
import { inOneGo, type TurnOptions, type Work } from '../turns/work.js';
import {
  type ExactOptions,
  forEach,
  KNOWN,
  MOST_STATES,
  notResolved,
  requireDeaf,
  requireOutcomes,
  TOLERANCE,
  tooLarge,
  turned,
} from './exact-options.js';
import { fromTree, type Laws } from './exact-value.js';
import type { Functional } from './functional.js';
import type { Functionals } from './members.js';
import { terminalLaw } from './outcome-tree.js';
import { transfer } from './transfer.js';

/** How exact expectations from many initial states are computed. */
export type InitialOptions = Omit<ExactOptions, 'method'> & {
  readonly method?: 'tree' | 'transfer';
  readonly initial: ArrayLike<number>;
};

/**
 * E φ(X_N) from each of many initial states, shape (n, d): the transition operator once (d ≤ 2), or a tree a state.
 *
 * Returns shape (n), or an object of them for an object of functionals. The operator is taken where the trees together would cost more than 50 000 states, and φ is smooth.
 *
 * @throws SdeError as {@link exactExpectation}; `shape` if `initial` is not whole rows of d.
 */
export function exactExpectations<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options: InitialOptions,
): { readonly [Name in keyof Of]: Float64Array };
export function exactExpectations(chain: Chain, functional: Functional, options: InitialOptions): Float64Array;
export function exactExpectations(
  chain: Chain,
  functionals: Functional | Functionals,
  options: InitialOptions,
): unknown {
  const name = 'exactExpectations';
  requireDeaf(options, name);
  return inOneGo(forEach(functionals, name, (functional) => valuesFrom(chain, functional, options, name)));
}

/**
 * {@link exactExpectations} in turns with other work: the same bits; it ends soon after its signal aborts.
 *
 * @throws SdeError as {@link exactExpectations}; `cancelled` by the signal.
 */
export function exactExpectationsAsync<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options: InitialOptions & Pick<TurnOptions, 'signal'>,
): Promise<{ readonly [Name in keyof Of]: Float64Array }>;
export function exactExpectationsAsync(
  chain: Chain,
  functional: Functional,
  options: InitialOptions & Pick<TurnOptions, 'signal'>,
): Promise<Float64Array>;
export async function exactExpectationsAsync(
  chain: Chain,
  functionals: Functional | Functionals,
  options: InitialOptions & Pick<TurnOptions, 'signal'>,
): Promise<unknown> {
  const name = 'exactExpectationsAsync';
  return turned(options, name, (rest) =>
    forEach(functionals, name, (functional) => valuesFrom(chain, functional, rest, name)),
  );
}

function* valuesFrom(chain: Chain, functional: Functional, options: InitialOptions, door: string): Work<Float64Array> {
  const where = `${door}(chain, functional, { initial })`;
  requireKeys<ExactOptions & { initial: unknown }>(options ?? null, { ...KNOWN, initial: true }, where, {
    x0: 'initial',
  });
  const outcomes = requireOutcomes(chain, options, door);
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
    const laws: Laws = (x0, most) => terminalLaw(chain, outcomes, x0, most);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const tree = yield* fromTree(chain, laws, value, row(i), states);
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
