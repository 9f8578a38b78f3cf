// Trains and measures where nothing compiles, and prints the warnings: node --jitless without-compiler.mjs
import {
  depthStudy,
  digits,
  fit,
  principalComponents,
  residualNetwork,
  selectClasses,
  squaredLoss,
  stochasticDepth,
} from 'resnet-bridge';
import { key } from 'sde-core';

const all = selectClasses(digits(), [0, 1]);
const data = { ...all, train: all.train.slice(0, 8), test: all.test.slice(0, 4) };
const readIn = principalComponents(data, 2);
const network = residualNetwork({ dimension: 2, width: 2, depth: 2, readIn, key: key(1) });
const noise = stochasticDepth({ survival: 0.8 });
const history = await fit(network, data, { noise, epochs: 1, batch: 4, learningRate: 0.01, key: key(2) });
const loss = squaredLoss([0.9, -0.4]);
const study = await depthStudy(residualNetwork({ dimension: 2, width: 2, depth: 2, key: key(1) }), noise, {
  functional: { states: [[0.3, -0.2]], loss: () => loss },
  refinements: [1, 2],
  draws: { network: 64, leading: 64, modified: 64 },
  key: key(3),
});
process.stdout.write(JSON.stringify({ fit: history.warnings, study: study.warnings, loss: history.epochs[0].loss }));
