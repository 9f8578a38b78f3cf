import { pairCount, pairVariables } from './area-signs.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/**
 * The simplified weak Taylor scheme of order 2:
 * Y' = Y + b h + ½ L⁰b h² + Σ_j [b^j + ½ h (L⁰b^j + L^j b)] I_j + ½ Σ_(j,k) L^j b^k (I_j I_k + V_jk).
 *
 * Weak order 2 for every noise. Asks for the coefficients as expressions, to differentiate them twice.
 *
 * @see [kloeden1992, (14.2.7)]
 */
export const weakTaylor2: TracedScheme<'symbols'> = defineScheme<'symbols'>({
  name: 'weak Taylor 2',
  citation: 'kloeden1992',
  order: { weak: 2, strong: null, ode: 2 },
  calculus: 'ito',
  noise: ['general'],
  driver: { increments: 'three-point', auxiliary: (m) => Array.from({ length: pairCount(m) }, () => 'two-point') },
  needs: 'symbols',
  step(input) {
    const { algebra, noiseDimension, h, y, dW, auxiliary } = input;
    const t = input.time(0);
    const columns = input.diffusion(t, y);
    const along = input.diffusionAlongNoise(t, y);
    const driftAlong = input.driftAlongNoise(t, y);
    const diffusionRate = input.generatorOfDiffusion(t, y);
    const V = pairVariables(algebra, h, noiseDimension, auxiliary);
    const half = algebra.constant(1 / 2);
    const halfH = algebra.multiply(half, h);
    const terms: Term<(typeof y)[number]>[] = [
      [h, input.drift(t, y)],
      [algebra.multiply(halfH, h), input.generatorOfDrift(t, y)],
    ];
    for (let j = 0; j < noiseDimension; j++) {
      const mixed = algebra.multiply(halfH, dW[j]);
      terms.push([dW[j], columns[j]], [mixed, diffusionRate[j]], [mixed, driftAlong[j]]);
      for (let k = 0; k < noiseDimension; k++) {
        const integral = algebra.add(algebra.multiply(dW[j], dW[k]), V[j][k]);
        terms.push([algebra.multiply(half, integral), along[j][k]]);
      }
    }
    return combine(algebra, y, terms);
  },
});
