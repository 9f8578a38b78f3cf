import { type Model, SdeError, type Work } from 'sde-core';
import type { Grid } from '../grid/grid.js';
import { linesAlong } from '../grid/lines.js';
import type { Factors } from '../linear/factors.js';
import { type Factorize, factored, type LinearSolver } from '../linear/linear-solver.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { assembleDirection, type DriftDifference } from './assembly.js';
import { addProduct, addTransposedProduct, applyProduct, type Bands, bands } from './bands.js';
import type { Sides } from './boundary.js';
import { type CentralWeights, centralWeights } from './central-rows.js';
import {
  type CoefficientColumns,
  type CoefficientNodes,
  coefficientColumns,
  compiledColumns,
} from './coefficient-columns.js';
import type { Coefficients } from './coefficients.js';
import { cyclicFactors } from './cyclic-factors.js';
import { requireDegenerate } from './degenerate-sides.js';
import type { DiffusionRule } from './diffusion.js';
import { forcingOf } from './forcing.js';
import { lineFactors, type OpenLineSolver } from './line-solver.js';
import type { LineSolver } from './line-solves.js';
import type { Locus } from './loci.js';
import type { Operator, Products } from './operator.js';
import { type Patience, patience } from './patience.js';
import { closure } from './periodic.js';
import { type PlacedAverages, placedAverages } from './placed-averages.js';
import type { ScalarFunction } from './scalar-function.js';
import { sparseMatrix, sparseMatrixInParts } from './sparse-matrix.js';

/** L on a grid, as a function of time. */
export interface Generator {
  readonly grid: Grid;
  /** 1 where the boundary gives the value, or the node is a copy on a periodic axis: the row is empty. Shape (size). */
  readonly fixed: Uint8Array;
  /** The matrices change only from piece to piece. */
  readonly constant: boolean;
  /**
   * The operators at time `t`, which lies in the piece that starts at breakpoint `piece`. Valid until three later times have been asked
   * for. `inside` is any time well inside the piece (default t): what is constant on the piece is evaluated there, clear of its ends.
   */
  at(t: number, piece: number, inside?: number): Operator;
  /** Holds the operators of so many times at once, instead of three: no time among them is assembled or factored twice. */
  hold(times: number): void;
  /** The model has changed: whatever is asked for next is evaluated again. */
  forget(): void;
  /** The coefficients from which those operators are made; valid as long. */
  coefficients(t: number, piece: number, inside?: number): Coefficients;
  /**
   * Takes a step, which asks for factors on its way: where these take long they are made first, in parts, and the step is begun again after `restore`. So a step
   * that knows nothing of it can wait for its factors.
   */
  patiently(step: () => void, restore: () => void): Work<void>;
  /** Writes the given boundary values at time t into u, and closes periodic axes. */
  fix(t: number, u: Float64Array): void;
  /** The transpose of the linear part of `fix`: mass at copies is folded, mass at given values dropped. */
  fixTransposed(rho: Float64Array): void;
  /** Shares mass between nodes and their copies on periodic axes, as a density shows it. */
  spread(rho: Float64Array): void;
}

/** What a generator is made from; all of it has been checked. */
export interface GeneratorInput {
  readonly model: Model;
  readonly killing: ScalarFunction;
  /** In place of the model's and of `killing`, where they are not those. */
  readonly coefficients?: CoefficientNodes;
  readonly source: ScalarFunction;
  readonly sides: Sides;
  readonly drift: DriftDifference;
  readonly diffusion: DiffusionRule;
  /** For all axes at once; in one dimension a direct one gives way to elimination along the line. Default `sparseLU()`. */
  readonly solver?: LinearSolver;
  /** Read while a matrix is factored. */
  readonly signal?: AbortSignal;
  readonly interval: readonly [number, number];
  /** Where drift, diffusion, killing and source jump or kink: there they are averaged. Default nowhere. */
  readonly loci?: { readonly coefficients: readonly Locus[]; readonly source: readonly Locus[] };
  /** Times at which what is given may jump, ascending. */
  readonly breakpoints?: readonly number[];
}

/**
 * The discrete generator of a model. Coefficients are evaluated when a time is first asked for; what does not depend on time is
 * evaluated, assembled and factored once a piece, and factors are kept where a later time changes no number.
 */
export function generator(grid: Grid, input: GeneratorInput): Generator {
  requireItoOrJacobian(input.model);
  const averages = input.loci && placedAverages(grid, input.sides, input, input.loci);
  const forcing = forcingOf(grid, input.sides, input.source, input.drift, input.interval, {
    average: averages?.source,
    breakpoints: input.breakpoints,
  });
  const seams = closure(grid, input.sides);
  const given = givenNodes(grid, input.sides);
  const dropped = Int32Array.from(given.keys()).filter((p) => given[p] === 1);
  const fixed = given.map((value, p) => value || seams.copies[p]);
  const constant = (input.model.autonomous ?? false) && input.killing.autonomous;
  const solver = input.solver ?? sparseLU();
  const factorize = solver.prepare(grid, input.signal);
  const plain = input.coefficients
    ? compiledColumns(input.coefficients, grid, fixed)
    : coefficientColumns(input.model, input.killing, grid, fixed);
  const columns = averages ? averaged(plain, averages, fixed) : plain;
  const weights = grid.axes.map((_, k) => centralWeights(grid, k));
  const made = { fixed, columns, weights, factorize, direct: solver.direct };
  const waiting = patience();
  const matrices = recent(() => matrixSlot(grid, input, made, waiting));
  const vectors = recent(() => vectorSlot(grid.size));
  const matrixAt = (t: number, piece: number, inside: number): MatrixSlot =>
    matrices.at(constant ? piece : t, (slot) => slot.evaluate(constant ? inside : t));
  return {
    grid,
    fixed,
    constant,
    fix: (t, u) => {
      forcing.fix(t, u);
      seams.copy(u);
    },
    fixTransposed: (rho) => {
      seams.fold(rho);
      for (const p of dropped) rho[p] = 0;
    },
    spread: seams.spread,
    patiently: waiting.patiently,
    hold: (times) => {
      matrices.hold(times);
      vectors.hold(times);
    },
    forget: () => {
      matrices.forget();
      vectors.forget();
    },
    coefficients: (t, piece, inside = t) => matrixAt(t, piece, inside).coefficients,
    at: (t, piece, inside = t) => {
      const matrix = matrixAt(t, piece, inside);
      const resting = forcing.autonomous && (constant || !forcing.scaled);
      const vector = vectors.at(resting ? piece : t, (slot) => {
        forcing.evaluate(resting ? inside : t, matrix.coefficients, slot.g);
        for (let p = 0; p < grid.size; p++) if (seams.copies[p]) slot.g[p] = 0;
        slot.forced = slot.g.some((value) => value !== 0);
      });
      if (vector.operations !== matrix.operations) {
        vector.operations = matrix.operations;
        vector.operator = { ...matrix.operations, addForcing: vector.addForcing, addForcingTransposed: () => {} };
      }
      return vector.operator;
    },
  };
}

/** Columns with means where something jumps or kinks. */
function averaged(columns: CoefficientColumns, averages: PlacedAverages, fixed: Uint8Array): CoefficientColumns {
  return {
    make: columns.make,
    evaluate: (t, out) => {
      const changed = columns.evaluate(t, out);
      averages.coefficients(t, out);
      for (const values of out.covariance) for (let p = 0; p < fixed.length; p++) if (fixed[p]) values[p] = 0;
      return changed;
    },
  };
}

/** Times whose operators are held at once: both ends of a step and a stage between. */
const HELD = 3;

/** A few things, each filled for one key; the one not asked for the longest is filled anew. */
interface Recent<V> {
  at(key: number, fill: (value: V) => void): V;
  hold(most: number): void;
  forget(): void;
}

function recent<V>(make: () => V): Recent<V> {
  const slots: { key: number; value: V }[] = [];
  let most = HELD;
  const free = (): { key: number; value: V } => {
    const stale = slots.findIndex((slot) => Number.isNaN(slot.key));
    if (stale >= 0) return slots.splice(stale, 1)[0];
    const oldest = slots.length < most ? undefined : slots.pop();
    return oldest ?? { key: Number.NaN, value: make() };
  };
  return {
    at: (key, fill) => {
      // Mostly it is the one asked for last, or one beside it.
      const index = slots.findIndex((slot) => slot.key === key);
      if (index === 0) return slots[0].value;
      const slot = index > 0 ? slots.splice(index, 1)[0] : free();
      slots.unshift(slot);
      if (index < 0) {
        slot.key = key;
        fill(slot.value);
      }
      return slot.value;
    },
    hold: (count) => {
      most = Math.max(HELD, count);
    },
    forget: () => {
      for (const slot of slots) slot.key = Number.NaN;
    },
  };
}

interface VectorSlot {
  readonly g: Float64Array;
  forced: boolean;
  /** The operator made with this g and these operations. */
  operations: Operations | undefined;
  operator: Operator;
  addForcing(factor: number, out: Float64Array): void;
}

function vectorSlot(size: number): VectorSlot {
  const g = new Float64Array(size);
  const slot: VectorSlot = {
    g,
    forced: false,
    operations: undefined,
    // Made when it is known with which matrices.
    operator: {} as Operator,
    addForcing: (factor, out) => {
      if (slot.forced) for (let p = 0; p < size; p++) out[p] += factor * g[p];
    },
  };
  return slot;
}

type Operations = Omit<Operator, 'addForcing' | 'addForcingTransposed'>;

interface MatrixSlot {
  readonly coefficients: Coefficients;
  readonly operations: Operations;
  evaluate(t: number): void;
}

/** What the operators of all times have in common. */
interface Common {
  readonly fixed: Uint8Array;
  readonly columns: CoefficientColumns;
  /** One an axis. */
  readonly weights: readonly CentralWeights[];
  readonly factorize: Factorize;
  readonly direct: boolean;
}

function matrixSlot(
  grid: Grid,
  input: GeneratorInput,
  { fixed, columns, weights, factorize, direct }: Common,
  waiting: Patience,
): MatrixSlot {
  const { dimension } = grid;
  const coefficients = columns.make();
  const cross = input.diffusion.term(grid, input.sides, fixed, coefficients);
  const cyclic = input.sides.map(([lower]) => lower.kind === 'periodic');
  const matrices: Bands[] = grid.axes.map((_, k) => bands(linesAlong(grid, k), cyclic[k]));
  const factors: FactorCache<LineSolver>[] = matrices.map((matrix) =>
    matrix.cyclic
      ? factorCache((shift) => cyclicFactors(matrix, shift))
      : factorCache<OpenLineSolver>((shift, spare) => lineFactors(matrix, shift, spare)),
  );
  const ones = new Float64Array(grid.size).fill(1);
  const all = factorCache<Factors>((shift) =>
    waiting.factors(
      () => factorize(sparseMatrix(products, grid), ones, shift),
      function* () {
        return yield* factored(factorize, yield* sparseMatrixInParts(products, grid), ones, shift);
      },
      (factors) => all.put(shift, factors),
    ),
  );
  const whole = dimension === 1 && direct ? factors[0] : all;
  const state = { assembled: false };
  const products: Products = {
    directions: dimension,
    cyclic,
    add: (k, factor, v, out) => addProduct(matrices[k], factor, v, out),
    addMixed: cross.add,
    mixedMatrix: cross.matrix,
  };
  const assemble = (): void => {
    cross.assemble();
    matrices.forEach((matrix, k) => {
      const { killing } = coefficients;
      const drift = coefficients.drift[k];
      const halfVariance = cross.halfVariance[k];
      const pattern = { drift, halfVariance: cross.spare[k] };
      const given = { drift, halfVariance, killing, killingShare: 1 / dimension, fixed, pattern };
      assembleDirection(grid, k, input.sides[k], input.drift, given, matrix, weights[k]);
      factors[k].clear();
    });
    all.clear();
    state.assembled = true;
  };
  return {
    coefficients,
    evaluate: (t) => {
      const changed = columns.evaluate(t, coefficients);
      if (!changed && state.assembled) return;
      requireDegenerate(grid, input.sides, fixed, coefficients, t);
      assemble();
    },
    operations: {
      ...products,
      size: grid.size,
      matrices,
      apply: (k, v, out, factor, sum) => applyProduct(matrices[k], v, out, factor, sum),
      addTransposed: (k, factor, v, out) => addTransposedProduct(matrices[k], factor, v, out),
      addMixedTransposed: cross.addTransposed,
      solveLine: (k, shift, v) => factors[k].at(shift).solve(v),
      solveLineAfter: (k, shift, slope, v) => factors[k].at(shift).solveAfter(shift, slope, v),
      solveLineTransposed: (k, shift, v, out) => factors[k].at(shift).solveTransposedInto(v, out),
      solve: (shift, v) => {
        if (whole === all) waiting.solve(all.at(shift), 'solve', v);
        else factors[0].at(shift).solve(v);
      },
      solveTransposed: (shift, v, out) => {
        if (whole === all) {
          if (out !== v) out.set(v);
          waiting.solve(all.at(shift), 'solveTransposed', out);
        } else factors[0].at(shift).solveTransposedInto(v, out);
      },
    },
  };
}

interface FactorCache<F> {
  at(shift: number): F;
  /** Holds what was made elsewhere. */
  put(shift: number, factors: F): void;
  clear(): void;
}

/** Shifts whose factors are held. */
const HELD_SHIFTS = 4;

/** `spare` is what was made before, and is given up. */
function factorCache<F>(make: (shift: number, spare: F | undefined) => F): FactorCache<F> {
  const held: { readonly shift: number; readonly factors: F }[] = [];
  const spare: F[] = [];
  const room = (): void => {
    if (held.length === HELD_SHIFTS) spare.push(...held.splice(0, 1).map((entry) => entry.factors));
  };
  const put = (shift: number, factors: F): void => {
    room();
    held.push({ shift, factors });
  };
  return {
    put,
    at: (shift) => {
      for (const entry of held) if (entry.shift === shift) return entry.factors;
      room();
      const factors = make(shift, spare.pop());
      put(shift, factors);
      return factors;
    },
    clear: () => {
      for (const entry of held) if (spare.length < HELD_SHIFTS) spare.push(entry.factors);
      held.length = 0;
    },
  };
}

/** The nodes on a side where the value is given. */
function givenNodes(grid: Grid, sides: Sides): Uint8Array {
  return Uint8Array.from({ length: grid.size }, (_, p) => {
    const on = sides.some(([lower, upper], k) => {
      const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
      return (i === 0 && lower.kind === 'fixed') || (i === grid.shape[k] - 1 && upper.kind === 'fixed');
    });
    return on ? 1 : 0;
  });
}

function requireItoOrJacobian(model: Model): void {
  if (model.calculus === 'ito' || model.diffusionJacobian) return;
  throw new SdeError('unsupported', {
    what: 'a Stratonovich model without the Jacobian of its diffusion',
    where: '{ model }',
    expected: 'an Itô model, or diffusionJacobian',
    got: "calculus 'stratonovich'",
    remedy: 'give diffusionJacobian, or convert the model with toIto',
  });
}
