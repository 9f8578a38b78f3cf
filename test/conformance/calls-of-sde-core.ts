import * as sde from '../whole-sde-core.js';

const { eulerMaruyama, key, terminal, runningIntegral, milstein } = sde;
const model = sde.symbolic({ state: ['x'], drift: ['-x'], diffusion: [['x/2']] });
const plane = sde.symbolic({
  state: ['x', 'y'],
  drift: ['0', '0'],
  diffusion: [
    ['1', '0'],
    ['0', '1'],
  ],
});
const problem = sde.problem({ model, x0: [1], T: 1 });
const chain = sde.discretize(problem, eulerMaruyama, 2);
const definition = {
  name: 'mine',
  citation: 'kloeden1992',
  order: { weak: 1, strong: 0.5, ode: 1 },
  calculus: 'ito',
  noise: ['general'],
  driver: { increments: 'gaussian', auxiliary: () => [] },
  needs: 'coefficients',
  restraint: 'tamed',
  step: ({ y }: { readonly y: readonly unknown[] }) => y,
} as const;
const write = (_t: number, x: Float64Array, out: Float64Array): void => {
  out.set(x);
};
const ou = sde.ornsteinUhlenbeck({ theta: 1, mu: 0, sigma: 1 });

const additive = sde.symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
const tangentModel = sde.tangent(sde.geometricBrownianMotion({ mu: 1, sigma: 1 }), { parameters: ['mu'] });
const pick = (from: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
/** What a tableau scheme was made of, as data that may be changed. */
const tableauOptions = (scheme: object): object =>
  JSON.parse(JSON.stringify(pick(scheme, ['name', 'citation', 'order', 'tableau'])));

/** A function, and what it is rightly called with. */
export type Call = readonly [name: string, call: (...given: never[]) => unknown, given: readonly unknown[]];

/** A right call of each function: every argument, and every field inside it, is then replaced by every wrong value. */
export const CALLS: readonly Call[] = [
  [
    'symbolic',
    sde.symbolic,
    [
      {
        state: ['x'],
        drift: ['a*x'],
        diffusion: [['1']],
        parameters: { a: 1 },
        calculus: 'ito',
        time: 't',
        breakpoints: [0.5],
        nonNegative: ['x'],
      },
    ],
  ],
  [
    'symbolicModel.withParameters',
    (values: never) =>
      sde.symbolic({ state: ['x'], drift: ['a*x'], diffusion: [['1']], parameters: { a: 1 } }).withParameters(values),
    [{ a: 2 }],
  ],
  [
    'model',
    sde.model,
    [
      {
        dimension: 1,
        noiseDimension: 1,
        noise: 'scalar',
        calculus: 'ito',
        drift: write,
        diffusion: write,
        breakpoints: [0.5],
        nonNegative: [0],
        autonomous: true,
      },
    ],
  ],
  ['problem', sde.problem, [{ model, x0: [1], T: 1, t0: 0 }]],
  [
    'correlated',
    sde.correlated,
    [
      plane,
      [
        [1, 0.5],
        [0.5, 1],
      ],
    ],
  ],
  ['tangent', sde.tangent, [sde.geometricBrownianMotion({ mu: 1, sigma: 1 }), { initial: ['x'], parameters: ['mu'] }]],
  ['toIto', sde.toIto, [model]],
  ['toStratonovich', sde.toStratonovich, [model]],
  ['coxIngersollRoss', sde.coxIngersollRoss, [{ kappa: 1, mu: 1, sigma: 1 }]],
  ['geometricBrownianMotion', sde.geometricBrownianMotion, [{ mu: 1, sigma: 1 }]],
  ['ornsteinUhlenbeck', sde.ornsteinUhlenbeck, [{ theta: 1, mu: 1, sigma: 1 }]],
  ['doubleWell', sde.doubleWell, [{ alpha: 1, sigma: 1 }]],
  ['lotkaVolterra', sde.lotkaVolterra, [{ alpha: 1, beta: 1, gamma: 1, delta: 1, sigma1: 1, sigma2: 1 }]],
  ['heston', sde.heston, [{ mu: 0, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 }]],
  ['circle', sde.circle, [{ sigma: 1, calculus: 'ito' }]],
  ['lorenz', sde.lorenz, [{ s: 10, r: 28, beta: 2, intensity: 1, noise: 'additive' }]],
  ['langevin', sde.langevin, [{ stiffness: 1, friction: 1, temperature: 1 }]],
  ['langevin of a potential', sde.langevin, [{ potential: 'q^2', friction: 1, temperature: 1 }]],
  ['linearSystem', sde.linearSystem, [{ A: [[1]], a: [1], B: [[[1]]], b: [[1]], state: ['x'] }]],
  ['discretize', sde.discretize, [problem, eulerMaruyama, 2]],
  ['exactChain', sde.exactChain, [sde.problem({ model: ou, x0: [1], T: 1 }), 2]],
  ['modifiedIntegrator', sde.modifiedIntegrator, [problem, eulerMaruyama, 2]],
  [
    'coupled',
    sde.coupled,
    [problem, milstein, { steps: 2, coupling: 'plain', observe: { area: runningIntegral('x') } }],
  ],
  ['observe', sde.observe, [chain, { area: runningIntegral('x') }]],
  ['runningIntegral', sde.runningIntegral, ['a*x', { parameters: { a: 1 } }]],
  ['supremum', sde.supremum, ['a*x', { parameters: { a: 1 }, monitoring: 'discrete' }]],
  ['exitTime', sde.exitTime, ['a*x', { parameters: { a: 1 }, monitoring: 'discrete' }]],
  ['barrier', sde.barrier, ['a*x', { parameters: { a: 1 }, monitoring: 'discrete' }]],
  ['simulate', sde.simulate, [chain, { key: key(1), path: 0 }]],
  ['trajectories', sde.trajectories, [chain, { paths: 2, key: key(1), first: 0, maxBytes: 1e6 }]],
  ['trajectorySize', sde.trajectorySize, [chain, 2]],
  ['stateNames', sde.stateNames, [chain]],
  ['program', sde.program, [chain, terminal('x').on(chain), { antithetic: true }]],
  ['key', sde.key, [1, { generator: 'philox4x32-10' }]],
  ['fold', sde.fold, [key(1), 'a', 2]],
  ['driver', sde.driver, [[sde.gaussian]]],
  ['bernoulli', sde.bernoulli, [0.5]],
  ['uniformLaw', sde.uniformLaw, [0, 1]],
  ['brownianPath', sde.brownianPath, [{ key: key(1), noiseDimension: 1, T: 1, t0: 0, path: 0 }]],
  ['noiseSource', sde.noiseSource, [[sde.gaussian], key(1)]],
  ['windowStream', sde.windowStream, [key(1), 1]],
  ['sobol', sde.sobol, [{ dimension: 2, key: key(1) }]],
  ['levyArea', sde.levyArea, [[1, 2], { h: 1, method: { kind: 'davie' }, normals: [1, 2, 3] }]],
  ['philox4x32', sde.philox4x32, [new Uint32Array(4), new Uint32Array(2)]],
  ['workers', sde.workers, [{ threads: 1 }]],
  ['task', sde.task, [{ module: 'file:///tasks.js', name: 'square', version: 1 }]],
  ['defineScheme', sde.defineScheme, [definition]],
  ['withDriver', sde.withDriver, [eulerMaruyama, 'two-point']],
  ['baoab', sde.baoab, [{ friction: 1 }]],
  ['driftImplicitEuler', sde.driftImplicitEuler, [{ theta: 1 }]],
  ['skRock', sde.skRock, [{ stages: 3 }]],
  ['sRock2', sde.sRock2, [{ stages: 5 }]],
  ['truncatedEuler', sde.truncatedEuler, [{ growth: 3, scale: 10 }]],
  ['milsteinGeneral', sde.milsteinGeneral as (...given: never[]) => unknown, [{ area: { kind: 'fourier', terms: 2 } }]],
  ['exponentialEuler', sde.exponentialEuler, [{ linear: [[1]] }]],
  [
    'symbolicModel',
    sde.symbolicModel,
    [
      {
        ...pick(model, [
          'graph',
          'state',
          'time',
          'parameters',
          'calculus',
          'breakpoints',
          'driftNodes',
          'diffusionNodes',
          'noiseDimension',
        ]),
      },
    ],
  ],
  ['generator', sde.generator, [model]],
  ['generator(…)', (phi: never) => sde.generator(model)(phi), ['x^2']],
  ['generator(…).adjoint', (phi: never) => sde.generator(model).adjoint(phi), ['x^2']],
  ['generator(…).power', (n: never) => sde.generator(model).power(n), [2]],
  ['polynomialMoment', sde.polynomialMoment, [model, 'x^2', { t: 1, x0: [1] }]],
  ['isJacobianModel', sde.isJacobianModel, [model]],
  ['isSymbolicModel', sde.isSymbolicModel, [model]],
  ['modifiedEquation', sde.modifiedEquation, [additive, eulerMaruyama, { order: 1 }]],
  ['weakErrorOperator', sde.weakErrorOperator, [model, eulerMaruyama, { order: 1 }]],
  ['areaError', sde.areaError, [{ kind: 'fourier', terms: 2 }, 2]],
  ['areaVariables', sde.areaVariables, [{ kind: 'fourier', terms: 2 }, 2]],
  ['tangent(…).initialState', (x0: never) => tangentModel.initialState(x0), [[1]]],
  ['tangent(…).sensitivity', (phi: never, name: never) => tangentModel.sensitivity(phi, name), ['x', 'mu']],
  ['sobol(…).point', (i: never, out: never) => sde.sobol({ dimension: 2 }).point(i, out), [1, new Float64Array(2)]],
  ['tableau', sde.tableau, [tableauOptions(sde.ri6)]],
  ['stratonovichTableau', sde.stratonovichTableau, [tableauOptions(sde.rs1)]],
  ['strongTableau', sde.strongTableau, [tableauOptions(sde.sriw1)]],
  ['additiveTableau', sde.additiveTableau, [tableauOptions(sde.sra1)]],
  ['stridedArray', sde.stridedArray, [new Float64Array(4), [2, 2]]],
  ['codeGeneration', sde.codeGeneration, []],
];
