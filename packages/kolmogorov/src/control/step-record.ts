import type { Operator } from '../operators/operator.js';
import type { OneStep, Scratch, Stage } from '../stepping/stepping.js';
import type { CoefficientSensitivity, Paired } from './coefficient-sensitivity.js';

/** What one step of u computed on the way: all that its transpose needs to say how the step depends on its coefficients. */
export interface StepRecord {
  /** Which vector the operator at a fraction of the step was applied to: one a fraction. */
  readonly products: Map<number, Float64Array>;
  /** The results of the solves, in order; axis −1 is all axes at once. */
  readonly solves: { readonly k: number; readonly result: Float64Array }[];
  /** Where the vectors are kept, for this step and, when it is recorded anew, the next. */
  readonly arrays: Float64Array[];
}

/** An empty record. */
export function stepRecord(): StepRecord {
  return { products: new Map(), solves: [], arrays: [] };
}

/** Vectors that a record holds. */
export function vectorsOf({ products, solves }: StepRecord): number {
  return products.size + solves.length;
}

/** Takes steps of u and writes down what they computed. */
export interface Recorder {
  step(method: OneStep, stage: Stage, dt: number, u: Float64Array, record: StepRecord): void;
}

/** Takes steps of ρ and collects, by the record of the step, how J depends on the coefficients. */
export interface Pairing {
  /** `into` is where the coefficients at a fraction of the step are collected. */
  step(
    method: OneStep,
    stage: Stage,
    dt: number,
    rho: Float64Array,
    record: StepRecord,
    into: (fraction: number) => CoefficientSensitivity,
  ): void;
}

const NONE = new Float64Array(0);

/** A recorder for grids of that many nodes. Copies what it writes down: about a tenth of a step. */
export function recorder(scratch: Scratch): Recorder {
  let record = stepRecord();
  const copy = (v: Float64Array): Float64Array => {
    const used = vectorsOf(record);
    record.arrays[used] ??= new Float64Array(v.length);
    record.arrays[used].set(v);
    return record.arrays[used];
  };
  const through = standIns((fraction, at) => {
    const note = (v: Float64Array): void => {
      if (!record.products.has(fraction)) record.products.set(fraction, copy(v));
    };
    return {
      apply: (k, v, out, factor, sum) => {
        note(v);
        at().apply(k, v, out, factor, sum);
      },
      add: (k, factor, v, out) => {
        note(v);
        at().add(k, factor, v, out);
      },
      addMixed: (factor, v, out) => {
        note(v);
        at().addMixed(factor, v, out);
      },
      solveLine: (k, shift, v) => {
        at().solveLine(k, shift, v);
        record.solves.push({ k, result: copy(v) });
      },
      solveLineAfter: (k, shift, slope, v) => {
        at().solveLineAfter(k, shift, slope, v);
        record.solves.push({ k, result: copy(v) });
      },
      solve: (shift, v) => {
        at().solve(shift, v);
        record.solves.push({ k: -1, result: copy(v) });
      },
    };
  });
  return {
    step: (method, stage, dt, u, into) => {
      record = into;
      record.products.clear();
      record.solves.length = 0;
      method.step(through(stage), dt, u, scratch, NONE);
    },
  };
}

/**
 * A step applies the operator of a stage to one vector only, and solves in one order; its transpose meets the adjoints of the same operations.
 * So with v the vector a product was applied to and w the adjoint of its result, a product contributes wᵀ (∂A) v; with v the result of a
 * solve and w the result of its transpose, a solve contributes shift · wᵀ (∂A) v.
 */
export function pairing(scratch: Scratch): Pairing {
  let record = stepRecord();
  let solve = 0;
  let sensitivity: (fraction: number) => CoefficientSensitivity = () => {
    throw new RangeError('no step is being taken');
  };
  const productOf = (fraction: number): Float64Array => {
    const known = record.products.get(fraction);
    if (!known) throw new RangeError('a transposed step has a product that the step has not');
    return known;
  };
  const solutionOf = (k: number): Float64Array => {
    const last = record.solves[--solve];
    if (last?.k !== k) throw new RangeError('a transposed step does not solve in the opposite order of the step');
    return last.result;
  };
  // What stays where it is may wait for another along the same axis: two are collected in one pass.
  const waiting: (Paired & { readonly k: number; readonly into: CoefficientSensitivity })[] = [];
  const collect = (fraction: number, k: number, pair: Paired, stays: boolean): void => {
    const into = sensitivity(fraction);
    const found = waiting.findIndex((entry) => entry.k === k && entry.into === into);
    if (found >= 0) into.direction(k, pair, waiting.splice(found, 1)[0]);
    else if (stays) waiting.push({ ...pair, k, into });
    else into.direction(k, pair);
  };
  const through = standIns((fraction, at) => ({
    addTransposed: (k, factor, v, out) => {
      collect(fraction, k, { factor, left: v, right: productOf(fraction) }, false);
      at().addTransposed(k, factor, v, out);
    },
    addMixedTransposed: (factor, v, out) => {
      sensitivity(fraction).mixed(factor, v, productOf(fraction));
      at().addMixedTransposed(factor, v, out);
    },
    addForcingTransposed: (factor, left) => sensitivity(fraction).forcing(factor, left),
    solveLineTransposed: (k, shift, v, out) => {
      at().solveLineTransposed(k, shift, v, out);
      collect(fraction, k, { factor: shift, left: out, right: solutionOf(k) }, out !== v);
    },
    solveTransposed: (shift, v, out) => {
      at().solveTransposed(shift, v, out);
      const pair = { factor: shift, left: out, right: solutionOf(-1) };
      for (let k = 0; k < at().directions; k++) collect(fraction, k, pair, out !== v);
      sensitivity(fraction).mixed(shift, out, pair.right);
    },
  }));
  return {
    step: (method, stage, dt, rho, known, into) => {
      record = known;
      sensitivity = into;
      solve = record.solves.length;
      method.stepTransposed(through(stage), dt, rho, scratch, NONE);
      for (const entry of waiting.splice(0)) entry.into.direction(entry.k, entry);
    },
  };
}

/** Operators, one a fraction of a step and made once, that do what the stage's do but for some of it. */
function standIns(made: (fraction: number, at: () => Operator) => Partial<Operator>): (stage: Stage) => Stage {
  const known = new Map<number, { target: Operator; standIn: Operator }>();
  return (stage) => (fraction) => {
    const target = stage(fraction);
    const found = known.get(fraction);
    if (found) {
      found.target = target;
      return found.standIn;
    }
    const entry = { target, standIn: target };
    const at = (): Operator => entry.target;
    entry.standIn = {
      size: target.size,
      directions: target.directions,
      cyclic: target.cyclic,
      get matrices() {
        return entry.target.matrices;
      },
      addForcing: (factor, out) => at().addForcing(factor, out),
      addForcingTransposed: (factor, left) => at().addForcingTransposed(factor, left),
      apply: (k, v, out, factor, sum) => at().apply(k, v, out, factor, sum),
      add: (k, factor, v, out) => at().add(k, factor, v, out),
      addTransposed: (k, factor, v, out) => at().addTransposed(k, factor, v, out),
      addMixed: (factor, v, out) => at().addMixed(factor, v, out),
      addMixedTransposed: (factor, v, out) => at().addMixedTransposed(factor, v, out),
      solveLine: (k, shift, v) => at().solveLine(k, shift, v),
      solveLineAfter: (k, shift, slope, v) => at().solveLineAfter(k, shift, slope, v),
      solveLineTransposed: (k, shift, v, out) => at().solveLineTransposed(k, shift, v, out),
      solve: (shift, v) => at().solve(shift, v),
      solveTransposed: (shift, v, out) => at().solveTransposed(shift, v, out),
    };
    Object.assign(entry.standIn, made(fraction, at));
    known.set(fraction, entry);
    return entry.standIn;
  };
}
