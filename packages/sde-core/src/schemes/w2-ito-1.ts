import { defineScheme, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/**
 * Tang and Xiao's W2Ito1, free of derivatives. With two signs η₁, η₂ for any m, ξ = √h η₁, χ_k = ½ (I_k² / ξ − ξ):
 * H² = Y + ½ h f₁ + (6 − √6)/10 Σ b^k I_k at t + h/2, H³ = Y + h (2 f₂ − f₁) + (3 + 2√6)/5 Σ b^k I_k at t + h,
 * G^k± = Y + ¼ h f₁ ± ½ ξ b^k, and to G^k+ also Σ_(l≠k) ½ b^l I_l (1 ∓ η₂) (− for k < l), all at t + h/4,
 * Y' = Y + h (f₁ + 4 f₂ + f₃)/6 + Σ_k { b^k (2χ_k − I_k) + b^k(G^k+) I_k + b^k(G^k−) (I_k − 2χ_k) }.
 *
 * Weak order 2 for every noise. A step evaluates b three times and σ at 1 + 2m states: the fewest for large m.
 *
 * @see [tang2017]
 */
export const w2ito1: TracedScheme<'coefficients'> = defineScheme({
  name: 'W2Ito1',
  citation: 'tang2017',
  order: { weak: 2, strong: null, ode: 3 },
  calculus: 'ito',
  noise: ['general'],
  driver: { increments: 'three-point', auxiliary: () => ['two-point', 'two-point'] },
  step({ algebra, noiseDimension, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
    const { add, constant, divide, multiply, negate, subtract } = algebra;
    const scale = (c: number, value: typeof h): typeof h => multiply(constant(c), value);
    const [eta1, eta2] = auxiliary;
    const xi = multiply(sqrtH, eta1);
    const columns = diffusion(time(0), y);
    const noise = (c: number): Term<typeof h>[] => dW.map((I, k) => [scale(c, I), columns[k]] as const);
    const f1 = drift(time(0), y);
    const root = Math.sqrt(6);
    const f2 = drift(time(1 / 2), combine(algebra, y, [[scale(1 / 2, h), f1], ...noise((6 - root) / 10)]));
    const f3 = drift(time(1), combine(algebra, y, [[negate(h), f1], [scale(2, h), f2], ...noise((3 + 2 * root) / 5)]));
    const terms: Term<typeof h>[] = [
      [scale(1 / 6, h), f1],
      [scale(2 / 3, h), f2],
      [scale(1 / 6, h), f3],
    ];
    const quarter = combine(algebra, y, [[scale(1 / 4, h), f1]]);
    for (let k = 0; k < noiseDimension; k++) {
      const others = dW.flatMap((I, l): Term<typeof h>[] => {
        if (l === k) return [];
        const sign = k < l ? subtract(constant(1), eta2) : add(constant(1), eta2);
        return [[scale(1 / 2, multiply(I, sign)), columns[l]]];
      });
      const plus = combine(algebra, quarter, [[scale(1 / 2, xi), columns[k]], ...others]);
      const minus = combine(algebra, quarter, [[scale(-1 / 2, xi), columns[k]]]);
      const twoChi = subtract(divide(multiply(dW[k], dW[k]), xi), xi);
      const difference = subtract(dW[k], twoChi);
      terms.push([negate(difference), columns[k]]);
      terms.push([dW[k], diffusion(time(1 / 4), plus)[k]], [difference, diffusion(time(1 / 4), minus)[k]]);
    }
    return combine(algebra, y, terms);
  },
});
