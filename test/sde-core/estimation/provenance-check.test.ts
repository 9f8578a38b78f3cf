import {
  type Chain,
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  multilevel,
  problem,
  quasiExpectation,
  rerun,
  SdeError,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { requireProvenance } from '#sde-core/estimation/provenance-check';

const on = problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: '1' }), x0: [1], T: 1 });
const chain = discretize(on, eulerMaruyama, 4);
const backend = inline();
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const sampled = plain((await expectation(chain, terminal('x'), { paths: 8, key: key(1), backend })).provenance);
const quasi = plain((await quasiExpectation(chain, terminal('x'), { points: 8, key: key(1), backend })).provenance);
const how = { tolerance: 0.5, key: key(1), backend, firstPaths: 64, maxLevels: 2 };
const levels = plain((await multilevel(on, eulerMaruyama, terminal('x'), how)).provenance);

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i]));

/** The provenance with one field, by its path, replaced. */
function edited(of: object, path: string, value: unknown): object {
  const copy = plain(of);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((at, name) => at[name], copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
const holds = (of: object, path: string, value: unknown): boolean => {
  try {
    requireProvenance(edited(of, path, value));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe('data');
    return false;
  }
};

describe('a provenance', () => {
  test('is taken as it is', () => {
    for (const whole of [sampled, quasi, levels]) expect(() => requireProvenance(whole)).not.toThrow();
    for (const none of [undefined, null, 3, 'x', [], {}, { kind: 3 }, { kind: 'toString' }, { kind: 'extrapolated' }])
      expect(() => requireProvenance(none)).toThrow(SdeError);
  });

  // What is the last value within, and the first outside.
  test.each([
    [sampled, 'paths', [1, 2 ** 36], [0, 2 ** 36 + 1, 1.5, '8']],
    [sampled, 'key.words', [[0, 2 ** 32 - 1]], [[0, 2 ** 32], [-1, 0], [1], [1, 2, 3]]],
    [sampled, 'program', ['01234567', 'f'.repeat(128)], ['0123456', 'f'.repeat(129), 'G'.repeat(8), 8]],
    [
      sampled,
      'version',
      ['0.1.0', '0.0.9', '0.1.0-beta.1'],
      ['1.0', '0.1.1', '123456.0.0', '1234567.0.0', 'v1.0.0', ''],
    ],
    [sampled, 'antithetic', [true, false], [0, 'true', undefined]],
    [sampled, 'confidence', [0.5, undefined], [0, 1, '0.5']],
    [sampled, 'lostPaths', ['exclude', undefined], ['withhold', true]],
    [sampled, 'determinism', ['bitwise', 'statistical'], ['none']],
    [sampled, 'functional.parameters', [{ a: 1 }, undefined], [{ a: '1' }, { 'a b': 1 }, [1]]],
    [sampled, 'control', [{ functional: { name: 'x', text: 'x' }, mean: 0, coefficient: 1 }], [{ mean: 0 }, 3]],
    [sampled, 'extra', [], [1]],
    [quasi, 'points', [2, 2 ** 36], [0, 2 ** 36 + 1]],
    [quasi, 'randomizations', [2, 2 ** 20], [1, 2 ** 20 + 1]],
    [quasi, 'confidence', [0.5], [1]],
    [levels, 'tolerance', [1e-9], [0, -1, null]],
    [levels, 'coupling', ['antithetic'], ['other']],
    [levels, 'options.maxLevels', [2, 64], [1, 65]],
    [levels, 'options.maxCost', [1, 2 ** 44], [0, 2 ** 45]],
    [levels, 'options.firstPaths', [64], [63, 65, 2 ** 37]],
    [levels, 'options.confidence', [0.5], [0, undefined]],
    [levels, 'options.steps', [1], [0, 2]],
    [
      levels,
      'observed',
      [undefined, { a: { kind: 'barrier', text: 'x' } }],
      [{ a: { kind: 3, text: 'x' } }, { 'a b': { kind: '', text: '' } }],
    ],
    [levels, 'levels', [[levels.levels[0]]], [[], 3]],
    [sampled, 'functional.parameters', [many(1024)], [many(1025)]],
    [levels, 'levels.1.steps', [2], [1, 3, 4]],
    [levels, 'levels.2.steps', [4], [2, 5]],
    [
      levels,
      'levels.0.rounds',
      [[64], [64, 7], [64, ...Array.from({ length: 1023 }, () => 1)]],
      [[], [63], [0], [64, ...Array.from({ length: 1024 }, () => 1)]],
    ],
    [levels, 'levels.1.rounds', [[64, 2 ** 36]], [[65], [64, 2 ** 36 + 1]]],
  ] as const)('holds its fields within their ends (%#)', (of, path, inside, outside) => {
    for (const value of inside) expect(holds(of, path, value), `${path} ${JSON.stringify(value)}`).toBe(true);
    for (const value of outside) expect(holds(of, path, value), `${path} ${JSON.stringify(value)}`).toBe(false);
  });
});

describe('a run again', () => {
  const refused = async (run: () => Promise<unknown>): Promise<string> => {
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SdeError);
    return (error as Error).message;
  };
  const again = (of: object, source: unknown = chain, more: object = {}) =>
    (rerun as (...all: unknown[]) => Promise<{ mean: number }>)(of, source, { backend, ...more });

  test('would not take for ever: 2^44 steps in all', async () => {
    expect(
      await refused(() => again({ ...sampled, paths: 2 ** 36, program: sampled.program }, discretized(512))),
    ).toContain('another program');
    const long = discretized(512);
    const { provenance } = await expectation(long, terminal('x'), { paths: 1, key: key(1), backend });
    expect(await refused(() => again({ ...plain(provenance), paths: 2 ** 36 }, long))).toContain('would take for ever');
    expect(await refused(() => again({ ...quasi, points: 2 ** 36, randomizations: 2 ** 8 }))).toContain(
      'would take for ever',
    );
  });

  test('of levels ends where the recorded rounds are others', async () => {
    const source = { problem: on, scheme: eulerMaruyama };
    expect((await again(levels, source)).mean).toBe((await again(levels, source)).mean);
    expect(await refused(() => again(edited(levels, 'levels.1.rounds', [64, 5]), source))).toContain(
      'recorded paths are not those',
    );
    expect(await refused(() => again({ ...levels, tolerance: 0.12 }, source))).toContain(
      'recorded paths are not those',
    );
    expect(await refused(() => again(edited(levels, 'levels.1.program', '01234567'), source))).toContain(
      'another program',
    );
  });

  test('of levels takes a problem and a scheme, and nothing else', async () => {
    for (const source of [
      chain,
      { problem: on },
      { scheme: eulerMaruyama },
      { problem: on, scheme: 3 },
      { problem: null, scheme: eulerMaruyama },
      null,
      { problem: on, scheme: eulerMaruyama, steps: 3 },
    ])
      expect(await refused(() => again(levels, source))).toContain('not what the levels are made of');
    await again(levels, { problem: on, scheme: eulerMaruyama, observe: undefined });
  });

  test('takes closures again, and refuses what is none', async () => {
    const closure = terminal((x) => x[0], { name: 'first' });
    const { provenance, mean } = await expectation(chain, closure, { paths: 8, key: key(1), backend });
    expect(await refused(() => again(plain(provenance)))).toContain('a closure is not in the provenance');
    expect((await again(plain(provenance), chain, { functional: closure })).mean).toBe(mean);
    const control = { functional: closure, mean: 0 };
    const controlled = await expectation(chain, terminal('x^2'), { paths: 8, key: key(1), backend, control });
    expect(await refused(() => again(plain(controlled.provenance)))).toContain('{ control }');
    expect((await again(plain(controlled.provenance), chain, { control: closure })).mean).toBe(controlled.mean);
    for (const more of [{ functional: 'x' }, { control: 'x' }, { backend: 3 }, { signal: 3 }, { other: 3 }])
      await refused(() => again(sampled, chain, more));
    expect(await refused(() => again(sampled, 3))).toContain('rerun(provenance, chain)');
    expect(await refused(() => again(edited(sampled, 'program', '01234567')))).toContain('another program');
    expect(await refused(() => again(edited(quasi, 'program', '01234567')))).toContain('another program');
  });
});

const discretized = (steps: number): Chain => discretize(on, eulerMaruyama, steps);
