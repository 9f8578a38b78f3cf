import {
  bdf2,
  bicgstab,
  craigSneyd,
  crankNicolson,
  douglas,
  dualityDefect,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  optimizeControl,
  solveKolmogorov,
  sparseLU,
  strang,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { model as closures, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { bands } from '#kolmogorov/operators/bands';
import { factorLines } from '#kolmogorov/operators/line-factors';
import { lineFactors } from '#kolmogorov/operators/line-solver';
import { pivotedLines } from '#kolmogorov/operators/pivoted-lines';

const lines = { points: 6, stride: 2, count: 4, size: 24 };
/** Numbers in (−1, 1), the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return (2 * state) / 2 ** 31 - 1;
  };
}

/** A matrix along lines with any entries. */
function anyBands(seed: number): ReturnType<typeof bands> {
  const next = numbers(seed);
  const made = bands(lines);
  for (const part of [made.lower, made.diagonal, made.upper, made.first, made.last])
    for (let i = 0; i < part.length; i++) part[i] = 4 * next();
  for (let q = 0; q < lines.count; q++) {
    const start = Math.floor(q / 2) * 12 + (q % 2);
    made.lower[start] = 0;
    made.upper[start + 10] = 0;
  }
  return made;
}

/** (I − shift · A) v, or its transpose, along one line at a time. */
function product(made: ReturnType<typeof bands>, shift: number, v: Float64Array, transposed: boolean): Float64Array {
  const out = v.slice();
  const add = (row: number, column: number, value: number): void => {
    if (transposed) out[column] -= shift * value * v[row];
    else out[row] -= shift * value * v[column];
  };
  for (let q = 0; q < lines.count; q++) {
    const at = (i: number): number => Math.floor(q / 2) * 12 + (q % 2) + 2 * i;
    for (let i = 0; i < 6; i++) {
      add(at(i), at(i), made.diagonal[at(i)]);
      if (i > 0) add(at(i), at(i - 1), made.lower[at(i)]);
      if (i < 5) add(at(i), at(i + 1), made.upper[at(i)]);
    }
    add(at(0), at(2), made.first[q]);
    add(at(5), at(3), made.last[q]);
  }
  return out;
}

describe('elimination with exchanges', () => {
  test('solves with any matrix along lines, from both sides', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const made = anyBands(seed);
      const next = numbers(seed + 100);
      const known = Float64Array.from({ length: 24 }, next);
      for (const transposed of [false, true]) {
        const v = product(made, 0.7, known, transposed);
        const solver = pivotedLines(made, 0.7);
        if (transposed) solver.solveTransposed(v);
        else solver.solve(v);
        const back = product(made, 0.7, v, transposed);
        const right = product(made, 0.7, known, transposed);
        // Growth of a line of six is at most 2⁵, and entries are of size 3.
        const bound = 6 * 32 * 3 * Number.EPSILON * Math.max(...v.map(Math.abs), 1);
        back.forEach((value, p) => {
          expect(Math.abs(value - right[p])).toBeLessThan(bound);
        });
      }
    }
  });

  test('takes the place of elimination without them where a pivot is 0 or the difference of larger numbers', () => {
    const made = bands(lines);
    made.diagonal[0] = 2;
    made.upper[0] = -2;
    made.lower[2] = 1;
    made.diagonal[2] = -2;
    made.upper[2] = 1;
    const right = Float64Array.from({ length: 24 }, (_, p) => (p < 5 ? p + 1 : 0));
    for (const shift of [0.5, 0.5 + 2 ** -40, 0.5 - 2 ** -14]) {
      expect(factorLines(made, shift).cancelled).toBe(true);
      const v = right.slice();
      lineFactors(made, shift).solve(v);
      product(made, shift, v, false).forEach((value, p) => {
        expect(Math.abs(value - right[p])).toBeLessThan(64 * Number.EPSILON);
      });
    }
    expect(factorLines(made, 0.4).cancelled).toBe(false);
  });

  test('refuses what is singular', () => {
    const made = bands(lines);
    made.diagonal[2] = 1;
    expect(() => lineFactors(made, 1)).toThrow(/no unique solution/);
    expect(() => lineFactors(made, 2)).not.toThrow();
  });
});

/** (1 + ½z)/(1 − ½z) and the like: by what a stepping multiplies u_t + λ u = 0 in a step, z = λ Δt. */
const ONE_DIMENSION = {
  crankNicolson: [crankNicolson, (z: number) => (1 + z / 2) / (1 - z / 2)],
  implicitEuler: [implicitEuler, (z: number) => 1 / (1 - z)],
  'θ = 0.7': [
    (o: { steps: number }) => thetaMethod({ ...o, theta: 0.7 }),
    (z: number) => (1 + 0.3 * z) / (1 - 0.7 * z),
  ],
  trBdf2: [
    trBdf2,
    (z: number) => {
      const g = 2 - Math.SQRT2;
      const v = (1 + (g * z) / 2) / (1 - (g * z) / 2);
      return (v / (g * (2 - g)) - (1 - g) ** 2 / (g * (2 - g))) / (1 - ((1 - g) / (2 - g)) * z);
    },
  ],
  bdf2: [bdf2, undefined],
} as const;
// Steps Δt with θ Δt b/Δx = 1 at the sides, on either side of it and far beyond, for all the θ above.
const STEPS = [2, 3, 5, 8, 10, 11, 14, 16, 19, 20, 21, 24, 28, 40, 56, 80];

describe('where the drift leaves through open sides, every step is right', () => {
  const moving = closures({
    dimension: 1,
    noiseDimension: 1,
    noise: 'additive',
    drift: (t, x, out) => {
      out[0] = x[0] * (1 + t / 8);
    },
    diffusion: (_t, _x, out) => {
      out[0] = 1;
    },
  });
  const resting = symbolic({ state: ['x'], drift: ['x'], diffusion: [['1']] });

  test.each(Object.entries(ONE_DIMENSION))('%s in one dimension', (_, [make, factor]) => {
    for (const points of [41, 81]) {
      for (const steps of STEPS) {
        const options = {
          grid: [uniform(-4, 4, points)],
          stepping: make === crankNicolson ? crankNicolson({ steps, smoothing: 0 }) : make({ steps }),
        };
        const of = (model: typeof moving, terminal: string | number): Float64Array =>
          solveKolmogorov({ model, T: 1, terminal }, options).slice(0).data as Float64Array;
        for (const model of [resting, moving])
          for (const value of of(model, 1)) expect(Math.abs(value - 1)).toBeLessThan(1e-10);
        if (!factor || steps < 4) continue;
        // x is an eigenfunction of L with the eigenvalue 1, and of its differences too.
        const slope = factor(1 / steps) ** steps;
        of(resting, 'x').forEach((value, i) => {
          expect(Math.abs(value - slope * (-4 + (8 * i) / (points - 1)))).toBeLessThan(1e-9);
        });
      }
    }
  });

  test.each([
    ['crankNicolson', crankNicolson],
    ['implicitEuler', implicitEuler],
    ['trBdf2', trBdf2],
    ['bdf2', bdf2],
    ['douglas', douglas],
    ['craigSneyd', craigSneyd],
    ['modifiedCraigSneyd', modifiedCraigSneyd],
    ['hundsdorferVerwer', hundsdorferVerwer],
    ['strang', strang],
  ] as const)('%s in two', (_, make) => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['x', 'y'],
      diffusion: [
        ['1', '0'],
        ['0.3', '1'],
      ],
    });
    for (const steps of [3, 5, 10, 19, 20, 21, 40]) {
      for (const solver of [sparseLU(), bicgstab()]) {
        const grid = [uniform(-4, 4, 21), uniform(-4, 4, 41)];
        const u = solveKolmogorov({ model, T: 1, terminal: 1 }, { grid, stepping: make({ steps }), solver });
        for (const value of u.slice(0).data as Float64Array) expect(Math.abs(value - 1)).toBeLessThan(1e-9);
      }
    }
  });

  test('⟨u, ρ⟩ rests there too, where the transposed steps are taken', () => {
    for (const steps of [39, 40, 41]) {
      const options = { grid: [uniform(-4, 4, 161)], stepping: crankNicolson({ steps, smoothing: 0 }) };
      expect(dualityDefect({ model: resting, T: 1, terminal: 'cos(x)' }, [0.3], options)).toBeLessThan(1e-10);
    }
  });

  test('one step of implicit Euler by which x, that grows as e^t, has no value is refused', () => {
    const options = { grid: [uniform(-4, 4, 41)], stepping: implicitEuler({ steps: 1 }) };
    expect(() => solveKolmogorov({ model: resting, T: 1, terminal: 'x' }, options)).toThrow(
      /no unique solution along|no unique solution \(solveKolmogorov\(…, \{ stepping \}\)\)/,
    );
  });

  test('factors of the whole matrix solve where a pivot at a corner is 0', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['x', 'y'],
      diffusion: [
        ['1', '0'],
        ['0', '1'],
      ],
    });
    const grid = [uniform(-4, 4, 21), uniform(-4, 4, 21)];
    const axes = { grid, stepping: implicitEuler({ steps: 1 }) };
    const matrix = generatorMatrix({ model, T: 1 }, axes, 0);
    const one = new Float64Array(441).fill(1);
    const tensor = { shape: [21, 21], strides: [21, 1], size: 441, axes: grid, dimension: 2 };
    // The first row is 1 − 2 b/Δx · shift, with b/Δx = 10.
    for (const shift of [1 / 20, 1 / 10, 1 / 20 + 1e-14]) {
      const factors = sparseLU().prepare(tensor as never)(matrix, one, shift);
      for (const solve of [factors.solve, factors.solveTransposed]) {
        const known = Float64Array.from({ length: 441 }, numbers(5));
        const v = new Float64Array(441);
        for (let p = 0; p < 441; p++) {
          for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
            const [row, column] = solve === factors.solve ? [p, matrix.column[e]] : [matrix.column[e], p];
            v[row] -= shift * matrix.value[e] * known[column];
          }
          v[p] += known[p];
        }
        solve(v);
        v.forEach((value, p) => {
          expect(Math.abs(value - known[p])).toBeLessThan(1e-9);
        });
      }
    }
  });

  test('a search passes controls at which there is no objective', () => {
    // The first trial is a = 1, where the drift is −∞.
    const drift = ['x - exp(800*a)'];
    const model = symbolic({ state: ['x'], drift, diffusion: [['1']], parameters: { a: 0 } });
    const of = (method: 'projected-lbfgs' | 'successive-approximations') =>
      optimizeControl(
        { model, parameters: ['a'], T: 1, terminal: 'x^2', initial: [2] },
        {
          grid: [uniform(-8, 8, 81)],
          stepping: crankNicolson({ steps: 20, smoothing: 0 }),
          intervals: 1,
          iterations: 30,
          method,
        },
      );
    // x(1) has the mean 2e − c (e − 1), c = e^(800 a), and a variance without a: the best is 0.
    const best = Math.log((2 * Math.E) / (Math.E - 1)) / 800;
    const { theta } = of('projected-lbfgs');
    expect(Math.abs(theta.get(0, 0) - best)).toBeLessThan(0.02 / 800);
    expect(of('successive-approximations').objective).toBeGreaterThan(0);
  });
});
