import { barrier, exactChain, expectation, inline, key, observe, ornsteinUhlenbeck, problem, terminal } from 'sde-core';
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
