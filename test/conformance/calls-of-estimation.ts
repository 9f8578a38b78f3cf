import * as sde from '../whole-sde-core.js';
import type { Call } from './calls-of-sde-core.js';

const { eulerMaruyama, key, milstein, terminal } = sde;
const on = sde.problem({ model: sde.geometricBrownianMotion({ mu: 0.05, sigma: 0.2 }), x0: [1], T: 1 });
const chain = sde.discretize(on, eulerMaruyama, 2);
const coins = sde.discretize(on, sde.withDriver(eulerMaruyama, 'two-point'), 2);
const coinsWith = (steps: number): sde.Chain => sde.discretize(on, sde.withDriver(eulerMaruyama, 'two-point'), steps);
const x = terminal('x');
const backend = sde.inline();
const k = key(1);
const run = { paths: 8, key: k, backend };
const sampled = await sde.expectation(chain, x, run);
const both = await sde.expectation(chain, { a: x, b: terminal('x^2') }, run);
/** What a ratio reads of an estimate, as from a file. */
const paired = JSON.parse(
  JSON.stringify(both, (name, value) => (['variance', 'negative', 'divergence'].includes(name) ? undefined : value)),
);
for (const name of ['a', 'b'] as const) {
  for (const facts of Object.values<{ difference: object }>(paired[name].joint))
    Object.assign(facts.difference, { variance: 1 });
}
const points = [
  { h: 0.5, error: 0.1, standardError: 0.001 },
  { h: 0.25, error: 0.05, standardError: 0.001 },
  { h: 0.125, error: 0.025, standardError: 0.001 },
];
const level = { mean: 1, paths: 8, standardError: 0.1, degreesOfFreedom: 7 };

/** Long work hears this. */
const soon = <Options extends object>(options: Options): Options =>
  typeof options === 'object' && options !== null && Object.getPrototypeOf(options) === Object.prototype
    ? { signal: AbortSignal.timeout(600), ...options }
    : options;

/** A right call of each function of estimation and studies. Those that run long take a signal beside what they are given. */
export const CALLS_OF_ESTIMATION: readonly Call[] = [
  [
    'expectation',
    (c: never, f: never, o: never) => sde.expectation(c, f, soon(o)),
    [
      chain,
      x,
      { ...run, confidence: 0.9, antithetic: false, lostPaths: 'withhold', control: { functional: x, mean: 1 } },
    ],
  ],
  [
    'expectation to a tolerance',
    (c: never, f: never, o: never) => sde.expectation(c, f, soon(o)),
    [chain, x, { key: k, backend, tolerance: 0.1, maxPaths: 1e5 }],
  ],
  [
    'expectation of several',
    (c: never, f: never, o: never) => sde.expectation(c, f, soon(o)),
    [chain, { a: x, b: terminal('x^2') }, { ...run, confidence: 0.9, control: { functional: x, mean: 1 } }],
  ],
  ['covariance', sde.covariance, [paired]],
  ['difference', sde.difference, [paired, 'a', 'b']],
  ['ratio', sde.ratio, [paired, 'a', 'b']],
  [
    'samples',
    (c: never, f: never, o: never) => sde.samples(c, f, soon(o)),
    [chain, { a: x, b: terminal('x^2') }, { ...run, maxBytes: 1e6 }],
  ],
  ['batch', sde.batch, [{ low: chain, high: chain }, { commonRandomNumbers: true }]],
  ['batch(…).each', (f: never) => sde.batch({ low: chain, high: chain }).each(f), [x]],
  ['exactExpectation', sde.exactExpectation, [coins, x]],
  ['exactExpectation of several', sde.exactExpectation, [coins, { a: x, b: terminal('x^2') }]],
  ['exactExpectationDetailed', sde.exactExpectationDetailed, [coins, x, { tolerance: 1e-3, states: 100 }]],
  ['exactExpectations', sde.exactExpectations, [coins, x, { initial: [1, 2] }]],
  [
    'multilevel',
    (p: never, s: never, f: never, o: never) => sde.multilevel(p, s, f, soon(o)),
    [on, milstein, x, { tolerance: 0.5, key: k, backend, confidence: 0.9 }],
  ],
  [
    'quasiExpectation',
    (c: never, f: never, o: never) => sde.quasiExpectation(c, f, soon(o)),
    [chain, x, { points: 8, key: k, randomizations: 4, confidence: 0.9, lostPaths: 'withhold' }],
  ],
  [
    'timeSummary',
    (c: never, o: never) => sde.timeSummary(c, soon(o)),
    [chain, { paths: 8, key: k, every: 1, probabilities: [0.5], accuracy: 0.01, lostPaths: 'withhold' }],
  ],
  [
    'timeSummary of several',
    (c: never, f: never, o: never) => sde.timeSummary(c, f, soon(o)),
    [chain, { a: x, b: terminal('x^2') }, { paths: 8, key: k }],
  ],
  [
    'rerun of several',
    (p: never, c: never, o: never) => sde.rerun(p, c, soon(o)),
    [paired.a.provenance, chain, { functionals: { a: x }, backend }],
  ],
  [
    'rerun',
    (p: never, c: never, o: never) => sde.rerun(p, c, soon(o)),
    [sampled.provenance, chain, { functional: x, backend }],
  ],
  ['terminal', sde.terminal, ['a*x', { parameters: { a: 1 } }]],
  ['terminal(…).on', (f: never, o: never) => sde.terminal(f, o).on(chain), ['a*x', { parameters: { a: 1 } }]],
  ['richardson', sde.richardson, [x, { order: 1 }]],
  ['extrapolate', sde.extrapolate, [[level, { ...level, mean: 1.1 }], { h: [0.5, 0.25], order: 1, confidence: 0.9 }]],
  ['extrapolationWeights', sde.extrapolationWeights, [[0.5, 0.25], 1]],
  ['confidence', sde.confidence, [{ mean: 1, standardError: 0.1, paths: 100, degreesOfFreedom: 9 }, 0.95]],
  [
    'weakOrder',
    (o: never) => sde.weakOrder(soon(o)),
    [
      {
        chain: coinsWith,
        functional: x,
        steps: [1, 2, 4],
        truth: Math.exp(0.05),
        expected: 1,
        method: { kind: 'exact' },
        confidence: 0.9,
      },
    ],
  ],
  [
    'strongOrder',
    (o: never) => sde.strongOrder(soon(o)),
    [{ problem: on, scheme: eulerMaruyama, steps: [2, 4, 8], paths: 8, key: k, confidence: 0.9 }],
  ],
  ['stepCost', sde.stepCost, [eulerMaruyama, { noiseDimension: 1, dimension: 1 }]],
  ['fitOrder', sde.fitOrder, [points, { expected: 1, confidence: 0.9 }]],
  ['fitConstant', sde.fitConstant, [points, { order: 1, confidence: 0.9 }]],
];
