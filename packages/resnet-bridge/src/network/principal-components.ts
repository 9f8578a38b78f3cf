import { SdeError } from 'sde-core';
import { describe, requireInteger, requireKeys } from 'sde-core/errors';
import { requireWord } from './at-the-door.js';
import { type Dataset, requireDataset } from './dataset.js';
import type { AffineMap } from './residual-network.js';

/**
 * How the components are scaled: by one common factor, so that their mean variance over the training rows is 1; each to
 * variance 1; or not at all.
 */
export type ComponentScale = 'common' | 'each' | 'none';

/**
 * The map of an input to its first `count` principal components, from the training rows alone.
 *
 * x ↦ S Q (x − mean), rows of Q the leading eigenvectors of the covariance by decreasing variance, each with its largest entry
 * (the first of them, by absolute value) positive. `scale` defaults to `'common'`: components keep their relative sizes, and the
 * state of a network has entries of order 1, which is what tanh branches of unit weights train on.
 * Cost: O(rows · features² + sweeps · features³); 64 features take about 50 ms.
 *
 * @throws SdeError `value` if `count` is not in 1 … features, or a kept component has no variance to scale.
 */
export function principalComponents(
  dataset: Dataset,
  count: number,
  options: { readonly scale?: ComponentScale } = {},
): AffineMap {
  const where = 'principalComponents(dataset, count)';
  requireKeys<{ scale: ComponentScale }>(options, { scale: true }, `${where}: options`);
  const { scale = 'common' } = options;
  requireWord(scale, ['common', 'each', 'none'], `${where}: scale`);
  requireDataset(dataset, where);
  const { features } = dataset;
  requireInteger(count, 1, where, `ask for 1 … ${features} components`);
  if (count > features) {
    throw new SdeError('value', {
      what: 'more components than features',
      where,
      expected: `a count in 1 … ${features}`,
      got: describe(count),
      remedy: 'ask for fewer components',
    });
  }
  const { mean, covariance } = moments(dataset);
  const { values, vectors } = symmetricEigen(covariance, features);
  const kept = values.slice(0, count);
  const factors = scales(kept, scale);
  if (factors.some((factor) => !Number.isFinite(factor))) {
    throw new SdeError('value', {
      what: 'a principal component has no variance',
      where,
      expected: 'components that vary over the training rows',
      got: `variances ${kept.map((value) => value.toPrecision(3)).join(', ')}`,
      remedy: `ask for fewer components, or for { scale: 'none' }`,
    });
  }
  const weight = new Float64Array(count * features);
  const bias = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const vector = vectors[i];
    const largest = vector.reduce((best, value, j) => (Math.abs(value) > Math.abs(vector[best]) ? j : best), 0);
    const signed = vector[largest] < 0 ? -factors[i] : factors[i];
    for (let j = 0; j < features; j++) {
      weight[i * features + j] = signed * vector[j];
      bias[i] -= signed * vector[j] * mean[j];
    }
  }
  return { rows: count, columns: features, weight, bias };
}

function scales(variances: readonly number[], scale: ComponentScale): number[] {
  const average = variances.reduce((sum, value) => sum + value, 0) / variances.length;
  switch (scale) {
    case 'common':
      return variances.map(() => 1 / Math.sqrt(average));
    case 'each':
      return variances.map((value) => 1 / Math.sqrt(value > 1e-12 * variances[0] ? value : 0));
    case 'none':
      return variances.map(() => 1);
    default:
      return scale satisfies never;
  }
}

/** Mean, shape (features), and covariance, shape (features, features), of the training rows. */
function moments(dataset: Dataset): { mean: Float64Array; covariance: Float64Array } {
  const { features, inputs, train } = dataset;
  const mean = new Float64Array(features);
  for (const row of train) for (let j = 0; j < features; j++) mean[j] += inputs[row * features + j] / train.length;
  const covariance = new Float64Array(features * features);
  const centered = new Float64Array(features);
  for (const row of train) {
    for (let j = 0; j < features; j++) centered[j] = inputs[row * features + j] - mean[j];
    for (let i = 0; i < features; i++)
      for (let j = 0; j < features; j++) covariance[i * features + j] += (centered[i] * centered[j]) / train.length;
  }
  return { mean, covariance };
}

/**
 * All eigenvalues, decreasing, with unit eigenvectors, of a symmetric matrix of shape (size, size), by cyclic Jacobi rotations.
 *
 * @see [golub2013, §8.5]
 */
export function symmetricEigen(matrix: Float64Array, size: number): { values: number[]; vectors: Float64Array[] } {
  const A = Float64Array.from(matrix);
  const Q = new Float64Array(size * size);
  for (let i = 0; i < size; i++) Q[i * size + i] = 1;
  const norm = Math.sqrt(A.reduce((sum, entry) => sum + entry * entry, 0));
  const MOST_SWEEPS = 60; // empirical: 64 × 64 covariances take 8
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) for (let q = 0; q < p; q++) off += A[p * size + q] * A[p * size + q];
    if (Math.sqrt(2 * off) <= Number.EPSILON * norm) break;
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(A, Q, size, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => A[j * size + j] - A[i * size + i]);
  return {
    values: order.map((i) => A[i * size + i]),
    vectors: order.map((i) => Float64Array.from({ length: size }, (_, k) => Q[k * size + i])),
  };
}

/** A ← JᵀAJ and Q ← QJ with the rotation J in the plane (p, q) that makes A_pq zero. */
function rotate(A: Float64Array, Q: Float64Array, size: number, p: number, q: number): void {
  const apq = A[p * size + q];
  if (apq === 0) return;
  const tau = (A[q * size + q] - A[p * size + p]) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  const turn = (M: Float64Array, first: number, second: number): void => {
    const u = M[first];
    const v = M[second];
    M[first] = c * u - s * v;
    M[second] = s * u + c * v;
  };
  for (let k = 0; k < size; k++) turn(A, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(A, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(Q, k * size + p, k * size + q);
  A[p * size + q] = 0;
  A[q * size + p] = 0;
}
