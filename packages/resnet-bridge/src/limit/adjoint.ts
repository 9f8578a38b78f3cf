import { requireBoolean, requireFinite, requireKeys } from 'sde-core/errors';
import { type Loss, requireLoss } from '../network/loss.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { type MeanField, meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { extrapolation, type VectorField } from './extrapolated-step.js';
import { FLOW_TOLERANCE, type Flow, type FlowStep, flowFrom, readState, requireFlow, type Trajectory } from './flow.js';
import { type KinkWarning, kinkWarnings, type UnresolvedFlow, unresolvedFlow } from './kink-warnings.js';
import type { Crossing, KinkedPath, Stretch } from './kinked-flow.js';
import { longestStep } from './longest-step.js';

/** How far from its known state a path may end that is run backward over one step, relative to 1 + |x|. */
const RETURN = 1e-6;

/** The flow and the derivatives of u₀(t, x) = ℓ(flow_{T − t}(x)) along it. */
export interface FlowAdjoint extends Flow {
  /** ℓ(x_flow(T)) = u₀(t, x_flow(t)) for every t. */
  readonly loss: number;
  /** ∇u₀(n h, x_flow(n h)), shape (depth + 1, d). */
  readonly gradients: Float64Array;
  /** ∇²u₀(n h, x_flow(n h)), shape (depth + 1, d, d); absent unless asked for. */
  readonly hessians?: Float64Array;
  /** Where kinks of the activation keep the Hessians from being what second derivatives are elsewhere, and whether the flow is unresolved. */
  readonly warnings: readonly (KinkWarning | UnresolvedFlow)[];
}

/**
 * The flow from x0 and ∇u₀ along it at every layer boundary: q' = −DF̄ᵀ q backward from q(T) = ∇ℓ; with `hessian`, also
 * H' = −(DF̄ᵀ H + H DF̄ + Σ_i q_i D²F̄_i) backward from H(T) = ∇²ℓ.
 *
 * For the sub-layers of a refinement give the refined network. Each step of the flow is integrated backward from its own stored end, so
 * the flow is never run backward over more than one step.
 *
 * Where ψ has a kink, D²F̄ is an impulse: as the path crosses z_k = U_k x + c_k = 0, H gains (jump of ψ′) (V̄_k·q) U_k U_kᵀ / |dz_k/dt|, V̄ with the
 * mean gate. Crossings are located exactly. At a boundary between layers, and at the start, half of it is taken, and said. Cost: 20 to 60 products with DF̄ a layer, and as many of
 * O(d² · width) with `hessian`.
 *
 * @param options - `hessian` defaults to false.
 * @throws SdeError as {@link flow}.
 * @see [sun2018], [hairer1993, II.9]
 *
 * @example
 * ```ts
 * import { flowAdjoint, residualNetwork, squaredLoss, stochasticDepth } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const along = flowAdjoint(network, stochasticDepth({ survival: 0.8 }), [1], squaredLoss([2]));
 * along.gradients; // → [ -0.274045, -0.235018 ]
 * ```
 */
export function flowAdjoint(
  network: ResidualNetwork,
  noise: Noise,
  x0: ArrayLike<number>,
  loss: Loss,
  options: { readonly hessian?: boolean } = {},
): FlowAdjoint {
  const where = 'flowAdjoint(network, noise, x0, loss)';
  requireFlow(network, noise, where);
  const fields = meanFields(network, noise);
  requireKeys<{ hessian: boolean }>(options, { hessian: true }, `${where}: options`, { hessians: 'hessian' });
  requireBoolean(options.hessian, `${where}: hessian`);
  requireLoss(loss, network.dimension, where);
  const x = readState(network, x0, where);
  const forward = flowFrom(network, fields, x);
  const hessian = options.hessian ?? false;
  const along = backward(network, fields, forward, loss, { hessian, tolerance: FLOW_TOLERANCE });
  return {
    ...along,
    warnings: [
      ...(hessian && forward.kinked ? kinkWarnings([withStart(forward.kinked)]) : []),
      ...(along.resolved ? [] : [unresolvedFlow(1, 1, 'the states and derivatives')]),
    ],
  };
}

/** The path with the kinks it starts on among its troubles: the Hessian at time 0, of all, is a mean of two sides there. */
const withStart = (path: KinkedPath): KinkedPath => ({
  ...path,
  troubles: [
    ...path.layers[0].entries.map(({ unit }) => ({ kind: 'kink-at-layer-end' as const, layer: 0, unit })),
    ...path.troubles,
  ],
});

/**
 * Backward along a flow; `extra`, if given, is integrated beside q and H over each layer: its field gets the layer's index, the
 * state, q = ∇u₀ and H = ∇²u₀, and the sums over [0, T] come back.
 */
export function backward(
  network: ResidualNetwork,
  fields: readonly MeanField[],
  forward: Trajectory,
  loss: Loss,
  options: {
    readonly hessian: boolean;
    readonly tolerance: number;
    readonly extra?: {
      readonly size: number;
      /** Continues each branch of layer n from these sides of its kinks. */
      hold(n: number, sides: readonly Uint8Array[] | undefined): void;
      rate(n: number, x: Float64Array, gradient: Float64Array, curvature: Float64Array, out: Float64Array): void;
      readonly sums: Float64Array;
    };
  },
): Omit<FlowAdjoint, 'warnings'> {
  const { hessian, tolerance, extra } = options;
  const { dimension: d, depth } = network;
  const squares = hessian ? d * d : 0;
  const size = 2 * d + squares + (extra?.size ?? 0);
  const integrate = extrapolation(size);
  const gradients = new Float64Array((depth + 1) * d);
  const hessians = new Float64Array((depth + 1) * squares);
  const DF = new Float64Array(d * d);
  const y = new Float64Array(size);

  const end = forward.states.slice(depth * d);
  loss.gradient(end, y.subarray(d, 2 * d));
  if (hessian) loss.hessian(end, y.subarray(2 * d, 2 * d + squares));
  const keep = (n: number): void => {
    gradients.set(y.subarray(d, 2 * d), n * d);
    hessians.set(y.subarray(2 * d, 2 * d + squares), n * squares);
  };
  keep(depth);

  const rates =
    (n: number): VectorField =>
    (at, out) => {
      const field = fields[n];
      const x = at.subarray(0, d);
      const gradient = at.subarray(d, 2 * d);
      const curvature = at.subarray(2 * d, 2 * d + squares);
      field.differentiateAt(x);
      field.value(out.subarray(0, d));
      for (let i = 0; i < d; i++) out[i] = -out[i];
      field.transposedTimes(gradient, out.subarray(d, 2 * d));
      if (hessian) {
        field.jacobian(DF);
        hessianRate(d, DF, curvature, out.subarray(2 * d, 2 * d + squares));
        field.addHessian(gradient, out.subarray(2 * d, 2 * d + squares));
      }
      extra?.rate(n, x, gradient, curvature, out.subarray(2 * d + squares));
    };
  const jump = (field: MeanField, crossings: readonly Crossing[]): void => {
    if (!hessian) return;
    const gradient = y.subarray(d, 2 * d);
    const curvature = y.subarray(2 * d, 2 * d + squares);
    for (const { branch, unit, speed, share } of crossings)
      if (speed > 0) field.addKink(branch, unit, share / speed, gradient, curvature);
  };

  let resolved = forward.resolved;
  for (let n = depth - 1; n >= 0; n--) {
    const field = fields[n];
    const kinked = forward.kinked?.layers[n];
    const begin = forward.states.subarray(n * d, (n + 1) * d);
    const steps: readonly (FlowStep & Partial<Stretch>)[] = kinked?.stretches ?? forward.steps?.[n] ?? [];
    const longest = kinked ? undefined : longestStep(field, d);
    for (let at = steps.length - 1; at >= 0; at--) {
      const { duration, sides, end: from, crossings } = steps[at];
      jump(field, crossings ?? []);
      y.set(from);
      if (duration === 0) continue;
      field.hold(sides);
      extra?.hold(n, sides);
      // What is lost already is carried on at little cost; the stretches between kinks are short enough.
      const reached =
        resolved || kinked
          ? integrate(rates(n), y, duration, tolerance, longest ? { longest } : {})
          : integrate(rates(n), y, duration, Number.POSITIVE_INFINITY);
      resolved = reached && resolved && returned(y, at > 0 ? steps[at - 1].end : begin);
    }
    field.hold(undefined);
    extra?.hold(n, undefined);
    jump(field, kinked?.entries ?? []);
    keep(n);
  }
  extra?.sums.set(y.subarray(2 * d + squares));
  return {
    times: forward.times,
    states: forward.states,
    resolved,
    loss: requireFinite(
      loss.value(end),
      'flowAdjoint(network, noise, x0, loss)',
      'give a loss that is a finite number at the end of the flow',
    ),
    gradients,
    ...(hessian ? { hessians } : {}),
  };
}

const returned = (y: Float64Array, to: Float64Array): boolean =>
  to.every((x, i) => Math.abs(y[i] - x) <= RETURN * (1 + Math.abs(x)));

/** out = DFᵀ H + H DF for symmetric H: M + Mᵀ with M = H DF. */
function hessianRate(d: number, DF: Float64Array, H: Float64Array, out: Float64Array): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) out[i * d + j] = 0;
    for (let k = 0; k < d; k++) {
      const factor = H[i * d + k];
      for (let j = 0; j < d; j++) out[i * d + j] += factor * DF[k * d + j];
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = out[i * d + j] + out[j * d + i];
      out[i * d + j] = sum;
      out[j * d + i] = sum;
    }
  }
}
