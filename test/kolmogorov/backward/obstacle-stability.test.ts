import { solveObstacle, thetaMethod, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { expect, test } from 'vitest';

test('refuses steps beyond the stability limit', () => {
  const model = symbolic({ state: ['S'], drift: ['0.05*S'], diffusion: [['0.2*S']] });
  const pays = 'max(100 - S, 0)';
  expect(() =>
    solveObstacle(
      { model, T: 1, killing: 0.05, terminal: pays, obstacle: pays },
      { grid: [uniform(0, 300, 301)], stepping: thetaMethod({ steps: 50, theta: 0.3 }) },
    ),
  ).toThrow('stability limit');
});
