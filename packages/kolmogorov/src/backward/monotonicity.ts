import { SdeError } from 'sde-core';
import { requireFinite } from 'sde-core/errors';
import { atTheDoor, requireFields } from '../door/at-the-door.js';
import { nodeAt } from '../grid/grid.js';
import { type SparseMatrix, sparseMatrix } from '../operators/sparse-matrix.js';
import { stageOf } from '../stepping/sweep.js';
import {
  type Discrete,
  type Discretization,
  discrete,
  discretizationKeys,
  type Equation,
  equationKeys,
  equationWords,
} from './discretization.js';

/** The equation of any problem: what a problem has beside its equation is no part of the generator. */
const anyProblem = { ...equationKeys, terminal: true, initial: true, obstacle: true } as const;

/** Whether a discrete generator keeps order: the off-diagonal entries of A are not negative, so that I − shift · A is an M-matrix. */
export interface MonotonicityReport {
  readonly monotone: boolean;
  /** Negative off-diagonal entries, over the times looked at. */
  readonly negativeEntries: number;
  /** The most negative one; absent if there is none. */
  readonly worst?: {
    readonly t: number;
    readonly x: Float64Array;
    readonly neighbor: Float64Array;
    /** The axis along which the neighbor lies; absent if it lies along none. */
    readonly axis?: number;
    readonly value: number;
  };
  /** Largest |b_k| Δx_k / a_kk over nodes and axes; infinite where there is drift and no diffusion. Central differences are monotone below 1. */
  readonly largestPeclet: number;
  /** Where: shape (d), and the axis. */
  readonly pecletAt: { readonly t: number; readonly x: Float64Array; readonly axis: number };
}

/**
 * Looks for what keeps a discretization from being monotone, at both ends of every stretch between breakpoints.
 *
 * A monotone generator with implicit Euler obeys the maximum principle. Without it solutions of smooth problems converge all the same;
 * kinks and jumps may ring. Cost: 5^d products with A a time looked at.
 *
 * @throws SdeError as {@link solveKolmogorov}.
 *
 * @example
 * import { implicitEuler, monotonicity, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['10'], diffusion: [['1']] });
 * const { monotone, largestPeclet } = monotonicity(
 *   { model, T: 1 },
 *   { grid: [uniform(0, 1, 6)], boundary: { kind: 'absorbing' }, stepping: implicitEuler({ steps: 1 }) },
 * );
 * [monotone, largestPeclet]; // → [ false, 2.000000 ]
 */
export function monotonicity(equation: Equation, discretization: Discretization): MonotonicityReport {
  return atTheDoor('monotonicity', (where) => {
    requireFields<typeof anyProblem>(equation, anyProblem, `${where}(equation)`, equationWords);
    requireFields<Discretization>(discretization, discretizationKeys, `${where}(…, discretization)`);
    return reportOn(equation, discrete(equation, discretization, where));
  });
}

function reportOn(equation: Equation, made: Discrete): MonotonicityReport {
  const { grid } = made;
  let negativeEntries = 0;
  let worst: MonotonicityReport['worst'];
  let largestPeclet = 0;
  let pecletAt: MonotonicityReport['pecletAt'] = { t: made.T, x: place(made, 0), axis: 0 };
  for (const { t, matrix } of matricesOf(made)) {
    for (let p = 0; p < grid.size; p++) {
      for (let j = matrix.rowStart[p]; j < matrix.rowStart[p + 1]; j++) {
        const [q, value] = [matrix.column[j], matrix.value[j]];
        if (q === p || value >= 0) continue;
        negativeEntries++;
        if (value >= (worst?.value ?? 0)) continue;
        worst = { t, x: place(made, p), neighbor: place(made, q), axis: axisBetween(made, p, q), value };
      }
    }
    const peclet = pecletOf(equation, made, t);
    if (peclet.value > largestPeclet) {
      largestPeclet = peclet.value;
      pecletAt = { t, x: place(made, peclet.p), axis: peclet.axis };
    }
  }
  return { monotone: negativeEntries === 0, negativeEntries, worst, largestPeclet, pecletAt };
}

/**
 * The matrix A of u_t + A u + g = 0 at a time: the generator with its boundary rows and killing.
 *
 * Rows of nodes where the boundary gives the value are empty. Cost: 5^d products with A.
 *
 * @throws SdeError as {@link solveKolmogorov}, and `value` if t is outside [t0, T].
 *
 * @example
 * import { generatorMatrix, implicitEuler, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
 * const { value } = generatorMatrix(
 *   { model, T: 1 },
 *   { grid: [uniform(0, 2, 3)], boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 1 }) },
 *   0,
 * );
 * value; // → [ -1, 1, 0.5, -1, 0.5, 1, -1 ]
 */
export function generatorMatrix(equation: Equation, discretization: Discretization, t: number): SparseMatrix {
  return atTheDoor('generatorMatrix', (where) => {
    requireFields<typeof anyProblem>(equation, anyProblem, `${where}(equation)`, equationWords);
    requireFields<Discretization>(discretization, discretizationKeys, `${where}(…, discretization)`);
    const { mesh, generator, grid, t0, T } = discrete(equation, discretization, where);
    requireFinite(t, `${where}(…, t)`, 'give the time at which the coefficients are taken');
    if (t < t0 || t > T) throw outside(t, t0, T, where);
    const step = mesh.find(({ low }) => t >= low) ?? mesh[mesh.length - 1];
    return sparseMatrix(generator.at(t, step.piece), grid);
  });
}

function outside(t: number, t0: number, T: number, where: string): SdeError {
  return new SdeError('value', {
    what: 'a time outside the interval of the equation',
    where: `${where}(…, t)`,
    expected: `a number in [${t0}, ${T}]`,
    got: String(t),
    remedy: 'give a time between t0 and T',
  });
}

function matricesOf(made: Discrete): { readonly t: number; readonly matrix: SparseMatrix }[] {
  const { mesh, generator, grid } = made;
  return mesh.flatMap((step, index) => {
    const found: { t: number; matrix: SparseMatrix }[] = [];
    if (mesh[index - 1]?.piece !== step.piece) {
      found.push({ t: step.before, matrix: sparseMatrix(stageOf(generator, step)(0), grid) });
    }
    if (mesh[index + 1]?.piece !== step.piece) {
      found.push({ t: step.low, matrix: sparseMatrix(stageOf(generator, step)(1), grid) });
    }
    return found;
  });
}

function place({ grid }: Discrete, p: number): Float64Array {
  const x = new Float64Array(grid.dimension);
  nodeAt(grid, p, x);
  return x;
}

/** The only axis along which the places of two nodes differ. */
function axisBetween({ grid }: Discrete, p: number, q: number): number | undefined {
  const differing = grid.axes.flatMap((_, k) => {
    const [stride, n] = [grid.strides[k], grid.shape[k]];
    return Math.floor(p / stride) % n === Math.floor(q / stride) % n ? [] : [k];
  });
  return differing.length === 1 ? differing[0] : undefined;
}

function pecletOf(
  { model }: Equation,
  made: Discrete,
  t: number,
): { readonly value: number; readonly p: number; readonly axis: number } {
  const { grid } = made;
  const [d, m] = [model.dimension, model.noiseDimension];
  const [b, sigma] = [new Float64Array(d), new Float64Array(d * m)];
  let most = { value: 0, p: 0, axis: 0 };
  for (let p = 0; p < grid.size; p++) {
    const x = place(made, p);
    model.drift(t, x, b);
    model.diffusion(t, x, sigma);
    for (let axis = 0; axis < d; axis++) {
      const { points } = grid.axes[axis];
      const i = Math.floor(p / grid.strides[axis]) % points.length;
      const spacing = Math.max(points[i] - (points[i - 1] ?? points[i]), (points[i + 1] ?? points[i]) - points[i]);
      const variance = sigma.subarray(axis * m, axis * m + m).reduce((sum, value) => sum + value * value, 0);
      const value = b[axis] === 0 ? 0 : (Math.abs(b[axis]) * spacing) / variance;
      if (value > most.value) most = { value, p, axis };
    }
  }
  return most;
}
