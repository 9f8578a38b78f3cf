import { describe, numbers, SdeError } from 'sde-core';
import type { Grid } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import type { DriftDifference } from './assembly.js';
import { type Sides, slopedNodes } from './boundary.js';
import { pairsOf } from './coefficient-layout.js';
import type { Coefficients } from './coefficients.js';
import { directionalMatrix, spareHalfVariance } from './directional.js';
import { requireDominant } from './dominance.js';
import { mixedTerm } from './mixed.js';
import { addSparseProduct, addSparseTransposed } from './sparse-rows.js';
import { type SecondOrderRows, wideMatrix, wideRows } from './wide.js';

/**
 * How second derivatives are taken, in two dimensions or more.
 *
 * - `central`: mixed ones are products of central first derivatives, nine points a pair. Second order for every σσᵀ; not monotone.
 * - `directional`: mixed ones are along the diagonal that the sign of a_kl chooses, seven points a pair. Second order; monotone where
 *   Σ_l |a_kl| / Δx_l ≤ a_kk / Δx_k for every k, and in three dimensions refused elsewhere, where it may amplify.
 * - `wide`: the same where that is monotone. Elsewhere second differences along the columns of a factor of σσᵀ, with arms of about √n cells whose ends are
 *   interpolated linearly and which are cut where they leave the grid: monotone for every σσᵀ, of rank one too, and of order 1. Nothing to split by axes.
 *
 * What a_kl does on a side: where the curvature vanishes the last two leave the mixed derivative out; where a slope is given it is that of the slope.
 * Monotone they are with first derivatives that are (`drift` `hybrid` or `upwind`), and but for sides of vanishing curvature that the drift leaves through.
 * With `wide`, `hybrid` upwinds where σ̂ is along no axis, which adds |b| Δx / 2 of viscosity; `central` adds none and gives up the M-matrix.
 */
export type DiffusionDifference = 'central' | 'directional' | 'wide';

/** What of ½ a:∇² is not along single axes. */
export interface CrossTerm {
  /** Takes the coefficients as they are now. */
  assemble(): void;
  /** out += factor · A v. */
  add(factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · Aᵀ v. */
  addTransposed(factor: number, v: Float64Array, out: Float64Array): void;
  /** The part of ½ a_kk that axis k has in a matrix of its own: one array an axis. */
  readonly halfVariance: readonly Float64Array[];
  /** What is left of it for first derivatives to be central and monotone. */
  readonly spare: readonly Float64Array[];
  /** A itself, where it is held. */
  matrix(): SparseMatrix | undefined;
}

/** out += factor · scale ∘ ∂(A v) / ∂a_kl of the pair, for coefficients of the signs of those it was made for; where rows are empty, anything. */
export type MixedDerivative = (
  pair: number,
  scale: Float64Array,
  factor: number,
  v: Float64Array,
  out: Float64Array,
) => void;

/** A way to take second derivatives. */
export interface DiffusionRule {
  /** The axes keep their second derivatives, so steppings may solve along one axis at a time. */
  readonly splits: boolean;
  /** Rows are linear in a, whatever a is. */
  readonly linear: boolean;
  /** Of convergence in space, for smooth solutions and central first derivatives. */
  readonly order: 1 | 2;
  /** How first derivatives are taken unless the caller says. */
  readonly drift: DriftDifference;
  /** `coefficients` are read again by every `assemble`. */
  term(grid: Grid, sides: Sides, fixed: Uint8Array, coefficients: Coefficients): CrossTerm;
  /** Where it is linear in a: needed for gradients. */
  readonly derivative?: (grid: Grid, sides: Sides, fixed: Uint8Array, base: Coefficients) => MixedDerivative;
  /** What ∂_k ∂_l with a coefficient of that sign is on e^(i (ξ j_k + η j_l)), times Δx_k Δx_l: for stability. Absent where rows have no one form. */
  readonly mixedSymbol?: (xi: number, eta: number, sign: number) => number;
  /** What is left of ½ a_kk beside the mixed derivatives, if not all. */
  readonly spare?: typeof spareHalfVariance;
  /** Rows one by one, each for any a at its node: for rules that are not linear, where a is to be chosen. */
  readonly rows?: (grid: Grid, sides: Sides) => SecondOrderRows;
}

const RULES: Readonly<Record<DiffusionDifference, DiffusionRule>> = {
  central: {
    splits: true,
    linear: true,
    order: 2,
    drift: 'central',
    term: (grid, sides, _, { covariance, halfVariance }) => {
      const mixed = mixedTerm(grid, sides);
      let crossed = false;
      return {
        assemble: () => {
          crossed = covariance.some((values) => values.some((value) => value !== 0));
        },
        add: (factor, v, out) => {
          if (crossed) mixed.add(covariance, factor, v, out);
        },
        addTransposed: (factor, v, out) => {
          if (crossed) mixed.addTransposed(covariance, factor, v, out);
        },
        halfVariance,
        spare: halfVariance,
        matrix: () => undefined,
      };
    },
    derivative: (grid, sides) => mixedTerm(grid, sides).addPair,
    mixedSymbol: (xi, eta) => -numbers.sin(xi) * numbers.sin(eta),
  },
  directional: {
    splits: true,
    linear: false,
    order: 2,
    drift: 'central',
    term: (grid, sides, fixed, coefficients) => {
      const { covariance, halfVariance } = coefficients;
      const spare = zeros(grid);
      const held = heldMatrix(() => {
        if (grid.dimension > 2) requireDominant(grid, sides, coefficients, fixed);
        spareHalfVariance(grid, sides, coefficients, spare);
        return directionalMatrix(grid, sides, covariance, fixed);
      });
      return { ...held, halfVariance, spare };
    },
    derivative: (grid, sides, fixed, base) => {
      const units = pairsOf(grid.dimension).map((_, pair) =>
        directionalMatrix(grid, sides, oneHot(grid, pair, fixed), fixed, base.covariance),
      );
      const image = new Float64Array(grid.size);
      return (pair, scale, factor, v, out) => {
        image.fill(0);
        addSparseProduct(units[pair], factor, v, image);
        for (let p = 0; p < out.length; p++) out[p] += scale[p] * image[p];
      };
    },
    spare: spareHalfVariance,
    mixedSymbol: (xi, eta, sign) =>
      sign < 0
        ? numbers.cos(xi) + numbers.cos(eta) - numbers.cos(xi - eta) - 1
        : numbers.cos(xi + eta) - numbers.cos(xi) - numbers.cos(eta) + 1,
  },
  wide: {
    splits: false,
    linear: false,
    order: 1,
    drift: 'hybrid',
    term: (grid, sides, fixed, coefficients) => {
      const [onSlopes, spare] = [zeros(grid), zeros(grid)];
      const sloped = slopedNodes(grid, sides);
      const held = heldMatrix(() => {
        onSlopes.forEach((kept, k) => {
          for (let p = 0; p < kept.length; p++) kept[p] = sloped[k][p] ? coefficients.halfVariance[k][p] : 0;
        });
        const matrix = wideMatrix(grid, sides, coefficients, fixed, spare);
        spare.forEach((left, k) => {
          for (let p = 0; p < left.length; p++) if (sloped[k][p]) left[p] = onSlopes[k][p];
        });
        return matrix;
      });
      return { ...held, halfVariance: onSlopes, spare };
    },
    rows: wideRows,
  },
};

/**
 * The rule of a name. In one dimension all are the same.
 *
 * @throws SdeError `value` if there is no such rule.
 */
export function diffusionRule(name: DiffusionDifference, dimension: number, where: string): DiffusionRule {
  if (typeof name === 'string' && Object.hasOwn(RULES, name)) return RULES[dimension === 1 ? 'central' : name];
  throw new SdeError('value', {
    what: 'not a way to difference the diffusion',
    where,
    expected: "'central', 'directional' or 'wide'",
    got: describe(name),
    remedy: "leave it out for second order, or use 'wide' for monotone differences whatever the covariance",
  });
}

/** What is the same for terms that are held as a matrix. */
function heldMatrix(make: () => SparseMatrix): Pick<CrossTerm, 'assemble' | 'add' | 'addTransposed' | 'matrix'> {
  let matrix: SparseMatrix | undefined;
  return {
    assemble: () => {
      matrix = make();
    },
    add: (factor, v, out) => {
      if (matrix && matrix.value.length > 0) addSparseProduct(matrix, factor, v, out);
    },
    addTransposed: (factor, v, out) => {
      if (matrix && matrix.value.length > 0) addSparseTransposed(matrix, factor, v, out);
    },
    matrix: () => matrix,
  };
}

function zeros(grid: Grid): Float64Array[] {
  return grid.axes.map(() => new Float64Array(grid.size));
}

/** Covariances that are 1 for one pair of axes and 0 for the others, and 0 where the row is empty. */
function oneHot(grid: Grid, which: number, fixed: Uint8Array): Float64Array[] {
  return pairsOf(grid.dimension).map((_, pair) =>
    Float64Array.from({ length: grid.size }, (__, p) => (pair === which && !fixed[p] ? 1 : 0)),
  );
}
