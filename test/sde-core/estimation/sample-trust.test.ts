import {
  barrier,
  discretize,
  eulerMaruyama,
  exitTime,
  expectation,
  inline,
  key,
  observe,
  problem,
  supremum,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const brownian = symbolic({ state: ['x'], drift: '0', diffusion: '1' });
const chain = discretize(problem({ model: brownian, x0: [0], T: 1 }), eulerMaruyama, 1);
const backend = inline();
const kindsOf = (of: { readonly warnings: readonly { readonly kind: string }[] }) =>
  of.warnings.map(({ kind }) => kind);

describe('a control', () => {
  const run = { key: key(1), backend };

  it('that is the functional itself gives the mean that is known', async () => {
    for (const size of [{ paths: 5000 }, { tolerance: 0.001 }]) {
      const control = { functional: terminal('x^2'), mean: 1 };
      const { mean, interval, warnings } = await expectation(chain, terminal('x^2'), { ...run, ...size, control });
      expect([mean, interval.low, interval.high, warnings]).toEqual([1, 1, 1, []]);
    }
  });

  it('is compared with its mean on the paths of the estimate, not on the first block alone', async () => {
    const control = { functional: terminal('x'), mean: 0.02 };
    expect(kindsOf(await expectation(chain, terminal('x^2'), { ...run, paths: 2 ** 18, control }))).toEqual([
      'control-mean',
    ]);
  });

  it('that is rare is compared by its counts', async () => {
    const phi = terminal('exp(x)');
    const rare = terminal('x > 3 ? 1 : 0');
    for (const [mean, kinds] of [
      [0.00134989803, []],
      [0.01, ['control-mean']],
    ] as const) {
      const estimate = await expectation(chain, phi, { ...run, paths: 20_000, control: { functional: rare, mean } });
      expect(kindsOf(estimate)).toEqual(kinds);
    }
    const rarer = { functional: terminal('x > 5 ? 1 : 0'), mean: 2.8665e-7 };
    expect(kindsOf(await expectation(chain, phi, { ...run, paths: 20_000, control: rarer }))).toEqual([
      'control-unused',
    ]);
  });
});

it('believes a variance of few values only when it is seen again', async () => {
  // Var exp(x²/3.5) is infinite.
  const truth = Math.sqrt(1 / (1 - 2 / 3.5));
  let missed = 0;
  for (let k = 100; k < 125; k++) {
    const run = { tolerance: 0.03, maxPaths: 2 ** 15, key: key(k), backend };
    const { converged, interval } = await expectation(chain, terminal('exp(x^2/3.5)'), run);
    if (converged && (truth < interval.low || truth > interval.high)) missed++;
  }
  expect(missed).toBe(0);
});

it('says of lognormal values of few paths nothing that their interval holds', async () => {
  let [warned, missed] = [0, 0];
  for (let k = 0; k < 200; k++) {
    const estimate = await expectation(chain, terminal('exp(x)'), { paths: 500, key: key(k), backend });
    const { low, high } = estimate.interval;
    if (estimate.warnings.length > 0) warned++;
    if (Math.exp(0.5) < low || Math.exp(0.5) > high) missed++;
  }
  expect(warned).toBeLessThan(60);
  // 5 % of 200, and three standard errors.
  expect(missed).toBeLessThan(10 + 3 * 3.1);
});

it('knows what observations can be', async () => {
  for (const [observation, low, high] of [
    [barrier('x'), 0, 0],
    [supremum('t'), 1, 1],
    [exitTime('x'), 0, 0],
    [exitTime('x + 9'), 0.9, 1.0000001],
    [barrier('x + 9'), 0.9, 1],
  ] as const) {
    const observed = observe(chain, { a: observation });
    const { interval } = await expectation(observed, terminal('a'), { paths: 500, key: key(1), backend });
    expect(interval.low).toBeGreaterThanOrEqual(low);
    expect(interval.high).toBeLessThanOrEqual(high);
  }
});

it('refuses more paths than there can be, and names parts of paths below 1', async () => {
  const run = { key: key(1), backend };
  await expect(expectation(chain, terminal('x'), { ...run, paths: 1e18 })).rejects.toThrow(/at most 2\^48/);
  const { warnings } = await expectation(chain, terminal('x > 9 ? 1 : 0'), { ...run, paths: 3 });
  expect(warnings[0].message).toMatch(/a part below 0\.708 of all paths/);
});
