import { type BoundaryInput, sinhSpaced, uniform } from 'kolmogorov';
import { type Model, model, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { nodeAt, tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { boundaryClosure } from '#kolmogorov/operators/boundary-closure';
import { diffusionRule } from '#kolmogorov/operators/diffusion';
import { type Generator, generator } from '#kolmogorov/operators/generator';
import { addAll, addAllTransposed } from '#kolmogorov/operators/operator';
import { constantFunction } from '#kolmogorov/operators/scalar-function';

const discreteGenerator = (from: Model, n: number, boundary: BoundaryInput): Generator => {
  const axes = [sinhSpaced(-1.5, 2, n, { center: 0.2, width: 0.5 }), uniform(-1, 1.5, n), uniform(-1, 1, n)];
  const grid = tensorGrid(axes.slice(0, from.dimension), from.dimension, 'test');
  return generator(boundaryClosure(grid, sidesOf(boundary, grid, from, 'test')), {
    model: from,
    killing: constantFunction(0.3),
    source: constantFunction(0),
    drift: 'central',
    diffusion: diffusionRule('central', 2, 'test'),
    interval: [0, 1],
  });
};

const plane = symbolic({
  state: ['x', 'y'],
  drift: ['y - x^3 + t', 'sin(x) - y'],
  diffusion: [
    ['1 + x^2/4', '0.2'],
    ['y/2', '0.5 + t'],
  ],
});
const space = symbolic({
  state: ['x', 'y', 'z'],
  drift: ['y - x', 'z - y', '-x*z'],
  diffusion: [
    ['1', '0.2*y'],
    ['0.5', 'z'],
    ['x', '0.3'],
  ],
});

describe('the discrete generator', () => {
  test('is second order at the inner nodes that all grids share', () => {
    const phi = (x: ArrayLike<number>): number => Math.sin(x[0] + 0.5) * Math.exp(0.3 * x[1]);
    const exact = (t: number, [x, y]: ArrayLike<number> & Iterable<number>): number => {
      const [s, c, e] = [Math.sin(x + 0.5), Math.cos(x + 0.5), Math.exp(0.3 * y)];
      const [a, b, f, g] = [1 + x ** 2 / 4, 0.2, y / 2, 0.5 + t];
      const second = (a * a + b * b) * -s + 2 * (a * f + b * g) * 0.3 * c + (f * f + g * g) * 0.09 * s;
      return ((y - x ** 3 + t) * c + (Math.sin(x) - y) * 0.3 * s + second / 2 - 0.3 * s) * e;
    };
    const worst = [21, 41, 81].map((n) => {
      const made = discreteGenerator(plane, n, { kind: 'vanishing-curvature' });
      const x = new Float64Array(2);
      const values = Float64Array.from({ length: made.grid.size }, (_, p) => {
        nodeAt(made.grid, p, x);
        return phi(x);
      });
      const image = new Float64Array(made.grid.size);
      addAll(made.at(0.4, 0), 1, values, image);
      let most = 0;
      for (let p = 0; p < made.grid.size; p++) {
        const [i, j] = [Math.floor(p / n), p % n];
        const every = (n - 1) / 20;
        nodeAt(made.grid, p, x);
        const coarse = i % every === 0 && j % every === 0;
        if (coarse && i > 0 && i < n - 1 && j > 0 && j < n - 1)
          most = Math.max(most, Math.abs(image[p] - exact(0.4, x)));
      }
      return most;
    });
    expect(Math.log2(worst[1] / worst[2])).toBeGreaterThan(1.9);
    expect(Math.log2(worst[1] / worst[2])).toBeLessThan(2.1);
  });

  const boundaries: [string, BoundaryInput][] = [
    ['vanishing curvature', { kind: 'vanishing-curvature' }],
    ['reflecting', { kind: 'reflecting' }],
    ['absorbing', { kind: 'absorbing' }],
    ['Neumann', { kind: 'neumann', slope: 2 }],
    ['Robin', { kind: 'robin', weight: 1, slopeWeight: -2, value: 3 }],
    ['Dirichlet', { kind: 'dirichlet', value: 't + x' }],
  ];

  test.each(boundaries)('is transposed exactly with %s sides, in two and three dimensions', (_, boundary) => {
    for (const from of [plane, space]) {
      const made = discreteGenerator(from, 7, boundary);
      const operator = made.at(0.3, 0);
      const { size } = made.grid;
      const v = Float64Array.from({ length: size }, (_, p) => Math.sin(1 + 7 * p));
      const w = Float64Array.from({ length: size }, (_, p) => Math.cos(3 + 5 * p));
      const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, p) => sum + value * b[p], 0);
      const [av, atw] = [new Float64Array(size), new Float64Array(size)];
      addAll(operator, 0.7, v, av);
      addAllTransposed(operator, 0.7, w, atw);
      const scale = Math.sqrt(dot(av, av) * dot(w, w));
      expect(Math.abs(dot(av, w) - dot(v, atw))).toBeLessThan(size * Number.EPSILON * scale);
      for (let k = 0; k < from.dimension; k++) {
        const solved = v.slice();
        operator.solveLine(k, 0.01, solved);
        const back = solved.slice();
        operator.add(k, -0.01, solved, back);
        back.forEach((value, p) => {
          expect(Math.abs(value - v[p])).toBeLessThan(1e3 * Number.EPSILON);
        });
        const transposed = w.slice();
        operator.solveLineTransposed(k, 0.01, w, transposed);
        expect(Math.abs(dot(solved, w) - dot(v, transposed))).toBeLessThan(1e3 * size * Number.EPSILON);
      }
    }
  });

  test('reflecting rows sum to minus the killing rate', () => {
    const made = discreteGenerator(plane, 9, { kind: 'reflecting' });
    const image = new Float64Array(81);
    addAll(made.at(0, 0), 1, new Float64Array(81).fill(1), image);
    // Entries are up to a / Δx² ≈ 1e3.
    image.forEach((value) => {
      expect(Math.abs(value + 0.3)).toBeLessThan(1e4 * Number.EPSILON);
    });
  });

  test('evaluates a Stratonovich model as its Itô form', () => {
    const parts = { state: ['x'], drift: ['-x'], diffusion: [['1 + x/2']] } as const;
    const stratonovich = discreteGenerator(symbolic({ ...parts, calculus: 'stratonovich' }), 11, {
      kind: 'reflecting',
    });
    const ito = discreteGenerator(symbolic({ ...parts, drift: ['-x + (1 + x/2)/4'] }), 11, { kind: 'reflecting' });
    const v = Float64Array.from({ length: 11 }, (_, p) => Math.sin(p));
    const [one, two] = [new Float64Array(11), new Float64Array(11)];
    addAll(stratonovich.at(0, 0), 1, v, one);
    addAll(ito.at(0, 0), 1, v, two);
    one.forEach((value, p) => {
      expect(Math.abs(value - two[p])).toBeLessThan(1e4 * Number.EPSILON);
    });
  });

  test('evaluates an autonomous model once a piece, and another at every time', () => {
    const counted = (autonomous: boolean): number => {
      let calls = 0;
      const made = discreteGenerator(
        model({
          dimension: 1,
          noiseDimension: 1,
          autonomous,
          drift: (_, x, out) => {
            calls++;
            out[0] = -x[0];
          },
          diffusion: (_, __, out) => {
            out[0] = 1;
          },
        }),
        11,
        { kind: 'reflecting' },
      );
      for (const t of [1, 0.75, 0.5, 0.25]) made.at(t, 0);
      return calls / 11;
    };
    expect(counted(true)).toBe(1);
    expect(counted(false)).toBe(4);
  });
});
