import { apply, conditions, dot, type OrderCondition, type Rows, rowSums, times } from './order-condition.js';

/**
 * The coefficients of a stochastic Runge–Kutta method of s stages for Itô equations.
 *
 * `A0`, `B0` make the states H0 at which the drift is taken, `A1`, `B1` the states Hk for column k of σ, `B2` the states Ĥk that
 * see the other Wiener processes. A0, A1, B0, B1 are strictly lower triangular.
 */
export interface Tableau {
  readonly A0: Rows;
  readonly A1: Rows;
  readonly B0: Rows;
  readonly B1: Rows;
  readonly B2: Rows;
  /** Weights of the drift, shape (s). */
  readonly alpha: readonly number[];
  readonly beta1: readonly number[];
  readonly beta2: readonly number[];
  readonly beta3: readonly number[];
  readonly beta4: readonly number[];
}

/**
 * The conditions for weak order 1 and 2 that follow by matching the mixed moments of one step to O(h²) and O(h³).
 *
 * @param weak - The conditions up to this order.
 * @see [roessler2009]
 */
export function tableauConditions(tableau: Tableau, weak: number): readonly OrderCondition[] {
  const { alpha, beta1, beta2, beta3, beta4, A0, A1, B0, B1, B2 } = tableau;
  const s = alpha.length;
  const sums = (rows: Rows): number[] => Array.from({ length: s }, (_, i) => rowSums(rows)[i] ?? 0);
  const ones = Array.from({ length: s }, () => 1);
  const [e0, e1, b0, b1, b2] = [A0, A1, B0, B1, B2].map(sums);
  const [B1b1, B2b1] = [apply(B1, b1), apply(B2, b1)];

  const order1: readonly (readonly [string, number, number])[] = [
    ['α·e', dot(alpha, ones), 1],
    ['β1·e', dot(beta1, ones), 1],
    ['β2·e', dot(beta2, ones), 0],
    ['β3·e', dot(beta3, ones), 0],
    ['β4·e', dot(beta4, ones), 0],
    ['β1·b1', dot(beta1, b1), 0],
    ['β3·b2', dot(beta3, b2), 0],
    ['β4·b2²', dot(beta4, times(b2, b2)), 0],
  ];
  const order2: readonly (readonly [string, number, number])[] = [
    ['α·e0', dot(alpha, e0), 1 / 2],
    ['α·b0', dot(alpha, b0), 1 / 2],
    ['α·b0²', dot(alpha, times(b0, b0)), 1 / 2],
    ['α·(B0 b1)', dot(alpha, apply(B0, b1)), 0],
    ['β1·e1', dot(beta1, e1), 1 / 2],
    ['β1·b1²', dot(beta1, times(b1, b1)), 1 / 2],
    ['β1·b1³', dot(beta1, times(b1, b1, b1)), 0],
    ['β1·(e1 b1)', dot(beta1, times(e1, b1)), 0],
    ['β1·(A1 b0)', dot(beta1, apply(A1, b0)), 0],
    ['β1·(B1 b1)', dot(beta1, B1b1), 0],
    ['β1·(B1 e1)', dot(beta1, apply(B1, e1)), 0],
    ['β1·(B1 b1²)', dot(beta1, apply(B1, times(b1, b1))), 0],
    ['β1·(b1 (B1 b1))', dot(beta1, times(b1, B1b1)), 0],
    ['β1·(B1 B1 b1)', dot(beta1, apply(B1, B1b1)), 0],
    ['β2·b1', dot(beta2, b1), 1],
    ['β2·b1²', dot(beta2, times(b1, b1)), 0],
    ['β2·e1', dot(beta2, e1), 0],
    ['β2·(A1 b0)', dot(beta2, apply(A1, b0)), 0],
    ['β2·(B1 b1)', dot(beta2, B1b1), 0],
    ['β3·b2²', dot(beta3, times(b2, b2)), 1 / 2],
    ['β3·b2³', dot(beta3, times(b2, b2, b2)), 0],
    ['β3·(B2 b1)', dot(beta3, B2b1), 0],
    ['β3·(B2 e1)', dot(beta3, apply(B2, e1)), 0],
    ['β3·(B2 b1²)', dot(beta3, apply(B2, times(b1, b1))), 0],
    ['β3·(b2 (B2 b1))', dot(beta3, times(b2, B2b1)), 0],
    ['β3·(B2 B1 b1)', dot(beta3, apply(B2, B1b1)), 0],
    ['β4·b2', dot(beta4, b2), 1],
    ['β4·b2⁴', dot(beta4, times(b2, b2, b2, b2)), 0],
    ['β4·(B2 b1)', dot(beta4, B2b1), 0],
    ['β4·(B2 b1)²', dot(beta4, times(B2b1, B2b1)), 0],
    ['β4·(b2 (B2 b1))', dot(beta4, times(b2, B2b1)), 0],
    ['β4·(b2 (B2 e1))', dot(beta4, times(b2, apply(B2, e1))), 0],
    ['β4·(b2 (B2 b1²))', dot(beta4, times(b2, apply(B2, times(b1, b1)))), 0],
    ['β4·(b2 (B2 B1 b1))', dot(beta4, times(b2, apply(B2, B1b1))), 0],
  ];
  return conditions(weak >= 2 ? [...order1, ...order2] : order1);
}
