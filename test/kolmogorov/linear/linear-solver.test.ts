import {
  adaptedStepsAsync,
  bicgstab,
  controlled,
  controlObjective,
  crankNicolson,
  implicitEuler,
  type LinearSolver,
  optimizeControlAsync,
  type Progress,
  type SolveReport,
  solveErgodicHJBAsync,
  solveFokkerPlanckAsync,
  solveHJB,
  solveHJBAsync,
  solveKolmogorov,
  solveKolmogorovAsync,
  solveObstacle,
  solveObstacleAsync,
  solveStationary,
  solveStationaryAsync,
  sparseLU,
  stationaryDensity,
  stationaryDensityAsync,
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
const steerable = symbolic({
  state: ['x', 'y'],
  drift: ['a', 'x'],
  diffusion: [
    ['0.5', '0'],
    ['0', '0.5'],
  ],
  parameters: { a: 0 },
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
    compare((solver) => {
      const objective = controlObjective(
        { model: steerable, parameters: ['a'], T: 1, terminal: 'x^2 + y', initial: [0.3, 0.2] },
        { grid, stepping: trBdf2({ steps: 4 }), intervals: 2, solver },
      );
      const gradient = new Float64Array(2);
      objective.gradient(Float64Array.of(0.3, -0.2), gradient);
      return gradient;
    }, 100);
  });

  // One factorization each to begin with, of a matrix with many fronts.
  const still = { model, source: 1 };
  const wide = { grid: [uniform(-1, 1, 21), uniform(-1, 1, 19)], boundary: { kind: 'absorbing' } as const };
  const free = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
  const line = { grid: [uniform(-2, 2, 81)] };
  const stepping = implicitEuler({ steps: 3 });
  const problem = { model, T: 1, terminal: 'x' };
  const watched: Record<string, (solver: LinearSolver, signal: AbortSignal) => Promise<unknown>> = {
    solveKolmogorov: (solver, signal) => solveKolmogorovAsync(problem, { ...wide, stepping, solver, signal }),
    solveFokkerPlanck: (solver, signal) =>
      solveFokkerPlanckAsync({ model, T: 1, initial: [0, 0] }, { ...wide, stepping, solver, signal }),
    adaptedSteps: (solver, signal) =>
      adaptedStepsAsync(problem, { ...wide, stepping: trBdf2({ steps: 3 }), tolerance: 1, solver, signal }),
    solveStationary: (solver, signal) => solveStationaryAsync(still, { ...wide, solver, signal }),
    solveObstacle: (solver, signal) =>
      solveObstacleAsync({ ...problem, obstacle: '0' }, { ...wide, stepping, solver, signal }),
    solveHJB: (solver, signal) =>
      solveHJBAsync(
        { model: free, T: 1, running: 'x^2', controls: { a: [0, 1] } },
        { ...line, stepping, solver, signal },
      ),
    solveErgodicHJB: (solver, signal) =>
      solveErgodicHJBAsync({ model: free, running: 'x^2', controls: { a: [0, 1] } }, { ...line, solver, signal }),
    optimizeControl: (solver, signal) =>
      optimizeControlAsync(
        { model: steerable, parameters: ['a'], T: 1, terminal: 'x', initial: [0, 0] },
        { ...wide, stepping, intervals: 1, solver, signal },
      ),
  };
  test.each(Object.entries(watched))('%s is stopped within a factorization by its signal', async (name, solve) => {
    const controller = new AbortController();
    const told: number[] = [];
    const solver = sparseLU({
      onProgress: ({ done, of }) => {
        told.push(done / of);
        if (told.length === 3) controller.abort('enough');
      },
    });
    let error: unknown;
    try {
      await solve(solver, controller.signal);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SdeError);
    expect(error).toMatchObject({ code: 'cancelled', cause: 'enough' });
    expect(told).toHaveLength(3);
    expect(told[2]).toBeLessThan(1);
    // The message of a search says how it goes on.
    expect((error as SdeError).message.includes('{ resume }')).toBe(name === 'optimizeControl');
  });

  test('a stationary law tells how far its factorization is, and is stopped there', async () => {
    const controller = new AbortController();
    const how = { grid: wide.grid, boundary: { kind: 'reflecting' } as const };
    const told: number[] = [];
    const watching = {
      ...how,
      onProgress: ({ done, of }: Progress) => told.push(done / of),
      signal: controller.signal,
    };
    expect((await stationaryDensityAsync({ model }, watching)).kind).toBe(stationaryDensity({ model }, how).kind);
    expect(told[told.length - 1]).toBe(1);
    const aborting = { ...watching, onProgress: () => controller.abort() };
    await expect(stationaryDensityAsync({ model }, aborting)).rejects.toThrow(/cancelled/);
  });

  test('an iteration is stopped between its solves', async () => {
    const controller = new AbortController();
    let solves = 0;
    const solver = bicgstab({
      onSolve: () => {
        if (++solves === 2) controller.abort();
      },
    });
    // Two solves a step.
    const stopped = { ...wide, stepping: trBdf2({ steps: 4 }), solver, signal: controller.signal };
    await expect(solveKolmogorovAsync(problem, { ...stopped })).rejects.toThrow(/cancelled/);
    expect(solves).toBe(2);
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
