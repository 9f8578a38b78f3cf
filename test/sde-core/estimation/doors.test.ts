import {
  batch,
  type Chain,
  confidence,
  covariance,
  difference,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectationDetailed,
  exactExpectations,
  expectation,
  extrapolate,
  extrapolationWeights,
  geometricBrownianMotion,
  inline,
  key,
  milstein,
  multilevel,
  problem,
  ratio,
  rerun,
  richardson,
  SdeError,
  samples,
  terminal,
  timeSummary,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const on = problem({ model: geometricBrownianMotion({ mu: 0.05, sigma: 0.2 }), x0: [1], T: 1 });
const chain: Chain = discretize(on, eulerMaruyama, 2);
const coins: Chain = discretize(on, withDriver(eulerMaruyama, 'two-point'), 2);
const x = terminal('x');
const k = key(1);
const backend = inline();
const sampled = await expectation(chain, x, { paths: 8, key: k, backend });
const pair = { a: x, b: terminal('x^2') };
const both = await expectation(chain, pair, { paths: 8, key: k, backend });

/** What callers without types give by mistake. */
const WRONG: readonly unknown[] = [undefined, null, 'x', Number.NaN, -1, 1.5, {}, [], () => 1, true];

// biome-ignore lint/complexity/noBannedTypes: the table holds functions of every signature.
type Door = readonly [name: string, door: Function, args: readonly unknown[], options: readonly string[]];

const DOORS: readonly Door[] = [
  [
    'expectation',
    expectation,
    [chain, x, { paths: 8, key: k, backend, confidence: 0.9, antithetic: false, control: { functional: x, mean: 1 } }],
    [
      'paths',
      'tolerance',
      'confidence',
      'maxPaths',
      'key',
      'backend',
      'antithetic',
      'control',
      'lostPaths',
      'onProgress',
      'signal',
    ],
  ],
  ['expectation of several', expectation, [chain, pair, { paths: 8, key: k, backend }], ['paths', 'onProgress']],
  ['covariance', covariance, [both], []],
  ['difference', difference, [both, 'a', 'b'], []],
  ['ratio', ratio, [both, 'a', 'b'], []],
  [
    'samples',
    samples,
    [chain, pair, { paths: 8, key: k, backend }],
    ['paths', 'key', 'maxBytes', 'backend', 'onProgress', 'signal'],
  ],
  ['batch', (...of: Parameters<typeof batch>) => batch(...of), [{ chain }, {}], ['commonRandomNumbers']],
  [
    'multilevel',
    multilevel,
    [on, milstein, x, { tolerance: 0.1, key: k, backend, firstPaths: 64, maxCost: 1e5 }],
    [
      'tolerance',
      'key',
      'confidence',
      'steps',
      'coupling',
      'observe',
      'firstPaths',
      'maxLevels',
      'maxCost',
      'lostPaths',
      'backend',
      'onProgress',
      'signal',
    ],
  ],
  [
    'timeSummary',
    timeSummary,
    [chain, { paths: 8, key: k }],
    ['paths', 'key', 'every', 'probabilities', 'accuracy', 'lostPaths', 'signal'],
  ],
  ['exactExpectation', exactExpectation, [coins, x, {}], ['method', 'tolerance', 'states']],
  ['exactExpectationDetailed', exactExpectationDetailed, [coins, x, {}], ['method', 'tolerance', 'states']],
  [
    'exactExpectations',
    exactExpectations,
    [coins, x, { initial: [1, 2] }],
    ['method', 'tolerance', 'states', 'initial'],
  ],
  ['confidence', confidence, [sampled, 0.9], []],
  [
    'extrapolate',
    extrapolate,
    [[sampled, { mean: 1, standardError: 0 }], { h: [1, 0.5], order: 1 }],
    ['h', 'order', 'confidence'],
  ],
  ['extrapolationWeights', extrapolationWeights, [[1, 0.5], 1], []],
  ['richardson', richardson, [x, { order: 1 }], ['order']],
  ['terminal', terminal, ['x', {}], ['name', 'parameters']],
  [
    'rerun',
    rerun,
    [sampled.provenance, chain, { backend }],
    ['functional', 'functionals', 'control', 'backend', 'signal'],
  ],
];

/** What went wrong, if anything did other than by a misuse that is explained. */
async function complaint(door: Door[1], args: readonly unknown[]): Promise<string | undefined> {
  try {
    await door(...args);
    return undefined;
  } catch (error) {
    return error instanceof SdeError ? undefined : String(error);
  }
}

const replaced = (args: readonly unknown[], at: number, value: unknown): readonly unknown[] =>
  args.map((arg, i) => (i === at ? value : arg));

describe('every door of estimation explains what is no argument', () => {
  test.each(DOORS)('%s: each argument in turn', async (_, door, args) => {
    for (let i = 0; i < args.length; i++) {
      for (const wrong of WRONG) {
        expect(await complaint(door, replaced(args, i, wrong)), `argument ${i}: ${String(wrong)}`).toBeUndefined();
      }
    }
  });

  test.each(DOORS)('%s: each option in turn, and one that is not known', async (_, door, args, options) => {
    const last = args[args.length - 1] as object;
    for (const name of options) {
      for (const wrong of WRONG) {
        const given = replaced(args, args.length - 1, { ...last, [name]: wrong });
        expect(await complaint(door, given), `${name}: ${String(wrong)}`).toBeUndefined();
      }
    }
    if (options.length === 0) return;
    const unknown = async (): Promise<unknown> => door(...replaced(args, args.length - 1, { ...last, nonsense: 1 }));
    await expect(unknown()).rejects.toMatchObject({ name: 'SdeError', code: 'value' });
  });
});

describe('what is meant is said', () => {
  test.each([
    ['level', 'confidence'],
    ['mostPaths', 'maxPaths'],
    ['tolerence', 'tolerance'],
    ['seed', 'key: key(seed)'],
  ])('%s is %s', async (wrong, right) => {
    const options = { paths: 8, key: k, [wrong]: 1 } as never;
    await expect(expectation(chain, x, options)).rejects.toMatchObject({ details: { remedy: `write ${right}` } });
  });

  test('a text or a function is no functional, and a scheme no chain', async () => {
    const call = (...args: readonly unknown[]): Promise<unknown> =>
      (expectation as (...of: readonly unknown[]) => Promise<unknown>)(...args, { paths: 8, key: k });
    await expect(call(chain, 'x')).rejects.toMatchObject({ details: { remedy: "write terminal('x')" } });
    await expect(call(chain, () => 1)).rejects.toMatchObject({ details: { remedy: 'write terminal((x) => …)' } });
    await expect(call(eulerMaruyama, x)).rejects.toMatchObject({ details: { what: 'not a chain' } });
  });

  test.each(['kind', 'functional', 'key', 'paths', 'antithetic', 'program', 'version'])(
    'a provenance without its %s is damaged',
    async (field) => {
      const { [field]: _, ...rest } = sampled.provenance as unknown as Record<string, unknown>;
      const again = (rerun as (...of: readonly unknown[]) => Promise<unknown>)(rest, chain);
      await expect(again).rejects.toMatchObject({ name: 'SdeError', code: 'data' });
    },
  );
});
