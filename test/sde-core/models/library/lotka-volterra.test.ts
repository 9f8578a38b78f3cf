import { generator, lotkaVolterra } from 'sde-core';
import { expect, it } from 'vitest';

it('moves its conserved quantity by noise alone: L V = ½ (γ σ₁² + α σ₂²)', () => {
  const given = { alpha: 1, beta: 0.5, gamma: 2, delta: 0.25 };
  for (const [sigma1, sigma2] of [
    [0, 0],
    [0.2, 0.1],
  ]) {
    const model = lotkaVolterra({ ...given, sigma1, sigma2 });
    const rate = generator(model)('delta*x - gamma*log(x) + beta*y - alpha*log(y)');
    for (const x of [
      [3, 7],
      [0.1, 20],
    ]) {
      // Terms below 32 that cancel.
      const bound = 8 * 32 * 2 ** -52;
      expect(Math.abs(rate.evaluate(0, x) - (2 * sigma1 ** 2 + sigma2 ** 2) / 2)).toBeLessThan(bound);
    }
    expect(model.noise.kind).toBe(sigma1 === 0 ? 'additive' : 'diagonal');
  }
});
