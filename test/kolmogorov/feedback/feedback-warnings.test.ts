import {
  controlled,
  crankNicolson,
  implicitEuler,
  solveErgodicHJB,
  solveHJB,
  solveObstacle,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const steered = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
const kinds = (warnings: readonly { readonly kind: string }[]): string[] => warnings.map(({ kind }) => kind);

describe('a formula for the best control', () => {
  const solve = (minimizer: string, bounds: object = {}): string[] =>
    kinds(
      solveHJB(
        { model: steered, T: 1, running: 'x^2 + a^2', terminal: 'x^2', controls: { a: { minimizer, ...bounds } } },
        {
          grid: [uniform(-2, 2, 41)],
          boundary: { kind: 'dirichlet', value: 'x^2 + (1 - t)/4' },
          stepping: implicitEuler({ steps: 10 }),
        },
      ).warnings,
    );
  test.each([{}, { lower: -3, upper: 3 }])('is taken at its word where it is right', (bounds) => {
    expect(solve('-V_x/2', bounds)).not.toContain('minimizer-not-best');
  });
  test.each(['-V_x', '0', '-V_x/4', 'V_x/2', '-V_x/2 + 0.01'])(
    '%s is not the best, and is said to be not',
    (formula) => {
      expect(solve(formula)).toContain('minimizer-not-best');
      expect(solve(formula, { lower: -3, upper: 3 })).toContain('minimizer-not-best');
    },
  );
});

describe('sides through which the best control leaves', () => {
  const open = [{ lower: { kind: 'vanishing-curvature' }, upper: { kind: 'vanishing-curvature' } }] as const;
  test.each([9, 17, 41])(
    'an average over %d points that no law has is refused; with reflecting sides there is one',
    (n) => {
      const problem = { model: steered, running: 'x^2 + a^2', controls: { a: [-1, 0, 1] } };
      expect(() => solveErgodicHJB(problem, { grid: [uniform(-2, 2, n)], boundary: open })).toThrow(
        /solveErgodicHJB|singular/,
      );
      const { average, warnings } = solveErgodicHJB(problem, {
        grid: [uniform(-2, 2, n)],
        boundary: { kind: 'reflecting' },
      });
      expect(average).toBeGreaterThan(0);
      expect(average).toBeLessThan(5);
      expect(kinds(warnings)).toEqual([]);
    },
  );

  test('a value beyond what is paid is said, or refused, and one within it is not', () => {
    const outcome = (terminal: string, drift: string): string[] | 'refused' => {
      const model = controlled({ state: ['x'], control: ['a'], drift: [drift], diffusion: [['0.5']] });
      try {
        return kinds(
          solveHJB(
            { model, T: 2, running: 'cos(a)', terminal, controls: { a: [-0.1, 0.1] } },
            { grid: [uniform(-2, 2, 21)], stepping: implicitEuler({ steps: 9 }), drift: 'central' },
          ).warnings,
        );
      } catch (error) {
        expect((error as Error).message).toContain('solveHJB');
        return 'refused';
      }
    };
    expect(outcome('x^2', '2*x + a')).toContain('open-side');
    expect(outcome('x^2', '-x + a')).toEqual([]);
  });
});

describe('an obstacle, with steps that do not damp', () => {
  const model = symbolic({ state: ['S'], drift: ['0.05*S'], diffusion: [['0.2*S']] });
  const pays = 'max(100 - S, 0)';
  const solve = (points: number, steps: number, smoothing: number): readonly [number, string[]] => {
    const { value, warnings } = solveObstacle(
      { model, T: 1, killing: 0.05, terminal: pays, obstacle: pays },
      {
        grid: [uniform(0, 300, points)],
        boundary: [{ lower: { kind: 'dirichlet', value: 100 }, upper: { kind: 'absorbing' } }],
        stepping: crankNicolson({ steps, smoothing }),
      },
    );
    return [value.at(0, [100]), kinds(warnings)];
  };
  // The American put: 6.0904.
  test.each([
    [101, 4, 0, true],
    [401, 4, 0, true],
    [401, 20, 0, true],
    [401, 100, 0, false],
    [401, 4, 2, false],
    [401, 20, 2, false],
  ])('%d points, %d steps, smoothing %d', (points, steps, smoothing, warned) => {
    const [value, found] = solve(points, steps, smoothing);
    expect(found.includes('undamped-steps')).toBe(warned);
    if (!warned) expect(Math.abs(value - 6.0904)).toBeLessThan(0.35 / steps);
  });
});
