import {
  benes,
  coxIngersollRoss,
  type ExactModel,
  generator,
  geometricBrownianMotion,
  ornsteinUhlenbeck,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

describe.each<readonly [string, ExactModel]>([
  ['geometric Brownian motion', geometricBrownianMotion({ mu: 0.3, sigma: 0.5 })],
  ['Ornstein–Uhlenbeck', ornsteinUhlenbeck({ theta: 1.3, mu: 0.4, sigma: 0.7 })],
  ['Ornstein–Uhlenbeck without drift', ornsteinUhlenbeck({ theta: 0, mu: 0.4, sigma: 0.7 })],
  ['Cox–Ingersoll–Ross', coxIngersollRoss({ kappa: 1.1, mu: 0.8, sigma: 0.6 })],
  ['Beneš', benes()],
])('%s', (_, model) => {
  it('starts at its initial moments', () => {
    expect(model.exactMoment(1, 0, 1.4)).toBe(1.4);
    expect(Math.abs(model.exactMoment(2, 0, 1.4) - 1.4 ** 2)).toBeLessThan(4 * 2 ** -52);
  });

  it('has moments that solve the backward equation: u_t = L u', () => {
    const L = generator(model);
    // Fourth-order differences: truncation step⁴/30 · u⁽⁵⁾, rounding 2 ε u / step² in the second derivative; u and its derivatives below 30.
    const step = 2 ** -8;
    const bound = 30 * (step ** 4 + (4 * 2 ** -52) / step ** 2);
    const first = (f: (s: number) => number): number =>
      (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
    const second = (f: (s: number) => number): number =>
      (16 * (f(step) + f(-step)) - (f(2 * step) + f(-2 * step)) - 30 * f(0)) / (12 * step ** 2);
    const [b, a] = [L('x'), generator(model)('x^2')];
    for (const order of [1, 2] as const) {
      for (const [t, x] of [
        [0.3, 0.6],
        [0.8, 1.1],
      ]) {
        const u = (dt: number, dx: number): number => model.exactMoment(order, t + dt, x + dx);
        const drift = b.evaluate(0, [x]);
        const variance = a.evaluate(0, [x]) - 2 * x * drift;
        const image = drift * first((s) => u(0, s)) + (variance / 2) * second((s) => u(0, s));
        expect(Math.abs(first((s) => u(s, 0)) - image)).toBeLessThan(bound);
      }
    }
  });
});
