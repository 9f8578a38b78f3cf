import {
  type Factors,
  implicitEuler,
  type LinearSolver,
  type SparseMatrix,
  solveKolmogorov,
  sparseLU,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import type { Benchmark } from './benchmark.js';

/** Points an axis, axes, and steps with one factorization. */
type Size = readonly [points: number, dimension: number, steps: number];
const FULL: readonly Size[] = [
  [201, 2, 50],
  [25, 3, 50],
];
const QUICK: readonly Size[] = [
  [21, 2, 5],
  [7, 3, 5],
];

/** The whole matrix of an implicit step, ordered and factored, and then solved with: as in bench/limits/sparse.cpp, where Eigen does both. */
export function sparseBenchmarks(quick: boolean): readonly Benchmark[] {
  return (quick ? QUICK : FULL).flatMap((size) => {
    const [points, dimension, steps] = size;
    const nodes = points ** dimension;
    const name = `sparse LU, ${points}${dimension === 2 ? '²' : '³'}`;
    let step: Step | undefined;
    let factors: Factors | undefined;
    const known = (): Step => {
      step ??= implicitStep(size);
      return step;
    };
    const middle = (u: Float64Array): { readonly value: number; readonly error: number } => ({
      value: u[nodes >> 1],
      error: 0,
    });
    return [
      {
        name: `${name}: ordered and factored, a point`,
        work: nodes,
        limit: { program: 'sparse', kind: 'factor', sizes: [points, dimension, 1] },
        prepare: () => void known(),
        toolkit: async () => {
          const { factor, terminal } = known();
          const u = terminal.slice();
          // One solve is little beside it, and shows that it is right.
          factor().solve(u);
          return middle(u);
        },
      },
      {
        name: `${name}: a solve, factored once`,
        work: nodes * steps,
        limit: { program: 'sparse', kind: 'solve', sizes: size },
        prepare: () => {
          factors ??= known().factor();
        },
        toolkit: async () => {
          const { factor, terminal } = known();
          factors ??= factor();
          const u = terminal.slice();
          for (let i = 0; i < steps; i++) factors.solve(u);
          return middle(u);
        },
      },
    ];
  });
}

/** A step of length 1/50: what makes factors of its matrix, from the pattern on, and u at T. */
interface Step {
  factor(): Factors;
  readonly terminal: Float64Array;
}

/** Taken from a solve of one step by a solver that keeps what it is given. */
function implicitStep([points, dimension]: Size): Step {
  const state = ['x', 'y', 'z'].slice(0, dimension);
  const model = symbolic({
    state,
    drift: state.map((name, k) => `-${name} + ${state[(k + 1) % dimension]}/2`),
    diffusion: state.map((_, k) => state.map((_, j) => (j === k ? `${(8 - k) / 10}` : '0'))),
  });
  let given: (() => Factors) | undefined;
  const solver: LinearSolver = {
    ...sparseLU(),
    prepare: (grid) => (matrix: SparseMatrix, alpha: Float64Array, shift: number) => {
      const factor = (): Factors => sparseLU().prepare(grid)(matrix, alpha, shift);
      given = factor;
      return factor();
    },
  };
  const axis = uniform(-4, 4, points);
  const field = solveKolmogorov(
    { model, T: 1 / 50, terminal: state.map((name) => `exp(-${name}^2)`).join('*') },
    { grid: state.map(() => axis), boundary: { kind: 'absorbing' }, stepping: implicitEuler({ steps: 1 }), solver },
  );
  if (!given) throw new Error('an implicit step did not ask for factors');
  return { factor: given, terminal: field.slice(1 / 50).data as Float64Array };
}
