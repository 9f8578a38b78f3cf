import { describe, type Model, SdeError } from 'sde-core';
import { type Grid, nodeAt } from '../grid/grid.js';
import { type ByCoefficient, coefficientLayout, pairsOf } from './coefficient-layout.js';
import type { ScalarFunction } from './scalar-function.js';

/** The coefficients of L = b·∇ + ½ a:∇² − c at every node, at one time: arrays of shape (size). */
export type Coefficients = ByCoefficient<Float64Array>;

/** Arrays of zeros. */
export function zeroCoefficients(grid: Grid): Coefficients {
  const arrays = (count: number): Float64Array[] => Array.from({ length: count }, () => new Float64Array(grid.size));
  return {
    drift: arrays(grid.dimension),
    halfVariance: arrays(grid.dimension),
    covariance: arrays(pairsOf(grid.dimension).length),
    killing: new Float64Array(grid.size),
  };
}

/**
 * Evaluates the model and the killing rate at time t on all nodes; says whether any number changed.
 *
 * Mixed derivatives are left out of rows that are empty. A Stratonovich model is converted: b + ½ Σ_jk (∂σ_ik/∂x_j) σ_jk.
 *
 * @throws SdeError `value` if a coefficient is not finite at a node.
 */
export function evaluateCoefficients(
  model: Model,
  killing: ScalarFunction,
  grid: Grid,
  t: number,
  empty: Uint8Array,
  out: Coefficients,
): boolean {
  const d = model.dimension;
  const m = model.noiseDimension;
  const x = new Float64Array(d);
  const b = new Float64Array(d);
  const sigma = new Float64Array(d * m);
  const jacobian = new Float64Array(model.calculus === 'stratonovich' ? d * m * d : 0);
  const pairs = pairsOf(d);
  let changed = false;
  const put = (name: string, array: Float64Array, p: number, value: number): void => {
    if (array[p] === value) return;
    if (!Number.isFinite(value)) throw notFinite(name, t, x, value);
    array[p] = value;
    changed = true;
  };
  for (let p = 0; p < grid.size; p++) {
    nodeAt(grid, p, x);
    model.drift(t, x, b);
    model.diffusion(t, x, sigma);
    if (jacobian.length > 0) {
      model.diffusionJacobian?.(t, x, jacobian);
      toItoDrift(b, sigma, jacobian, d, m);
    }
    for (let k = 0; k < d; k++) {
      put('drift', out.drift[k], p, b[k]);
      put('diffusion', out.halfVariance[k], p, covarianceOf(sigma, k, k, m) / 2);
    }
    for (let pair = 0; pair < pairs.length; pair++) {
      put('diffusion', out.covariance[pair], p, empty[p] ? 0 : covarianceOf(sigma, pairs[pair][0], pairs[pair][1], m));
    }
    put('killing', out.killing, p, killing.constant ?? killing.at(t, x));
  }
  return changed;
}

/** The coefficients of L at one place, in the order of {@link coefficientLayout}: shape (ofGenerator). */
export function coefficientsAt(
  model: Model,
  killing: ScalarFunction,
): (t: number, x: Float64Array, out: Float64Array) => void {
  const { dimension: d, noiseDimension: m } = model;
  const b = new Float64Array(d);
  const sigma = new Float64Array(d * m);
  const jacobian = new Float64Array(model.calculus === 'stratonovich' ? d * m * d : 0);
  const { pairs, halfVariance, covariance, killing: rate } = coefficientLayout(d);
  return (t, x, out) => {
    model.drift(t, x, b);
    model.diffusion(t, x, sigma);
    if (jacobian.length > 0) {
      model.diffusionJacobian?.(t, x, jacobian);
      toItoDrift(b, sigma, jacobian, d, m);
    }
    out.set(b);
    for (let k = 0; k < d; k++) out[halfVariance + k] = covarianceOf(sigma, k, k, m) / 2;
    pairs.forEach(([k, l], pair) => {
      out[covariance + pair] = covarianceOf(sigma, k, l, m);
    });
    out[rate] = killing.constant ?? killing.at(t, x);
  };
}

function covarianceOf(sigma: Float64Array, k: number, l: number, m: number): number {
  let sum = 0;
  for (let j = 0; j < m; j++) sum += sigma[k * m + j] * sigma[l * m + j];
  return sum;
}

function toItoDrift(b: Float64Array, sigma: Float64Array, jacobian: Float64Array, d: number, m: number): void {
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < m; k++) {
      for (let j = 0; j < d; j++) b[i] += (jacobian[(i * m + k) * d + j] * sigma[j * m + k]) / 2;
    }
  }
}

/** What says that a coefficient is not finite at a node. */
export function notFinite(name: string, t: number, x: Float64Array, value: unknown): SdeError {
  return new SdeError('value', {
    what: `the ${name} is not finite on the grid`,
    where: `${placeOf(name)}, t = ${t}, x = (${Array.from(x).join(', ')})`,
    expected: `a finite ${name} at every node`,
    got: describe(value),
    remedy: 'keep the grid inside the domain of the model, or extend what is given beyond it',
  });
}

function placeOf(name: string): string {
  if (name === 'boundary') return '(…, { boundary })';
  return name === 'drift' || name === 'diffusion' ? '{ model }' : `{ ${name} }`;
}
