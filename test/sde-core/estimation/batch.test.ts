import fc from 'fast-check';
import {
  barrier,
  batch,
  type Chain,
  confidence,
  covariance,
  difference,
  discretize,
  eulerMaruyama,
  exactChain,
  exactExpectation,
  expectation,
  geometricBrownianMotion,
  inline,
  key,
  milstein,
  model,
  observe,
  platen,
  problem,
  rerun,
  runningIntegral,
  SdeError,
  simulate,
  symbolic,
  tamedEuler,
  terminal,
  withDriver,
  workers,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

const backend = inline();
const gbm = (sigma: number) => geometricBrownianMotion({ mu: 0.05, sigma });
const from = (x0: number, sigma = 0.2): Chain =>
  discretize(problem({ model: gbm(sigma), x0: [x0], T: 1 }), eulerMaruyama, 4);
const closures = (x0: number): Chain =>
  discretize(
    problem({
      model: model({
        dimension: 1,
        noiseDimension: 1,
        noise: 'scalar',
        drift: (_, [x], out) => {
          out[0] = 0.05 * x;
        },
        diffusion: (_, [x], out) => {
          out[0] = 0.2 * x;
        },
      }),
      x0: [x0],
      T: 1,
    }),
    eulerMaruyama,
    4,
  );
const coin = (x0: number, sigma = 0.2): Chain =>
  discretize(problem({ model: gbm(sigma), x0: [x0], T: 1 }), withDriver(eulerMaruyama, 'two-point'), 4);
const run = { paths: 5000, key: key('batch'), backend };
const call = terminal('max(x - K, 0)', { parameters: { K: 1 } });

describe('with common random numbers', () => {
  it('each estimate has the bits of its chain alone: starts, parameters and schemes', async () => {
    const chains = {
      low: from(1),
      high: from(1.1),
      wild: from(1, 0.4),
      mil: discretize(problem({ model: gbm(0.2), x0: [1], T: 1 }), milstein, 4),
      exact: exactChain(problem({ model: gbm(0.2), x0: [1], T: 1 }), 4),
    };
    const all = batch(chains, { commonRandomNumbers: true });
    const together = await expectation(all, all.each(call), run);
    for (const [name, chain] of Object.entries(chains)) {
      const { mean, standardError, interval } = await expectation(chain, call, run);
      expect(together[name as 'low']).toMatchObject({ mean, standardError, interval });
    }
    const native = batch({ traced: from(1), own: closures(1.1) }, { commonRandomNumbers: true });
    const both = await expectation(native, native.each(call), run);
    expect(both.traced.mean).toBe(together.low.mean);
    expect(both.own.mean).toBe((await expectation(closures(1.1), call, run)).mean);
  });

  it('every path is that of its chain, for chains of any dimension that are observed', () => {
    const noisy = symbolic({
      time: 'time',
      state: ['t', 'v'],
      drift: ['v', '-t'],
      diffusion: [
        ['0', '1'],
        ['time/4', '0'],
      ],
    });
    const oscillator = (x: number): Chain =>
      observe(discretize(problem({ model: noisy, x0: [x, 0], T: 1 }), platen, 3), { area: runningIntegral('t*time') });
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 }), (starts) => {
        const chains = Object.fromEntries(starts.map((x, i) => [`n${i}`, oscillator(x)]));
        const all = batch(chains, { commonRandomNumbers: true });
        const { x } = simulate(all, { key: key('path'), path: 3 });
        starts.forEach((_, i) => {
          const own = simulate(chains[`n${i}`], { key: key('path'), path: 3 }).x;
          for (let a = 0; a < 3; a++) expect(x.get(3, 3 * i + a)).toBe(own.get(3, a));
        });
        // t is a state, and the time is called time, in the formulas of each.
        const formulas = all.each(terminal('t + 2*time')).n0;
        expect(formulas.text).toBe('t_n0 + 2*t');
        expect(formulas.on(all).value(Float64Array.from(all.x0))).toBe(chains.n0.x0[0] + 2);
      }),
      { numRuns: 10, seed: 5 },
    );
  });

  it('covariances are those of the enumerated law, where they are common and where they are not', async () => {
    for (const commonRandomNumbers of [true, false]) {
      const both = batch({ a: coin(1), b: coin(1.5, 0.3) }, { commonRandomNumbers });
      const { product, a, b } = exactExpectation(both, {
        product: terminal('x_a^2*x_b^2'),
        ...both.each(terminal('x^2')),
      });
      expect(a).toBeCloseTo(exactExpectation(coin(1), terminal('x^2')), 13);
      const exact = product - a * b;
      const spread = exactExpectation(both, terminal(`((x_a^2 - ${a})*(x_b^2 - ${b}))^2`)) - exact ** 2;
      const paths = 20_000;
      const found = covariance(await expectation(both, both.each(terminal('x^2')), { ...run, paths }));
      expect(Math.abs(paths * found.get(0, 1) - exact)).toBeLessThanOrEqual(4 * Math.sqrt(spread / paths));
      if (commonRandomNumbers) expect(exact).toBeGreaterThan(0.1);
      else expect(Math.abs(exact)).toBeLessThan(1e-12);
    }
  });

  it('a difference of near starts is known as well as its slope', async () => {
    const both = batch({ low: from(1), high: from(1 + 1e-6) }, { commonRandomNumbers: true });
    const bump = difference(await expectation(both, both.each(terminal('x')), run), 'high', 'low');
    // X is linear in its start.
    const slope = await expectation(from(1), terminal('x'), run);
    expect(bump.mean / 1e-6 / slope.mean).toBeCloseTo(1, 8);
    expect(bump.standardError / 1e-6 / slope.standardError).toBeCloseTo(1, 6);
    const { low, high } = confidence(bump, 0.999);
    expect(low / 1e-6).toBeLessThan(1.0125 ** 4);
    expect(high / 1e-6).toBeGreaterThan(1.0125 ** 4);
  });

  it('goes to threads, and again from its provenance', async () => {
    const both = batch({ low: from(1), high: from(1.1) }, { commonRandomNumbers: true });
    const here = await expectation(both, both.each(call), run);
    const threads = workers({ threads: 2 });
    const again = await rerun(JSON.parse(JSON.stringify(here.low.provenance)) as typeof here.low.provenance, both, {
      backend: threads,
    });
    await threads.close();
    expect(again.high.mean).toBe(here.high.mean);
    expect(again.low.joint).toEqual(here.low.joint);
  });
});

describe('what a chain says of itself', () => {
  it('it says beside others: bridges, taming, states below 0', async () => {
    const watched = (x0: number): Chain => observe(from(x0), { alive: barrier('x - 0.9') });
    const both = batch({ a: watched(1), b: watched(1.2) }, { commonRandomNumbers: true });
    const { joint, single } = await expectation(
      both,
      { joint: terminal('alive_a*alive_b'), single: terminal('alive_a') },
      run,
    );
    expect(joint.warnings.map(({ kind }) => kind)).toEqual(['joint-bridges']);
    expect(single.warnings).toEqual([]);
    const steep = symbolic({ state: ['x'], drift: ['-40*x'], diffusion: [['1']] });
    const tamed = discretize(problem({ model: steep, x0: [1], T: 1 }), tamedEuler, 4);
    const pair = batch({ plain: from(1), tamed }, { commonRandomNumbers: true });
    const { plain } = await expectation(pair, pair.each(terminal('x')), run);
    expect(plain.warnings.map(({ kind }) => kind)).toContain('drift-tamed');
  });

  it('two-point increments make no bridge, common or not', async () => {
    const watched = (x0: number): Chain => observe(coin(x0), { alive: barrier('x - 0.9') });
    for (const commonRandomNumbers of [true, false]) {
      const both = batch({ a: watched(1), b: watched(1.2) }, { commonRandomNumbers });
      const { b } = await expectation(both, both.each(terminal('alive')), run);
      expect(b.warnings.map(({ kind }) => kind)).toContain('bridge-not-gaussian');
    }
  });
});

describe('a batch is refused', () => {
  const other = discretize(problem({ model: gbm(0.2), x0: [1], T: 1 }), eulerMaruyama, 8);
  const later = discretize(problem({ model: gbm(0.2), x0: [1], T: 2 }), eulerMaruyama, 4);
  it.each([
    ['no chain', {}],
    ['other steps', { a: from(1), b: other }],
    ['another horizon', { a: from(1), b: later }],
    ['another law', { a: from(1), b: coin(1) }],
    ['a name that no formula holds', { 'a b': from(1) }],
    ['more than 64', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`n${i}`, from(1)]))],
  ] as const)('%s', (_, chains) => {
    expect(() => batch(chains as Record<string, Chain>, { commonRandomNumbers: true })).toThrow(SdeError);
  });

  it('and laws may differ where the noise is not common', () => {
    expect(batch({ a: from(1), b: coin(1) }).driver.laws.map(({ kind }) => kind)).toEqual(['gaussian', 'two-point']);
  });

  it('a formula of no state is explained in the names that it has', () => {
    expect(() => batch({ a: from(1) }).each(terminal('z'))).toThrow(/z/);
  });
});
