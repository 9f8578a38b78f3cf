import type { Operator } from '../operators/operator.js';
import type { Stage } from '../stepping/stepping.js';

/** Operators, one a fraction of a step and made once, that do what the stage's do but for some of it. */
export function standIns(made: (fraction: number, at: () => Operator) => Partial<Operator>): (stage: Stage) => Stage {
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
