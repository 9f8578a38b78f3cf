import {
  eulerMaruyama,
  geometricBrownianMotion,
  modifiedIntegrator,
  problem,
  symbolic,
  type TracedScheme,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['-0.8*x'], diffusion: [['0.5']] });
const on = problem({ model, x0: [2], t0: 1, T: 3 });
const chainOf = (scheme: TracedScheme, steps = 4) => {
  const integrator = modifiedIntegrator(on, scheme, steps);
  if (integrator.kind === 'none') throw new Error(integrator.obstruction);
  return integrator.chain;
};

describe('modifiedIntegrator', () => {
  it('is the scheme on f − h f₁, g − h g₁ for its own step: 1 − λh + λ²h²/2 and σ (1 − λh/2) of a linear equation', () => {
    for (const steps of [1, 4]) {
      const chain = chainOf(eulerMaruyama, steps);
      const h = 2 / steps;
      const out = new Float64Array(1);
      for (const [x, xi] of [
        [2, 0],
        [0, 1],
      ]) {
        chain.step(0, Float64Array.of(x), Float64Array.of(xi), out);
        const exact = x * (1 - 0.8 * h + (0.8 * h) ** 2 / 2) + xi * 0.5 * Math.sqrt(h) * (1 - (0.8 * h) / 2);
        expect(Math.abs(out[0] - exact)).toBeLessThan(16 * Number.EPSILON);
      }
    }
  });

  it('is a chain of its problem that is not tried with other steps', () => {
    const chain = chainOf(eulerMaruyama);
    expect([chain.name, chain.steps, chain.h, chain.t0]).toEqual(['modified Euler–Maruyama, 4 steps', 4, 0.5, 1]);
    expect(Array.from(chain.x0)).toEqual([2]);
    expect(chain.retry).toBeUndefined();
    expect(Object.isFrozen(chain)).toBe(true);
  });

  it.each([
    ['gaussian', 'gaussian'],
    ['three-point', 'three-point'],
    ['two-point', 'three-point'],
  ] as const)('increments with enough moments for order 2 stay: %s become %s', (given, taken) => {
    const { driver } = chainOf(withDriver(eulerMaruyama, given));
    expect(driver.laws.map(({ kind }) => kind)).toEqual([taken]);
  });

  it('says why there is none, and refuses what is no problem, scheme or count', () => {
    const gbm = geometricBrownianMotion({ mu: 0.1, sigma: 0.4 });
    const none = modifiedIntegrator(problem({ model: gbm, x0: [1], T: 1 }), eulerMaruyama, 2);
    expect(none.kind).toBe('none');
    const where = 'modifiedIntegrator(problem, scheme, steps)';
    for (const call of [
      () => modifiedIntegrator({} as typeof on, eulerMaruyama, 2),
      () => modifiedIntegrator(on, {} as TracedScheme, 2),
      () => modifiedIntegrator(on, eulerMaruyama, 0),
    ])
      expect(call).toThrowError(
        expect.objectContaining({ details: expect.objectContaining({ where: expect.stringContaining(where) }) }),
      );
  });
});
