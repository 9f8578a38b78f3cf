import { type JacobianModel, model } from 'sde-core';
import { requireKeys } from 'sde-core/errors';
import { ACTIVATIONS } from '../network/activation.js';
import { requireNetwork, requireWord } from '../network/at-the-door.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { noisyLayers } from '../noise/noisy-layer.js';
import { PLACEMENTS } from '../noise/placement.js';
import { requireNoise } from '../noise/require-noise.js';
import { requireFlow } from './flow.js';
import { layerClock } from './layer-clock.js';
import { MODIFICATIONS } from './modification.js';

/** Which equation stands for the network: see {@link diffusionLimit}. */
export type Accuracy = 'flow' | 'leading' | 'modified';

/** An SDE that stands for a network, with what is known of how close it is. */
export interface LimitModel extends JacobianModel {
  readonly name: string;
  readonly accuracy: Accuracy;
  /** `small-noise`: the branch fluctuates by O(1), the SDE's noise is √h Σ^{1/2} and vanishes with h. `diffusive`: it does not vanish. */
  readonly scaling: 'small-noise' | 'diffusive';
  /** |E φ(X_N) − E φ(X_T)| = O(h^weakOrder), for smooth φ and activation. */
  readonly weakOrder: number;
  /** Whether the activation is smooth, as the order assumes. */
  readonly smooth: boolean;
  readonly breakpoints: readonly number[];
}

/**
 * The equation that a noisy network of step h follows, with coefficients that are constant in time over each layer:
 *
 * - `flow`      x' = F̄, weak order 1 (small noise alone)
 * - `leading`   dX = F̄ dt + √h Σ^{1/2} dW, weak order 1
 * - `modified`  dX = [F̄ − (h/2) DF̄ F̄] dt + √h Σ^{1/2} dW, weak order 2
 *
 * h is that of the network given, so a refined network has its own. Under additive noise of order √h a step (diffusive
 * scaling) √h Σ^{1/2} = s I does not vanish with h: `leading` is the limit, `modified` has the drift
 * F − (h/2)(DF F + ½ s² ΔF) and the diffusion s (I − (h/2) DF), and there is no `flow`.
 *
 * The network **is** Euler–Maruyama with step h on `leading`; solve `modified` with finer steps, a second-order scheme or as a
 * PDE. The model keeps scratch and serves one thread. Cost: drift O(d · width), diffusion O(d · width) or O(d² · width).
 *
 * @throws SdeError `value` for an unknown accuracy; `unsupported` for `flow` under diffusive scaling and for missing twins.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { diffusionLimit, residualNetwork, stochasticDepth } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const limit = diffusionLimit(network, stochasticDepth({ survival: 0.8 }), { accuracy: 'modified' });
 * const b = new Float64Array(1);
 * limit.drift(0, Float64Array.of(1), b);
 * b; // → [ 0.527689 ]
 * ```
 */
export function diffusionLimit(
  network: ResidualNetwork,
  noise: Noise,
  options: { readonly accuracy: Accuracy },
): LimitModel {
  const where = 'diffusionLimit(network, noise, { accuracy })';
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireKeys<{ accuracy: Accuracy }>(options ?? null, { accuracy: true }, where);
  const { accuracy } = options;
  requireWord(accuracy, ['flow', 'leading', 'modified'], `${where}: accuracy`);
  if (accuracy === 'flow') requireFlow(network, noise, where);

  const { dimension: d, h } = network;
  const { scaling } = PLACEMENTS[noise.placement];
  const fields = meanFields(network, noise);
  const noisy = noisyLayers(network, noise, where);
  const silent = accuracy === 'flow' || noise.variance === 0;
  const m = silent ? 0 : noisy[0].gates;
  const clock = layerClock(network);
  const { drift, driftJacobian, reshape } = MODIFICATIONS[accuracy === 'modified' ? scaling : 'none'](d, h, noise);
  const root = Math.sqrt(h);

  return {
    ...model({
      dimension: d,
      noiseDimension: m,
      noise:
        silent || (scaling === 'diffusive' && accuracy === 'leading') ? 'additive' : m === 1 ? 'scalar' : 'general',
      calculus: 'ito',
      breakpoints: clock.breakpoints,
      drift: (t, x, out) => drift(fields[clock.layerAt(t)], x, out),
      driftJacobian: (t, x, out) => driftJacobian(fields[clock.layerAt(t)], x, out),
      diffusion(t, x, out) {
        if (m === 0) return;
        const n = clock.layerAt(t);
        noisy[n].moveTo(x);
        noisy[n].factor(out);
        for (let i = 0; i < out.length; i++) out[i] *= root;
        reshape?.value(fields[n], x, out);
      },
      diffusionJacobian(t, x, out) {
        if (m === 0) return;
        const n = clock.layerAt(t);
        noisy[n].differentiateAt(x);
        noisy[n].factorJacobian(out);
        for (let i = 0; i < out.length; i++) out[i] *= root;
        reshape?.jacobian(fields[n], x, out);
      },
    }),
    name: `${accuracy} limit of ${network.depth} layers, ${noise.name}`,
    accuracy,
    scaling,
    weakOrder: accuracy === 'modified' ? 2 : 1,
    smooth: ACTIVATIONS[network.activation].smooth,
    breakpoints: clock.breakpoints,
    autonomous: true,
  };
}
