import { solveStationary, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });

describe('growth beyond the first eigenvalue, π²/8 on (−1, 1)', () => {
  const solve = (killing: number, source: number | string = 1) =>
    solveStationary(
      { model: brownian, killing, source },
      { grid: [uniform(-1, 1, 81)], boundary: { kind: 'absorbing' } },
    );
  test.each([-1.3, -4, -6, -20])('killing %d is refused, whatever the source', (killing) => {
    expect(() => solve(killing)).toThrow(/first eigenvalue/);
    expect(() => solve(killing, 'x')).toThrow(/first eigenvalue/);
  });
  test('below it the solution is what it is', () => {
    for (const killing of [-1.2, -0.5]) {
      const u = solve(killing);
      const exact = (1 / Math.cos(Math.sqrt(-2 * killing)) - 1) / -killing;
      expect(Math.abs(u.at(0, [0]) / exact - 1)).toBeLessThan(0.02);
      expect(u.warnings).toEqual([]);
    }
  });
});

test('the probability of an exit is between 0 and 1, or that is said', () => {
  const solve = (drift: number, n: number) =>
    solveStationary(
      { model: symbolic({ state: ['x'], drift: [String(drift)], diffusion: [['1']] }) },
      {
        grid: [uniform(0, 1, n)],
        boundary: [{ lower: { kind: 'absorbing' }, upper: { kind: 'dirichlet', value: 1 } }],
      },
    );
  const coarse = solve(-40, 13);
  expect(Math.min(...coarse.slice(0).data)).toBeLessThan(-0.5);
  expect(coarse.warnings.map(({ kind }) => kind)).toEqual(['maximum-principle']);
  expect(solve(-40, 101).warnings).toEqual([]);
  expect(solve(4, 21).warnings).toEqual([]);
});
