import { bicgstab, type SolveReport, sparseLU } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { generatorOn, gridOf, neighbors, numbers } from './matrices.js';

const onesOf = (size: number): Float64Array => new Float64Array(size).fill(1);
const right = (size: number): Float64Array => {
  const next = numbers(7);
  return Float64Array.from({ length: size }, () => 2 * next() - 1);
};
const cases = [
  { name: 'a line', shape: [80], stencil: neighbors(1) },
  { name: 'a plane with diagonals', shape: [15, 22], stencil: neighbors(2, true) },
  { name: 'a closed plane', shape: [13, 14], stencil: neighbors(2), periodic: [true, true] },
  { name: 'a box', shape: [9, 8, 7], stencil: neighbors(3) },
];

describe.each(cases)('BiCGSTAB on $name', ({ shape, stencil, periodic }) => {
  test.each([false, true])('agrees with sparse LU, signed %s', (signed) => {
    const grid = gridOf(...shape);
    const matrix = generatorOn(grid, stencil, { periodic, signed });
    const alpha = onesOf(grid.size);
    const reports: SolveReport[] = [];
    const iterative = bicgstab({ onSolve: (report) => reports.push(report) }).prepare(grid)(matrix, alpha, 4);
    const direct = sparseLU().prepare(grid)(matrix, alpha, 4);
    for (const name of ['solve', 'solveTransposed'] as const) {
      const [x, y] = [right(grid.size), right(grid.size)];
      iterative[name](x);
      direct[name](y);
      // ‖M⁻¹‖ ≤ 1 by rows, so the error is at most the residual, and √n more in the transpose: ‖b‖ ≤ √n.
      const bound = 2e-13 * grid.size;
      for (let p = 0; p < grid.size; p++) expect(Math.abs(x[p] - y[p])).toBeLessThan(bound);
    }
    expect(reports.map(({ transposed }) => transposed)).toEqual([false, true]);
    for (const { converged, iterations, residual } of reports) {
      expect(converged).toBe(true);
      expect(iterations).toBeGreaterThan(0);
      expect(residual).toBeLessThanOrEqual(1e-13);
    }
  });
});

describe('BiCGSTAB', () => {
  const grid = gridOf(24, 24);
  const matrix = generatorOn(grid, neighbors(2));

  test('does with fewer iterations where it may end sooner, and is off by about its tolerance', () => {
    const exact = right(grid.size);
    sparseLU().prepare(grid)(matrix, onesOf(grid.size), 50).solve(exact);
    const [coarse, fine] = [1e-4, 1e-12].map((tolerance) => {
      let last: SolveReport | undefined;
      const x = right(grid.size);
      const solver = bicgstab({
        tolerance,
        onSolve: (report) => {
          last = report;
        },
      });
      solver.prepare(grid)(matrix, onesOf(grid.size), 50).solve(x);
      expect(last?.residual).toBeLessThanOrEqual(tolerance);
      const error = x.reduce((most, value, p) => Math.max(most, Math.abs(value - exact[p])), 0);
      expect(error).toBeLessThan(tolerance * 24);
      return { iterations: last?.iterations ?? 0, error };
    });
    expect(coarse.iterations).toBeLessThan(fine.iterations);
    expect(coarse.error).toBeGreaterThan(fine.error);
  });

  test('says that it did not converge, and how far it came', () => {
    const factors = bicgstab({ iterations: 2 }).prepare(grid)(matrix, onesOf(grid.size), 50);
    expect(() => factors.solve(right(grid.size))).toThrow(SdeError);
    expect(() => factors.solve(right(grid.size))).toThrow(
      /did not reach its tolerance[\s\S]*after 2 iterations[\s\S]*sparseLU/,
    );
  });

  test('solves for 0 with 0', () => {
    const x = new Float64Array(grid.size);
    bicgstab().prepare(grid)(matrix, onesOf(grid.size), 1).solve(x);
    expect(x.every((value) => value === 0)).toBe(true);
  });

  test('may share a preconditioner among matrices that are near each other', () => {
    const count = (reuse: number): number[] => {
      const iterations: number[] = [];
      const factorize = bicgstab({ reuse, onSolve: (report) => iterations.push(report.iterations) }).prepare(grid);
      for (const scale of [1, 1.5, 2]) {
        const scaled = { ...matrix, value: matrix.value.map((value) => scale * value) };
        factorize(scaled, onesOf(grid.size), 10).solve(right(grid.size));
      }
      return iterations;
    };
    const [fresh, shared] = [count(1), count(3)];
    expect(shared[0]).toBe(fresh[0]);
    // A preconditioner for another matrix is worse.
    expect(shared[2]).toBeGreaterThan(fresh[2]);
    expect(count(2)[2]).toBe(fresh[2]);
  });

  test.each([
    { tolerance: 0 },
    { tolerance: 1 },
    { tolerance: Number.NaN },
    { iterations: 0 },
    { iterations: 1.5 },
    { reuse: 0 },
  ])('refuses %o', (options) => {
    expect(() => bicgstab(options)).toThrow(SdeError);
  });

  test('says where its preconditioner breaks down', () => {
    const rowStart = Int32Array.of(0, 3, 6, 9);
    const still = { size: 3, rowStart, column: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2), value: onesOf(9) };
    expect(() => bicgstab().prepare(gridOf(3))(still, new Float64Array(3), 1)).toThrow(/broke down/);
  });
});
