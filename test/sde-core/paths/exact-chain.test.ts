import {
  barrier,
  coxIngersollRoss,
  exactChain,
  expectation,
  inline,
  key,
  observe,
  ornsteinUhlenbeck,
  problem,
  terminal,
} from 'sde-core';
import { expect, test } from 'vitest';
import { normalCdf } from '#sde-core/numerics/normal';

test('a barrier between exact steps of Brownian motion is seen exactly, however few they are', async () => {
  const brownian = problem({ model: ornsteinUhlenbeck({ theta: 0, mu: 0, sigma: 1 }), x0: [0], T: 1 });
  // P(max W < 1) = 2 Φ(1) − 1, by reflection.
  const exact = 2 * normalCdf(1) - 1;
  for (const steps of [1, 3]) {
    const observed = observe(exactChain(brownian, steps), { alive: barrier('1 - x') });
    const estimate = await expectation(observed, terminal('alive'), {
      paths: 16_384,
      key: key('barrier'),
      backend: inline(),
    });
    expect(Math.abs(estimate.mean - exact)).toBeLessThan(4 * estimate.standardError);
  }
});

test('a square-root process has no law below 0: a start there is refused, and one at 0 is right', async () => {
  const model = coxIngersollRoss({ kappa: 1, mu: 1, sigma: 0.5 });
  expect(() => exactChain(problem({ model, x0: [-2], T: 1 }), 4)).toThrow(/x ≥ 0/);
  const chain = exactChain(problem({ model, x0: [0], T: 1 }), 4);
  const { mean, standardError } = await expectation(chain, terminal('x'), {
    paths: 4096,
    key: key(1),
    backend: inline(),
  });
  expect(Math.abs(mean - (1 - Math.exp(-1)))).toBeLessThan(4 * standardError);
});
