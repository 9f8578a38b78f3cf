import * as bridge from 'resnet-bridge';
import { discretize, eulerMaruyama, expectation, inline, key, problem, simulate, terminal } from 'sde-core';
import { uniforms } from './arguments.js';

const ACTIVATIONS = ['tanh', 'sigmoid', 'softplus', 'sin', 'relu'] as const;
const X = [0.43, -0.79];
const network = bridge.residualNetwork({ dimension: 2, width: 3, depth: 3, twin: true, readOut: 2, key: key('bits') });
const noise = bridge.stochasticDepth({ survival: 0.8 });
const shares = uniforms(12, 160);
const dataset: bridge.Dataset = {
  name: 'forty points',
  count: 40,
  features: 2,
  classes: 2,
  inputs: Float64Array.from({ length: 80 }, (_, i) => 4 * shares[i] - 2),
  labels: Uint8Array.from({ length: 40 }, (_, i) => (shares[2 * i] + shares[2 * i + 1] > 1 ? 1 : 0)),
  train: Uint32Array.from({ length: 30 }, (_, i) => i),
  test: Uint32Array.from({ length: 10 }, (_, i) => 30 + i),
  source: 'made up',
};

/** Networks, their noises and their limits, in double precision; and a network trained on the wasm device, in single. */
export async function* bridgeLines(): AsyncGenerator<readonly [string, unknown]> {
  const readOut = network.readOut;
  if (!readOut) throw new Error('the network has no read-out');
  for (const activation of ACTIVATIONS) {
    const given = bridge.residualNetwork({ dimension: 2, width: 3, depth: 3, activation, key: key(activation) });
    const chain = bridge.asChain(given, noise, { x0: X });
    const run = { paths: 256, key: key('chain'), backend: inline() };
    const mean = (await expectation(chain, terminal('x*y'), run)).mean;
    yield [
      `asChain, residualNetwork, flow · ${activation}`,
      [bridge.networkToJSON(given), mean, bridge.flow(given, noise, X)],
    ];
  }
  for (const [index, each] of bridge.NOISES.entries()) {
    const moments = bridge.branchMoments(network, each, { layer: 1, x: X });
    const path = simulate(bridge.asChain(network, each, { x0: X }), { key: key('noise'), path: 2 });
    const limit = bridge.diffusionLimit(network, each, { accuracy: 'modified' });
    const on = discretize(problem({ model: limit, x0: X, T: network.horizon }), eulerMaruyama, 3);
    const limits = simulate(on, { key: key('limit'), path: 2 });
    yield [`branchMoments, diffusionLimit, NOISES · ${index + 1} ${each.name}`, [moments, path, limits]];
  }
  const loss = bridge.crossEntropy(readOut, 1);
  const state = Float64Array.from(X);
  const values = [loss.value(state), bridge.squaredLoss([0.2, 0.4]).value(state)];
  yield ['crossEntropy, squaredLoss, applyAffine', [values, bridge.applyAffine(readOut, X, new Float64Array(2))]];
  yield ['flowAdjoint', bridge.flowAdjoint(network, noise, X, loss, { hessian: true })];
  const limit = bridge.symbolicLimit(network, noise, { accuracy: 'leading' });
  yield ['symbolicLimit', [limit.values, limit.model.driftNodes.length]];
  yield ['refine, networkFromJSON, networkToJSON', bridge.networkToJSON(bridge.refine(network, 2))];
  const few = bridge.selectClasses(bridge.digits(), [3, 8]);
  yield ['digits, selectClasses, principalComponents', bridge.principalComponents(few, 3)];
  yield ['lossShift', await bridge.lossShift(network, noise, dataset)];
  const judged = { states: [X], loss: () => loss };
  const draws = { network: 64, leading: 64, modified: 64 };
  const study = { functional: judged, refinements: [1, 2, 4], draws, key: key('depth'), precision: 'f64' } as const;
  const depth = await bridge.depthStudy(network, noise, study);
  yield ['depthStudy, depthTable · in f64', [depth, bridge.depthTable(depth)]];
  yield ['threeWays', await bridge.threeWays(network, noise, judged, { key: key(1), paths: 64, points: 17 })];
  const training = { noise, epochs: 3, batch: 8, learningRate: 0.02, key: key('fit'), device: 'wasm' } as const;
  for (const activation of ACTIVATIONS) {
    const raw = bridge.residualNetwork({ dimension: 2, width: 4, depth: 2, activation, readOut: 2, key: key('raw') });
    const history = await bridge.fit(raw, dataset, training);
    const trained = [bridge.networkToJSON(history.network), history.epochs, history.warnings];
    const right = bridge.accuracy(history.network, dataset, { noise, draws: 2, key: key('accuracy') });
    yield [`fit, accuracy · ${activation} on wasm, in f32`, [trained, right]];
  }
}
