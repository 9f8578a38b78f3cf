import { discretize, problem, symbolic, w2ito1 } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('w2ito1', () => {
  it('takes two signs for any number of Wiener processes', () => {
    expect([1, 2, 5].map((m) => w2ito1.driver.auxiliary(m))).toEqual(Array(3).fill(['two-point', 'two-point']));
  });

  it('for additive noise keeps Y + b h + σ I, with the drift by its three stages', () => {
    const model = symbolic({ state: ['x'], drift: 'x', diffusion: '2' });
    const chain = discretize(problem({ model, x0: [1], T: 1 }), w2ito1, 4);
    const out = new Float64Array(1);
    for (const [eta1, eta2] of [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ]) {
      chain.step(0, Float64Array.of(3), Float64Array.of(Math.sqrt(3), eta1, eta2), out);
      const [h, noise] = [1 / 4, 2 * Math.sqrt(3) * (1 / 2)];
      const f1 = 3;
      const f2 = 3 + (h / 2) * f1 + ((6 - Math.sqrt(6)) / 10) * noise;
      const f3 = 3 + h * (2 * f2 - f1) + ((3 + 2 * Math.sqrt(6)) / 5) * noise;
      // Some thirty operations on values below 16, in another order; the weights of σ cancel to I.
      expect(Math.abs(out[0] - (3 + (h * (f1 + 4 * f2 + f3)) / 6 + noise))).toBeLessThan(30 * 16 * Number.EPSILON);
    }
  });
});
