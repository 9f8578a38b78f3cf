import { defineScheme, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/**
 * W2Ito1: weak order 2 with two signs beside the increments, for any number of Wiener processes.
 *
 * With ξ = η₁ √h and χ_k = ½ (I_k² / ξ − ξ), b^k the columns of σ, f_i the drift at H0_i:
 * H0_2 = Y + ½ h f_1 + (6 − √6)/10 Σ b^k I_k, H0_3 = Y + h (2 f_2 − f_1) + (3 + 2√6)/5 Σ b^k I_k,
 * Hk_2 = Y + ¼ h f_1 + ½ ξ b^k + ½ Σ_(l≠k) b^l I_l (1 ∓ η₂) (minus for k < l), Hk_3 = Y + ¼ h f_1 − ½ ξ b^k,
 * Y' = Y + h (f_1/6 + 2f_2/3 + f_3/6) + Σ_k { b^k (2χ_k − I_k) + b^k(Hk_2) I_k + b^k(Hk_3) (I_k − 2χ_k) },
 * drifts at t, t + h/2, t + h and the states Hk at t + h/4.
 *
 * Weak order 2 for Itô equations with general noise, 3 on the ordinary differential equation. A step takes b at 3 states and σ at
 * 1 + 2m: the cheapest of weak order 2 for many Wiener processes. Explicit: not for stiff drifts.
 *
 * @see [tang2017]
 */
export const w2ito1: TracedScheme<'coefficients'> = defineScheme({
  name: 'W2Ito1',
  citation: 'tang2017',
  order: { weak: 2, strong: null, ode: 3 },
  calculus: 'ito',
  noise: ['general'],
  driver: { increments: 'three-point', auxiliary: (m) => (m > 1 ? ['two-point', 'two-point'] : ['two-point']) },
  step({ algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
    const { constant, add, subtract, multiply, divide, negate } = algebra;
    type V = typeof h;
    const times = (coefficient: number, factor: V): V => multiply(constant(coefficient), factor);
    const [eta1, eta2] = auxiliary;
    const xi = multiply(eta1, sqrtH);
    const start = diffusion(time(0), y);
    const noise = (coefficient: number): Term<V>[] => dW.map((Ik, k) => [times(coefficient, Ik), start[k]]);

    const f1 = drift(time(0), y);
    const H02 = combine(algebra, y, [[times(1 / 2, h), f1], ...noise((6 - Math.sqrt(6)) / 10)]);
    const f2 = drift(time(1 / 2), H02);
    const H03 = combine(algebra, y, [[negate(h), f1], [times(2, h), f2], ...noise((3 + 2 * Math.sqrt(6)) / 5)]);
    const f3 = drift(time(1), H03);

    const terms: Term<V>[] = [
      [times(1 / 6, h), f1],
      [times(2 / 3, h), f2],
      [times(1 / 6, h), f3],
    ];
    const ahead = combine(algebra, y, [[times(1 / 4, h), f1]]);
    dW.forEach((Ik, k) => {
      // 1 / η₁ = η₁.
      const chi = times(1 / 2, subtract(multiply(eta1, divide(multiply(Ik, Ik), sqrtH)), xi));
      const halfXi = times(1 / 2, xi);
      const others = dW.flatMap((Il, l): Term<V>[] => {
        if (l === k) return [];
        const factor = k < l ? subtract(constant(1), eta2) : add(constant(1), eta2);
        return [[multiply(times(1 / 2, Il), factor), start[l]]];
      });
      const Hk2 = combine(algebra, ahead, [[halfXi, start[k]], ...others]);
      const Hk3 = combine(algebra, ahead, [[negate(halfXi), start[k]]]);
      terms.push([subtract(times(2, chi), Ik), start[k]]);
      terms.push([Ik, diffusion(time(1 / 4), Hk2)[k]]);
      terms.push([subtract(Ik, times(2, chi)), diffusion(time(1 / 4), Hk3)[k]]);
    });
    return combine(algebra, y, terms);
  },
});
