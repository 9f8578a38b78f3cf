import { inline, key, type Model, type SymbolicModel, terminal } from 'sde-core';
import { generators } from '#sde-core/randomness/generators';
import { affineModels, curvedModels } from '../conformance/scheme-models.js';
import * as sde from '../whole-sde-core.js';
import { uniforms } from './arguments.js';

const PATHS = 256;
const STEPS = 8;
const X0 = [1.2, -0.7];
const run = { paths: PATHS, key: key('bits'), backend: inline() } as const;

/** One of every kind of noise, and every function that a coefficient may hold. */
const MODELS = [...affineModels.filter(({ name }) => /diagonal|commutative|m = 3/.test(name)), ...curvedModels];

/** Every scheme on models of every kind of noise: a sampled mean and a path, or what was refused. */
async function* schemeLines(): AsyncGenerator<readonly [string, unknown]> {
  const linear = [
    [-1, 0.5],
    [0.25, -2],
  ];
  const given: (readonly [string, sde.Scheme])[] = [
    ...sde.schemes.map((scheme, i) => [`schemes ${i + 1}`, scheme] as const),
    ['exponentialEuler', sde.exponentialEuler({ linear })],
    ['withDriver', sde.withDriver(sde.eulerMaruyama, 'three-point')],
    ['milsteinGeneral', sde.milsteinGeneral({ area: { kind: 'fourier', terms: 2 } })],
    ['driftImplicitEuler', sde.driftImplicitEuler({ theta: 0.7 })],
    ['truncatedEuler', sde.truncatedEuler({ growth: 3, scale: 10 })],
    ['skRock', sde.skRock({ stages: 3 })],
    ['sRock2', sde.sRock2({ stages: 5 })],
  ];
  for (const [name, scheme] of given) {
    const values: unknown[] = [];
    for (const { model } of MODELS) {
      const equation = scheme.calculus === 'ito' ? model : sde.toStratonovich(model);
      values.push(await moments(scheme, equation, X0.slice(0, model.dimension)));
    }
    if (!values.some((value) => value !== undefined)) throw new Error(`'${scheme.name}' runs on no model`);
    yield [`${name}, discretize, problem, symbolic, program · ${scheme.name}`, values];
  }
  const cir = sde.coxIngersollRoss({ kappa: 2, mu: 0.5, sigma: 0.6 });
  const heston = sde.heston({ mu: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 });
  const langevin = sde.langevin({ potential: 'q^4/4 - cos(q)', friction: 1, temperature: 0.5 });
  const well = sde.doubleWell({ alpha: 1, sigma: 0.7 });
  for (const [name, scheme, equation, x0] of [
    ['schemesForOneEquation, alfonsi', sde.alfonsi, cir, [0.4]] as const,
    ['schemesForOneEquation, quadraticExponential', sde.quadraticExponential, heston, [100, 0.05]] as const,
    ['baoab', sde.baoab({ friction: 1 }), langevin, [0.3, 0.1]] as const,
    ['leimkuhlerMatthews', sde.leimkuhlerMatthews, well, [0.3]] as const,
  ]) {
    const value = await moments(scheme, equation, x0);
    if (value === undefined) throw new Error(`'${scheme.name}' does not run on its model`);
    yield [`${name} · ${scheme.name}`, value];
  }
}

async function moments(scheme: sde.Scheme, model: SymbolicModel, x0: readonly number[]): Promise<unknown> {
  try {
    const chain = sde.discretize(sde.problem({ model, x0, T: 1 }), scheme, STEPS);
    const { mean, standardError } = await sde.expectation(chain, terminal(model.state.join(' + ')), run);
    return [mean, standardError, sde.simulate(chain, { key: run.key, path: 1 })];
  } catch (error) {
    if (error instanceof sde.SdeError) return undefined;
    throw error;
  }
}

const LIBRARY: readonly (readonly [string, Model, readonly number[]])[] = [
  ['benes', sde.benes(), [0.75]],
  ['circle', sde.circle({ sigma: 0.7, calculus: 'ito' }), [0.6, 0.8]],
  ['clarkCameron', sde.clarkCameron(), [0.2, 0.3]],
  ['coxIngersollRoss', sde.coxIngersollRoss({ kappa: 2, mu: 0.5, sigma: 0.6 }), [0.4]],
  ['doubleWell', sde.doubleWell({ alpha: 1, sigma: 0.7 }), [0.3]],
  ['geometricBrownianMotion', sde.geometricBrownianMotion({ mu: 0.1, sigma: 0.4 }), [1.1]],
  ['heston', sde.heston({ mu: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 }), [100, 0.05]],
  ['langevin', sde.langevin({ stiffness: 2, friction: 1, temperature: 0.5 }), [0.3, 0.1]],
  ['linearSystem', sde.linearSystem({ A: [[-1]], a: [0.5], B: [[[0.3]]], b: [[0.1]], state: ['x'] }), [0.7]],
  ['lorenz', sde.lorenz({ s: 10, r: 28, beta: 8 / 3, intensity: 1, noise: 'additive' }), [1, 1, 20]],
  [
    'lotkaVolterra',
    sde.lotkaVolterra({ alpha: 1, beta: 0.5, gamma: 0.7, delta: 0.4, sigma1: 0.1, sigma2: 0.2 }),
    [1, 2],
  ],
  ['ornsteinUhlenbeck', sde.ornsteinUhlenbeck({ theta: 1.5, mu: 0.2, sigma: 0.5 }), [1]],
];

/** Each model of the library: its moments, its transition where it has one, and a path. */
function* modelLines(): Generator<readonly [string, unknown]> {
  for (const [name, model, x0] of LIBRARY) {
    const values: unknown[] = [];
    const { exactMoment, exactMoments, transition } = model as {
      exactMoment?: (order: number, t: number, x0: number) => number;
      exactMoments?: (t: number, x0: readonly number[]) => unknown;
      transition?: unknown;
    };
    for (const t of [0.25, 1, 3]) {
      if (exactMoment) values.push(exactMoment(1, t, x0[0]), exactMoment(2, t, x0[0]));
      if (exactMoments) values.push(exactMoments(t, x0));
    }
    const where = sde.problem({ model, x0, T: 1 });
    if (transition) {
      const chain = sde.exactChain(where as never, STEPS);
      for (let path = 0; path < 16; path++) values.push(sde.simulate(chain, { key: key('exact'), path }));
    }
    const euler = sde.discretize(where, model.calculus === 'ito' ? sde.eulerMaruyama : sde.eulerHeun, STEPS);
    for (let path = 0; path < 4; path++) values.push(sde.simulate(euler, { key: key('model'), path }));
    yield [`model · ${name} · simulate, exactChain`, values];
  }
}

async function* randomLines(): AsyncGenerator<readonly [string, unknown]> {
  const laws = {
    gaussian: sde.gaussian,
    twoPoint: sde.twoPoint,
    threePoint: sde.threePoint,
    bernoulli: sde.bernoulli(0.3),
    uniformLaw: sde.uniformLaw(-1, 2),
  };
  for (const generator of Object.keys(generators) as sde.GeneratorName[]) {
    for (const [name, law] of Object.entries(laws)) {
      const source = sde.noiseSource([law, law], sde.fold(key('law', { generator }), name));
      const values = Array.from({ length: 500 }, (_, i) => {
        const out = new Float64Array(2);
        source(i >> 3, i & 7, out);
        return out;
      });
      const { mean, variance, thirdCumulant, fourthMoment } = law as unknown as Record<string, unknown>;
      yield [
        `law · ${name} · ${generator} · key, noiseSource, fold`,
        [values, mean, variance, thirdCumulant, fourthMoment],
      ];
    }
  }
  yield ['philox4x32', uniforms(9, 300)];
  const path = sde.brownianPath({ key: key('path'), noiseDimension: 2, T: 1, t0: 0, path: 3 });
  const reads = [0, 1, 5, 30].flatMap((level) =>
    (['increment', 'timeIntegral', 'noise'] as const).map((what) => {
      const out = new Float64Array(what === 'noise' ? 4 : 2);
      path[what](level, level === 0 ? 0 : level, out);
      return out;
    }),
  );
  yield ['brownianPath', reads];
  const points = sde.sobol({ dimension: 5, key: key('points') });
  const drawn = Array.from({ length: 200 }, (_, i) => {
    const out = new Float64Array(5);
    points.point(i, out);
    return out;
  });
  yield ['sobol, joeKuoDirections', [drawn, (await sde.joeKuoDirections()).row(20_000)]];
  yield ['windowStream', sde.windowStream(key(1), 1.5)];
  for (const method of [
    { kind: 'davie' },
    { kind: 'fourier', terms: 3 },
    { kind: 'mrongowius-roessler', terms: 2 },
  ] as const) {
    const normals = uniforms(5, sde.areaVariables(method, 3));
    const areas = sde.levyArea([0.3, -0.4, 0.1], { h: 0.5, method, normals });
    yield [`levyArea, areaVariables, areaError · ${method.kind}`, [sde.areaError(method, 3), areas]];
  }
}

/** Schemes, models and random numbers. */
export async function* coreLines(): AsyncGenerator<readonly [string, unknown]> {
  yield* schemeLines();
  yield* modelLines();
  yield* randomLines();
}
