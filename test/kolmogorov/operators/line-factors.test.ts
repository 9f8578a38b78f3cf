import { crankNicolson, implicitEuler, solveKolmogorov, uniform } from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { expect, test } from 'vitest';

const leaving = symbolic({ state: ['x'], drift: ['x'], diffusion: [['1']] });

test('a step in which the drift leaves through a side at one cell has no pivot there: it is refused, and others are right', () => {
  // θ Δt b / Δx = ½ · 1/40 · 4 / 0.05 = 1.
  const solve = (steps: number): number =>
    solveKolmogorov(
      { model: leaving, T: 1, terminal: 1 },
      { grid: [uniform(-4, 4, 161)], stepping: crankNicolson({ steps, smoothing: 0 }) },
    ).at(0, [0.3]);
  expect(() => solve(40)).toThrow(SdeError);
  expect(() => solve(40)).toThrow(/solveKolmogorov\(…, \{ stepping \}\)/);
  for (const steps of [39, 41, 100]) expect(Math.abs(solve(steps) - 1)).toBeLessThan(1e-9);
});

test('implicit Euler at the same place is refused too', () => {
  const options = { grid: [uniform(-4, 4, 161)], stepping: implicitEuler({ steps: 80 }) };
  expect(() => solveKolmogorov({ model: leaving, T: 1, terminal: 1 }, options)).toThrow(/no unique solution/);
});
