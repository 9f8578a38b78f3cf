import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, type Term } from './stage.js';

/**
 * Milstein: Y' = Y + b h + Σ_k b^k ΔW^k + ½ Σ_(j,k) L^j b^k (ΔW^j ΔW^k − h δ_jk).
 *
 * Strong order 1 and weak order 1 where the columns of σ commute (L^j b^k = L^k b^j): additive, scalar, diagonal and
 * commutative noise. Elsewhere the sum needs Lévy areas and this scheme is refused. Asks for the Jacobian of σ.
 *
 * @see [kloeden1992, (10.3.16)]
 */
export const milstein: TracedScheme<'jacobians'> = defineScheme<'jacobians'>({
  name: 'Milstein',
  citation: 'kloeden1992',
  order: { weak: 1, strong: 1, ode: 1 },
  calculus: 'ito',
  noise: ['additive', 'scalar', 'diagonal', 'commutative'],
  driver: incrementsAlone('gaussian'),
  needs: 'jacobians',
  step({ algebra, noiseDimension, h, y, dW, time, drift, diffusion, diffusionAlongNoise }) {
    const t = time(0);
    const columns = diffusion(t, y);
    const along = diffusionAlongNoise(t, y);
    const half = algebra.constant(1 / 2);
    const terms: Term<(typeof y)[number]>[] = [[h, drift(t, y)]];
    for (let k = 0; k < noiseDimension; k++) terms.push([dW[k], columns[k]]);
    for (let j = 0; j < noiseDimension; j++) {
      for (let k = 0; k < noiseDimension; k++) {
        const product = algebra.multiply(dW[j], dW[k]);
        terms.push([algebra.multiply(half, j === k ? algebra.subtract(product, h) : product), along[j][k]]);
      }
    }
    return combine(algebra, y, terms);
  },
});
