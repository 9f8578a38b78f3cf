import { SdeError } from 'sde-core';
import { ACTIVATIONS } from '../network/activation.js';
import { requireNetwork, requireVector } from '../network/at-the-door.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { type MeanField, meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { requireBranches } from '../noise/noisy-layer.js';
import { PLACEMENTS } from '../noise/placement.js';
import { requireNoise } from '../noise/require-noise.js';
import { extrapolation } from './extrapolated-step.js';
import { type KinkedPath, kinkedFlow } from './kinked-flow.js';
import { longestStep } from './longest-step.js';

/** Relative tolerance of one layer's flow: a few units above what extrapolation leaves of rounding. */
export const FLOW_TOLERANCE = 1e-13;
/** A layer that speeds its flow up by more than this multiplies the error of its steps by as much, and is not resolved. */
const MOST_AMPLIFICATION = 1e6;

/** The flow x' = F̄ of a network under a noise, and whether it was reached to its tolerance in every layer. */
export interface Flow {
  /** n h, n = 0 … depth. */
  readonly times: Float64Array;
  /** x_flow(n h), shape (depth + 1, d), row-major. */
  readonly states: Float64Array;
  /** False where the integrator could not reach its tolerance, or a layer multiplies what it leaves by more than 10⁶. */
  readonly resolved: boolean;
}

/**
 * The flow x' = F̄(t, x) of the mean branch from x(0) = x0, at every layer boundary.
 *
 * Extrapolated midpoint rule on each layer, of adaptive order and step, to a relative error of about 1e-13 a layer. No step moves
 * the argument of a hidden unit by more than 4, lest it jump over what a steep unit does. Cost: 20 to 60 evaluations of the branch a step, of
 * which a layer takes one unless it is steep. With ReLU the flow is linear between kinks, which are located, and exact to rounding.
 *
 * @throws SdeError `shape` or `value` if x0 is not d finite numbers; `unsupported` for a noise of diffusive scaling, whose limit
 * is an SDE, and for missing twin branches.
 * @see [sun2018], [hairer1993, II.9]
 *
 * @example
 * ```ts
 * import { flow, residualNetwork, stochasticDepth } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * flow(network, stochasticDepth({ survival: 0.8 }), [1]).states; // → [ 1, 1.764982 ]
 * ```
 */
export function flow(network: ResidualNetwork, noise: Noise, x0: ArrayLike<number>): Flow {
  requireFlow(network, noise, 'flow(network, noise, x0)');
  const { times, states, resolved } = flowFrom(
    network,
    meanFields(network, noise),
    readState(network, x0, 'flow(network, noise, x0)'),
  );
  return { times, states, resolved };
}

/** Refuses noises that have no flow for a limit. */
export function requireFlow(network: ResidualNetwork, noise: Noise, where: string): void {
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireBranches(network, noise, where);
  if (PLACEMENTS[noise.placement].scaling === 'small-noise') return;
  throw new SdeError('unsupported', {
    what: `under ${noise.name} the network has no flow for a limit`,
    where,
    expected: 'a noise that multiplies the branch: its part in a step is O(h)',
    got: 'additive noise of order √h a step (diffusive scaling)',
    remedy:
      "take depthStudy, which studies it in its own scaling, or diffusionLimit(…, { accuracy: 'leading' | 'modified' }), whose noise does not vanish with h",
  });
}

/** A state of the network: d finite numbers, copied. */
export function readState(network: ResidualNetwork, x0: ArrayLike<number>, where: string): Float64Array {
  return requireVector(x0, network.dimension, where, 'give a finite state of the network: its input after the read-in');
}

/** A part of a layer's time, and x at its end, shape (d). */
export interface FlowStep {
  readonly duration: number;
  readonly end: Float64Array;
}

/** A flow, and where it crosses kinks if the activation has any. */
export interface Trajectory extends Flow {
  /** Of every layer of a smooth activation, the steps that were taken. */
  readonly steps?: readonly (readonly FlowStep[])[];
  readonly kinked?: KinkedPath;
}

/** The flow by fields that are already made. */
export function flowFrom(network: ResidualNetwork, fields: readonly MeanField[], x0: Float64Array): Trajectory {
  const { dimension: d, depth, h } = network;
  const times = Float64Array.from({ length: depth + 1 }, (_, n) => n * h);
  if (ACTIVATIONS[network.activation].slopes) {
    const kinked = kinkedFlow(network, fields, x0);
    return { times, states: kinked.states, resolved: kinked.resolved, kinked };
  }
  const states = new Float64Array((depth + 1) * d);
  const integrate = extrapolation(d);
  const x = Float64Array.from(x0);
  const F = new Float64Array(d);
  let resolved = true;
  states.set(x);
  const steps = fields.map((field, n) => {
    const value = (y: Float64Array, out: Float64Array): void => {
      field.moveTo(y);
      field.value(out);
    };
    const speed = (): number => {
      value(x, F);
      return Math.sqrt(F.reduce((sum, component) => sum + component * component, 0));
    };
    const taken: FlowStep[] = [];
    const slow = speed();
    const reached = integrate(value, x, h, FLOW_TOLERANCE, {
      longest: longestStep(field, d),
      taken: (duration, y) => taken.push({ duration, end: Float64Array.from(y) }),
    });
    resolved = reached && speed() <= MOST_AMPLIFICATION * slow && resolved;
    states.set(x, (n + 1) * d);
    return taken;
  });
  return { times, states, resolved, steps };
}
