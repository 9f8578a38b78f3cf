import type { Grid } from '../grid/grid.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import { divided, ruleOf } from '../operators/placed-averages.js';
import type { AtPoint, ControlledEquation } from './controlled-equation.js';

/** Writes numbers that enter at node p, at time t and `point` = (x, a), x being the node's place. */
export type AtNode = (p: number, t: number, point: Float64Array, out: Float64Array) => void;

/** A controlled equation as it enters at the nodes of a grid. */
export interface NodeEquation {
  readonly equation: ControlledEquation;
  /** Those of the equation; beside a locus, means about the node. */
  readonly numbers: AtNode;
  /** See {@link ControlledEquation.quadratic}. */
  quadratic(chosen: readonly number[]): { readonly slopes: AtNode; readonly curvatures: AtNode } | undefined;
}

/**
 * The numbers of a controlled equation as they enter at the nodes: for each control their means in cells that loci cut, so that they are as linear or
 * quadratic in the controls as they were. Where no control enters σ, weighted as across a jump of it: see {@link placedAverages}.
 */
export function averagedEquation(equation: ControlledEquation, grid: Grid, cyclic: readonly boolean[]): NodeEquation {
  const ruleAt = ruleOf(grid, equation.loci, cyclic);
  const { dimension: d, count, controls: q } = equation;
  const { halfVariance } = coefficientLayout(d);
  const weighted = !equation.inDiffusion.includes(true);
  const moved = new Float64Array(d + q);
  const numbers = new Float64Array(count);
  const averaged = (f: AtPoint): AtNode => {
    if (!ruleAt) return (_, t, point, out) => f(t, point, out);
    let values = new Float64Array(0);
    return (p, t, point, out) => {
      const rule = ruleAt(t);
      const n = rule ? rule.placeOf[p] : -1;
      if (!rule || n < 0) {
        f(t, point, out);
        return;
      }
      if (values.length !== out.length) values = new Float64Array(out.length);
      moved.set(point);
      const weights = rule.weight.slice(rule.start[n], rule.start[n + 1]);
      const toPoint = (e: number): void =>
        moved.set(rule.points.subarray((rule.start[n] + e) * d, (rule.start[n] + e + 1) * d));
      if (weighted) {
        const variance = weights.map((_, e) => {
          toPoint(e);
          equation.numbers(t, moved, numbers);
          return numbers[halfVariance + rule.across[n]];
        });
        divided(weights, variance);
      }
      out.fill(0);
      for (let e = 0; e < weights.length; e++) {
        toPoint(e);
        f(t, moved, values);
        for (let i = 0; i < out.length; i++) out[i] += weights[e] * values[i];
      }
    };
  };
  return {
    equation,
    numbers: averaged(equation.numbers),
    quadratic: (chosen) => {
      const found = equation.quadratic(chosen);
      return found && { slopes: averaged(found.slopes), curvatures: averaged(found.curvatures) };
    },
  };
}
