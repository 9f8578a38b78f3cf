import { requireFinite } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import type { Chain } from '../paths/chain.js';
import type { CoupledChain } from '../paths/coupled.js';
import { requireFunctional } from './arguments.js';
import type { Functional } from './functional.js';
import { copiesOf, weighted } from './level-functional.js';

/**
 * Talay–Tubaro extrapolation as a functional of a coupled pair: (2^p φ(X_fine) − φ(X_coarse)) / (2^p − 1), whose expectation has the error of order
 * p cancelled.
 *
 * Both grids share each path, so that one standard error is that of the extrapolated number, with the correlation in it: near Var φ, where the
 * independent levels of {@link extrapolate} have (4^p + 1)/(2^p − 1)² times Var φ. It goes wherever a functional goes: to a tolerance, with a control,
 * antithetic, on any backend. An antithetic pair enters with the mean of its two fine copies. The expansion in whole powers of h is assumed, and
 * the estimate says so among its `warnings`: one pair shows no order.
 *
 * @param phi - On one copy, under its own names.
 * @param options - `order` p: the weak order of the scheme.
 * @throws SdeError `value` for an order that is not positive; on use, `unsupported` for a chain that is no coupled pair.
 * @see [talay1990]
 *
 * @example
 * ```ts
 * import { confidence, coupled, eulerMaruyama, expectation, geometricBrownianMotion, inline, key, problem, richardson, terminal } from 'sde-core';
 * const on = problem({ model: geometricBrownianMotion({ mu: 0.5, sigma: 0.2 }), x0: [1], T: 1 });
 * const pair = coupled(on, eulerMaruyama, { steps: 8 });
 * const phi = richardson(terminal('x'), { order: 1 });
 * const estimate = await expectation(pair, phi, { paths: 10_000, key: key(1), backend: inline() });
 * const { low, high } = confidence(estimate, 0.99);
 * low < Math.exp(0.5) && Math.exp(0.5) < high; // → true
 * ```
 */
export function richardson(phi: Functional, options: { readonly order: number }): Functional {
  requireFunctional(phi, 'richardson(φ, { order })');
  requireKeys<{ order: number }>(options ?? null, { order: true }, 'richardson(φ, { order })');
  const { order } = options;
  requireFinite(order, 'richardson(φ, { order })', 'give the weak order of the scheme');
  if (order <= 0) {
    throw new SdeError('value', {
      what: 'not an order',
      where: 'richardson(φ, { order })',
      expected: 'a number > 0',
      got: String(order),
      remedy: 'give the weak order of the scheme',
    });
  }
  const gain = numbers.power(2, order);
  const name = `extrapolated ${phi.name}`;
  return Object.freeze<Functional>({
    kind: 'terminal',
    name,
    assumed: [
      {
        kind: 'assumed-order',
        order,
        message: `Two grids show no order: that errors go as h^${order}, then in whole powers of h, is assumed. extrapolate(…) of three levels would show it.`,
      },
    ],
    on: (chain) => {
      requirePair(chain);
      const { fine, coarse } = copiesOf(chain, phi);
      const share = gain / (gain - 1) / fine.length;
      return weighted(name, [...fine, coarse], [...fine.map(() => share), -1 / (gain - 1)]);
    },
  });
}

function requirePair(chain: Chain | CoupledChain): asserts chain is CoupledChain {
  if ('coupling' in chain) return;
  throw new SdeError('unsupported', {
    what: 'one grid has nothing to extrapolate from',
    where: 'richardson(φ, { order })',
    expected: 'a chain made by coupled(problem, scheme, { steps })',
    got: chain.name,
    remedy: 'couple the scheme with itself, or extrapolate(estimates, { h, order }) from independent ones',
  });
}
