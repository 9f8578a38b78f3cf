import { pairCount, pairVariables } from './area-signs.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/**
 * Platen's explicit scheme of weak order 2, free of derivatives:
 * with Υ = Y + b h + Σ b^k I_k, R^k± = Y + b h ± b^k √h (all at t + h), and U^r± = Y ± b^r √h (at t),
 * Y' = Y + ½ (b(Υ) + b) h
 *    + Σ_k ¼ { [b^k(R^k+) + b^k(R^k−) + 2b^k] I_k + [b^k(R^k+) − b^k(R^k−)] (I_k² − h) / √h }
 *    + Σ_k Σ_(r≠k) ¼ { [b^k(U^r+) + b^k(U^r−) − 2b^k] I_k + [b^k(U^r+) − b^k(U^r−)] (I_k I_r + V_rk) / √h }.
 *
 * Weak order 2 for every noise. A step evaluates b twice and σ at 1 + 4m states (1 + 2m for m = 1).
 *
 * @see [kloeden1992, (15.1.3)]
 */
export const platen: TracedScheme<'coefficients'> = defineScheme({
  name: 'Platen',
  citation: 'kloeden1992',
  order: { weak: 2, strong: null, ode: 2 },
  calculus: 'ito',
  noise: ['general'],
  driver: { increments: 'three-point', auxiliary: (m) => Array.from({ length: pairCount(m) }, () => 'two-point') },
  step({ algebra, noiseDimension, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
    const { constant, add, subtract, multiply, divide } = algebra;
    const [start, end] = [time(0), time(1)];
    const a = drift(start, y);
    const columns = diffusion(start, y);
    const V = pairVariables(algebra, h, noiseDimension, auxiliary);
    const [quarter, half, minusSqrtH] = [constant(1 / 4), constant(1 / 2), algebra.negate(sqrtH)];

    const ahead = combine(algebra, y, [[h, a]]);
    const upsilon = combine(
      algebra,
      ahead,
      dW.map((increment, k) => [increment, columns[k]] as const),
    );
    const halfH = multiply(half, h);
    const terms: Term<(typeof y)[number]>[] = [
      [halfH, a],
      [halfH, drift(end, upsilon)],
    ];
    // The weights of a pair of stages at ±√h: ¼ (I_k ± integral / √h), with the integral I_k² − h or I_k I_r + V_rk.
    const pushPair = (k: number, r: number, t: typeof h, from: readonly (typeof h)[]): void => {
      const integral = add(multiply(dW[k], dW[r]), V[r][k]);
      const difference = divide(integral, sqrtH);
      const plus = diffusion(t, combine(algebra, from, [[sqrtH, columns[r]]]))[k];
      const minus = diffusion(t, combine(algebra, from, [[minusSqrtH, columns[r]]]))[k];
      terms.push([multiply(quarter, add(dW[k], difference)), plus]);
      terms.push([multiply(quarter, subtract(dW[k], difference)), minus]);
    };
    for (let k = 0; k < noiseDimension; k++) {
      // Each of the m − 1 pairs U^r takes back ½ b^k I_k of what R^k gives.
      terms.push([multiply(constant((2 - noiseDimension) / 2), dW[k]), columns[k]]);
      pushPair(k, k, end, ahead);
      for (let r = 0; r < noiseDimension; r++) if (r !== k) pushPair(k, r, start, y);
    }
    return combine(algebra, y, terms);
  },
});
