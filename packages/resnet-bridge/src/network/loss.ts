import { SdeError } from 'sde-core';
import { describe, requireInteger } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { affineInto, applyTransposed } from './affine-map.js';
import { isObject, requireAffine, requireVector } from './at-the-door.js';
import type { AffineMap } from './residual-network.js';

/** ℓ of the final state, with two derivatives: what u₀(T, ·) is. A loss holds scratch and serves one thread. */
export interface Loss {
  readonly name: string;
  /** d. */
  readonly dimension: number;
  value(x: Float64Array): number;
  /** ∇ℓ, shape (d). */
  gradient(x: Float64Array, out: Float64Array): void;
  /** ∇²ℓ, shape (d, d), row-major. */
  hessian(x: Float64Array, out: Float64Array): void;
}

/**
 * Cross-entropy of a linear read-out: ℓ(x) = log Σ_k e^{z_k} − z_y with z = W x + b.
 *
 * Its gradient is Wᵀ(π − e_y) and its Hessian Wᵀ(diag π − ππᵀ)W with π = softmax z. Cost O(classes · d), the Hessian
 * O(classes · d²).
 *
 * @throws SdeError `value` if the label is not a row of the read-out.
 *
 * @example
 * ```ts
 * import { crossEntropy } from 'resnet-bridge';
 * const readOut = { rows: 2, columns: 1, weight: Float64Array.of(1, -1), bias: Float64Array.of(0, 0) };
 * crossEntropy(readOut, 0).value(Float64Array.of(0)); // → 0.693147
 * ```
 */
export function crossEntropy(readOut: AffineMap, label: number): Loss {
  requireAffine(readOut, 'crossEntropy(readOut, label)');
  const { rows, columns, weight } = readOut;
  requireInteger(label, 0, 'crossEntropy(label)', 'labels count the classes from 0');
  if (label >= rows) {
    throw new SdeError('value', {
      what: 'the label is not a class of the read-out',
      where: 'crossEntropy(label)',
      expected: `0 ≤ label < ${rows}`,
      got: String(label),
      remedy:
        label === rows
          ? 'labels count from 0: subtract 1 from labels that count from 1'
          : 'give the read-out a row for every class',
    });
  }
  const z = new Float64Array(rows);
  const centered = new Float64Array(columns);

  const softmax = (x: Float64Array): number => {
    affineInto(readOut, x, z);
    const top = z.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const chosen = z[label];
    let sum = 0;
    for (let k = 0; k < rows; k++) {
      z[k] = numbers.exp(z[k] - top);
      sum += z[k];
    }
    for (let k = 0; k < rows; k++) z[k] /= sum;
    return top + numbers.log(sum) - chosen;
  };

  return {
    name: `cross-entropy, class ${label}`,
    dimension: columns,
    value: softmax,
    gradient(x, out) {
      softmax(x);
      z[label] -= 1;
      applyTransposed(readOut, z, out);
    },
    hessian(x, out) {
      softmax(x);
      applyTransposed(readOut, z, centered);
      out.fill(0);
      for (let k = 0; k < rows; k++) {
        for (let i = 0; i < columns; i++) {
          const factor = z[k] * (weight[k * columns + i] - centered[i]);
          for (let j = 0; j < columns; j++) out[i * columns + j] += factor * (weight[k * columns + j] - centered[j]);
        }
      }
    },
  };
}

/**
 * ℓ(x) = ½ |z − y|² with z = W x + b, or z = x without a read-out.
 *
 * @throws SdeError `shape` if the target's length is not that of z.
 *
 * @example
 * ```ts
 * import { squaredLoss } from 'resnet-bridge';
 * squaredLoss([2]).value(Float64Array.of(1)); // → 0.5
 * ```
 */
export function squaredLoss(target: ArrayLike<number>, readOut?: AffineMap): Loss {
  const where = 'squaredLoss(target)';
  if (readOut !== undefined) requireAffine(readOut, 'squaredLoss(target, readOut)');
  const goal = requireVector(target, readOut?.rows ?? target?.length, where, 'give one finite number for each output');
  const map = readOut ?? identity(goal.length);
  const { rows, columns, weight } = map;
  const z = new Float64Array(rows);
  const residual = (x: Float64Array): Float64Array => {
    affineInto(map, x, z);
    for (let k = 0; k < rows; k++) z[k] -= goal[k];
    return z;
  };
  return {
    name: 'squared loss',
    dimension: columns,
    value: (x) => residual(x).reduce((sum, r) => sum + r * r, 0) / 2,
    gradient(x, out) {
      applyTransposed(map, residual(x), out);
    },
    hessian(_, out) {
      out.fill(0);
      for (let k = 0; k < rows; k++) {
        for (let i = 0; i < columns; i++) {
          for (let j = 0; j < columns; j++) out[i * columns + j] += weight[k * columns + i] * weight[k * columns + j];
        }
      }
    },
  };
}

/** Refuses what is no loss of states of this dimension. */
export function requireLoss(loss: unknown, dimension: number, where: string): asserts loss is Loss {
  const functions = ['value', 'gradient', 'hessian'];
  if (!isObject(loss) || typeof loss.name !== 'string' || functions.some((name) => typeof loss[name] !== 'function')) {
    throw new SdeError('value', {
      what: 'not a loss',
      where,
      expected: 'an object with name, dimension, value(x), gradient(x, out) and hessian(x, out)',
      got: describe(loss),
      remedy: 'take crossEntropy(network.readOut, label) or squaredLoss(target, readOut?)',
    });
  }
  if (loss.dimension === dimension) return;
  throw new SdeError('shape', {
    what: 'a loss of states of another dimension',
    where,
    expected: `a loss of ${dimension} coordinates, as the network has`,
    got: `${describe(loss.name)} of dimension ${describe(loss.dimension)}`,
    remedy: `give a target of ${dimension} numbers, or a read-out with ${dimension} columns`,
  });
}

function identity(size: number): AffineMap {
  const weight = new Float64Array(size * size);
  for (let i = 0; i < size; i++) weight[i * size + i] = 1;
  return { rows: size, columns: size, weight, bias: new Float64Array(size) };
}
