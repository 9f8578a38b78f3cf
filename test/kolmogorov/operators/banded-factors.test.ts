import { generatorMatrix, hundsdorferVerwer, implicitEuler, solveKolmogorov, trBdf2, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { bandedFactors, bandOrder } from '#kolmogorov/operators/banded-factors';

const plane = symbolic({
  state: ['x', 'y'],
  drift: ['y - x', '-x*y'],
  diffusion: [
    ['1', '0.4*y'],
    ['0.2', '0.7'],
  ],
});
const grid = [uniform(-1, 1, 9), uniform(-1, 2, 6)];

describe('banded factors', () => {
  test('solve with the matrix and with its transpose', () => {
    const matrix = generatorMatrix({ model: plane, T: 1 }, { grid, stepping: implicitEuler({ steps: 1 }) }, 0.5);
    const order = bandOrder([9, 6], [6, 1]);
    expect(new Set(order).size).toBe(54);
    const alpha = Float64Array.from({ length: 54 }, (_, p) => 1 + (p % 3));
    const factors = bandedFactors(matrix, alpha, 0.05, order);
    const v = Float64Array.from({ length: 54 }, (_, p) => Math.sin(2 * p + 1));
    const [x, y] = [v.slice(), v.slice()];
    factors.solve(x);
    factors.solveTransposed(y);
    const [back, transposed] = [x.map((value, p) => alpha[p] * value), y.map((value, p) => alpha[p] * value)];
    for (let p = 0; p < 54; p++) {
      for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
        back[p] -= 0.05 * matrix.value[e] * x[matrix.column[e]];
        transposed[matrix.column[e]] -= 0.05 * matrix.value[e] * y[p];
      }
    }
    // Condition number below 100.
    for (let p = 0; p < 54; p++) {
      expect(Math.abs(back[p] - v[p])).toBeLessThan(1e3 * Number.EPSILON);
      expect(Math.abs(transposed[p] - v[p])).toBeLessThan(1e3 * Number.EPSILON);
    }
  });

  test('an unsplit step and a splitting of many steps agree', () => {
    const at = (stepping: ReturnType<typeof trBdf2>): number =>
      solveKolmogorov({ model: plane, T: 1, terminal: 'sin(x + y)' }, { grid, stepping, keep: 'ends' }).at(
        0,
        [0.25, 0.2],
      );
    const errors = [40, 80].map((steps) => at(trBdf2({ steps })) - at(hundsdorferVerwer({ steps: 2000 })));
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[0] / errors[1])).toBeLessThan(2.1);
  });

  test('refuse a singular matrix', () => {
    const still = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
    const matrix = generatorMatrix(
      { model: still, T: 1 },
      { grid: [uniform(0, 1, 3)], boundary: { kind: 'absorbing' }, stepping: implicitEuler({ steps: 1 }) },
      0,
    );
    expect(() => bandedFactors(matrix, new Float64Array(3), 1, Int32Array.of(0, 1, 2))).toThrow(/no unique solution/);
  });
});
