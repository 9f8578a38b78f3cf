import { milstein } from './milstein.js';
import { defineScheme, type TracedScheme } from './scheme.js';

/**
 * Milstein's step with the Lévy areas left out: Y' = Y + b h + Σ_k b^k ΔW^k + ½ Σ_(j,k) L^j b^k (ΔW^j ΔW^k − h δ_jk), for any noise.
 *
 * The areas have mean zero given the increments, so that the weak order is 1; the strong order is ½ where the columns of σ do not commute. With
 * `multilevel(…, { coupling: 'antithetic' })` its level variances decay as those of Milstein with areas: h² for smooth φ.
 *
 * @see [gilesszpruch2014]
 */
export const truncatedMilstein: TracedScheme<'jacobians'> = defineScheme<'jacobians'>({
  ...milstein,
  name: 'truncated Milstein',
  citation: 'gilesszpruch2014',
  order: { weak: 1, strong: 1 / 2, ode: 1 },
  noise: ['additive', 'scalar', 'diagonal', 'commutative', 'general'],
});
