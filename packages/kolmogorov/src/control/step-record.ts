import type { Operator } from '../operators/operator.js';
import type { OneStep, Scratch, Stage } from '../stepping/stepping.js';
import type { CoefficientSensitivity, Paired } from './coefficient-sensitivity.js';

/** What one step of u computed on the way: all that its transpose needs to say how the step depends on its coefficients. */
export interface StepRecord {
  /** Vectors that were written down. */
  count: number;
  /** In order; those beyond `count` are left from other steps, to be used again. */
  readonly entries: Entry[];
}

interface Entry {
  /** What the operator at a fraction of the step was applied to, or the result of a solve. */
  kind: 'product' | 'solve';
  /** That fraction; or the axis that was solved along, −1 for all at once. */
  at: number;
  readonly vector: Float64Array;
}

/** An empty record. */
export function stepRecord(): StepRecord {
  return { count: 0, entries: [] };
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

/** A pair along axis k, and where it is collected. */
interface Waiting extends Paired {
  readonly k: number;
  readonly into: CoefficientSensitivity;
}

const NONE = new Float64Array(0);

/** A recorder for grids of that many nodes. Copies what it writes down: about a tenth of a step. */
export function recorder(scratch: Scratch): Recorder {
  let record = stepRecord();
  const write = (kind: Entry['kind'], at: number, v: Float64Array): void => {
    record.entries[record.count] ??= { kind, at, vector: new Float64Array(v.length) };
    const entry = record.entries[record.count++];
    entry.kind = kind;
    entry.at = at;
    entry.vector.set(v);
  };
  const through = standIns((fraction, at) => {
    const note = (v: Float64Array): void => {
      if (!productIn(record, fraction)) write('product', fraction, v);
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
        write('solve', k, v);
      },
      solveLineAfter: (k, shift, slope, v) => {
        at().solveLineAfter(k, shift, slope, v);
        write('solve', k, v);
      },
      solve: (shift, v) => {
        at().solve(shift, v);
        write('solve', -1, v);
      },
    };
  });
  return {
    step: (method, stage, dt, u, into) => {
      record = into;
      record.count = 0;
      method.step(through(stage), dt, u, scratch, NONE);
    },
  };
}

function productIn({ entries, count }: StepRecord, fraction: number): Float64Array | undefined {
  for (let i = 0; i < count; i++) {
    if (entries[i].kind === 'product' && entries[i].at === fraction) return entries[i].vector;
  }
  return undefined;
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
    const known = productIn(record, fraction);
    if (!known) throw new RangeError('a transposed step has a product that the step has not');
    return known;
  };
  const solutionOf = (k: number): Float64Array => {
    do solve--;
    while (record.entries[solve]?.kind === 'product');
    const last = record.entries[solve];
    if (last?.at !== k) throw new RangeError('a transposed step does not solve in the opposite order of the step');
    return last.vector;
  };
  // What stays where it is may wait for another along the same axis: two are collected in one pass.
  const waiting: Waiting[] = [];
  const collect = (pair: Waiting, stays: boolean): void => {
    for (let i = 0; i < waiting.length; i++) {
      const other = waiting[i];
      if (other.k !== pair.k || other.into !== pair.into) continue;
      const last = waiting.pop();
      if (last && last !== other) waiting[i] = last;
      pair.into.direction(pair.k, pair, other);
      return;
    }
    if (stays) waiting.push(pair);
    else pair.into.direction(pair.k, pair);
  };
  const through = standIns((fraction, at) => ({
    addTransposed: (k, factor, v, out) => {
      collect({ k, factor, left: v, right: productOf(fraction), into: sensitivity(fraction) }, false);
      at().addTransposed(k, factor, v, out);
    },
    addMixedTransposed: (factor, v, out) => {
      sensitivity(fraction).mixed(factor, v, productOf(fraction));
      at().addMixedTransposed(factor, v, out);
    },
    addForcingTransposed: (factor, left) => sensitivity(fraction).forcing(factor, left),
    solveLineTransposed: (k, shift, v, out) => {
      at().solveLineTransposed(k, shift, v, out);
      collect({ k, factor: shift, left: out, right: solutionOf(k), into: sensitivity(fraction) }, out !== v);
    },
    solveTransposed: (shift, v, out) => {
      at().solveTransposed(shift, v, out);
      const [right, into] = [solutionOf(-1), sensitivity(fraction)];
      for (let k = 0; k < at().directions; k++) collect({ k, factor: shift, left: out, right, into }, out !== v);
      into.mixed(shift, out, right);
    },
  }));
  return {
    step: (method, stage, dt, rho, known, into) => {
      record = known;
      sensitivity = into;
      solve = record.count;
      method.stepTransposed(through(stage), dt, rho, scratch, NONE);
      for (let last = waiting.pop(); last; last = waiting.pop()) last.into.direction(last.k, last);
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
