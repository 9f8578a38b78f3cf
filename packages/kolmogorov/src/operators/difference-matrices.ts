import { model as closures } from 'sde-core';
import { centralFirst, centralSecond, type ThreePoint } from '../grid/differences.js';
import type { Grid } from '../grid/grid.js';
import { linesAlong } from '../grid/lines.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import {
  assembleDirection,
  type DriftDifference,
  differencesAcross,
  differencesByThree,
  fitted,
  keepsOrder,
} from './assembly.js';
import { addProduct, bands } from './bands.js';
import { isReflecting, type Sides } from './boundary.js';
import { coefficientLayout, pairsOf } from './coefficient-layout.js';
import { zeroCoefficients } from './coefficients.js';
import { diffusionRule } from './diffusion.js';
import { forcingOf } from './forcing.js';
import { generator } from './generator.js';
import { mixedTerm } from './mixed.js';
import type { Products } from './operator.js';
import { constantFunction } from './scalar-function.js';
import { sparseMatrix } from './sparse-matrix.js';

/**
 * The differences from which every generator on a grid is put together, one matrix each, on one common pattern: the row of a node is linear in the
 * coefficients there, once they have decided which first differences are taken.
 *
 * Terms in order, four an axis: ∂_k as taken where b_k < 0, where b_k ≥ 0, and central (on a side with a slope, the difference to the neighbor); ∂_k².
 * Then ∂_k ∂_l for k < l.
 */
export interface DifferenceMatrices {
  readonly grid: Grid;
  /** 1 where the boundary gives the value, or the node is a copy on a periodic axis: rows are empty. Shape (size). */
  readonly fixed: Uint8Array;
  /** The pattern, with the diagonal in every row that is not empty. */
  readonly pattern: Omit<SparseMatrix, 'value'>;
  /** Where the diagonal stands in it, shape (size); −1 in empty rows. */
  readonly diagonal: Int32Array;
  /** One array of values a term, in the pattern. */
  readonly terms: readonly Float64Array[];
  /** What the sides' slopes bring to each term at time t, shape (size) each; undefined where they bring nothing. */
  forcing(t: number): readonly Float64Array[] | undefined;
  /**
   * Which first difference each axis takes at a node: a term an axis, shape (d), from the coefficients in the order of {@link coefficientLayout}. Fitted differences raise ½ a_kk, in place.
   *
   * `spare`, shape (d), is what of ½ a_kk there is to make central differences monotone, if not all.
   */
  choose(p: number, coefficients: Float64Array, chosen: Int32Array, spare?: Float64Array): void;
  /**
   * Whether a control with these coefficients may be chosen at a node: not where it would drive the state out through a reflecting or a
   * degenerate side across which nothing diffuses, nor where it diffuses across a degenerate one.
   */
  admits(p: number, coefficients: Float64Array): boolean;
  /** Writes the given boundary values at time t into u, and closes periodic axes. */
  fix(t: number, u: Float64Array): void;
  /** Shares mass between nodes and their copies on periodic axes. */
  spread(rho: Float64Array): void;
}

/** Terms an axis, and their places: three first differences and the second. */
export const TERMS = 4;
export const FALLING = 0;
export const RISING = 1;
export const CENTRAL = 2;
export const SECOND = 3;

/** The term that a coefficient multiplies, by its place in the order of {@link coefficientLayout}, where the axes take the first differences `chosen`. */
export function termsOf(dimension: number): (place: number, chosen: ArrayLike<number>) => number {
  const { drift, halfVariance, covariance } = coefficientLayout(dimension);
  return (place, chosen) => {
    if (place < halfVariance) return chosen[place - drift];
    if (place < covariance) return TERMS * (place - halfVariance) + SECOND;
    return TERMS * dimension + place - covariance;
  };
}

/** The differences of a grid with its sides, for one way of taking first derivatives. */
export function differenceMatrices(
  grid: Grid,
  sides: Sides,
  rule: DriftDifference,
  interval: readonly [number, number],
): DifferenceMatrices {
  const none = constantFunction(0);
  const resting = closures({
    dimension: grid.dimension,
    noiseDimension: 1,
    autonomous: true,
    drift: (_, __, out) => out.fill(0),
    diffusion: (_, __, out) => out.fill(0),
  });
  const { fixed, fix, spread } = generator(grid, {
    model: resting,
    killing: none,
    source: none,
    sides,
    drift: rule,
    diffusion: diffusionRule('central', grid.dimension, 'differenceMatrices'),
    interval,
  });
  const units = unitsOf(grid, sides, rule, fixed);
  const { pattern, diagonal, terms } = joined(
    grid,
    fixed,
    units.map(({ matrix }) => matrix),
  );
  const forcing = forcingOf(grid, sides, none, rule, interval);
  const sloped = sides.some((pair) => pair.some((side) => side.kind === 'slope' && side.slope.constant !== 0));
  const brought = sloped ? units.map(() => new Float64Array(grid.size)) : undefined;
  const stencils = grid.axes.map(({ points }, k) => {
    const along = stencilsOf(points, sides[k][0].kind === 'periodic');
    return Array.from({ length: grid.size }, (_, p) => along[Math.floor(p / grid.strides[k]) % points.length]);
  });
  const { drift, halfVariance } = coefficientLayout(grid.dimension);
  const slopes = sides.map((pair) => pair.map((side) => side.kind === 'slope'));
  const reflects = sides.map((pair) => pair.map(isReflecting));
  return {
    grid,
    fixed,
    pattern,
    diagonal,
    terms,
    fix,
    spread,
    forcing: (t) => {
      brought?.forEach((out, term) => {
        if (units[term].free) return;
        forcing.evaluate(t, units[term].coefficients, out, true);
        for (let p = 0; p < out.length; p++) out[p] = fixed[p] ? 0 : units[term].sign * out[p];
      });
      return brought;
    },
    admits: admission(grid, sides),
    choose: (p, coefficients, chosen, spare) => {
      const d = grid.dimension;
      for (let k = 0; k < d; k++) {
        const stencil = stencils[k][p];
        const b = coefficients[drift + k];
        const { points } = grid.axes[k];
        const i = Math.floor(p / grid.strides[k]) % points.length;
        const inward = i === 0 && slopes[k][0] ? 1 : i === points.length - 1 && slopes[k][1] ? -1 : 0;
        if (inward !== 0) {
          const near = Math.abs(points[i + inward] - points[i]);
          const reflecting = reflects[k][inward === 1 ? 0 : 1];
          const [along, a] = [inward * b, coefficients[halfVariance + k]];
          const across =
            !(reflecting && rule === 'upwind') &&
            differencesAcross(rule, along, a, near, reflecting) &&
            !(reflecting && differencesByThree(rule, along, a, points.length));
          chosen[k] = TERMS * k + (across ? CENTRAL : b < 0 ? FALLING : RISING);
        } else if (stencil && rule === 'exponential') {
          coefficients[halfVariance + k] = fitted(b, coefficients[halfVariance + k], stencil.spacing);
          chosen[k] = TERMS * k + CENTRAL;
        } else {
          const central =
            rule === 'hybrid' && stencil && keepsOrder(stencil, b, spare ? spare[k] : coefficients[halfVariance + k]);
          chosen[k] = TERMS * k + (central ? CENTRAL : b < 0 ? FALLING : RISING);
        }
      }
    },
  };
}

/** Relative to the largest drift seen along an axis, one that is rounding; relative to drift times spacing, such a diffusion. */
const ROUNDING = 2 ** -40;

function admission(grid: Grid, sides: Sides): DifferenceMatrices['admits'] {
  const { dimension: d } = grid;
  const { drift, halfVariance } = coefficientLayout(d);
  const held = sides.map((pair) =>
    pair.map((side) => isReflecting(side) || (side.kind === 'straight' && side.degenerate)),
  );
  const largest = new Float64Array(d);
  return (p, coefficients) => {
    for (let k = 0; k < d; k++) {
      const { points } = grid.axes[k];
      const i = Math.floor(p / grid.strides[k]) % points.length;
      const upper = i === 0 ? 0 : 1;
      if ((i > 0 && i < points.length - 1) || !held[k][upper]) continue;
      const [b, a] = [coefficients[drift + k], 2 * coefficients[halfVariance + k]];
      largest[k] = Math.max(largest[k], Math.abs(b));
      const near = upper === 0 ? points[1] - points[0] : points[i] - points[i - 1];
      const diffuses = a > ROUNDING * Math.max(largest[k] * near, Number.MIN_VALUE);
      const outward = upper === 0 ? -b : b;
      if (diffuses ? sides[k][upper].kind === 'straight' : outward > ROUNDING * largest[k]) return false;
    }
    return true;
  };
}

interface Unit {
  readonly matrix: SparseMatrix;
  /** What the term multiplies is `sign` times this. */
  readonly coefficients: ReturnType<typeof zeroCoefficients>;
  readonly sign: 1 | -1;
  /** Slopes bring nothing to it. */
  readonly free?: boolean;
}

/** The matrices of generators with one coefficient ±1 and the others 0. */
function unitsOf(grid: Grid, sides: Sides, rule: DriftDifference, fixed: Uint8Array): Unit[] {
  const cyclic = sides.map(([lower]) => lower.kind === 'periodic');
  const upwind = rule === 'central' ? 'central' : 'upwind';
  const along = (
    k: number,
    which: 'drift' | 'halfVariance',
    sign: 1 | -1,
    taken: DriftDifference,
    free = false,
  ): Unit => {
    const coefficients = zeroCoefficients(grid);
    coefficients[which][k].fill(sign);
    const matrix = bands(linesAlong(grid, k), cyclic[k]);
    const { drift, halfVariance, killing } = coefficients;
    // On sides with slopes a free difference is the one to the neighbor, whichever way the drift points; the others are held where a slope is given.
    const much = Number.POSITIVE_INFINITY;
    const chosenBy = Float64Array.from({ length: grid.size }, (_, p) => {
      const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
      const side = i === 0 ? sides[k][0] : i === grid.shape[k] - 1 ? sides[k][1] : undefined;
      const given = side?.kind === 'slope' && !isReflecting(side);
      return given ? (free ? -much : much) : free ? much : 0;
    });
    const pattern = which === 'drift' ? { drift: drift[k], halfVariance: chosenBy } : undefined;
    const given = { drift: drift[k], halfVariance: halfVariance[k], killing, killingShare: 0, fixed, pattern };
    assembleDirection(grid, k, sides[k], taken, given, matrix);
    const products: Products = {
      directions: 1,
      cyclic,
      add: (_, factor, v, out) => addProduct(matrix, factor, v, out),
      addMixed: () => {},
    };
    return { matrix: scaled(sparseMatrix(products, grid), sign), coefficients, sign, free };
  };
  const mixed = mixedTerm(grid, sides);
  return [
    ...grid.axes.flatMap((_, k) => [
      along(k, 'drift', -1, upwind),
      along(k, 'drift', 1, upwind),
      along(k, 'drift', 1, 'central', true),
      along(k, 'halfVariance', 1, 'central'),
    ]),
    ...pairsOf(grid.dimension).map((_, pair): Unit => {
      const coefficients = zeroCoefficients(grid);
      for (let p = 0; p < grid.size; p++) coefficients.covariance[pair][p] = fixed[p] ? 0 : 1;
      const products: Products = {
        directions: 0,
        cyclic,
        add: () => {},
        addMixed: (factor, v, out) => mixed.add(coefficients.covariance, factor, v, out),
      };
      return { matrix: sparseMatrix(products, grid), coefficients, sign: 1 };
    }),
  ];
}

function scaled(matrix: SparseMatrix, factor: 1 | -1): SparseMatrix {
  return factor === 1 ? matrix : { ...matrix, value: matrix.value.map((value) => -value) };
}

/** Matrices spread over the union of their patterns. */
function joined(
  grid: Grid,
  fixed: Uint8Array,
  matrices: readonly SparseMatrix[],
): Pick<DifferenceMatrices, 'pattern' | 'diagonal' | 'terms'> {
  const { size } = grid;
  const rowStart = new Int32Array(size + 1);
  const rows = Array.from({ length: size }, (_, p) => {
    const columns = new Set(fixed[p] ? [] : [p]);
    for (const { rowStart: from, column } of matrices) {
      for (let e = from[p]; e < from[p + 1]; e++) columns.add(column[e]);
    }
    rowStart[p + 1] = rowStart[p] + columns.size;
    return [...columns].sort((a, b) => a - b);
  });
  const column = Int32Array.from(rows.flat());
  const terms = matrices.map((matrix) => {
    const value = new Float64Array(column.length);
    for (let p = 0; p < size; p++) {
      let place = rowStart[p];
      for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
        while (column[place] !== matrix.column[e]) place++;
        value[place] = matrix.value[e];
      }
    }
    return value;
  });
  const diagonal = Int32Array.from(rows, (columns, p) => (fixed[p] ? -1 : rowStart[p] + columns.indexOf(p)));
  return { pattern: { size, rowStart, column }, diagonal, terms };
}

interface InnerStencil {
  readonly first: ThreePoint;
  readonly second: ThreePoint;
  /** The larger distance to a neighbor. */
  readonly spacing: number;
}

/** The central differences of an axis; undefined at its ends. */
function stencilsOf(points: Float64Array, cyclic: boolean): (InnerStencil | undefined)[] {
  const last = points.length - 1;
  return Array.from(points, (_, i) => {
    if (i === last || (i === 0 && !cyclic)) return undefined;
    const down = i === 0 ? points[last] - points[last - 1] : points[i] - points[i - 1];
    const up = points[i + 1] - points[i];
    return { first: centralFirst(down, up), second: centralSecond(down, up), spacing: Math.max(down, up) };
  });
}
