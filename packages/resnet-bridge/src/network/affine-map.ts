import { describe, SdeError } from 'sde-core';
import { requireAffine } from './at-the-door.js';
import type { AffineMap } from './residual-network.js';

/**
 * W x + b, shape (rows), for x of shape (columns); writes into `out` and returns it.
 *
 * @throws SdeError `shape` where x or out does not fit the map.
 */
export function applyAffine(map: AffineMap, x: ArrayLike<number>, out: Float64Array): Float64Array {
  if (!fits(map, x, out)) throw misfit(map, x, out);
  const { rows, columns, weight, bias } = map;
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = bias[i];
    for (let j = 0; j < columns; j++) sum += weight[at++] * x[j];
    out[i] = sum;
  }
  return out;
}

/** Whether sizes agree; an argument that is not there does not fit. */
function fits(
  map: Partial<AffineMap> | undefined | null,
  x: ArrayLike<number> | undefined | null,
  out: ArrayLike<number> | undefined | null,
): boolean {
  if (!map || !x || !out) return false;
  const { rows, columns, weight, bias } = map;
  return x.length === columns && out.length === rows && weight?.length === rows * columns && bias?.length === rows;
}

function misfit(map: AffineMap, x: unknown, out: unknown): SdeError {
  const where = 'applyAffine(map, x, out)';
  requireAffine(map, where);
  return new SdeError('shape', {
    what: 'the map and its arguments do not fit',
    where,
    expected: `x of shape (${map.columns}) and out of shape (${map.rows})`,
    got: `x: ${describe(x)}; out: ${describe(out)}`,
    remedy: 'give as many numbers as the map has columns, and a Float64Array of as many as it has rows',
  });
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
