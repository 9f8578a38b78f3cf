import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { cholesky } from '../numerics/cholesky.js';
import { type Coefficient, type JacobianModel, type Model, requireModel } from './model.js';
import { isSymbolicModel, type SymbolicModel, symbolicModel } from './symbolic.js';

/**
 * The model driven by correlated Wiener processes: dX = b dt + σ dB with E dB_j dB_k = R_jk dt, written as σ Λ dW with the Cholesky factor Λ Λᵀ = R.
 *
 * σ Λ replaces σ, so every scheme takes the result; its noise structure is decided again. The calculus stays: with ∘ dB, the Itô form gains
 * ½ Σ_jk R_jk (Dσ_k) σ_j. Closures cost m²d more multiplications a call.
 *
 * @param correlation - R, shape (m, m), by rows: symmetric, 1 on the diagonal, positive definite.
 * @throws SdeError `shape` for a matrix that is not (m, m); `value` for one that is not symmetric, has another diagonal, or is not positive definite
 * to rounding.
 * @see [glasserman2003, section 2.3.3]
 *
 * @example
 * import { correlated, polynomialMoment, symbolic } from 'sde-core';
 * const independent = symbolic({ state: ['x', 'y'], drift: [0, 0], diffusion: [[1, 0], [0, 2]] });
 * const model = correlated(independent, [[1, 0.5], [0.5, 1]]);
 * polynomialMoment(model, 'x*y', { t: 1, x0: [0, 0] }); // → 1.000000000000
 */
export function correlated(model: SymbolicModel, correlation: readonly (readonly number[])[]): SymbolicModel;
export function correlated(model: JacobianModel, correlation: readonly (readonly number[])[]): JacobianModel;
export function correlated(model: Model, correlation: readonly (readonly number[])[]): Model;
export function correlated(model: Model, correlation: readonly (readonly number[])[]): Model {
  requireModel(model, 'correlated(model, correlation)');
  const factor = factorOf(correlation, model.noiseDimension);
  return isSymbolicModel(model) ? mixedSymbolic(model, factor) : mixedNumeric(model, factor);
}

function mixedSymbolic(model: SymbolicModel, factor: Float64Array): SymbolicModel {
  const { graph, noiseDimension: m, diffusionNodes: sigma } = model;
  const diffusionNodes = sigma.map((_, index) => {
    const [i, k] = [Math.floor(index / m), index % m];
    let sum = graph.constant(0);
    for (let j = k; j < m; j++) {
      const weight = factor[j * m + k];
      if (weight !== 0) sum = graph.add(sum, graph.multiply(graph.constant(weight), sigma[i * m + j]));
    }
    return sum;
  });
  return symbolicModel({ ...model, diffusionNodes });
}

function mixedNumeric(model: Model, factor: Float64Array): Model {
  const { dimension: d, noiseDimension: m, diffusion, diffusionJacobian } = model;
  const { additive, scalar } = model.noise;
  return Object.freeze<Model>({
    ...model,
    // Columns that commute still do after a constant change of basis; a diagonal σ does not stay diagonal.
    noise: Object.freeze({
      ...model.noise,
      kind: additive ? 'additive' : scalar ? 'scalar' : model.noise.commutative ? 'commutative' : 'general',
      diagonal: model.noise.diagonal && m === 1,
    }),
    diffusion: mixed(diffusion, factor, { rows: d, m, inner: 1 }),
    ...(diffusionJacobian && { diffusionJacobian: mixed(diffusionJacobian, factor, { rows: d, m, inner: d }) }),
  });
}

/** Σ_j entry (i, j, …) Λ_jk, in place of (i, k, …), shape (rows, m, inner). */
function mixed(
  coefficient: Coefficient,
  factor: Float64Array,
  { rows, m, inner }: { readonly rows: number; readonly m: number; readonly inner: number },
): Coefficient {
  return (t, x, out) => {
    coefficient(t, x, out);
    for (let i = 0; i < rows; i++) {
      for (let q = 0; q < inner; q++) {
        // Λ is lower triangular: column k needs only columns j ≥ k, which are still as they were.
        for (let k = 0; k < m; k++) {
          let sum = 0;
          for (let j = k; j < m; j++) sum += out[(i * m + j) * inner + q] * factor[j * m + k];
          out[(i * m + k) * inner + q] = sum;
        }
      }
    }
  };
}

function factorOf(correlation: readonly (readonly number[])[], m: number): Float64Array {
  // Array.from: a hole is an entry too.
  const rows = Array.isArray(correlation) ? Array.from(correlation) : [];
  const ragged = rows.findIndex((row) => !Array.isArray(row) || row.length !== m);
  if (rows.length !== m || ragged >= 0) {
    const got = rows.length === m ? `a row that is ${describe(rows[ragged])}` : describe(correlation);
    throw fault('shape', 'a correlation of another shape', `shape (${m}, ${m}), one row a Wiener process`, got);
  }
  for (let i = 0; i < m; i++) {
    if (rows[i][i] !== 1)
      throw fault('value', 'a correlation whose diagonal is not 1', `1 at (${i}, ${i})`, describe(rows[i][i]));
    for (let j = 0; j < i; j++) {
      if (Number.isFinite(rows[i][j]) && rows[i][j] === rows[j][i]) continue;
      const got = `${describe(rows[i][j])} at (${i}, ${j}), ${describe(rows[j][i])} at (${j}, ${i})`;
      throw fault('value', 'a correlation that is not symmetric', 'the same finite number at (i, j) and (j, i)', got);
    }
  }
  const outcome = cholesky(Float64Array.from(rows.flat()), m);
  switch (outcome.kind) {
    case 'factor':
      return outcome.factor;
    case 'indefinite':
      throw fault(
        'value',
        'a correlation that is not positive definite',
        'positive pivots in its Cholesky factorization',
        `${outcome.pivot} in row ${outcome.row}`,
      );
    default:
      return outcome satisfies never;
  }
}

function fault(code: 'shape' | 'value', what: string, expected: string, got: string): SdeError {
  const remedy = 'give the matrix of E dB_j dB_k / dt; processes that determine each other belong in one column of σ';
  return new SdeError(code, { what, where: 'correlated(model, correlation)', expected, got, remedy });
}
