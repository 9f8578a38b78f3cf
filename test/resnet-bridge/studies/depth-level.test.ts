import {
  asChain,
  crossEntropy,
  type JudgedStates,
  NOISES,
  type Noise,
  type ResidualNetwork,
  refine,
  residualNetwork,
  squaredLoss,
  stochasticDepth,
  useDevice,
} from 'resnet-bridge';
import { type Chain, key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { chainEnsemble } from '#resnet-bridge/studies/chain-ensemble';
import { type LevelMeans, measureLevel, PROCESSES } from '#resnet-bridge/studies/depth-level';
import { deviceEnsemble } from '#resnet-bridge/studies/device-ensemble';
import { exampleNetwork, exampleState } from '../example-networks.js';

const step = async (): Promise<void> => {};
const Z = 4; // standard errors: one in 16,000 by chance, and the seeds are fixed

/** E ℓ(X_N) over all outcomes of all layers. */
function enumerated(chain: Chain, loss: (x: Float64Array) => number): number {
  const outcomes = chain.driver.outcomes ?? [];
  const from = (n: number, x: Float64Array): number => {
    if (n === chain.steps) return loss(x);
    return outcomes.reduce((sum, { probability, noise }) => {
      const next = new Float64Array(x.length);
      chain.step(n, x, noise, next);
      return sum + probability * from(n + 1, next);
    }, 0);
  };
  return from(0, chain.x0);
}

const smallNoise = NOISES.filter((noise) => noise.placement !== 'state');
const judgedFor = (network: ResidualNetwork): JudgedStates => {
  const losses = [crossEntropy(network.readOut!, 0), crossEntropy(network.readOut!, 2)];
  const states = [exampleState(network.dimension), exampleState(network.dimension).map((x) => x - 0.5)];
  return { states, loss: (image) => losses[image] };
};

describe('a level, measured', () => {
  it.each(['f64', 'wasm'] as const)(
    'gives E ℓ of the network within its error of the enumeration: %s',
    async (where) => {
      for (const noise of smallNoise) {
        if (noise.laws.some((law) => law.outcomes === undefined)) continue;
        const network = exampleNetwork({ dimension: 2, width: 2, depth: 2, horizon: 2 });
        const judged = judgedFor(network);
        const ensemble =
          where === 'f64'
            ? chainEnsemble(network, noise)
            : await deviceEnsemble(network, noise, await useDevice(where));
        const draws = { network: 4000, leading: 16, modified: 16 };
        const options = { refinement: 2, draws, substeps: 1, key: key(noise.name), step };
        const { network: measured } = await measureLevel(network, noise, judged, ensemble, options);
        const fine = refine(network, 2);
        const exact =
          judged.states.reduce(
            (sum, x0, image) => sum + enumerated(asChain(fine, noise, { x0 }), (x) => judged.loss(image).value(x)),
            0,
          ) / judged.states.length;
        expect(measured.nonFinite).toBe(0);
        expect(Math.abs(measured.mean - exact)).toBeLessThan(Z * measured.standardError);
        // The control variate is worth its name: four fifths of the deviation at the least.
        expect(measured.varianceReduction).toBeGreaterThan(25);
        ensemble.close();
      }
    },
  );

  it('gives both SDEs of a linear network, to the sampling error and h³', async () => {
    // relu(x) for x > 0 is x: with F = a x the leading SDE is dX = p a X dt + √h σ X dW with σ² = p(1 − p) a², and the modified
    // one has drift (p a − h (p a)²/2) X. Then E X = x₀ e^{bT} and E X² = x₀² e^{(2b + h σ²)T}.
    const [a, p, x0, y] = [0.9, 0.7, 0.8, 0.5];
    const layer = { U: [[1]], c: [0], V: [[a]], d: [0] };
    const network = residualNetwork({ layers: [layer, layer, layer], activation: 'relu', horizon: 1 });
    const noise = stochasticDepth({ survival: p });
    const loss = squaredLoss([y]);
    const judged: JudgedStates = { states: [[x0]], loss: () => loss };
    const ensemble = chainEnsemble(network, noise);
    for (const refinement of [1, 2]) {
      const h = network.h / refinement;
      const exact = (b: number): number =>
        (x0 ** 2 * Math.exp(2 * b + h * p * (1 - p) * a ** 2)) / 2 - y * x0 * Math.exp(b) + y ** 2 / 2;
      for (const substeps of [1, 4]) {
        const draws = { network: 16, leading: 20_000, modified: 20_000 };
        const means = await measureLevel(network, noise, judged, ensemble, {
          refinement,
          draws,
          substeps,
          key: key(3),
          step,
        });
        const drifts = { leading: p * a, modified: p * a - (h / 2) * (p * a) ** 2 };
        for (const name of ['leading', 'modified'] as const) {
          const { mean, standardError } = means[name];
          // The splitting's error is h δ²/12 times third derivatives of order 1, the Euler step's h² δ/8: together below h³/4.
          const integrator = h ** 3 / 4 / substeps;
          expect(Math.abs(mean - exact(drifts[name]))).toBeLessThan(Z * standardError + integrator);
          // and that resolves the correction, h (p a)² T/2 · ∂ℓ.
          expect(Z * standardError + integrator).toBeLessThan(
            Math.abs(exact(drifts.leading) - exact(drifts.modified)) / 4,
          );
        }
      }
    }
  });

  it.each(smallNoise.map((noise) => [noise.name, noise] as const))(
    'is the same in f32 on a device as in f64: %s',
    async (_, noise: Noise) => {
      const network = exampleNetwork({ dimension: 3, width: 4, depth: 2 });
      const judged = judgedFor(network);
      const options = {
        refinement: 2,
        draws: { network: 32, leading: 32, modified: 32 },
        substeps: 1,
        key: key(5),
        step,
      };
      const reference = await measureLevel(network, noise, judged, chainEnsemble(network, noise), options);
      for (const name of ['cpu', 'wasm'] as const) {
        const ensemble = await deviceEnsemble(network, noise, await useDevice(name));
        const means: LevelMeans = await measureLevel(network, noise, judged, ensemble, options);
        ensemble.close();
        for (const process of PROCESSES) {
          // Some hundred f32 roundings of numbers of order 1 a path, of which the noise-free path takes away the common part.
          expect(Math.abs(means[process].mean - reference[process].mean)).toBeLessThan(128 * 2 ** -24);
          expect(means[process].standardError / reference[process].standardError).toBeCloseTo(1, 3);
        }
      }
    },
  );
});
