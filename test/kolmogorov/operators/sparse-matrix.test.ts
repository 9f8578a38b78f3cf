import {
  type BoundaryInput,
  crankNicolson,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  monotonicity,
  sinhSpaced,
  solveKolmogorov,
  solveStationary,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { boundaryClosure } from '#kolmogorov/operators/boundary-closure';
import { diffusionRule } from '#kolmogorov/operators/diffusion';
import { generator } from '#kolmogorov/operators/generator';
import { addAll } from '#kolmogorov/operators/operator';
import { constantFunction } from '#kolmogorov/operators/scalar-function';
import { sparseMatrix } from '#kolmogorov/operators/sparse-matrix';

describe('the matrix of a generator', () => {
  test.each([
    [4, 5],
    [7, 11],
    [13, 8],
  ])('is the generator, on a %i × %i grid', (rows, columns) => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['1 + y', '-x'],
      diffusion: [
        ['1', '0.3'],
        ['0.1*x', '0.5'],
      ],
    });
    const grid = tensorGrid([sinhSpaced(0, 1, rows, { center: 0, width: 0.3 }), uniform(-1, 1, columns)], 2, 'test');
    const made = generator(boundaryClosure(grid, sidesOf({ kind: 'vanishing-curvature' }, grid, model, 'test')), {
      model,
      killing: constantFunction(0.1),
      source: constantFunction(0),
      drift: 'central',
      diffusion: diffusionRule('central', 2, 'test'),
      interval: [0, 1],
    });
    const operator = made.at(0, 0);
    const { rowStart, column, value } = sparseMatrix(operator, grid);
    const v = Float64Array.from({ length: grid.size }, (_, p) => Math.sin(3 * p + 1));
    const image = new Float64Array(grid.size);
    addAll(operator, 1, v, image);
    for (let p = 0; p < grid.size; p++) {
      let sum = 0;
      for (let j = rowStart[p]; j < rowStart[p + 1]; j++) sum += value[j] * v[column[j]];
      // Entries are up to a / Δx² < 1e4.
      expect(Math.abs(sum - image[p])).toBeLessThan(1e5 * Number.EPSILON);
    }
  });

  test('taken out: a reflected Brownian motion on three points', () => {
    const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
    const { rowStart, column, value } = generatorMatrix(
      { model, T: 1 },
      { grid: [uniform(0, 2, 3)], boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 1 }) },
      0.5,
    );
    expect(Array.from(rowStart)).toEqual([0, 2, 5, 7]);
    expect(Array.from(column)).toEqual([0, 1, 0, 1, 2, 1, 2]);
    expect(Array.from(value)).toEqual([-1, 1, 0.5, -1, 0.5, 1, -1]);
  });
});

describe('monotonicity', () => {
  const model = symbolic({ state: ['x'], drift: ['10*x'], diffusion: [['1']] });
  const options = {
    grid: [uniform(-1, 1, 21)],
    boundary: { kind: 'reflecting' } as const,
    stepping: implicitEuler({ steps: 2 }),
  };

  test('names the worst node of central differences beyond Péclet number 1', () => {
    const coarse = monotonicity(
      { model: symbolic({ state: ['x'], drift: ['30*x'], diffusion: [['1']] }), T: 1 },
      options,
    );
    expect(coarse.monotone).toBe(false);
    expect(coarse.largestPeclet).toBeCloseTo(3, 12);
    expect(Math.abs(coarse.worst?.x[0] ?? 0)).toBeCloseTo(0.9, 12);
    // ½ a / Δx² − b / (2 Δx) at x = 0.9.
    expect(coarse.worst?.value).toBeCloseTo(50 - 27 / 0.2, 9);
    // The whole row at x = ±1 is a reflection, so |x| = 0.9 is the last that counts, Péclet 10 · 0.9 · 0.1 < 1.
    expect(monotonicity({ model, T: 1 }, options).monotone).toBe(true);
  });

  test('hybrid, upwind and exponential differences are monotone where central ones are not', () => {
    const steep = symbolic({ state: ['x'], drift: ['100*x'], diffusion: [['0.1']] });
    expect(monotonicity({ model: steep, T: 1 }, options).monotone).toBe(false);
    for (const drift of ['hybrid', 'upwind', 'exponential'] as const) {
      expect(monotonicity({ model: steep, T: 1 }, { ...options, drift }).monotone).toBe(true);
    }
  });

  test('hybrid differences are central exactly where the spacings of both neighbors make that monotone', () => {
    const { points } = sinhSpaced(-1, 1, 21, { center: 0.2, width: 0.2 });
    const [b, a] = [(x: number): number => 2 + x, (x: number): number => 0.4 + 0.2 * x];
    const model = symbolic({ state: ['x'], drift: ['2 + x'], diffusion: [['0.4 + 0.2*x']] });
    const { rowStart, value } = generatorMatrix(
      { model, T: 1 },
      { ...options, grid: [sinhSpaced(-1, 1, 21, { center: 0.2, width: 0.2 })], drift: 'hybrid' },
      0,
    );
    let central = 0;
    for (let i = 1; i < 20; i++) {
      const [down, up, x] = [points[i] - points[i - 1], points[i + 1] - points[i], points[i]];
      // ½ a u″ + b u′ by three points: the lower entry is (a − b up) / (down (down + up)).
      const lower = (a(x) ** 2 - b(x) * up) / (down * (down + up));
      const own = value[rowStart[i]];
      const upwind = a(x) ** 2 / (down * (down + up));
      central += lower >= 0 ? 1 : 0;
      expect(Math.abs(own - (lower >= 0 ? lower : upwind))).toBeLessThan(1e4 * Number.EPSILON);
    }
    expect(central).toBeGreaterThan(2);
    expect(central).toBeLessThan(17);
  });

  test('hybrid differences are monotone between Robin sides and around a seam', () => {
    const steep = symbolic({ state: ['x'], drift: ['-40*x'], diffusion: [['0.3']] });
    const boundaries: BoundaryInput[] = [
      { kind: 'periodic' },
      [
        {
          lower: { kind: 'robin', weight: -2, slopeWeight: 1, value: 0.3 },
          upper: { kind: 'robin', weight: 1, slopeWeight: 3, value: 0 },
        },
      ],
    ];
    for (const boundary of boundaries) {
      const uneven = [sinhSpaced(-1, 1, 15, { center: 0.2, width: 0.2 })];
      const report = (drift: 'central' | 'hybrid') =>
        monotonicity({ model: steep, T: 1 }, { ...options, grid: uneven, boundary, drift });
      expect(report('hybrid').monotone).toBe(true);
      const { worst } = report('central');
      expect(worst?.axis).toBe(0);
      // The neighbor that is named is next to the node, or across the seam.
      const [at, to] = [worst?.x, worst?.neighbor].map((x) => uneven[0].points.indexOf(x?.[0] ?? Number.NaN));
      expect([1, 13]).toContain(Math.abs(at - to));
    }
  });

  test('exponential fitting is exact for constant coefficients, whatever the Péclet number', () => {
    // b u′ + ½ u″ = 0 between 0 and 1: u = (1 − e^(−2 b x)) / (1 − e^(−2 b)).
    const u = solveStationary(
      { model: symbolic({ state: ['x'], drift: ['30'], diffusion: [['1']] }) },
      {
        grid: [uniform(0, 1, 11)],
        boundary: [{ lower: { kind: 'dirichlet', value: 0 }, upper: { kind: 'dirichlet', value: 1 } }],
        drift: 'exponential',
      },
    );
    expect(Math.abs(u.at(0, [0.1]) - Math.expm1(-6) / Math.expm1(-60))).toBeLessThan(1e3 * Number.EPSILON);
  });

  test('exponential fitting is second order where diffusion dominates, on uneven points too', () => {
    const ou = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.8']] });
    const errors = [81, 161].map((n) => {
      const u = solveKolmogorov(
        { model: ou, T: 1, terminal: 'sin(x*exp(1))' },
        {
          grid: [sinhSpaced(-3, 5, n, { center: 1, width: 2 })],
          stepping: crankNicolson({ steps: n - 1, smoothing: 0 }),
          drift: 'exponential',
        },
      );
      return u.at(0, [1]) - Math.sin(1) * Math.exp((-0.64 * (Math.exp(2) - 1)) / 4);
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[0] / errors[1])).toBeLessThan(2.1);
  });

  test('a mixed derivative of rank one is not monotone by nine points, and drift without diffusion has no Péclet number', () => {
    const plane = symbolic({ state: ['x', 'y'], drift: ['1', '1'], diffusion: [[1], [2]] });
    const report = monotonicity(
      { model: plane, T: 1 },
      { grid: [uniform(0, 1, 9), uniform(0, 1, 9)], stepping: hundsdorferVerwer({ steps: 1 }) },
    );
    expect(report.monotone).toBe(false);
    const still = symbolic({ state: ['x'], drift: ['1'], diffusion: [['0']] });
    expect(monotonicity({ model: still, T: 1 }, options).largestPeclet).toBe(Number.POSITIVE_INFINITY);
  });
});
