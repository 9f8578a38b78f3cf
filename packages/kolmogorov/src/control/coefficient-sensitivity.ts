import type { Grid } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import { assembleDirection, type DriftDifference } from '../operators/assembly.js';
import { type Bands, bands, corners } from '../operators/bands.js';
import type { Sides } from '../operators/boundary.js';
import { type Coefficients, pairsOf } from '../operators/coefficients.js';
import type { DiffusionRule, MixedDerivative } from '../operators/diffusion.js';

/** ∂J/∂(coefficient at a node), summed over the steps of a stretch on which coefficients are constant. */
export interface CoefficientSensitivity {
  /** For b_k, ½ a_kk, a_kl, c and the forcing, in that order: arrays of shape (size). */
  readonly arrays: readonly Float64Array[];
  /** Adds factor · leftᵀ (∂A_k) right. */
  direction(k: number, factor: number, left: Float64Array, right: Float64Array): void;
  /** Adds leftᵀ (∂A_mixed) right. */
  mixed(left: Float64Array, right: Float64Array): void;
  /** Adds factor · leftᵀ ∂g. */
  forcing(factor: number, left: Float64Array): void;
}

/** What the controls enter at all: the rest is not collected. */
export interface Wanted {
  readonly covariance: boolean;
  readonly killing: boolean;
}

/** How the equation is differenced. */
export interface Differences {
  readonly drift: DriftDifference;
  readonly diffusion: DiffusionRule & { readonly derivative: NonNullable<DiffusionRule['derivative']> };
}

/** Accumulators for one stretch; `base` are its coefficients, which decide where differences are one-sided. */
export function coefficientSensitivity(
  grid: Grid,
  sides: Sides,
  rules: Differences,
  base: Coefficients,
  fixed: Uint8Array,
  wanted: Wanted,
): CoefficientSensitivity {
  const { dimension: d, size } = grid;
  const pairs = pairsOf(d);
  const arrays = Array.from({ length: 2 * d + pairs.length + 2 }, () => new Float64Array(size));
  const killing = arrays[2 * d + pairs.length];
  const source = arrays[2 * d + pairs.length + 1];
  const spare = base.halfVariance.map((values) => values.slice());
  rules.diffusion.spare?.(grid, sides, base, spare);
  const stencils = grid.axes.map((_, k) =>
    unitStencils(grid, k, sides, rules.drift, { drift: base.drift[k], halfVariance: spare[k] }, fixed),
  );
  const mixedDerivative: MixedDerivative | undefined = wanted.covariance
    ? rules.diffusion.derivative(grid, sides, fixed, base)
    : undefined;
  const image = new Float64Array(size);
  const collect = (into: Float64Array, factor: number, left: Float64Array): void => {
    for (let p = 0; p < size; p++) into[p] += factor * left[p] * image[p];
  };
  return {
    arrays,
    direction: (k, factor, left, right) => {
      const [first, second] = stencils[k];
      collectProducts(first, second, factor, left, right, arrays[k], arrays[d + k]);
      if (!wanted.killing) return;
      for (let p = 0; p < size; p++) if (!fixed[p]) killing[p] -= (factor / d) * left[p] * right[p];
    },
    mixed: (left, right) => {
      if (!mixedDerivative) return;
      pairs.forEach((_, pair) => {
        mixedDerivative(pair, right, image);
        collect(arrays[2 * d + pair], 1, left);
      });
    },
    forcing: (factor, left) => {
      for (let p = 0; p < size; p++) if (!fixed[p]) source[p] += factor * left[p];
    },
  };
}

/** drift += factor · left ∘ (∂_k right), halfVariance += factor · left ∘ (∂_k² right), in one pass. */
function collectProducts(
  first: Bands,
  second: Bands,
  factor: number,
  left: Float64Array,
  right: Float64Array,
  drift: Float64Array,
  halfVariance: Float64Array,
): void {
  const { lower: below1, diagonal: own1, upper: above1 } = first;
  const { lower: below2, diagonal: own2, upper: above2 } = second;
  const { stride, size, count } = first.lines;
  for (let p = 0; p < size; p++) {
    const down = p >= stride ? right[p - stride] : 0;
    const up = p + stride < size ? right[p + stride] : 0;
    const weight = factor * left[p];
    drift[p] += weight * (below1[p] * down + own1[p] * right[p] + above1[p] * up);
    halfVariance[p] += weight * (below2[p] * down + own2[p] * right[p] + above2[p] * up);
  }
  const { firstRow, firstColumn, lastRow, lastColumn } = corners(first);
  for (let q = 0; q < count; q++) {
    const start = startOf(first.lines, q);
    const [top, bottom] = [start + firstRow * stride, start + lastRow * stride];
    const above = factor * left[top] * right[start + firstColumn * stride];
    const below = factor * left[bottom] * right[start + lastColumn * stride];
    drift[top] += above * first.first[q];
    halfVariance[top] += above * second.first[q];
    drift[bottom] += below * first.last[q];
    halfVariance[bottom] += below * second.last[q];
  }
}

/** The matrices of ∂_k and of ∂_k² on the grid: A_k is their sum weighted by b_k and ½ a_kk, less c / d. */
function unitStencils(
  grid: Grid,
  k: number,
  sides: Sides,
  rule: DriftDifference,
  pattern: { readonly drift: Float64Array; readonly halfVariance: Float64Array },
  fixed: Uint8Array,
): readonly [Bands, Bands] {
  const ones = new Float64Array(grid.size).fill(1);
  const zeros = new Float64Array(grid.size);
  const made = (drift: Float64Array, halfVariance: Float64Array): Bands => {
    const out = bands(linesAlong(grid, k), sides[k][0].kind === 'periodic');
    assembleDirection(
      grid,
      k,
      sides[k],
      rule,
      { drift, halfVariance, killing: zeros, killingShare: 0, fixed, pattern },
      out,
    );
    return out;
  };
  return [made(ones, zeros), made(zeros, ones)];
}
