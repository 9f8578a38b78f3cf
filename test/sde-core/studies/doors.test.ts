import { describe, expect, test } from 'vitest';
import {
  requireFunction,
  requireKind,
  requireMethod,
  requireOrder,
  requireProblem,
  requireSteps,
} from '#sde-core/studies/doors';
import * as core from '../../whole-sde-core.js';

const { discretize, eulerMaruyama, expression, graph, inline, key, problem, SdeError, symbolic, terminal, withDriver } =
  core;

// biome-ignore lint/complexity/noBannedTypes: the table holds functions of every signature.
type Door = readonly [name: string, door: Function, given: readonly unknown[]];

const g = graph();
const [x, y, t] = ['x', 'y', 't'].map((name) => g.symbol(name));
const product = g.multiply(x, g.sin(y));
const given = { time: t, state: [x, y], shared: [] };
const model = symbolic({ state: ['x'], drift: '-x', diffusion: 'x' });
const on = problem({ model, x0: [1], T: 1 });
const coins = withDriver(eulerMaruyama, 'two-point');
const chain = (steps: number) => discretize(on, coins, steps);
const points = [1, 0.5, 0.25].map((h) => ({ h, error: h, standardError: 0 }));
const backend = inline();
const signal = new AbortController().signal;
const onProgress = (): void => {};

const exact = {
  chain,
  steps: [1, 2, 3],
  functional: terminal('x^2'),
  truth: Math.exp(-1),
  expected: 1,
  confidence: 0.9,
  method: { kind: 'exact' },
  onProgress,
  signal,
} as const;
const study = await core.weakOrder(exact);
const samples = { kind: 'sampled', paths: 64, key: key(1), backend } as const;
const strong = { problem: on, scheme: eulerMaruyama, steps: [1, 2, 4], paths: 64, key: key(1), backend } as const;
const strongStudy = await core.strongOrder(strong);
const { chain: _, expected: __, ...shared } = exact;
const work = {
  ...shared,
  tolerance: 0.1,
  workPerStep: () => 1,
  candidates: [
    { name: 'a', chain, expected: 1 },
    { name: 'b', chain, expected: 1 },
  ],
};
const workStudy = await core.workPrecision(work);
const rows = core.certify(eulerMaruyama, { models: core.certificateModels('ito').slice(0, 1) });

const DOORS: readonly Door[] = [
  ['breaks', core.breaks, [g, [g.abs(x)]]],
  ['compileColumnSums', core.compileColumnSums, [[product], given, [x]]],
  ['compileColumns', core.compileColumns, [[product], given]],
  ['compileScalar', core.compileScalar, [product, given]],
  ['compileVector', core.compileVector, [[product], given]],
  ['derivative', core.derivative, [g, x]],
  ['derivative(…)', core.derivative(g, x), [product]],
  ['evaluate', core.evaluate, [[product], { x: 1, y: 2 }]],
  ['expression', expression, ['x', { state: ['x'], time: 't', parameters: { a: 1 }, graph: g, where: 'here' }]],
  ['expressionOf', core.expressionOf, [product, { graph: g, state: ['x', 'y'], time: 't', parameters: { a: 1 } }]],
  ['gradient', core.gradient, [g, product, [x, y]]],
  ['operandsFirst', core.operandsFirst, [[product]]],
  ['print', core.print, [product]],
  ['reverseGradient', core.reverseGradient, [g, product, [x]]],
  ['substitute', core.substitute, [g, [product], new Map([[x, y]])]],
  ['symbolsOf', core.symbolsOf, [product]],
  ['graph().add', g.add, [x, y]],
  ['graph().apply', g.apply, ['add', x, y]],
  ['graph().constant', g.constant, [1]],
  ['graph().select', g.select, [x, y, t]],
  ['graph().sin', g.sin, [x]],
  ['graph().symbol', g.symbol, ['x']],
  ['generator', core.generator, [model]],
  ['generator(…)', core.generator(model), ['x^2']],
  ['generator(…).adjoint', core.generator(model).adjoint, ['x^2']],
  ['generator(…).power', core.generator(model).power, [2]],
  ['modifiedEquation', core.modifiedEquation, [model, eulerMaruyama, { order: 1 }]],
  ['weakErrorOperator', core.weakErrorOperator, [model, eulerMaruyama, { order: 1 }]],
  ['certificateModels', core.certificateModels, ['ito']],
  ['certificateTable', core.certificateTable, [structuredClone(rows)]],
  ['certify', core.certify, [eulerMaruyama, { models: core.certificateModels('ito').slice(0, 1) }]],
  ['fitConstant', core.fitConstant, [points, { order: 1, confidence: 0.9 }]],
  ['fitOrder', core.fitOrder, [points, { expected: 1, confidence: 0.9 }]],
  ['json', core.json, [study]],
  ['json of a strong study', core.json, [strongStudy]],
  ['json of a comparison', core.json, [workStudy]],
  ['parseStudy', core.parseStudy, [core.json(study)]],
  ['stepCost', core.stepCost, [eulerMaruyama, { noiseDimension: 1, dimension: 1 }]],
  ['strongOrder', core.strongOrder, [strong]],
  ['weakOrder', core.weakOrder, [exact]],
  ['weakOrder by samples', core.weakOrder, [{ ...exact, method: samples }]],
  ['workPrecision', core.workPrecision, [work]],
];

/** What callers without types give by mistake. */
const WRONG: readonly unknown[] = [undefined, null, 'q', '', Number.NaN, -1, 1.5, {}, [], () => 1, true, [undefined]];

type Path = readonly string[];

/** Plain objects and arrays are looked into; what functions made is one thing. */
const plain = (value: unknown): value is Record<string, unknown> =>
  Array.isArray(value) ||
  (typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !Object.isFrozen(value) &&
    !('operands' in value) &&
    !('apply' in value) &&
    !('step' in value) &&
    !('words' in value) &&
    !('coefficients' in value) &&
    !('trace' in value) &&
    !('run' in value));

/** Every place in the arguments: each argument, and each field of each plain object in it, as deep as people write by hand. */
function places(value: unknown, path: Path = []): readonly Path[] {
  const here = path.length > 0 ? [path] : [];
  if (!plain(value) || path.length > 5) return here;
  return [...here, ...Object.keys(value).flatMap((name) => places(value[name], [...path, name]))];
}

/** The same with something else at one place. */
function put(value: unknown, [name, ...rest]: Path, what: unknown): unknown {
  if (name === undefined) return what;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[name] = put(copy[name], rest, what);
  return copy;
}

/** What went wrong, if anything did other than by a misuse that is explained. */
async function complaint(door: Door[1], args: readonly unknown[]): Promise<string | undefined> {
  try {
    await door(...args);
    return undefined;
  } catch (error) {
    return error instanceof SdeError ? undefined : String(error);
  }
}

describe('every door of expressions, modified equations and studies explains what is no argument', () => {
  test.each(DOORS)('%s', async (_, door, args) => {
    expect(await complaint(door, args)).toBeUndefined();
    const found: string[] = [];
    for (const path of places(args)) {
      for (const wrong of WRONG) {
        const raw = await complaint(door, put(args, path, wrong) as unknown[]);
        if (raw !== undefined) found.push(`${path.join('.')} = ${JSON.stringify(wrong) ?? String(wrong)}: ${raw}`);
      }
    }
    expect(found).toEqual([]);
  });
});

describe('the doors of studies, one by one', () => {
  const refused = (act: () => unknown, ...parts: readonly string[]): void => {
    expect(act).toThrow(SdeError);
    for (const part of parts) expect(act).toThrow(part);
  };

  test('an order is a number that errors have', () => {
    for (const order of [64, -64, 0, 1.5]) expect(() => requireOrder(order, 'here')).not.toThrow();
    for (const order of [64.01, -64.01])
      refused(() => requireOrder(order, 'here'), 'an order that no errors have', 'here');
    for (const order of [Number.NaN, '1', undefined]) refused(() => requireOrder(order, 'here'), 'here');
  });

  test('steps are two distinct whole numbers or more', () => {
    for (const steps of [
      [1, 2],
      [4, 4, 8],
    ])
      expect(() => requireSteps(steps, 'study')).not.toThrow();
    for (const steps of [[4], [4, 4], []]) refused(() => requireSteps(steps, 'study'), 'at least two distinct ones');
    for (const steps of [
      [0, 4],
      [1.5, 4],
      [4, '8'],
      [4, -8],
    ])
      refused(() => requireSteps(steps, 'study'), 'study({ steps })');
    for (const steps of [undefined, 4, new Set([1, 2]), '12'])
      refused(() => requireSteps(steps, 'study'), 'not a list');
  });

  test('a function is one, and so is an object of a kind', () => {
    expect(() => requireFunction(() => 1, 'here', 'give one')).not.toThrow();
    for (const value of [undefined, {}, 'f'])
      refused(() => requireFunction(value, 'here', 'give one'), 'not a function', 'give one');
    expect(() => requireKind({ kind: 'b' }, ['a', 'b'], 'here', 'give one')).not.toThrow();
    for (const value of [undefined, null, {}, { kind: 'c' }, { kind: ['a'] }, 'a'])
      refused(() => requireKind(value, ['a', 'b'], 'here', 'give one'), 'an object of kind a, b', 'give one');
  });

  test('a method is exact or sampled, with what belongs to it', () => {
    for (const method of [{ kind: 'exact' }, samples, { kind: 'sampled', paths: 4, key: key(1) }])
      expect(() => requireMethod(method, 'study')).not.toThrow();
    for (const method of [
      undefined,
      { kind: 'other' },
      { kind: 'exact', paths: 4 },
      { ...samples, seed: 1 },
      { ...samples, key: 1 },
      { ...samples, key: undefined },
      { ...samples, backend: {} },
    ])
      refused(() => requireMethod(method, 'study'), 'study({ method })');
    refused(() => requireMethod({ kind: 'sampled', paths: 4, seed: 1 }, 'study'), 'write key');
  });

  test('a problem has a model, a start and an end', () => {
    expect(() => requireProblem(on, 'here')).not.toThrow();
    expect(() => requireProblem({ ...on, x0: Float64Array.of(1) }, 'here')).not.toThrow();
    for (const wrong of [
      undefined,
      null,
      {},
      { ...on, T: undefined },
      { ...on, T: '1' },
      { ...on, x0: undefined },
      { ...on, x0: 1 },
      { ...on, model: undefined },
      { ...on, model: { noiseDimension: '1' } },
    ])
      refused(() => requireProblem(wrong, 'here'), 'not a problem', 'here');
  });
});
