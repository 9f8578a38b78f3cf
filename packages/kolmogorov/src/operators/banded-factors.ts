import { SdeError } from 'sde-core';
import type { SparseMatrix } from './sparse-matrix.js';

/** An LU factorization, to be solved with from either side. */
export interface Factors {
  /** v ← M⁻¹ v. */
  solve(v: Float64Array): void;
  /** v ← M⁻ᵀ v. */
  solveTransposed(v: Float64Array): void;
}

/** The most numbers a factorization may hold: 1 GiB. */
const MOST_ENTRIES = 2 ** 27;

/**
 * Factors M = diag(alpha) − shift · A in band storage, without pivoting.
 *
 * `order` numbers the nodes so that neighbors are close: the band is as wide as the grid's smallest section. The matrices of implicit steps
 * and of stationary problems are M-matrices or have a positive definite symmetric part, up to boundary rows. Cost: size · band² to factor, 2 · size
 * · band to solve, band = 2 · section + 1.
 *
 * @throws SdeError `unsupported` if it does not fit in memory, `value` if a pivot is 0 to rounding.
 * @see [golub2013]
 */
export function bandedFactors(matrix: SparseMatrix, alpha: Float64Array, shift: number, order: Int32Array): Factors {
  const { size, rowStart, column, value } = matrix;
  const width = bandwidth(matrix, order);
  const span = 2 * width + 1;
  if (size * span > MOST_ENTRIES) throw tooLarge(size, width);
  // Row i holds columns i − width … i + width.
  const band = new Float64Array(size * span);
  for (let p = 0; p < size; p++) {
    const i = order[p];
    band[i * span + width] += alpha[p];
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      band[i * span + width + order[column[e]] - i] -= shift * value[e];
    }
  }
  eliminate(band, size, width);
  const permuted = new Float64Array(size);
  const through = (v: Float64Array, act: (w: Float64Array) => void): void => {
    for (let p = 0; p < size; p++) permuted[order[p]] = v[p];
    act(permuted);
    for (let p = 0; p < size; p++) v[p] = permuted[order[p]];
  };
  return {
    solve: (v) => through(v, (w) => solveBand(band, size, width, w)),
    solveTransposed: (v) => through(v, (w) => solveBandTransposed(band, size, width, w)),
  };
}

/** Numbers a grid's nodes with the longest axis slowest: shape (size), the place of each node. */
export function bandOrder(shape: readonly number[], strides: readonly number[]): Int32Array {
  const slowest = shape.map((_, k) => k).sort((a, b) => shape[b] - shape[a]);
  const size = shape.reduce((product, n) => product * n, 1);
  return Int32Array.from({ length: size }, (_, p) =>
    slowest.reduce((place, k) => place * shape[k] + (Math.floor(p / strides[k]) % shape[k]), 0),
  );
}

function bandwidth({ size, rowStart, column }: SparseMatrix, order: Int32Array): number {
  let width = 0;
  for (let p = 0; p < size; p++) {
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) width = Math.max(width, Math.abs(order[column[e]] - order[p]));
  }
  return width;
}

/** Relative to the largest entry of its row, a pivot that is rounding alone; empirical. */
const SINGULAR = 2 ** -44;

/** LU in place: multipliers below the diagonal, the upper factor on and above it. */
function eliminate(band: Float64Array, size: number, width: number): void {
  const span = 2 * width + 1;
  const scales = Float64Array.from({ length: size }, (_, i) =>
    band.subarray(i * span, (i + 1) * span).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  );
  for (let i = 0; i < size; i++) {
    const pivot = band[i * span + width];
    if (!(Math.abs(pivot) > SINGULAR * scales[i])) throw singular(i);
    const last = Math.min(size - 1, i + width);
    for (let r = i + 1; r <= last; r++) {
      const place = r * span + width + i - r;
      if (band[place] === 0) continue;
      const multiplier = band[place] / pivot;
      band[place] = multiplier;
      // Entry (r, c) lies c − i beyond (r, i), and (i, c) as far beyond the pivot.
      const pivotPlace = i * span + width;
      for (let c = 1; c <= last - i; c++) band[place + c] -= multiplier * band[pivotPlace + c];
    }
  }
}

function solveBand(band: Float64Array, size: number, width: number, v: Float64Array): void {
  const span = 2 * width + 1;
  for (let i = 0; i < size; i++) {
    const low = Math.max(0, i - width);
    const row = i * span + width - i;
    let sum = v[i];
    for (let c = low; c < i; c++) sum -= band[row + c] * v[c];
    v[i] = sum;
  }
  for (let i = size - 1; i >= 0; i--) {
    const high = Math.min(size - 1, i + width);
    const row = i * span + width - i;
    let sum = v[i];
    for (let c = i + 1; c <= high; c++) sum -= band[row + c] * v[c];
    v[i] = sum / band[row + i];
  }
}

function solveBandTransposed(band: Float64Array, size: number, width: number, v: Float64Array): void {
  const span = 2 * width + 1;
  for (let i = 0; i < size; i++) {
    const high = Math.min(size - 1, i + width);
    const row = i * span + width - i;
    v[i] /= band[row + i];
    const value = v[i];
    for (let c = i + 1; c <= high; c++) v[c] -= band[row + c] * value;
  }
  for (let i = size - 1; i >= 0; i--) {
    const low = Math.max(0, i - width);
    const row = i * span + width - i;
    const value = v[i];
    for (let c = low; c < i; c++) v[c] -= band[row + c] * value;
  }
}

function tooLarge(size: number, width: number): SdeError {
  return new SdeError('unsupported', {
    what: 'an unsplit implicit step on this grid does not fit in memory',
    where: '{ grid, stepping }',
    expected: `nodes × band ≤ ${MOST_ENTRIES}`,
    got: `${size} nodes with a band of ${2 * width + 1}`,
    remedy: 'use a splitting, such as hundsdorferVerwer({ steps }), or fewer points',
  });
}

function singular(row: number): SdeError {
  return new SdeError('value', {
    what: 'the equation has no unique solution on the grid',
    where: `row ${row} of its matrix`,
    expected: 'pivots above rounding',
    got: 'a singular matrix',
    remedy: 'a stationary problem needs killing, or a side where the value is given',
  });
}
