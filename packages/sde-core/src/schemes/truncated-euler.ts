import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, norm } from './stage.js';

/**
 * Truncated Euler: Euler–Maruyama with b and σ taken at x π, π = min(1, R / |x|), where R = scale · h^(−1/(4 growth)) grows as h falls.
 *
 * Y' = Y + b(t, πY) h + Σ_k σ_k(t, πY) ΔW^k. Weak order 1, and strong order as near ½ as the moments of the equation allow, for drifts
 * and diffusions that grow at most like |x|^growth. It differs from `tamedEuler` in that σ may grow too, and from Euler–Maruyama only
 * beyond R: choose `scale` above the states that matter; estimates warn of `truncation-reached`. One evaluation of b and σ a step.
 *
 * @param options - `growth` ≥ 1, default 3; `scale` > 0, default 10.
 * @throws SdeError `value` for others.
 * @see [mao2015]
 */
export function truncatedEuler(
  options: { readonly growth?: number; readonly scale?: number } = {},
): TracedScheme<'coefficients'> {
  requireKeys<Parameters<typeof truncatedEuler>[0] & object>(
    options,
    { growth: true, scale: true },
    'truncatedEuler({ growth, scale })',
  );
  const { growth = 3, scale = 10 } = options;
  requireRange(Number.isFinite(growth) && growth >= 1, 'growth', 'a number ≥ 1', growth);
  requireRange(Number.isFinite(scale) && scale > 0, 'scale', 'a number > 0', scale);
  const power = -1 / (4 * growth);
  return defineScheme({
    name: 'truncated Euler',
    citation: 'mao2015',
    order: { weak: 1, strong: 1 / 2, ode: 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: incrementsAlone('gaussian'),
    restraint: 'tamed',
    truncation: (h) => scale * numbers.power(h, power),
    step({ algebra, h, y, dW, time, drift, diffusion }) {
      const { constant, multiply, divide, minimum } = algebra;
      const radius = multiply(constant(scale), algebra.power(h, constant(power)));
      // 1 / 0 is ∞ at the origin, and the minimum is then 1.
      const factor = minimum(constant(1), divide(radius, norm(algebra, y)));
      const inside = y.map((value) => multiply(factor, value));
      const columns = diffusion(time(0), inside);
      return combine(algebra, y, [
        [h, drift(time(0), inside)],
        ...dW.map((increment, k) => [increment, columns[k]] as const),
      ]);
    },
  });
}

function requireRange(fits: boolean, name: string, expected: string, got: unknown): void {
  if (fits) return;
  throw new SdeError('value', {
    what: `${name} decides where the coefficients are truncated`,
    where: `truncatedEuler({ ${name} })`,
    expected,
    got: describe(got),
    remedy: 'give the power at which b and σ grow, and a scale above the states that matter',
  });
}
