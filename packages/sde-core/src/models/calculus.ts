import { SdeError } from '../errors/sde-error.js';
import { derivative } from '../expression/differentiate.js';
import { tidy } from '../expression/normal-form.js';
import { productOrZero } from '../expression/zero-by-infinity.js';
import { type Calculus, type JacobianModel, type Model, requireModel } from './model.js';
import { isSymbolicModel, type SymbolicModel, symbolicModel } from './symbolic.js';

/**
 * The same process written with Itô integrals: the drift gains ½ Σ_k (Dσ_k) σ_k. An Itô model comes back as it is.
 *
 * @throws SdeError `unsupported` for a Stratonovich model without `diffusionJacobian`.
 * @see [kloeden1992, section 4.9]
 */
export function toIto(model: SymbolicModel): SymbolicModel;
export function toIto<M extends Model>(model: M): M;
export function toIto(model: Model): Model {
  return convert(model, 'ito', 1 / 2);
}

/**
 * The same process written with Stratonovich integrals: the drift loses ½ Σ_k (Dσ_k) σ_k. A Stratonovich model comes back as it is.
 *
 * @throws SdeError `unsupported` for an Itô model without `diffusionJacobian`.
 * @see [kloeden1992, section 4.9]
 */
export function toStratonovich(model: SymbolicModel): SymbolicModel;
export function toStratonovich<M extends Model>(model: M): M;
export function toStratonovich(model: Model): Model {
  return convert(model, 'stratonovich', -1 / 2);
}

function convert(model: Model, calculus: Calculus, factor: number): Model {
  requireModel(model, calculus === 'ito' ? 'toIto(model)' : 'toStratonovich(model)');
  if (model.calculus === calculus) return model;
  if (isSymbolicModel(model)) return convertSymbolic(model, calculus, factor);
  if (!model.diffusionJacobian) {
    throw new SdeError('unsupported', {
      what: 'the conversion needs the derivative of σ',
      where: calculus === 'ito' ? 'toIto(model)' : 'toStratonovich(model)',
      expected: 'a model with diffusionJacobian, or a symbolic model',
      got: 'a model without it',
      remedy: 'give model({ diffusionJacobian }), shape (d, m, d), or write the model with symbolic()',
    });
  }
  return convertNumeric(model as Model & Pick<JacobianModel, 'diffusionJacobian'>, calculus, factor);
}

function convertSymbolic(model: SymbolicModel, calculus: Calculus, factor: number): SymbolicModel {
  const { graph, dimension: d, noiseDimension: m, diffusionNodes: sigma } = model;
  const slopes = model.stateNodes.map((symbol) => derivative(graph, symbol));
  const driftNodes = model.driftNodes.map((drift, i) => {
    let sum = graph.constant(0);
    for (let k = 0; k < m; k++) {
      for (let j = 0; j < d; j++)
        sum = graph.add(sum, productOrZero(graph, sigma[j * m + k], slopes[j](sigma[i * m + k])));
    }
    return tidy(graph, graph.add(drift, graph.multiply(graph.constant(factor), sum)));
  });
  return symbolicModel({ ...model, calculus, driftNodes });
}

function convertNumeric(
  model: Model & Pick<JacobianModel, 'diffusionJacobian'>,
  calculus: Calculus,
  factor: number,
): Model {
  const { dimension: d, noiseDimension: m } = model;
  const sigma = new Float64Array(d * m);
  const slopes = new Float64Array(d * m * d);
  // ∂/∂x of the correction needs second derivatives of σ, which a numeric model does not have.
  const { driftJacobian: _, ...rest } = model;
  return Object.freeze<Model>({
    ...rest,
    calculus,
    drift: (t, x, out) => {
      // σ and its slopes before b: out may be x itself.
      model.diffusion(t, x, sigma);
      model.diffusionJacobian(t, x, slopes);
      model.drift(t, x, out);
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let k = 0; k < m; k++) {
          for (let j = 0; j < d; j++) sum += sigma[j * m + k] * slopes[(i * m + k) * d + j];
        }
        out[i] += factor * sum;
      }
    },
  });
}
