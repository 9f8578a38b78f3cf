import {
  bicgstab,
  controlled,
  controlObjective,
  crankNicolson,
  implicitEuler,
  type LinearSolver,
  type SolveReport,
  solveHJB,
  solveKolmogorov,
  solveObstacle,
  solveStationary,
  sparseLU,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const model = symbolic({
  state: ['x', 'y'],
  drift: ['y - x', '-x'],
  diffusion: [
    ['0.6', '0'],
    ['0.2', '0.5'],
  ],
});
const grid = [uniform(-2, 2, 15), uniform(-2, 2, 13)];
const far = (one: readonly number[] | Float64Array, other: readonly number[] | Float64Array): number =>
  Math.max(...Array.from(one, (value, p) => Math.abs(value - other[p])));

/** Solves by both, counts what the iterative one did, and compares: each of `solves` is off by at most 1e-13 of numbers up to `size`, in a 2-norm of 195. */
function compare(run: (solver: LinearSolver) => ArrayLike<number>, size: number): void {
  const reports: SolveReport[] = [];
  const [one, other] = [run(sparseLU()), run(bicgstab({ onSolve: (report) => reports.push(report) }))];
  expect(reports.length).toBeGreaterThan(0);
  expect(far(Array.from(one), Array.from(other))).toBeLessThan(reports.length * 1e-13 * Math.sqrt(195) * size);
}

describe('what solves with whole matrices', () => {
  test('gives both solvers one field', () => {
    for (const stepping of [trBdf2({ steps: 5 }), crankNicolson({ steps: 5 })]) {
      compare(
        (solver) =>
          solveKolmogorov({ model, T: 1, terminal: 'x*y' }, { grid, stepping, solver }).slice(0).data as Float64Array,
        4,
      );
    }
  });

  test('gives both one field on a line', () => {
    const line = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
    compare(
      (solver) =>
        solveKolmogorov(
          { model: line, T: 1, terminal: 'x^2' },
          { grid: [uniform(-2, 2, 21)], stepping: implicitEuler({ steps: 5 }), solver },
        ).slice(0).data as Float64Array,
      4,
    );
  });

  test('gives both one stationary solution, stopping value and feedback value', () => {
    const boundary = { kind: 'absorbing' } as const;
    // Exit times below 4, of matrices without the identity: ‖M⁻¹‖ is the longest of them.
    compare(
      (solver) => solveStationary({ model, source: 1 }, { grid, boundary, solver }).slice(0).data as Float64Array,
      16,
    );
    compare(
      (solver) =>
        solveObstacle(
          { model, T: 1, terminal: 'max(x, 0)', obstacle: 'max(x, 0)', killing: 0.2 },
          { grid, stepping: implicitEuler({ steps: 5 }), solver },
        ).value.slice(0).data as Float64Array,
      2,
    );
    const steered = controlled({
      state: ['x', 'y'],
      control: ['a'],
      drift: ['a', 'x'],
      diffusion: [
        ['0.5', '0'],
        ['0', '0.5'],
      ],
    });
    compare(
      (solver) =>
        solveHJB(
          { model: steered, T: 1, running: 'x^2 + a^2', controls: { a: [-1, 0, 1] } },
          { grid, stepping: implicitEuler({ steps: 4 }), solver },
        ).value.slice(0).data as Float64Array,
      5,
    );
  });

  test('gives both one gradient', () => {
    const open = symbolic({
      state: ['x', 'y'],
      drift: ['a', 'x'],
      diffusion: [
        ['0.5', '0'],
        ['0', '0.5'],
      ],
      parameters: { a: 0 },
    });
    compare((solver) => {
      const objective = controlObjective(
        { model: open, parameters: ['a'], T: 1, terminal: 'x^2 + y', initial: [0.3, 0.2] },
        { grid, stepping: trBdf2({ steps: 4 }), intervals: 2, solver },
      );
      const gradient = new Float64Array(2);
      objective.gradient(Float64Array.of(0.3, -0.2), gradient);
      return gradient;
    }, 100);
  });

  test('is refused if it is none', () => {
    const attempt = (solver: unknown): unknown =>
      solveKolmogorov(
        { model, T: 1, terminal: 'x' },
        // A caller without types.
        { grid, stepping: implicitEuler({ steps: 1 }), solver: solver as LinearSolver },
      );
    for (const solver of ['direct', null, {}]) expect(() => attempt(solver)).toThrow(SdeError);
    expect(() => attempt('direct')).toThrow(/sparseLU\(\) or bicgstab\(\)/);
  });
});
