import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type NativeScheme, requireScheme, type Scheme, type TracedScheme } from './scheme.js';
import { type IncrementLaw, MATCHED_MOMENTS, momentsForWeakOrder } from './scheme-driver.js';
import type { Need } from './step-input.js';

/**
 * The same step with another law for ΔW / √h; the auxiliary variables stay as they are.
 *
 * Weak order β needs the moments of N(0, 1) up to 2β + 1: the two-point law has 3 of them, the three-point law 5. A law
 * that would lose the declared weak order is refused. The strong order is null for a discrete law, which knows no path.
 *
 * @throws SdeError `unsupported` if the law loses the weak order, or the scheme is made for one kind of equation, `value` if there is no such law.
 * @see [kloeden1992, chapter 14]
 *
 * @example
 * ```ts
 * import { eulerMaruyama, withDriver } from 'sde-core';
 * withDriver(eulerMaruyama, 'two-point').order; // → { weak: 1, strong: null, ode: 1 }
 * ```
 */
export function withDriver<N extends Need>(scheme: TracedScheme<N>, law: IncrementLaw): TracedScheme<N>;
export function withDriver<N extends Need>(scheme: NativeScheme<N>, law: IncrementLaw): NativeScheme<N>;
export function withDriver<N extends Need>(scheme: Scheme<N>, law: IncrementLaw): Scheme<N>;
export function withDriver<N extends Need>(scheme: Scheme<N>, law: IncrementLaw): Scheme<N>;
export function withDriver(scheme: Scheme, law: IncrementLaw): Scheme {
  requireScheme(scheme, 'withDriver(scheme, law)');
  if (typeof law !== 'string' || !Object.hasOwn(MATCHED_MOMENTS, law)) {
    throw new SdeError('value', {
      what: 'no such law of increments',
      where: 'withDriver(scheme, law)',
      expected: Object.keys(MATCHED_MOMENTS).join(', '),
      got: describe(law),
      remedy: 'name one of these laws',
    });
  }
  if (law === scheme.driver.increments) return scheme;
  if (scheme.equations) {
    throw new SdeError('unsupported', {
      what: `${scheme.name} draws from a law that is made for its ${scheme.driver.increments} increments`,
      where: 'withDriver(scheme, law)',
      expected: `'${scheme.driver.increments}'`,
      got: `'${law}'`,
      remedy: 'take the scheme as it is, or one for any equation',
    });
  }
  const needed = momentsForWeakOrder(scheme.order.weak);
  if (MATCHED_MOMENTS[law] < needed) {
    const enough = Object.entries(MATCHED_MOMENTS).filter(([, moments]) => moments >= needed);
    throw new SdeError('unsupported', {
      what: `the ${law} law would lose the weak order ${scheme.order.weak} of ${scheme.name}`,
      where: 'withDriver(scheme, law)',
      expected: `a law with the moments of N(0, 1) up to ${needed}: ${enough.map(([kind]) => kind).join(' or ')}`,
      got: `'${law}', with those up to ${MATCHED_MOMENTS[law]}`,
      remedy: 'take one of the laws above, or a scheme of weak order 1',
    });
  }
  return Object.freeze({
    ...scheme,
    name: `${scheme.name} (${law})`,
    order: Object.freeze({ ...scheme.order, strong: law === 'gaussian' ? scheme.order.strong : null }),
    driver: Object.freeze({ ...scheme.driver, increments: law }),
  });
}
