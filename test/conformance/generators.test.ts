import {
  discretize,
  eulerMaruyama,
  expectation,
  fold,
  type GeneratorName,
  geometricBrownianMotion,
  inline,
  key,
  type Law,
  problem,
  rerun,
  SdeError,
  simulate,
  terminal,
  workers,
} from 'sde-core';
import { bernoulli, gaussian, noiseSource, threePoint, twoPoint, uniformLaw } from 'sde-core/randomness';
import { afterAll, describe, expect, it } from 'vitest';
import { generators } from '#sde-core/randomness/generators';
import { pairSource } from '#sde-core/randomness/noise';

// What every random generator must do, whatever it is.
const names = Object.keys(generators) as GeneratorName[];
const laws: readonly Law[] = [gaussian, twoPoint, threePoint, bernoulli(0.3), uniformLaw(-1, 2), gaussian];

const twoThreads = workers({ threads: 2 });
afterAll(() => twoThreads.close());

describe.each(names)('%s', (generator) => {
  const stream = key('conformance', { generator });
  const draw = (path: number, step: number, of: readonly Law[] = laws, under = stream): number[] => {
    const out = new Float64Array(of.length);
    noiseSource(of, under)(path, step, out);
    return Array.from(out);
  };

  it('is named as it is registered, with a citation', () => {
    expect(generators[generator].name).toBe(generator);
    expect(generators[generator].citation).toMatch(/^[a-z]+\d{4}$/);
  });

  it('gives the same numbers in any order of calls', () => {
    const source = noiseSource(laws, stream);
    const places = [
      [0, 0],
      [0, 1],
      [7, 3],
      [0, 1],
      [7, 129],
      [7, 128],
      [2 ** 40, 129],
      [7, 129],
      [7, 129],
      [0, 0],
    ] as const;
    for (const [path, step] of places) {
      const out = new Float64Array(laws.length);
      source(path, step, out);
      expect(Array.from(out)).toEqual(draw(path, step));
    }
  });

  it('gives other numbers to every path, step, component and key', () => {
    const two = [gaussian, gaussian];
    const streams = [
      Array.from({ length: 32 }, (_, i) => draw(0, i, two)[0]),
      Array.from({ length: 32 }, (_, i) => draw(0, i, two)[1]),
      Array.from({ length: 32 }, (_, i) => draw(i + 1, 0, two)[0]),
      Array.from({ length: 32 }, (_, i) => draw(2 ** 32, i, two)[0]),
      Array.from({ length: 32 }, (_, i) => draw(0, i, two, fold(stream, 'other'))[0]),
      Array.from({ length: 32 }, (_, i) => draw(0, i, two, key('another', { generator }))[0]),
    ];
    expect(new Set(streams.flat()).size).toBe(streams.length * 32);
  });

  it('takes no more components than there is room for, and none', () => {
    const many: Law[] = [];
    many.length = 2 ** 24 + 1;
    expect(() => pairSource(many, stream)).toThrow(SdeError);
    expect(draw(0, 0, [])).toEqual([]);
  });

  const chain = discretize(
    problem({ model: geometricBrownianMotion({ mu: 0.3, sigma: 0.4 }), x0: [1], T: 1 }),
    eulerMaruyama,
    7,
  );
  const run = (backend: ReturnType<typeof inline>, antithetic = false) =>
    expectation(chain, terminal('x^2'), { paths: 3 * 4096 + 5, key: stream, backend, antithetic });

  it('gives the same bits on one thread and on two, antithetic too, and again from the provenance in JSON', async () => {
    const here = await run(inline());
    const there = await run(twoThreads);
    expect([there.mean, there.variance]).toEqual([here.mean, here.variance]);
    const pairs = [await run(inline(), true), await run(twoThreads, true)];
    expect(pairs[1].mean).toBe(pairs[0].mean);
    expect(pairs[0].variance).toBeLessThan(here.variance);
    const again = await rerun(JSON.parse(JSON.stringify(here.provenance)), chain, { backend: inline() });
    expect([again.mean, again.standardError]).toEqual([here.mean, here.standardError]);
  });

  it('simulates the paths of the ensemble', async () => {
    const values = await Promise.all(
      [0, 1, 2].map(async (path) => simulate(chain, { key: stream, path }).x.get(7, 0) ** 2),
    );
    const three = await expectation(chain, terminal('x^2'), { paths: 3, key: stream, backend: inline() });
    // The mean of three by another order of additions.
    expect(Math.abs(values.reduce((sum, v) => sum + v, 0) / 3 - three.mean)).toBeLessThan(2 ** -50);
  });

  it('agrees with the closed form: E X² of Euler–Maruyama', async () => {
    const estimate = await run(twoThreads);
    const exact = ((1 + 0.3 / 7) ** 2 + 0.16 / 7) ** 7;
    expect(Math.abs(estimate.mean - exact)).toBeLessThan(4 * estimate.standardError);
  });
});

it('refuses a generator that is not there', () => {
  // What plain JavaScript may hand over.
  const generator = 'mersenne' as GeneratorName;
  expect(() => key(1, { generator })).toThrow(/philox4x32-10 or xoshiro128\+\+/);
});
