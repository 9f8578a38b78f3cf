import {
  crankNicolson,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  type LinearSolver,
  type Progress,
  solveKolmogorov,
  sparseLU,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import type { SparseMatrix } from '#kolmogorov/linear/sparse-matrix';
import { backwardError, dense, denseSolution, generatorOn, gridOf, neighbors, numbers } from './matrices.js';

const right = (size: number, seed = 7): Float64Array => {
  const next = numbers(seed);
  return Float64Array.from({ length: size }, () => 2 * next() - 1);
};
const onesOf = (size: number): Float64Array => new Float64Array(size).fill(1);

const far = [...neighbors(2), [2, 0], [-2, 0], [3, 0], [-3, 0]];
const anywhere = Array.from({ length: 6 }, (_, i) => [3 * i - 7, 5 * i - 11]);
const cases = [
  { name: 'a line', shape: [97], stencil: neighbors(1) },
  { name: 'a closed line', shape: [61], stencil: neighbors(1), periodic: [true] },
  { name: 'a plane', shape: [17, 13], stencil: neighbors(2) },
  { name: 'a plane with diagonals', shape: [12, 19], stencil: neighbors(2, true) },
  { name: 'a closed plane', shape: [13, 14], stencil: neighbors(2, true), periodic: [true, true] },
  { name: 'a plane closed one way', shape: [9, 21], stencil: neighbors(2), periodic: [false, true] },
  { name: 'a plane with wide stencils', shape: [16, 12], stencil: far },
  { name: 'a plane with couplings from far', shape: [15, 15], stencil: anywhere },
  { name: 'a thin plane', shape: [3, 70], stencil: neighbors(2) },
  { name: 'a box', shape: [7, 6, 5], stencil: neighbors(3) },
  { name: 'a box with diagonals', shape: [6, 5, 6], stencil: neighbors(3, true), periodic: [false, true, false] },
];

describe.each(cases)('sparse LU on $name', ({ shape, stencil, periodic }) => {
  const grid = gridOf(...shape);
  const n = grid.size;
  const alpha = Float64Array.from({ length: n }, (_, p) => 1 + (p % 3) / 4);

  test.each([false, true])('agrees with dense elimination, signed %s', (signed) => {
    const matrix = generatorOn(grid, stencil, { periodic, signed });
    const factors = sparseLU().prepare(grid)(matrix, alpha, 2.5);
    const b = right(n);
    const full = dense(matrix, alpha, 2.5);
    const [x, y] = [b.slice(), b.slice()];
    factors.solve(x);
    factors.solveTransposed(y);
    // Elimination of matrices dominant by rows at most doubles their entries: the residual is at most some n rounding units.
    expect(backwardError(matrix, alpha, 2.5, x, b)).toBeLessThan(2 * n * Number.EPSILON);
    expect(backwardError(matrix, alpha, 2.5, y, b, true)).toBeLessThan(2 * n * Number.EPSILON);
    // Rows dominate by at least 1, so ‖M⁻¹‖ ≤ 1 in the largest-entry norm, and ‖M‖ < 2 (1.5 + 2.5 · 27).
    const expected = denseSolution(full, b);
    const transposed = denseSolution(
      full.map((_, i) => full[(i % n) * n + Math.floor(i / n)]),
      b,
    );
    const bound = 4 * n * 140 * Number.EPSILON;
    for (let p = 0; p < n; p++) {
      expect(Math.abs(x[p] - expected[p])).toBeLessThan(bound);
      expect(Math.abs(y[p] - transposed[p])).toBeLessThan(bound * n);
    }
  });
});

describe('sparse LU', () => {
  test('gives the same bits from a plan used before as from a fresh one', () => {
    const grid = gridOf(14, 11);
    const [one, other] = [1, 2].map((seed) => generatorOn(grid, neighbors(2, true), { seed }));
    const solver = sparseLU();
    const used = solver.prepare(grid);
    used(one, onesOf(grid.size), 3);
    const [again, fresh] = [used(other, onesOf(grid.size), 0.7), solver.prepare(grid)(other, onesOf(grid.size), 0.7)];
    const [x, y] = [right(grid.size), right(grid.size)];
    again.solve(x);
    fresh.solve(y);
    expect(x).toEqual(y);
    again.solveTransposed(x);
    fresh.solveTransposed(y);
    expect(x).toEqual(y);
  });

  test('keeps earlier factors as they were when it makes later ones', () => {
    const grid = gridOf(9, 9);
    const factorize = sparseLU().prepare(grid);
    const matrix = generatorOn(grid, neighbors(2));
    const first = factorize(matrix, onesOf(grid.size), 1);
    const before = right(grid.size);
    first.solve(before);
    factorize(matrix, onesOf(grid.size), 5).solve(right(grid.size));
    const after = right(grid.size);
    first.solve(after);
    expect(after).toEqual(before);
  });

  test('plans anew when a matrix has an entry that none had before', () => {
    const grid = gridOf(10, 9);
    const factorize = sparseLU().prepare(grid);
    factorize(generatorOn(grid, neighbors(2)), onesOf(grid.size), 1);
    const wider = generatorOn(grid, far);
    const x = right(grid.size);
    factorize(wider, onesOf(grid.size), 1).solve(x);
    expect(backwardError(wider, onesOf(grid.size), 1, x, right(grid.size))).toBeLessThan(grid.size * Number.EPSILON);
    // And a matrix with fewer entries goes on the larger plan.
    const narrower = generatorOn(grid, neighbors(2), { seed: 5 });
    const y = right(grid.size);
    factorize(narrower, onesOf(grid.size), 1).solve(y);
    expect(backwardError(narrower, onesOf(grid.size), 1, y, right(grid.size))).toBeLessThan(grid.size * Number.EPSILON);
  });

  test('refuses a singular matrix, exactly so or to rounding', () => {
    const still = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        ['0', '1'],
      ],
    });
    const singular = (kind: 'absorbing' | 'reflecting'): SparseMatrix =>
      generatorMatrix(
        { model: still, T: 1 },
        { grid: [uniform(0, 1, 9), uniform(0, 1, 8)], boundary: { kind }, stepping: implicitEuler({ steps: 1 }) },
        0,
      );
    for (const kind of ['absorbing', 'reflecting'] as const) {
      const factorize = sparseLU().prepare(gridOf(9, 8));
      expect(() => factorize(singular(kind), new Float64Array(72), 1)).toThrow(/no unique solution/);
    }
  });

  test('an unsplit step and a splitting of many steps agree', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['y - x', '-x*y'],
      diffusion: [
        ['1', '0.4*y'],
        ['0.2', '0.7'],
      ],
    });
    const grid = [uniform(-1, 1, 9), uniform(-1, 2, 6)];
    const at = (stepping: ReturnType<typeof trBdf2>): number =>
      solveKolmogorov({ model, T: 1, terminal: 'sin(x + y)' }, { grid, stepping, keep: 'ends' }).at(0, [0.25, 0.2]);
    const errors = [40, 80].map((steps) => at(trBdf2({ steps })) - at(hundsdorferVerwer({ steps: 2000 })));
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[0] / errors[1])).toBeLessThan(2.1);
  });

  test('factors once while nothing changes, and once a step where the coefficients do', () => {
    const counted = (drift: string): number => {
      let factored = 0;
      const solver: LinearSolver = {
        ...sparseLU(),
        prepare: (grid) => {
          const factorize = sparseLU().prepare(grid);
          return (...input) => {
            factored++;
            return factorize(...input);
          };
        },
      };
      const model = symbolic({
        state: ['x', 'y'],
        drift: [drift, '0'],
        diffusion: [
          ['1', '0'],
          ['0', '1'],
        ],
      });
      const grid = [uniform(-1, 1, 7), uniform(-1, 1, 7)];
      solveKolmogorov(
        { model, T: 1, terminal: 'x' },
        { grid, stepping: crankNicolson({ steps: 30, smoothing: 0 }), solver, keep: 'ends' },
      );
      return factored;
    };
    expect(counted('x')).toBe(1);
    expect(counted('x*cos(t)')).toBe(30);
  });

  test('tells how much of a factorization is done: all of its operations, in the end', () => {
    const grid = gridOf(45, 40);
    const told: Progress[] = [];
    const factorize = sparseLU({ onProgress: (progress) => told.push(progress) }).prepare(grid);
    const matrix = generatorOn(grid, neighbors(2, true));
    factorize(matrix, onesOf(grid.size), 1);
    const { of } = told[0];
    // Some hundred reports, each later than the one before.
    expect(told.length).toBeGreaterThan(20);
    expect(told.length).toBeLessThan(300);
    for (let i = 1; i < told.length; i++) expect(told[i].done).toBeGreaterThan(told[i - 1].done);
    expect(told[told.length - 1]).toEqual({ done: of, of });
    // No front is larger than the share of a report, but for panels.
    const steps = told.map(({ done }, i) => done - (i > 0 ? told[i - 1].done : 0));
    expect(Math.max(...steps)).toBeLessThan(of / 4);
    const { length } = told;
    factorize(matrix, onesOf(grid.size), 2);
    expect(told.slice(length)).toEqual(told.slice(0, length));
  });

  test('stops where the signal aborts, and factors afterwards as if it had not begun', () => {
    const grid = gridOf(9, 8, 7);
    const matrix = generatorOn(grid, neighbors(3));
    const signal = { aborted: false, reason: 'enough' };
    let [reports, stop] = [0, Number.POSITIVE_INFINITY];
    const onProgress = (): void => {
      expect(signal.aborted).toBe(false);
      if (++reports === stop) signal.aborted = true;
    };
    const factorize = sparseLU({ onProgress }).prepare(grid, signal as AbortSignal);
    const expected = right(grid.size);
    factorize(matrix, onesOf(grid.size), 1).solve(expected);
    const all = reports;
    expect(all).toBeGreaterThan(10);
    for (stop = 1; stop <= all; stop += 4) {
      reports = 0;
      const error = caught(() => factorize(matrix, onesOf(grid.size), 1));
      expect(error.code).toBe('cancelled');
      expect(error.cause).toBe('enough');
      expect(reports).toBe(stop);
      signal.aborted = false;
      reports = all;
      const x = right(grid.size);
      factorize(matrix, onesOf(grid.size), 1).solve(x);
      expect(x).toEqual(expected);
    }
    signal.aborted = true;
    reports = 0;
    expect(caught(() => factorize(matrix, onesOf(grid.size), 1)).code).toBe('cancelled');
    expect(reports).toBe(0);
  });
});

/** What was thrown. */
function caught(act: () => unknown): SdeError {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
