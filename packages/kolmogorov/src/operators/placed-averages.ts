import type { Model } from 'sde-core';
import { type CellRule, cellRule } from '../grid/cell-rule.js';
import type { Grid } from '../grid/grid.js';
import type { Sides } from './boundary.js';
import { type CoefficientLayout, coefficientLayout, inOrder } from './coefficient-layout.js';
import { type Coefficients, coefficientsAt } from './coefficients.js';
import type { Locus } from './loci.js';
import type { ScalarFunction } from './scalar-function.js';

/** The rule of a grid for loci, as a function of time: the same rule while none of them moves. */
export type RuleAt = (t: number) => CellRule | undefined;

/** Prepares the loci that are in space for a grid; undefined if there are none. */
export function ruleOf(grid: Grid, loci: readonly Locus[], cyclic: readonly boolean[], stride = 1): RuleAt | undefined {
  const placed = loci.filter(({ inSpace }) => inSpace);
  if (placed.length === 0) return undefined;
  const moves = placed.some((locus) => locus.moves);
  let known: { readonly t: number; readonly rule: CellRule | undefined } | undefined;
  return (t) => {
    if (!known || (moves && known.t !== t)) {
      const cuts = placed.map(({ kind, at }) => ({ kind, at: (x: ArrayLike<number>) => at(t, x) }));
      known = { t, rule: cellRule(grid, cuts, cyclic, stride) };
    }
    return known.rule;
  };
}

/** Where the diffusion of an equation jumps, and ½ a_kk of axis k at a place: what terminal values that jump there too are weighted with. */
export interface Interface {
  readonly loci: readonly Locus[];
  halfVariance(t: number, x: Float64Array, k: number): number;
}

/**
 * Writes the mean of f for each node of a rule; one that is not finite is left out. With ½ a across the cut at hand means are weighted with 1 / a, as those
 * of the equation are.
 */
export function averageInto(
  rule: CellRule,
  d: number,
  f: (x: Float64Array) => number,
  out: Float64Array,
  halfVariance?: (x: Float64Array, k: number) => number,
): void {
  const { nodes, start, weight, points, across } = rule;
  nodes.forEach((p, n) => {
    const weights = weight.slice(start[n], start[n + 1]);
    const point = (e: number): Float64Array => points.subarray((start[n] + e) * d, (start[n] + e + 1) * d);
    if (halfVariance)
      divided(
        weights,
        weights.map((_, e) => halfVariance(point(e), across[n])),
      );
    let sum = 0;
    weights.forEach((w, e) => {
      sum += w * f(point(e));
    });
    if (Number.isFinite(sum)) out[p] = sum;
  });
}

/** Weights over a, made to sum to 1; as they are where a vanishes somewhere. */
export function divided(weights: Float64Array, a: Float64Array): void {
  if (!a.every((value) => value > 0)) return;
  let sum = 0;
  for (let e = 0; e < weights.length; e++) {
    weights[e] /= a[e];
    sum += weights[e];
  }
  for (let e = 0; e < weights.length; e++) weights[e] /= sum;
}

/** Coefficients and source in cells that loci cut, put in the place of their values at the nodes. */
export interface PlacedAverages {
  coefficients(t: number, out: Coefficients): void;
  source(t: number, out: Float64Array): void;
}

/**
 * How coefficients that jump or kink between nodes enter.
 *
 * Across a jump of a = a_kk, u and ∂_k u are continuous and ∂²_k u is not, but ½ ∂²_k u = −(u_t + b ∂u + … − c u + f) / a holds on both sides. So the equation
 * is divided by a before it is averaged with the hats: what stands for a is 1 / mean(1 / a), and for every other coefficient q it is mean(q / a) / mean(1 / a).
 * Where a vanishes in a cell that is cut, plain means are taken. Order 2 for jumps along axes, and for those of isotropic diffusion along anything.
 *
 * @see [samarskii2001]
 */
export function placedAverages(
  grid: Grid,
  sides: Sides,
  given: { readonly model: Model; readonly killing: ScalarFunction; readonly source: ScalarFunction },
  loci: { readonly coefficients: readonly Locus[]; readonly source: readonly Locus[] },
): PlacedAverages | undefined {
  const cyclic = sides.map(([lower]) => lower.kind === 'periodic');
  const rule = ruleOf(grid, loci.coefficients, cyclic);
  const joint =
    given.source.constant === undefined ? ruleOf(grid, [...loci.coefficients, ...loci.source], cyclic) : undefined;
  if (!rule && !joint) return undefined;
  const { dimension: d } = grid;
  const at = coefficientsAt(given.model, given.killing);
  const layout = coefficientLayout(d);
  const { ofGenerator: count } = layout;
  const degenerate = degenerateNodes(grid, sides);
  /** The coefficients at all points of a rule, shape (points, count). */
  const table = ({ points }: CellRule, t: number): Float64Array => {
    const values = new Float64Array((points.length / d) * count);
    for (let j = 0; j * d < points.length; j++) {
      at(t, points.subarray(j * d, (j + 1) * d), values.subarray(j * count, (j + 1) * count));
    }
    return values;
  };
  return {
    coefficients: (t, out) => {
      const now = rule?.(t);
      if (!now) return;
      const values = table(now, t);
      const arrays = inOrder(out);
      eachNode(now, values, layout, (p, weights, first) => {
        if (degenerate[p]) return;
        arrays.forEach((array, i) => {
          let sum = 0;
          for (let e = 0; e < weights.length; e++) sum += weights[e] * values[(first + e) * count + i];
          if (Number.isFinite(sum)) array[p] = sum;
        });
      });
    },
    source: (t, out) => {
      const now = joint?.(t);
      if (!now) return;
      // Without a locus of the coefficients they are smooth where the source is not.
      const values = rule ? table(now, t) : undefined;
      eachNode(now, values, layout, (p, weights, first) => {
        let sum = 0;
        weights.forEach((w, e) => {
          sum += w * given.source.at(t, now.points.subarray((first + e) * d, (first + e + 1) * d));
        });
        if (Number.isFinite(sum)) out[p] = sum;
      });
    },
  };
}

/** Calls `see` with the points of each node and their weights, which are divided by a across the cut where there are values and it does not vanish. */
function eachNode(
  { nodes, start, weight, across }: CellRule,
  values: Float64Array | undefined,
  { ofGenerator: count, halfVariance }: CoefficientLayout,
  see: (p: number, weights: Float64Array, first: number) => void,
): void {
  nodes.forEach((p, n) => {
    const weights = weight.slice(start[n], start[n + 1]);
    if (values)
      divided(
        weights,
        weights.map((_, e) => values[(start[n] + e) * count + halfVariance + across[n]]),
      );
    see(p, weights, start[n]);
  });
}

/** 1 on sides that are said to be degenerate, where coefficients have to be what they are. */
function degenerateNodes({ size, shape, strides }: Grid, sides: Sides): Uint8Array {
  return Uint8Array.from({ length: size }, (_, p) =>
    sides.some(([lower, upper], k) => {
      const i = Math.floor(p / strides[k]) % shape[k];
      const side = i === 0 ? lower : i === shape[k] - 1 ? upper : undefined;
      return side?.kind === 'straight' && side.degenerate;
    })
      ? 1
      : 0,
  );
}
