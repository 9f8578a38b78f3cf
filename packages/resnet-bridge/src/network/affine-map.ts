import type { AffineMap } from './residual-network.js';

/** W x + b, shape (rows), for x of shape (columns). */
export function applyAffine(map: AffineMap, x: ArrayLike<number>, out: Float64Array): Float64Array {
  const { rows, columns, weight, bias } = map;
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = bias[i];
    for (let j = 0; j < columns; j++) sum += weight[at++] * x[j];
    out[i] = sum;
  }
  return out;
}

/** Wᵀ y, shape (columns), for y of shape (rows). */
export function applyTransposed(map: AffineMap, y: ArrayLike<number>, out: Float64Array): Float64Array {
  const { rows, columns, weight } = map;
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j] += weight[at++] * y[i];
  }
  return out;
}
