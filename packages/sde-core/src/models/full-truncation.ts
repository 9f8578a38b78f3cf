import { substitute } from '../expression/substitute.js';
import type { Coefficient, Model } from './model.js';
import type { Problem } from './problem.js';
import { isSymbolicModel, type SymbolicModel, symbolicModel } from './symbolic.js';

/** Distances below 0, relative to the size of the state, at which a coefficient is asked whether it is a number there. */
const BELOW: readonly number[] = [1e-6, 1e-2, 1];

/**
 * Full truncation: the model with b and σ taken at max(x_i, 0) for every state i that its equation keeps at or above 0 (`nonNegative`) and below
 * which a coefficient is no number, as under a root. Another model comes back as it is.
 *
 * On the states that the equation visits nothing changes, so every scheme stays consistent with it; a step that ends below 0 is drawn back by the
 * drift at 0 instead of losing its path. The state itself may be below 0 for a while, and estimates count that.
 *
 * @see [lord2010, (16)]
 */
export function fullyTruncated<M extends Model>({ model, x0, t0, T }: Problem<M>): Model {
  const states = (model.nonNegative ?? []).filter((i) => x0[i] >= 0 && endsAtZero(model, x0, i, [t0, (t0 + T) / 2, T]));
  if (states.length === 0) return model;
  return isSymbolicModel(model) ? truncatedSymbolic(model, states) : truncatedNumeric(model, states);
}

/** Whether a coefficient is finite where the problem starts, and not below 0 in state i. */
function endsAtZero(model: Model, x0: Float64Array, i: number, times: readonly number[]): boolean {
  const x = Float64Array.from(x0);
  for (const t of times) {
    x[i] = x0[i];
    if (!finite(model, t, x)) continue;
    for (const below of BELOW) {
      x[i] = -below * (x0[i] || 1);
      if (!finite(model, t, x)) return true;
    }
  }
  return false;
}

function finite(model: Model, t: number, x: Float64Array): boolean {
  const drift = new Float64Array(model.dimension);
  const sigma = new Float64Array(model.dimension * model.noiseDimension);
  model.drift(t, x, drift);
  model.diffusion(t, x, sigma);
  return drift.every(Number.isFinite) && sigma.every(Number.isFinite);
}

function truncatedSymbolic(model: SymbolicModel, states: readonly number[]): SymbolicModel {
  const { graph, stateNodes, driftNodes, diffusionNodes, noise } = model;
  const zero = graph.constant(0);
  const positive = new Map(states.map((i) => [stateNodes[i], graph.maximum(stateNodes[i], zero)]));
  const truncated = symbolicModel({
    ...model,
    driftNodes: substitute(graph, driftNodes, positive),
    diffusionNodes: substitute(graph, diffusionNodes, positive),
  });
  // Where the equation lives σ is the same, and so is what is known of it.
  return Object.freeze({ ...truncated, noise });
}

function truncatedNumeric(model: Model, states: readonly number[]): Model {
  const { dimension: d, driftJacobian, diffusionJacobian } = model;
  const inside = new Float64Array(d);
  const at =
    (coefficient: Coefficient): Coefficient =>
    (t, x, out) => {
      inside.set(x);
      for (const i of states) if (inside[i] < 0) inside[i] = 0;
      coefficient(t, inside, out);
    };
  const slopes =
    (jacobian: Coefficient): Coefficient =>
    (t, x, out) => {
      const below = states.filter((i) => x[i] < 0);
      at(jacobian)(t, x, out);
      // max(x_i, 0) does not move with x_i below 0.
      for (const i of below) for (let row = 0; row < out.length; row += d) out[row + i] = 0;
    };
  return Object.freeze<Model>({
    ...model,
    drift: at(model.drift),
    diffusion: at(model.diffusion),
    ...(driftJacobian && { driftJacobian: slopes(driftJacobian) }),
    ...(diffusionJacobian && { diffusionJacobian: slopes(diffusionJacobian) }),
  });
}
