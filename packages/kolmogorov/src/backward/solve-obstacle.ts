import { type KnownKeys, requireInteger, SdeError, type Warning, type Work } from 'sde-core';
import { requireFields } from '../door/at-the-door.js';
import { MOST_ITERATIONS } from '../door/limits.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { solving } from '../linear/factors.js';
import { sparseLU } from '../linear/sparse-lu.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { type WarmFactors, warmFactors } from '../linear/warm-factors.js';
import { requireNotCancelled, requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import { breakingTimes, type Locus, lociOfFormula } from '../operators/loci.js';
import { addAll } from '../operators/operator.js';
import { type ScalarFunction, type ScalarInput, scalarFunction } from '../operators/scalar-function.js';
import { sparseMatrixInParts } from '../operators/sparse-matrix.js';
import { stageOf } from '../stepping/sweep.js';
import type { MeshStep } from '../stepping/time-mesh.js';
import { alignedAxes } from './aligned-axes.js';
import { type Averaging, cellAverages, requireAveraging } from './cell-averages.js';
import { coefficientWarnings } from './coefficient-roughness.js';
import {
  type Discrete,
  type Discretization,
  diffusionOf,
  discrete,
  discretizationKeys,
  type Equation,
  equationWords,
  requireModel,
} from './discretization.js';
import { type Field, type FieldWarning, field } from './field.js';
import { growthWatch } from './growth-watch.js';
import { type MatrixReport, matrixReport } from './matrix-report.js';
import { nodeValues, type StateInput } from './node-values.js';
import { roughnessOf, roughnessWarnings } from './smoothness.js';
import { backwardKeys } from './solve-once.js';
import { requireStable } from './stability.js';
import { type StalledWarning, stalledSteps } from './stalled-steps.js';
import { undampedWarnings } from './undamped.js';

/** max { u_t + L u − c u + f, ψ − u } = 0, u(T, ·) = max(φ, ψ): stop when it pays. */
export interface ObstacleProblem extends Equation {
  /** φ. */
  readonly terminal: StateInput;
  /** ψ: what stopping pays, at any time. */
  readonly obstacle: ScalarInput;
}

/** How it is made finite. */
export interface ObstacleOptions extends Discretization, Watch {
  /** Iterations a step at most. Default 100. */
  readonly iterations?: number;
  /** How φ comes to the nodes: see {@link SolveOptions}. ψ is taken at the nodes, which are put where it jumps or kinks. Default `'auto'`. */
  readonly averaging?: Averaging;
}

/** The value of stopping best, and where to stop. */
export interface ObstacleOutcome {
  /** `stalled`: in some step the set of stopping nodes still changed after all iterations. */
  readonly kind: 'converged' | 'stalled';
  readonly value: Field;
  /** 1 where one stops, 0 where one goes on; linear between nodes. */
  readonly stopping: Field;
  /** The most iterations that a step took. */
  readonly iterations: number;
  /** On the matrices of the steps, I − θ Δt A: only of M-matrices is the iteration sure to find the one solution. */
  readonly matrices: MatrixReport;
  /** `matrices.mMatrix`. */
  readonly monotone: boolean;
  /** What the value is worth less for: those of the field, and `stalled`. */
  readonly warnings: readonly (FieldWarning | StalledWarning)[];
}

const obstacleKeys: KnownKeys<ObstacleProblem> = { ...backwardKeys, obstacle: true };
const obstacleOptions: KnownKeys<ObstacleOptions> = {
  ...discretizationKeys,
  ...watchKeys,
  iterations: true,
  averaging: true,
};

const DEFAULT_ITERATIONS = 100;
/** Relative to the numbers compared, a difference that is rounding. */
const ROUNDING = 2 ** -44;

/**
 * Solves an obstacle problem: u(t, x) = sup over stopping times τ of E[ e^(−∫c) ψ(τ, X_τ) (or φ at T) + ∫ e^(−∫c) f ds ]; American options.
 *
 * In every step the discrete complementarity problem min { M u − r, u − ψ } = 0 is solved to the end, by iterating on the set of nodes that stop; it is
 * finite where M is an M-matrix (`matrices` says whether it is; mixed derivatives, and central differences where the drift is large, may keep it from being one). Takes the θ-methods, implicitEuler and crankNicolson; the free boundary limits the order in time to about 3/2.
 * Cost a step: a few factorizations, see {@link sparseLU}.
 *
 * @throws SdeError `value` for steps beyond the stability limit and for values that blow up; `unsupported` for a stepping that is no θ-method; `cancelled` by the signal; otherwise as {@link solveKolmogorov}.
 * @see [forsyth2002]
 *
 * @example
 * import { crankNicolson, solveObstacle, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.2*x']] });
 * const put = solveObstacle(
 *   { model, T: 1, killing: 0.05, terminal: 'max(100 - x, 0)', obstacle: 'max(100 - x, 0)' },
 *   { grid: [uniform(0, 300, 301)], stepping: crankNicolson({ steps: 50 }) },
 * );
 * put.kind; // → converged
 * put.value.at(0, [100]); // → 6.09
 * put.stopping.at(0, [70]); // → 1
 */
export function solveObstacle(problem: ObstacleProblem, options: ObstacleOptions): ObstacleOutcome {
  return atOnce('solveObstacle', options, (where) => asked(problem, options, where));
}

/**
 * {@link solveObstacle} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link solveObstacle}; `cancelled` by the signal.
 */
export function solveObstacleAsync(problem: ObstacleProblem, options: ObstacleOptions): Promise<ObstacleOutcome> {
  return turnByTurn('solveObstacleAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: ObstacleProblem, options: ObstacleOptions, where: string): Work<ObstacleOutcome> {
  requireFields<ObstacleProblem>(problem, obstacleKeys, `${where}(problem)`, {
    ...equationWords,
    payoff: 'obstacle',
  });
  requireFields<ObstacleOptions>(options, obstacleOptions, `${where}(…, options)`, watchWords);
  requireWatch(options);
  return yield* stopped(problem, options, where);
}

function* stopped(problem: ObstacleProblem, options: ObstacleOptions, where: string): Work<ObstacleOutcome> {
  requireModel(problem.model, where);
  const psi = scalarFunction(problem.obstacle, problem.model, `${where}({ obstacle })`);
  const loci = lociOfFormula(psi.formula);
  const { axes, missed } =
    loci.length > 0 ? alignedAxes(options.grid, loci, problem.model.dimension) : { axes: options.grid, missed: [] };
  const jumps = breakingTimes(loci, problem.t0 ?? 0, problem.T);
  const equation = discrete(problem, { ...options, grid: axes }, where, { jumps });
  const { grid, generator, mesh, t0, T, cyclic } = equation;
  const { averaging = 'auto' } = options;
  requireAveraging(averaging, where);
  requireStable(equation, options.stepping, diffusionOf(options, grid, where), where, options.drift);
  const jumping = loci.filter(({ kind, inSpace }) => inSpace && kind === 'jump');
  const obstacleAt = (t: number): Float64Array => {
    const x = new Float64Array(grid.dimension);
    return nodeValues(
      Float64Array.from({ length: grid.size }, (_, p) => {
        nodeAt(grid, p, x);
        return jumping.some(({ at }) => at(t, x) === 0) ? largestBeside(psi, grid, p, t, x) : psi.at(t, x);
      }),
      grid,
      problem.model,
      t,
      `${where}({ obstacle })`,
    );
  };
  const most = requireInteger(
    options.iterations ?? DEFAULT_ITERATIONS,
    1,
    `${where}(…, { iterations })`,
    'give the most iterations a step',
    MOST_ITERATIONS,
  );
  const solver = options.solver ?? sparseLU();
  const { factors: factorize } = warmFactors(solver.prepare(grid, options.signal), solver.direct);
  const matrixOf = cached(equation);
  const way = { averaging, cyclic, across: equation.across };
  const u = cellAverages(problem.terminal, grid, problem.model, T, way, `${where}({ terminal })`);
  let obstacle = obstacleAt(T);
  const rough = [
    ...(averaging === 'auto' || averaging === 1 ? roughnessWarnings(roughnessOf(problem.terminal, u, grid)) : []),
    ...(psi.formula || psi.constant !== undefined
      ? []
      : roughnessWarnings(
          roughnessOf((x) => psi.at(T, x), obstacle, grid),
          'obstacle',
        )),
    ...coefficientWarnings(problem, grid, t0),
  ];
  const stops = new Uint8Array(grid.size);
  for (let p = 0; p < grid.size; p++) {
    stops[p] = obstacle[p] >= u[p] ? 1 : 0;
    u[p] = Math.max(u[p], obstacle[p]);
  }
  generator.fix(T, u);
  const watch = growthWatch(equation, u, where);
  const undamped = undampedWarnings(equation, u);
  const times = [T];
  const values = [u.slice()];
  const held = [Float64Array.from(stops)];
  // Where φ = ψ both hold at T; to begin with nobody stopping takes a few iterations, to let go of one node after the other as many as there are nodes.
  stops.fill(0);
  let iterations = 0;
  let stalled = 0;
  const matrices = matrixReport(grid);
  const ones = new Float64Array(grid.size).fill(1);
  for (const [index, step] of mesh.entries()) {
    requireNotCancelled(options.signal);
    if (psi.constant === undefined) obstacle = obstacleAt(step.after);
    const right = rightSide(equation, step, u, where, options.stepping.name);
    generator.fix(step.low, right);
    const matrix = yield* matrixOf(step);
    matrices.add(step.low, matrix, ones, (step.method.theta ?? 1) * step.length);
    const taken = yield* complementarity(equation, factorize, step, matrix, right, obstacle, stops, u, most);
    generator.fix(step.low, u);
    iterations = Math.max(iterations, Math.min(taken, most));
    stalled += taken > most ? 1 : 0;
    watch.allow(obstacle);
    watch.see(step, u);
    times.unshift(step.low);
    values.unshift(u.slice());
    held.unshift(Float64Array.from(stops));
    options.onProgress?.({ done: index + 1, of: mesh.length });
    yield;
  }
  const at = Float64Array.from(times);
  const report = matrices.report();
  const warnings = [...watch.warnings(), ...undamped, ...(missed.length > 0 ? [notAligned(missed)] : []), ...rough];
  return {
    kind: stalled > 0 ? 'stalled' : 'converged',
    value: field(grid, { times: at, values }, undefined, warnings),
    stopping: field(grid, { times: at, values: held }, 2),
    iterations,
    matrices: report,
    monotone: report.mMatrix,
    warnings: [...stalledSteps('set of stopping nodes', stalled, mesh.length, most), ...warnings],
  };
}

/** How far from a node on a jump its sides are looked at, relative to its cells. */
const BESIDE = 2 ** -30;

/** The most that stopping pays about a node on a jump: who is there is on both sides at once. */
function largestBeside({ at }: ScalarFunction, grid: Grid, p: number, t: number, x: Float64Array): number {
  let most = at(t, x);
  for (let k = 0; k < grid.dimension; k++) {
    const { points } = grid.axes[k];
    const here = x[k];
    const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
    for (const j of [i - 1, i + 1]) {
      if (j < 0 || j >= points.length) continue;
      x[k] = here + (points[j] - here) * BESIDE;
      most = Math.max(most, at(t, x));
    }
    x[k] = here;
  }
  return most;
}

function notAligned(missed: readonly Locus[]): Warning<'jump-between-nodes' | 'kink-between-nodes'> {
  const jump = missed.some(({ kind }) => kind === 'jump');
  return {
    kind: jump ? 'jump-between-nodes' : 'kink-between-nodes',
    message: `the obstacle ${jump ? 'jumps' : 'kinks'} along a curve that is on no nodes: the value is of first order there; compare with a finer grid`,
    loci: missed.length,
  };
}

/** u + (1 − θ) dt (A₀ u + g₀) + θ dt g₁. */
function rightSide(
  { generator }: Discrete,
  step: MeshStep,
  u: Float64Array,
  where: string,
  name: string,
): Float64Array {
  const theta = step.method.theta;
  if (theta === undefined) throw notTheta(where, name);
  const dt = step.length;
  const stage = stageOf(generator, step);
  const right = u.slice();
  if (theta < 1) {
    const from = stage(0);
    addAll(from, (1 - theta) * dt, u, right);
    from.addForcing((1 - theta) * dt, right);
  }
  stage(1).addForcing(theta * dt, right);
  return right;
}

/** Solves min { M u − r, u − ψ } = 0 with M = I − θ dt A₁; returns the iterations, one more than `most` if they did not do. */
function* complementarity(
  { generator, grid }: Discrete,
  factorize: WarmFactors['factors'],
  step: MeshStep,
  matrix: SparseMatrix,
  right: Float64Array,
  obstacle: Float64Array,
  stops: Uint8Array,
  u: Float64Array,
  most: number,
): Work<number> {
  const shift = (step.method.theta ?? 1) * step.length;
  const ones = new Float64Array(grid.size).fill(1);
  // The solve rounds relative to the largest value, so nodes where both sides are nearly 0 are judged by that too.
  const size = right.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (let iteration = 1; iteration <= most; iteration++) {
    for (let p = 0; p < u.length; p++) u[p] = stops[p] && !generator.fixed[p] ? obstacle[p] : right[p];
    yield* solving(yield* factorize(withoutRows(matrix, stops), ones, shift), u);
    let changed = false;
    for (let p = 0; p < u.length; p++) {
      if (generator.fixed[p]) continue;
      let slack = u[p] - right[p];
      let scale = size + Math.abs(obstacle[p]);
      for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
        const term = shift * matrix.value[e] * u[matrix.column[e]];
        slack -= term;
        scale += Math.abs(term);
      }
      const above = u[p] - obstacle[p];
      const next = stops[p] ? (slack < -ROUNDING * scale ? 0 : 1) : above < -ROUNDING * scale ? 1 : 0;
      changed ||= next !== stops[p];
      stops[p] = next;
    }
    if (!changed) return iteration;
  }
  return most + 1;
}

/** The matrix with the rows of some nodes empty. */
function withoutRows({ size, rowStart, column, value }: SparseMatrix, out: Uint8Array): SparseMatrix {
  const kept = value.slice();
  for (let p = 0; p < size; p++) if (out[p]) kept.fill(0, rowStart[p], rowStart[p + 1]);
  return { size, rowStart, column, value: kept };
}

/** The matrix at the lower end of a step, taken out once while it does not change. */
function cached({ generator, grid }: Discrete): (step: MeshStep) => Work<SparseMatrix> {
  let last: { readonly piece: number; readonly t: number; readonly matrix: SparseMatrix } | undefined;
  return function* (step) {
    const same = generator.constant ? last?.piece === step.piece : last?.t === step.after;
    if (last && same) return last.matrix;
    const matrix = yield* sparseMatrixInParts(generator.at(step.after, step.piece, (step.low + step.high) / 2), grid);
    last = { piece: step.piece, t: step.after, matrix };
    return matrix;
  };
}

function notTheta(where: string, name: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a stepping that is no θ-method',
    where: `${where}(…, { stepping })`,
    expected: 'implicitEuler({ steps }) or crankNicolson({ steps })',
    got: name,
    remedy: 'use one of the two',
  });
}
