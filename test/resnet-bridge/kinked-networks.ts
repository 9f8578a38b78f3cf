import { asChain, type Loss, type Noise, type ResidualNetwork, residualNetwork } from 'resnet-bridge';
import { key } from 'sde-core';
import { noiseSource, uniformLaw } from 'sde-core/randomness';

/** A random ReLU network with biases, and a state and a target for it. */
export function kinkedNetwork(
  seed: number,
  size: { readonly dimension: number; readonly width?: number; readonly depth?: number; readonly twin?: boolean },
): { readonly network: ResidualNetwork; readonly x0: number[]; readonly target: number[] } {
  const { dimension: d, width = 4, depth = 1, twin = false } = size;
  const source = noiseSource([uniformLaw(-1, 1)], key(`kinked ${seed}`));
  const drawn = new Float64Array(1);
  let count = 0;
  const numbers = (length: number, scale: number): number[] =>
    Array.from({ length }, () => {
      source(0, count++, drawn);
      return scale * drawn[0];
    });
  const branch = () => ({
    U: numbers(width * d, 1.5),
    c: numbers(width, 0.5),
    V: numbers(width * d, 1.5),
    d: numbers(d, 0.5),
  });
  const layers = Array.from({ length: depth }, () => (twin ? { ...branch(), twin: branch() } : branch()));
  return { network: residualNetwork({ layers, activation: 'relu' }), x0: numbers(d, 1), target: numbers(d, 1) };
}

/**
 * E ℓ of a network under stochastic depth with every layer split m times, exactly, for any m: the sub-layers of a layer are one map, so that
 * the state depends on how many of them survive alone, and these counts are binomial.
 */
export function expectedLossByCounts(
  network: ResidualNetwork,
  noise: Noise,
  x0: ArrayLike<number>,
  loss: Loss,
  m: number,
): number {
  const h = network.h / m;
  const weights = binomial(m, Number(noise.parameters.survival));
  let front = [{ x: Float64Array.from(x0), weight: 1 }];
  for (const layer of network.layers) {
    const chain = asChain({ ...network, layers: [layer], depth: 1, h, horizon: h }, noise, { x0 });
    front = front.flatMap(({ x, weight }) => {
      let y = x;
      return Array.from(weights, (share) => {
        const state = { x: y, weight: weight * share };
        y = new Float64Array(x.length);
        chain.step(0, state.x, Float64Array.of(1), y);
        return state;
      }).filter((state) => state.weight > 1e-18);
    });
  }
  return front.reduce((sum, { x, weight }) => sum + weight * loss.value(x), 0);
}

function binomial(n: number, p: number): Float64Array {
  const logFactorial = [0];
  for (let i = 1; i <= n; i++) logFactorial[i] = logFactorial[i - 1] + Math.log(i);
  return Float64Array.from({ length: n + 1 }, (_, k) =>
    Math.exp(logFactorial[n] - logFactorial[k] - logFactorial[n - k] + k * Math.log(p) + (n - k) * Math.log(1 - p)),
  );
}
