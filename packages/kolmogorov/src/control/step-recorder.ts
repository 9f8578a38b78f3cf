import type { Operator } from '../operators/operator.js';
import type { OneStep, Scratch, Stage } from '../stepping/stepping.js';
import type { CoefficientSensitivity } from './coefficient-sensitivity.js';

/**
 * One step back, again, then its transpose, adding to `into` what the step's dependence on the coefficients contributes.
 *
 * A step applies the operator of a stage to one vector only, and solves in one order; its transpose meets the adjoints of the same operations.
 * So with v the vector a product was applied to and w the adjoint of its result, a product contributes wᵀ (∂A) v; with v the result of a
 * solve and w the result of its transpose, a solve contributes shift · wᵀ (∂A) v. `u` is the solution before the step and is overwritten;
 * `rho` is mapped to the adjoint before the step.
 */
export function transposeWithSensitivity(
  method: OneStep,
  stage: Stage,
  dt: number,
  u: Float64Array,
  rho: Float64Array,
  scratch: Scratch,
  into: CoefficientSensitivity,
): void {
  const products = new Map<number, Product>();
  const solved: Solve[] = [];
  const none = new Float64Array(0);
  const arrays = fresh(scratch);
  method.step((fraction) => recording(stage(fraction), fraction, products, solved, arrays), dt, u, scratch, none);
  method.stepTransposed(
    (fraction) => pairing(stage(fraction), fraction, products, solved, into, arrays),
    dt,
    rho,
    scratch,
    none,
  );
  for (const { right, left, mixedLeft } of products.values()) {
    left.forEach((sum, k) => {
      into.direction(k, 1, sum, right);
    });
    if (mixedLeft) into.mixed(mixedLeft, right);
  }
}

/** Scratch arrays that a step itself does not reach, one after another. */
interface Arrays {
  copy(v: Float64Array): Float64Array;
  zero(): Float64Array;
}

/** Beyond what any stepping uses. */
const RESERVED = 64;

function fresh(scratch: Scratch): Arrays {
  let used = RESERVED;
  return {
    copy: (v) => {
      const array = scratch(used++);
      array.set(v);
      return array;
    },
    zero: () => scratch(used++).fill(0),
  };
}

interface Product {
  /** What the operator of the stage was applied to. */
  readonly right: Float64Array;
  /** The sum of the adjoints of the results, by axis. */
  readonly left: Map<number, Float64Array>;
  mixedLeft?: Float64Array;
}

interface Solve {
  /** The axis; −1 for all at once. */
  readonly k: number;
  readonly result: Float64Array;
}

function recording(
  operator: Operator,
  fraction: number,
  products: Map<number, Product>,
  solved: Solve[],
  arrays: Arrays,
): Operator {
  const note = (v: Float64Array): void => {
    if (!products.has(fraction)) products.set(fraction, { right: arrays.copy(v), left: new Map() });
  };
  return {
    ...operator,
    apply: (k, v, out, factor, sum) => {
      note(v);
      operator.apply(k, v, out, factor, sum);
    },
    add: (k, factor, v, out) => {
      note(v);
      operator.add(k, factor, v, out);
    },
    addMixed: (factor, v, out) => {
      note(v);
      operator.addMixed(factor, v, out);
    },
    solveLine: (k, shift, v) => {
      operator.solveLine(k, shift, v);
      solved.push({ k, result: arrays.copy(v) });
    },
    solveLineAfter: (k, shift, slope, v) => {
      operator.solveLineAfter(k, shift, slope, v);
      solved.push({ k, result: arrays.copy(v) });
    },
    solve: (shift, v) => {
      operator.solve(shift, v);
      solved.push({ k: -1, result: arrays.copy(v) });
    },
  };
}

function pairing(
  operator: Operator,
  fraction: number,
  products: ReadonlyMap<number, Product>,
  solved: Solve[],
  into: CoefficientSensitivity,
  arrays: Arrays,
): Operator {
  const product = (): Product => {
    const known = products.get(fraction);
    if (!known) throw new RangeError('a transposed step has a product that the step has not');
    return known;
  };
  const solutionOf = (k: number): Float64Array => {
    const last = solved.pop();
    if (last?.k !== k) throw new RangeError('a transposed step does not solve in the opposite order of the step');
    return last.result;
  };
  return {
    ...operator,
    addTransposed: (k, factor, v, out) => {
      const { left } = product();
      const sum = left.get(k) ?? arrays.zero();
      left.set(k, sum);
      for (let p = 0; p < v.length; p++) sum[p] += factor * v[p];
      operator.addTransposed(k, factor, v, out);
    },
    addMixedTransposed: (factor, v, out) => {
      const found = product();
      found.mixedLeft ??= arrays.zero();
      for (let p = 0; p < v.length; p++) found.mixedLeft[p] += factor * v[p];
      operator.addMixedTransposed(factor, v, out);
    },
    addForcingTransposed: (factor, left) => into.forcing(factor, left),
    solveLineTransposed: (k, shift, v) => {
      operator.solveLineTransposed(k, shift, v);
      into.direction(k, shift, v, solutionOf(k));
    },
    solveTransposed: (shift, v) => {
      operator.solveTransposed(shift, v);
      const result = solutionOf(-1);
      for (let k = 0; k < operator.directions; k++) into.direction(k, shift, v, result);
      into.mixed(
        v.map((value) => shift * value),
        result,
      );
    },
  };
}
