import {
  batch,
  coupled,
  discretize,
  eulerMaruyama,
  exactExpectation,
  expectation,
  inline,
  key,
  multilevel,
  problem,
  quasiExpectation,
  richardson,
  samples,
  symbolic,
  terminal,
  timeSummary,
  withDriver,
} from 'sde-core';
import { expect, test } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
const on = problem({ model, x0: [0.5], T: 1 });
const chain = discretize(on, eulerMaruyama, 4);
const coins = discretize(on, withDriver(eulerMaruyama, 'two-point'), 4);
const backend = inline();
const run = { paths: 100, key: key('writes'), backend };
const write = terminal((x: Float64Array) => {
  const value = x[0];
  x[0] = 99;
  return value;
});
const read = terminal((x: Float64Array) => x[0]);
const fair = { a: read, b: terminal('x'), c: read };
const foul = { a: write, b: terminal('x'), c: write };
const both = batch({ one: chain, two: chain }, { commonRandomNumbers: true });
const control = { functional: write, mean: 0.5 * 0.75 ** 4 };
const levels = { tolerance: 0.2, key: key('writes'), backend };

type Given = typeof fair;
const doors: Readonly<Record<string, (given: Given) => unknown>> = {
  expectation: async (given) => Object.values(await expectation(chain, given, run)).map(({ mean }) => mean),
  'expectation, antithetic': async (given) =>
    Object.values(await expectation(chain, given, { ...run, antithetic: true })).map(({ mean }) => mean),
  'expectation with a control': async ({ a }) =>
    (
      await expectation(
        chain,
        terminal((x) => a.on(chain).value(x) + 2),
        { ...run, control },
      )
    ).mean,
  quasiExpectation: async (given) =>
    Object.values(await quasiExpectation(chain, given, { points: 64, key: key(1), backend })).map(({ mean }) => mean),
  multilevel: async (given) =>
    Object.values(await multilevel(on, eulerMaruyama, given, levels)).map(({ mean }) => mean),
  richardson: async ({ a }) =>
    (await expectation(coupled(on, eulerMaruyama, { steps: 4 }), richardson(a, { order: 1 }), run)).mean,
  exactExpectation: (given) => exactExpectation(coins, given),
  'exactExpectation by transfer': (given) => exactExpectation(coins, given, { method: 'transfer' }),
  samples: async (given) => Object.values(await samples(chain, given, run)).map(({ data }) => Array.from(data)),
  timeSummary: async (given) =>
    (await timeSummary(chain, given, { paths: 50, key: key(1) })).map(({ states, functionals }) => [
      states,
      functionals,
    ]),
  batch: async ({ a }) => Object.values(await expectation(both, both.each(a), run)).map(({ mean }) => mean),
};

test.each(Object.entries(doors))('%s: what a closure writes into x is in no other result', async (_, door) => {
  expect(await door(foul as Given)).toEqual(await door(fair));
});
