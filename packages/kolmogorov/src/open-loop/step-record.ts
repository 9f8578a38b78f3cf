import { SdeError } from 'sde-core';
import type { OneStep, Scratch, Stage } from '../stepping/stepping.js';
import type { CoefficientSensitivity, Paired } from './coefficient-sensitivity.js';
import { standIns } from './stand-ins.js';

/** What one step of u computed on the way: all that its transpose needs to say how the step depends on its coefficients. */
export interface StepRecord {
  /** Operations that were written down. */
  count: number;
  /** In order; those beyond `count` are left from other steps, to be used again. */
  readonly entries: Entry[];
  /** Different vectors that they refer to. */
  width: number;
  /** Those beyond `width` are left from other steps. */
  readonly vectors: Float64Array[];
}

interface Entry {
  kind: Kind;
  /** The fraction of the step whose operator it was. */
  at: number;
  /** The axis, or {@link MIXED}, or {@link ALL}. */
  part: number;
  /** What the operator was applied to, or the result of a solve. */
  vector: Float64Array;
}

type Kind = 'product' | 'solve';

/** The part of a product with the mixed derivatives. */
const MIXED = -1;
/** The part of a solve with all axes at once. */
const ALL = -2;

/** An empty record. */
export function stepRecord(): StepRecord {
  return { count: 0, entries: [], width: 0, vectors: [] };
}

/** Takes steps of u and writes down what they computed. */
export interface Recorder {
  step(method: OneStep, stage: Stage, dt: number, u: Float64Array, record: StepRecord): void;
}

/** Takes steps of ρ and collects, by the record of the step, how J depends on the coefficients. */
export interface Pairing {
  /**
   * `into` is where the coefficients at a fraction of the step are collected.
   *
   * @throws SdeError `unsupported` if the transposed step has not the operations of the step.
   */
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

/**
 * What is added to the results of a step's operations, to see how the step carries it on: for each operation in order a vector, of which a product gets
 * `factor` times as much and the right-hand side of a solve `shift` times; and one for the forcing at each fraction.
 */
export interface Disturbance {
  operation(index: number): Float64Array;
  forcing(fraction: number): Float64Array;
}

/**
 * A recorder for grids of that many nodes. Copies what it writes down: about a tenth of a step. With a `disturbance` it writes that down in the place of
 * what the operations took.
 */
export function recorder(scratch: Scratch, disturbance?: Disturbance): Recorder {
  let record = stepRecord();
  const write = (kind: Kind, at: number, part: number, v: Float64Array): Float64Array | undefined => {
    record.entries[record.count] ??= { kind, at, part, vector: NONE };
    const entry = record.entries[record.count];
    const added = disturbance?.operation(record.count);
    record.count++;
    entry.kind = kind;
    entry.at = at;
    entry.part = part;
    entry.vector = added ?? kept(record, v);
    return added;
  };
  const through = standIns((fraction, at) => ({
    addForcing: (factor, out) => {
      at().addForcing(factor, out);
      if (disturbance) addTo(out, factor, disturbance.forcing(fraction));
    },
    apply: (k, v, out, factor, sum) => {
      const added = write('product', fraction, k, v);
      at().apply(k, v, out, factor, sum);
      if (!added) return;
      addTo(out, 1, added);
      addTo(sum, factor, added);
    },
    add: (k, factor, v, out) => {
      const added = write('product', fraction, k, v);
      at().add(k, factor, v, out);
      if (added) addTo(out, factor, added);
    },
    addMixed: (factor, v, out) => {
      const added = write('product', fraction, MIXED, v);
      at().addMixed(factor, v, out);
      if (added) addTo(out, factor, added);
    },
    solveLine: (k, shift, v) => {
      if (disturbance) addTo(v, shift, disturbance.operation(record.count));
      at().solveLine(k, shift, v);
      write('solve', fraction, k, v);
    },
    solveLineAfter: (k, shift, slope, v) => {
      if (disturbance) addTo(v, shift, disturbance.operation(record.count));
      at().solveLineAfter(k, shift, slope, v);
      write('solve', fraction, k, v);
    },
    solve: (shift, v) => {
      // Every axis and the mixed derivatives bring their share.
      if (disturbance) addTo(v, shift * (at().directions + 1), disturbance.operation(record.count));
      at().solve(shift, v);
      write('solve', fraction, ALL, v);
    },
  }));
  return {
    step: (method, stage, dt, u, into) => {
      record = into;
      record.count = 0;
      record.width = 0;
      method.step(through(stage), dt, u, scratch, NONE);
    },
  };
}

function addTo(out: Float64Array, factor: number, v: Float64Array): void {
  for (let p = 0; p < out.length; p++) out[p] += factor * v[p];
}

/** A copy of v in the record: where the last vector is the same, that one, since a product with all of A is one with each of its parts. */
function kept(record: StepRecord, v: Float64Array): Float64Array {
  const last = record.vectors[record.width - 1];
  if (record.width > 0 && same(last, v)) return last;
  record.vectors[record.width] ??= new Float64Array(v.length);
  const copy = record.vectors[record.width++];
  copy.set(v);
  return copy;
}

function same(a: Float64Array, b: Float64Array): boolean {
  for (let p = 0; p < a.length; p++) if (a[p] !== b[p]) return false;
  return true;
}

/**
 * The operations of a step with one part of the operator at one fraction, products and solves apart, are met by those of its transpose in the opposite
 * order. So with v the vector a product was applied to and w the adjoint of its result, a product contributes wᵀ (∂A) v; with v the result of a
 * solve and w the result of its transpose, a solve contributes shift · wᵀ (∂A) v.
 */
export function pairing(scratch: Scratch): Pairing {
  let record = stepRecord();
  const met: boolean[] = [];
  let sensitivity: (fraction: number) => CoefficientSensitivity = () => {
    throw new RangeError('no step is being taken');
  };
  const partnerOf = (kind: Kind, at: number, part: number): Float64Array => {
    for (let i = record.count - 1; i >= 0; i--) {
      const entry = record.entries[i];
      if (met[i] || entry.kind !== kind || entry.at !== at || entry.part !== part) continue;
      met[i] = true;
      return entry.vector;
    }
    throw unmatched(`a transposed ${kind} that the step has not, at fraction ${at}`);
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
      collect({ k, factor, left: v, right: partnerOf('product', fraction, k), into: sensitivity(fraction) }, false);
      at().addTransposed(k, factor, v, out);
    },
    addMixedTransposed: (factor, v, out) => {
      sensitivity(fraction).mixed(factor, v, partnerOf('product', fraction, MIXED));
      at().addMixedTransposed(factor, v, out);
    },
    addForcingTransposed: (factor, left) => sensitivity(fraction).forcing(factor, left),
    solveLineTransposed: (k, shift, v, out) => {
      at().solveLineTransposed(k, shift, v, out);
      collect(
        { k, factor: shift, left: out, right: partnerOf('solve', fraction, k), into: sensitivity(fraction) },
        out !== v,
      );
    },
    solveTransposed: (shift, v, out) => {
      at().solveTransposed(shift, v, out);
      const [right, into] = [partnerOf('solve', fraction, ALL), sensitivity(fraction)];
      for (let k = 0; k < at().directions; k++) collect({ k, factor: shift, left: out, right, into }, out !== v);
      into.mixed(shift, out, right);
    },
  }));
  return {
    step: (method, stage, dt, rho, known, into) => {
      record = known;
      sensitivity = into;
      met.length = 0;
      method.stepTransposed(through(stage), dt, rho, scratch, NONE);
      for (let last = waiting.pop(); last; last = waiting.pop()) last.into.direction(last.k, last);
      for (let i = 0; i < record.count; i++) {
        const { kind, at } = record.entries[i];
        if (!met[i]) throw unmatched(`a ${kind} that the transposed step has not, at fraction ${at}`);
      }
    },
  };
}

/** What says that the two halves of a step are not operation by operation transposes of each other. */
export function unmatched(got: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a stepping whose transposed step does not mirror its step, so that no gradient can be taken through it',
    where: '(…, { stepping })',
    expected: 'the transposes of its products and solves, in the opposite order: see OneStep',
    got,
    remedy: 'write stepTransposed operation by operation, from the last of step to the first',
  });
}
