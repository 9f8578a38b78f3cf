import { inline, key, terminal } from 'sde-core';
import { csv, markdown } from 'sde-plots';
import * as sde from '../whole-sde-core.js';
import { ladder } from './arguments.js';

type Lines = Generator<readonly [string, unknown]>;
const model = sde.symbolic({ state: ['x'], drift: ['sin(x) - x'], diffusion: [['sqrt(1 + x^2)/2']] });
const additive = sde.symbolic({ state: ['x'], drift: ['cos(x)'], diffusion: [['1']] });
const problem = sde.problem({ model, x0: [0.7], T: 1 });
const gaussian = sde.discretize(problem, sde.eulerMaruyama, 8);
const discrete = sde.discretize(problem, sde.withDriver(sde.eulerMaruyama, 'three-point'), 6);
const run = { paths: 4096 + 100, key: key('estimates'), backend: inline() } as const;

/** Every operation that an expression may hold, interpreted and compiled, on a ladder of arguments. */
export function* expressionLines(): Lines {
  const x = ladder(7, 300);
  const y = ladder(8, 300);
  for (const operation of Object.keys(sde.numbers).sort() as (keyof typeof sde.numbers)[]) {
    const work = sde.numbers[operation] as (...operands: number[]) => number;
    if (operation === 'constant') continue;
    const values = Float64Array.from(x, (value, i) => work(value, y[(7 * i) % y.length], x[(5 * i) % x.length]));
    yield [`numbers · ${operation}`, values];
  }
  const graph = sde.graph();
  for (const text of [
    'exp(-x^2/2)*sin(3*x + t)',
    'x^2.5 + x^(-3) + abs(x)^7.3',
    'log(1 + x^2)*tanh(t*x)',
    'x > t ? atan2(x, t) : erf(x)',
  ]) {
    const parsed = sde.expression(text, { graph, state: ['x'] });
    const slope = sde.derivative(graph, graph.symbol('x'))(parsed.node);
    const compiled = sde.compileScalar(slope, { time: graph.symbol('t'), state: [graph.symbol('x')] });
    const values = Float64Array.from(x, (value, i) => parsed.evaluate(y[i], [value]));
    const slopes = Float64Array.from(x, (value, i) => compiled(y[i], [value]));
    const given = { time: graph.symbol('t'), state: [graph.symbol('x')] };
    const nodes = [
      parsed.node,
      ...sde.gradient(graph, slope, given.state),
      ...sde.reverseGradient(graph, parsed.node, [given.time, ...given.state]),
      ...sde.substitute(graph, [slope], new Map([[given.time, parsed.node]])),
    ];
    const [vector, columns, sums] = [
      sde.compileVector(nodes, given),
      sde.compileColumns(nodes, given),
      sde.compileColumnSums(nodes, given),
    ];
    const out = nodes.map(() => new Float64Array(x.length));
    columns(0.3, [x], out);
    const total = new Float64Array(nodes.length);
    sums(0.3, [x.filter((value) => Math.abs(value) < 100)], total);
    const once = new Float64Array(nodes.length);
    vector(0.3, [0.7], once);
    const loci = sde.breaks(graph, [parsed.node]).map(({ locus }) => sde.print(locus));
    yield [`expression, graph, derivative, compileScalar, evaluate, print, breaks · ${text}`, [values, slopes, loci]];
    const shown = nodes.map((node) => sde.print(node));
    const read = sde.evaluate(nodes, { t: 0.3, x: 0.7 });
    yield [
      `gradient, reverseGradient, substitute, compileVector, compileColumns, compileColumnSums · ${text}`,
      [out, total, once, read, shown],
    ];
  }
}

/** Estimates of every kind. */
export async function* estimateLines(): AsyncGenerator<readonly [string, unknown]> {
  const cosine = terminal('cos(x)*exp(x/3)');
  const estimates: sde.Estimate[] = [];
  for (const steps of [4, 8, 16]) {
    const chain = sde.discretize(problem, sde.eulerMaruyama, steps);
    estimates.push(await sde.expectation(chain, cosine, { ...run, key: sde.fold(run.key, steps) }));
  }
  yield ['expectation, terminal · a mean with all facts', estimates];
  yield ['confidence', [0.5, 0.9, 0.95, 0.999].map((level) => sde.confidence(estimates[0], level))];
  yield [
    'extrapolate, extrapolationWeights',
    [sde.extrapolate(estimates, { h: [1 / 4, 1 / 8, 1 / 16], order: 1 }), sde.extrapolationWeights([1, 0.5, 0.25], 1)],
  ];
  yield [
    'richardson',
    await sde.expectation(sde.coupled(problem, sde.milstein, { steps: 8 }), sde.richardson(cosine, { order: 1 }), run),
  ];
  yield [
    'rerun',
    (
      await sde.rerun(
        JSON.parse(JSON.stringify(estimates[0].provenance)),
        sde.discretize(problem, sde.eulerMaruyama, 4),
      )
    ).mean,
  ];
  yield [
    'quasiExpectation',
    await sde.quasiExpectation(gaussian, cosine, {
      points: 256,
      randomizations: 8,
      key: key('quasi'),
      backend: inline(),
    }),
  ];
  yield [
    'multilevel, coupled',
    await sde.multilevel(problem, sde.milstein, cosine, { tolerance: 0.01, key: key('levels'), backend: inline() }),
  ];
  const pair = { wave: cosine, square: terminal('x^2'), kink: terminal('max(x - 1, 0)') };
  const together = await sde.expectation(gaussian, pair, run);
  yield [
    'expectation, covariance, difference, ratio · several functionals of the same paths',
    [
      together,
      sde.covariance(together).data,
      sde.difference(together, 'square', 'kink'),
      sde.ratio(together, 'wave', 'square'),
    ],
  ];
  yield [
    'samples',
    Object.values(await sde.samples(gaussian, pair, { paths: 5000, key: key('samples'), backend: inline() })).map(
      ({ data }) => data,
    ),
  ];
  const levels = { tolerance: 0.02, key: key('levels'), backend: inline() };
  yield ['multilevel · several functionals', await sde.multilevel(problem, sde.milstein, pair, levels)];
  const net = { points: 64, key: key('quasi'), backend: inline() };
  yield ['quasiExpectation · several functionals', await sde.quasiExpectation(gaussian, pair, net)];
  const near = sde.discretize(sde.problem({ model, x0: [0.71], T: 1 }), sde.eulerMaruyama, 8);
  for (const commonRandomNumbers of [true, false]) {
    const both = sde.batch({ low: gaussian, high: near }, { commonRandomNumbers });
    yield [
      `batch · ${commonRandomNumbers ? 'common random numbers' : 'each its own noise'}`,
      await sde.expectation(both, both.each(cosine), run),
    ];
  }
  yield ['timeSummary', await sde.timeSummary(gaussian, { key: run.key, paths: 512 })];
  yield [
    'exactExpectation, exactExpectations, exactExpectationDetailed · tree',
    [sde.exactExpectation(discrete, cosine), sde.exactExpectationDetailed(discrete, cosine)],
  ];
  yield [
    'exactExpectationDetailed · transfer',
    sde.exactExpectationDetailed(sde.discretize(problem, sde.withDriver(sde.eulerMaruyama, 'two-point'), 64), cosine, {
      method: 'transfer',
    }),
  ];
  const observed = {
    area: sde.runningIntegral('x^2'),
    top: sde.supremum('x', { monitoring: 'continuous' }),
    out: sde.exitTime('1.5 - x', { monitoring: 'continuous' }),
    inside: sde.barrier('2 - x', { monitoring: 'continuous' }),
  };
  const watched = sde.observe(gaussian, observed);
  for (const name of ['area', 'top', 'out', 'inside'])
    yield [
      `observe, runningIntegral, supremum, exitTime, barrier · ${name}`,
      await sde.expectation(watched, terminal(name), run),
    ];
  yield [
    'trajectories, simulate',
    [sde.trajectories(gaussian, { paths: 20, key: key(3) }), sde.simulate(gaussian, { key: key(3), path: 5 })],
  ];
  for (const scheme of [sde.eulerMaruyama, sde.platen])
    yield [
      `modifiedEquation, weakErrorOperator · ${scheme.name}`,
      [sde.modifiedEquation(additive, scheme, { order: 1 }), sde.weakErrorOperator(model, scheme, { order: 1 })].map(
        shown,
      ),
    ];
  const integrator = sde.modifiedIntegrator(sde.problem({ model: additive, x0: [0.7], T: 1 }), sde.eulerMaruyama, 4);
  if (integrator.kind === 'none') throw new Error('there is no modified equation');
  yield ['modifiedIntegrator', await sde.expectation(integrator.chain, cosine, run)];
  const tangent = sde.tangent(sde.geometricBrownianMotion({ mu: 0.1, sigma: 0.4 }), { parameters: ['mu'] });
  yield [
    'tangent',
    await sde.expectation(
      sde.discretize(sde.problem({ model: tangent, x0: tangent.initialState([1]), T: 1 }), sde.milstein, 4),
      terminal(tangent.state[1]),
      run,
    ),
  ];
  const linear = sde.ornsteinUhlenbeck({ theta: 1.5, mu: 0.2, sigma: 0.5 });
  yield [
    'polynomialMoment, generator',
    [sde.polynomialMoment(linear, 'x^4 - x', { t: 0.7, x0: [1.1] }), shown(sde.generator(model)('cos(x)*t'))],
  ];
  const corners = [
    [1, 0.5],
    [0.5, 1],
  ];
  const plane = sde.symbolic({
    state: ['x', 'y'],
    drift: ['-x', 'x'],
    diffusion: [
      ['1', '0'],
      ['0', 'y'],
    ],
  });
  yield [
    'correlated, toIto, toStratonovich',
    [sde.correlated(plane, corners), sde.toStratonovich(model), sde.toIto(sde.toStratonovich(model))].map((m) =>
      m.diffusionNodes.map((node) => sde.print(node)).concat(m.driftNodes.map((node) => sde.print(node))),
    ),
  ];
}

/** What a result shows of itself as text, where it holds nodes. */
function shown(value: unknown): unknown {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && 'operation' in part
      ? sde.print(part as sde.Node)
      : typeof part === 'object' && part !== null && 'intern' in part
        ? undefined
        : part,
  );
}

/** Studies of orders, and their certificates. */
export async function* studyLines(): AsyncGenerator<readonly [string, unknown]> {
  const at = sde.problem({ model: sde.ornsteinUhlenbeck({ theta: 1.5, mu: 0.2, sigma: 0.5 }), x0: [1], T: 1 });
  const steps = [4, 8, 16, 32];
  const euler = (n: number): sde.Chain => sde.discretize(at, sde.withDriver(sde.eulerMaruyama, 'three-point'), n);
  const functional = terminal('x^2');
  const truth = sde.polynomialMoment(at.model, 'x^2', { t: 1, x0: [1] });
  const exact = { steps, functional, truth, method: { kind: 'exact' } } as const;
  const weak = await sde.weakOrder({ ...exact, chain: euler, expected: 1 });
  const texts = [JSON.parse(sde.json(weak)), markdown(weak), csv(weak), sde.parseStudy(sde.json(weak))];
  yield ['weakOrder, markdown, csv, json, parseStudy', texts];
  const platen = (n: number): sde.Chain => sde.discretize(at, sde.platen, n);
  const work = await sde.workPrecision({
    ...exact,
    tolerance: 1e-3,
    candidates: [
      { name: 'Euler', chain: euler, expected: 1 },
      { name: 'Platen', chain: platen, expected: 2 },
    ],
  });
  yield ['workPrecision, stepCost', [JSON.parse(sde.json(work)), sde.stepCost(sde.platen, { noiseDimension: 2 })]];
  const strong = { problem, scheme: sde.milstein, steps, paths: 512, key: key('strong'), backend: inline() };
  yield ['strongOrder', JSON.parse(sde.json(await sde.strongOrder(strong)))];
  const points = [1 / 4, 1 / 8, 1 / 16, 1 / 32].map((h) => ({
    h,
    error: 0.3 * h * h * (1 + h / 3),
    standardError: 1e-4 * h,
  }));
  yield ['fitOrder', sde.fitOrder(points, { expected: 2 })];
  yield ['fitConstant', sde.fitConstant(points, { order: 2 })];
  const certificate = sde.certify(sde.eulerMaruyama, { models: sde.certificateModels('ito').slice(0, 3) });
  yield ['certify, certificateModels, certificateTable', sde.certificateTable(certificate)];
}
