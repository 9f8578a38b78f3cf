import { defineScheme, symbolic, type TracedScheme, weakErrorOperator } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { incrementsAlone } from '#sde-core/schemes/scheme-driver';

// A network x⁺ = x + h η F(x) in one dimension is a scheme for x' = m F(x): its local errors are those of theory.md, order by order.

const m = 0.7;

/** η = m + s ξ with two-point ξ, or m + s (ξ² − 1) with three-point ξ, whose third cumulant is not 0. */
const network = (s: number, skew: boolean): TracedScheme =>
  defineScheme({
    name: 'multiplicative network',
    citation: 'sun2018',
    order: { weak: 1, strong: null, ode: 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: incrementsAlone(skew ? 'three-point' : 'two-point'),
    step({ algebra, h, sqrtH, y, dW, time, drift }) {
      const { add, constant, divide, multiply, subtract } = algebra;
      const xi = divide(dW[0], sqrtH);
      const gate = skew ? subtract(multiply(xi, xi), constant(1)) : xi;
      const factor = add(constant(1), multiply(constant(s / m), gate));
      return [add(y[0], multiply(h, multiply(factor, drift(time(0), y)[0])))];
    },
  });

const equation = symbolic({ state: ['x'], drift: [`${m}*sin(x)`], diffusion: [[0]] });
const points = [-1.1, 0.4, 0.9];
const rounding = 64 * 2 ** -52;

describe.each([
  // ξ² − 1 has variance 2 and third central moment 9 − 3·3 + 3 − 1 = 2.
  ['symmetric gates', false, 0.4 ** 2, 0],
  ['skew gates', true, 2 * 0.4 ** 2, 2 * 0.4 ** 3],
] as const)('a network with %s', (_, skew, v, cumulant) => {
  const scheme = network(0.4, skew);
  const at = (order: number, x: number): number[] => {
    const values = [0, 0, 0, 0, 0];
    for (const { derivative, coefficient } of weakErrorOperator(equation, scheme, { order })) {
      values[derivative[0]] = coefficient.evaluate(0, [x]);
    }
    return values;
  };

  it('has L₁ = −½ m² FF′ ∂ + ½ v F² ∂²', () => {
    for (const x of points) {
      const [F, F1] = [Math.sin(x), Math.cos(x)];
      [0, (-(m ** 2) * F * F1) / 2, (v * F ** 2) / 2, 0, 0].forEach((value, i) => {
        expect(Math.abs(at(1, x)[i] - value)).toBeLessThan(rounding);
      });
    }
  });

  it('has L₂ = [m³ (F²F″ + 4FF′²)/12 − (mv/4) F²F″] ∂ − mv F²F′ ∂² + (κ₃/6) F³ ∂³', () => {
    for (const x of points) {
      const [F, F1, F2] = [Math.sin(x), Math.cos(x), -Math.sin(x)];
      const drift = (m ** 3 * (F * F * F2 + 4 * F * F1 * F1)) / 12 - ((m * v) / 4) * F * F * F2;
      [0, drift, -m * v * F * F * F1, (cumulant / 6) * F ** 3, 0].forEach((value, i) => {
        expect(Math.abs(at(2, x)[i] - value)).toBeLessThan(rounding);
      });
    }
  });
});
