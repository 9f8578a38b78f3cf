import { SdeError } from 'sde-core';
import { describe, requireLength, requireNumbers } from 'sde-core/errors';
import { requireAffine } from './at-the-door.js';
import type { AffineMap } from './residual-network.js';

/**
 * W x + b, shape (rows), for x of shape (columns); writes into `out` and returns it.
 *
 * @throws SdeError `shape` where x or out does not fit the map; `value` for numbers that are not finite.
 */
export function applyAffine(map: AffineMap, x: ArrayLike<number>, out: Float64Array): Float64Array {
  const where = 'applyAffine(map, x, out)';
  requireAffine(map, where);
  const remedy = 'give as many finite numbers as the map has columns, and a Float64Array of as many as it has rows';
  requireNumbers(x, where, remedy);
  requireLength(x, map.columns, where, remedy);
  if (!(out instanceof Float64Array)) {
    throw new SdeError('value', {
      what: 'no array to write into',
      where,
      expected: `a Float64Array of ${map.rows} numbers`,
      got: describe(out),
      remedy,
    });
  }
  requireLength(out, map.rows, where, remedy);
  return affineInto(map, x, out);
}

/** The same of what has been checked. */
export function affineInto(map: AffineMap, x: ArrayLike<number>, out: Float64Array): Float64Array {
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
