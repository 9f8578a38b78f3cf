import { controlObjective, crankNicolson, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { taylorSeries, taylorSlope } from '#studies/control/gradient-check';
import { costTable, gradientCost } from '#studies/control/gradient-cost';

describe('the cost of a gradient', () => {
  it('is measured for every case, and is more than a solve and less than a difference quotient', async () => {
    const rows = await gradientCost({ repetitions: 1, parameters: [8] });
    expect(rows).toHaveLength(6);
    for (const { solve, gradient, ratio, control, overPlain } of rows) {
      expect(solve).toBeGreaterThan(0);
      expect(ratio).toBe(gradient / solve);
      expect(overPlain === undefined).toBe(control === 'linear');
    }
    expect(costTable(rows).split('\n')).toHaveLength(2 + 6 + 1);
  });
});

describe('a Taylor test', () => {
  const model = symbolic({ state: ['x'], drift: ['a*sin(x)'], diffusion: [['0.5']], parameters: { a: 1 } });
  const problem = { model, parameters: ['a'], T: 1, terminal: 'cos(x)', initial: [0.3] };
  const discretization = { grid: [uniform(-4, 4, 41)], stepping: crankNicolson({ steps: 8 }), intervals: 2 };

  it('has slope 2, from the θ that is given or the model’s own', () => {
    const sizes = [0.2, 0.1, 0.05];
    const own = taylorSeries(problem, discretization, { label: 'own', sizes });
    expect(taylorSlope(own)).toBeGreaterThan(1.9);
    expect(taylorSlope(own)).toBeLessThan(2.1);
    const size = controlObjective(problem, discretization).size;
    const given = taylorSeries(problem, discretization, { label: 'given', sizes, start: new Array(size).fill(1) });
    expect(given.points).toEqual(own.points);
  });
});
