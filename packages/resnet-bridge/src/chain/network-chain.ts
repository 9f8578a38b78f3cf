import type { Chain, Driver, Outcome } from 'sde-core';
import { requireKeys } from 'sde-core/errors';
import { driver } from 'sde-core/randomness';
import { requireNetwork, requireVector } from '../network/at-the-door.js';
import { networkToJSON } from '../network/network-file.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { noisyLayers } from '../noise/noisy-layer.js';
import { requireNoise } from '../noise/require-noise.js';

/**
 * The residual layers themselves as a chain: x⁺ = x + h B_n(x, w_n), from the state x0; a functional acts on x(T).
 *
 * A step's noise holds the variables of the layer's gates, gate after gate: one gate for stochastic depth, shake-shake and
 * shake-drop, d for dropout on the output and for injection, the width for dropout inside the branch. Where their laws are
 * discrete and have at most 65 536 outcomes together, `driver.outcomes` lists them (on first use). Cost of a step
 * O(d · width).
 *
 * @param options - `x0`, shape (d): the state after the read-in.
 * @throws SdeError `shape` or `value` if x0 is not d finite numbers; `unsupported` if the noise needs twin branches that are not there.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { asChain, refine, residualNetwork, stochasticDepth } from 'resnet-bridge';
 * import { exactExpectation, terminal } from 'sde-core';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const chain = asChain(refine(network, 4), stochasticDepth({ survival: 0.8 }), { x0: [1] });
 * exactExpectation(chain, terminal('x')); // → 1.742413
 * ```
 */
export function asChain(network: ResidualNetwork, noise: Noise, options: { readonly x0: ArrayLike<number> }): Chain {
  const where = 'asChain(network, noise, { x0 })';
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireKeys<{ x0: unknown }>(options ?? null, { x0: true }, where, { x: 'x0', start: 'x0', state: 'x0' });
  const { dimension, depth, h } = network;
  const x0 = requireVector(
    options.x0,
    dimension,
    where,
    'start from a finite state of the network: its input after the read-in',
  );

  const layers = noisyLayers(network, noise, 'asChain(network, noise)');
  const each = noise.laws.length;
  const gates = new Float64Array(layers[0].gates);
  return {
    name: `${depth} residual layers, ${noise.name}`,
    dimension,
    steps: depth,
    h,
    t0: 0,
    x0,
    driver: gateDriver(noise, gates.length),
    get content() {
      return JSON.stringify([networkToJSON(network), noise.kind, noise.parameters]);
    },
    step(n, x, variables, out) {
      const layer = layers[n];
      for (let j = 0; j < gates.length; j++) gates[j] = noise.gate(variables, j * each);
      layer.moveTo(x);
      layer.apply(gates, out);
      for (let i = 0; i < dimension; i++) out[i] = x[i] + h * out[i];
    },
  };
}

/** The variables of so many gates. Outcomes are listed when first asked for: a driver of 16 coins has 65 536. */
function gateDriver(noise: Noise, gates: number): Driver {
  const laws = Array.from({ length: gates }, () => noise.laws).flat();
  let listed: { readonly outcomes?: readonly Outcome[] } | undefined;
  return {
    kind: driver(noise.laws).kind,
    size: laws.length,
    laws,
    get outcomes() {
      listed ??= driver(laws);
      return listed.outcomes;
    },
  };
}
