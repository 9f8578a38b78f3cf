import type { Warning } from 'sde-core';
import { requireKeys } from 'sde-core/errors';
import { backward } from '../limit/adjoint.js';
import { flowFrom, readState, requireFlow } from '../limit/flow.js';
import { kinkWarnings, unresolvedFlow } from '../limit/kink-warnings.js';
import type { KinkedPath, KinkTrouble } from '../limit/kinked-flow.js';
import { ACTIVATIONS } from '../network/activation.js';
import { atTheDoor, requireReporting } from '../network/at-the-door.js';
import type { Dataset } from '../network/dataset.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { meanFields, oncePerLayer } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { noisyLayer } from '../noise/noisy-layer.js';
import { breathe } from './breathe.js';
import { type JudgedStates, requireJudged } from './judged-states.js';

/** At which two columns of the extrapolation must agree; the better of them, which is taken, is then good to about 1e-11. */
const TOLERANCE = 1e-9;

/** The first-order weak error of a network, predicted from its mean branch: E ℓ(X_N) = ℓ(x_flow(T)) + h C₁ + O(h²). */
export interface LossShift {
  /** −½ ∫ (DF̄ F̄)·∇u₀ dt: Euler's own error, which has nothing to do with noise. */
  readonly euler: number;
  /** ½ ∫ Σ:∇²u₀ dt: the curvature regularizer that the noise induces. */
  readonly curvature: number;
  /** C₁, their sum. The shift itself is h C₁. */
  readonly total: number;
  /** ℓ(x_flow(T)), averaged. */
  readonly flowLoss: number;
  /** h of the network given: C₁ itself does not depend on it. */
  readonly h: number;
  readonly images: number;
  /** C₁ of each image, shape (images). */
  readonly perImage: Float64Array;
  /** False where the activation has kinks: C₁ then holds the jumps of ∇²u₀ at them, and what is left is O(h²) only away from them. */
  readonly smooth: boolean;
  readonly warnings: readonly Warning<LossShiftWarning>[];
}

/** What `lossShift` takes. */
export interface LossShiftOptions {
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  readonly signal?: AbortSignal;
}

/** What {@link lossShift} warns of. */
export type LossShiftWarning = 'kinks' | 'unresolved-flow' | KinkTrouble['kind'];

/**
 * C₁ = ∫₀ᵀ [ −½ (DF̄ F̄)·∇u₀ + ½ Σ:∇²u₀ ](t, x_flow(t)) dt with u₀(t, x) = ℓ(flow_{T−t}(x)), split in its two terms, averaged over
 * a dataset's test images (cross-entropy of the read-out) or over states with losses of their own.
 *
 * One backward integration an image carries ∇u₀, ∇²u₀ and both integrals, to about 1e-11 a layer. Cost an image: 20 to 60 evaluations
 * of O(d² · width) a layer.
 *
 * @param options - `onProgress` gets the images done, of how many; `signal` cancels.
 * @throws SdeError `shape` if the data does not fit the network; `unsupported` for noise of diffusive scaling, or missing twins;
 * `cancelled`.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { lossShift, residualNetwork, squaredLoss, stochasticDepth } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const noise = stochasticDepth({ survival: 0.8 });
 * const shift = await lossShift(network, noise, { states: [[1]], loss: () => squaredLoss([2]) });
 * [shift.euler, shift.curvature]; // → [ 0.014171, 0.084124 ]
 * ```
 */
export async function lossShift(
  network: ResidualNetwork,
  noise: Noise,
  data: Dataset | JudgedStates,
  options: LossShiftOptions = {},
): Promise<LossShift> {
  const where = 'lossShift(network, noise, dataset)';
  return atTheDoor('lossShift', where, () => shifted(network, noise, data, options, where));
}

async function shifted(
  network: ResidualNetwork,
  noise: Noise,
  data: Dataset | JudgedStates,
  options: LossShiftOptions,
  where: string,
): Promise<LossShift> {
  requireFlow(network, noise, where);
  requireKeys<LossShiftOptions>(options, { onProgress: true, signal: true }, `${where}: options`);
  requireReporting(options, where);
  const judged = requireJudged(network, data, where);
  const count = judged.states.length;

  const d = network.dimension;
  const fields = meanFields(network, noise);
  const noisy = oncePerLayer(network, (layer) => noisyLayer(network, noise, layer));
  const Sigma = new Float64Array(d * d);
  const F = new Float64Array(d);
  const DFF = new Float64Array(d);
  const rate = (n: number, x: Float64Array, gradient: Float64Array, hessian: Float64Array, out: Float64Array): void => {
    const field = fields[n];
    field.value(F);
    field.times(F, DFF);
    let slope = 0;
    for (let i = 0; i < d; i++) slope += DFF[i] * gradient[i];
    noisy[n].moveTo(x);
    noisy[n].covariance(Sigma);
    let curvature = 0;
    for (let i = 0; i < Sigma.length; i++) curvature += Sigma[i] * hessian[i];
    out[0] = -slope / 2;
    out[1] = curvature / 2;
  };

  const perImage = new Float64Array(count);
  const paths: KinkedPath[] = [];
  let unresolved = 0;
  const mean = { euler: 0, curvature: 0, flowLoss: 0 };
  for (let image = 0; image < count; image++) {
    if (image % 8 === 0) await breathe(options.signal, where);
    const loss = judged.loss(image);
    const start = readState(network, judged.states[image], where);
    const sums = new Float64Array(2);
    const forward = flowFrom(network, fields, start);
    if (forward.kinked) paths.push(forward.kinked);
    const result = backward(network, fields, forward, loss, {
      hessian: true,
      tolerance: TOLERANCE,
      extra: { size: 2, rate, sums, hold: (n, sides) => noisy[n].hold(sides) },
    });
    if (!result.resolved) unresolved++;
    perImage[image] = sums[0] + sums[1];
    mean.euler += sums[0] / count;
    mean.curvature += sums[1] / count;
    mean.flowLoss += result.loss / count;
    options.onProgress?.({ done: image + 1, of: count });
  }
  const { smooth } = ACTIVATIONS[network.activation];
  return {
    ...mean,
    total: mean.euler + mean.curvature,
    h: network.h,
    images: count,
    perImage,
    smooth,
    warnings: [
      ...(smooth ? [] : [kinks(network)]),
      ...kinkWarnings(paths),
      ...(unresolved > 0 ? [unresolvedFlow(unresolved, count, 'C₁')] : []),
    ],
  };
}

const kinks = ({ activation }: ResidualNetwork): Warning<'kinks'> => ({
  kind: 'kinks',
  message: `${activation} has kinks: C₁ holds the jump of the second derivative at each that the flow crosses, and is the limit of the shift over h; but where the flow is near a kink as a layer ends, the shift gets there like √h, later than for a smooth activation.`,
  activation,
});
