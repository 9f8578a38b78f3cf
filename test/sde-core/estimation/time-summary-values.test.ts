import {
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  problem,
  SdeError,
  symbolic,
  type TimeSummaryOptions,
  terminal,
  timeSummary,
} from 'sde-core';
import { driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import type { Chain } from '#sde-core/paths/chain';
import { walk } from '#sde-core/paths/walk';
import { gaussian } from '#sde-core/randomness/law';

type Step = Chain['step'];
const chain = (steps: number, x0: readonly number[], step: Step, more: Partial<Chain> = {}): Chain => ({
  name: 'by hand',
  dimension: x0.length,
  steps,
  h: 0.25,
  t0: 2,
  x0: Float64Array.from(x0),
  driver: driver([gaussian]),
  step,
  ...more,
});
const noises: Step = (_, x, [w], out) => {
  out[0] = x[0] + w;
  out[1] = w * w * w;
};
const run = (of: Chain, more: Partial<TimeSummaryOptions> = {}) => timeSummary(of, { paths: 50, key: key(3), ...more });
/** The states of all paths after a step. */
const after = (of: Chain, step: number, paths: number): number[][] =>
  Array.from({ length: paths }, (_, path) => {
    for (const { step: n, after: x } of walk(of, key(3), path)) if (n === step) return Array.from(x);
    return Array.from(of.x0);
  });
const moments = (values: readonly number[]) => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const central = (p: number): number => values.reduce((sum, v) => sum + (v - mean) ** p, 0);
  return { mean, variance: central(2) / (values.length - 1), carriers: central(2) ** 2 / central(4) };
};
const kinds = (of: { readonly warnings: readonly { readonly kind: string }[] }): string[] =>
  of.warnings.map(({ kind }) => kind);
/** Each path has one value after the first step: that of its place in a list, whatever the noise. */
const values = (list: readonly number[], more: Partial<Chain> = {}): Chain => {
  let path = 0;
  return chain(
    1,
    [0],
    (_, __, ___, out) => {
      out[0] = list[path++ % list.length];
    },
    more,
  );
};
const summaryOf = async (list: readonly number[], more: Partial<Chain> = {}, how: Partial<TimeSummaryOptions> = {}) =>
  (await run(values(list, more), { paths: list.length, ...how }))[1];

describe('a summary over time', () => {
  test('is that of the paths, state by state and time by time', async () => {
    const of = chain(3, [1, 0], noises, { stateNames: ['place', 'cube'] });
    const summaries = await run(of);
    expect(summaries.map(({ step, t }) => [step, t])).toEqual([
      [0, 2],
      [1, 2.25],
      [2, 2.5],
      [3, 2.75],
    ]);
    for (const { step, states } of summaries) {
      const all = after(of, step, 50);
      states.forEach(({ state, mean, variance, quantiles }, i) => {
        expect(state).toBe(['place', 'cube'][i]);
        const column = all.map((x) => x[i]);
        const exact = moments(column);
        expect(mean).toBeCloseTo(exact.mean, 12);
        expect(variance).toBeCloseTo(exact.variance, 10);
        const sorted = [...column].sort((a, b) => a - b);
        expect(quantiles).toHaveLength(3);
        // To one per cent of their size, between neighbors in the order.
        [0.05, 0.5, 0.95].forEach((p, k) => {
          const rank = Math.floor(p * 49);
          const near = [sorted[rank], sorted[rank + 1]];
          const slack = 0.011 * Math.max(...near.map(Math.abs));
          expect(quantiles[k]).toBeGreaterThanOrEqual(near[0] - slack);
          expect(quantiles[k]).toBeLessThanOrEqual(near[1] + slack);
        });
      });
    }
  });

  test('is made every so many steps, and of the first and the last', async () => {
    const steps = async (every: number) =>
      (await run(chain(7, [1, 0], noises), { every, paths: 2 })).map((s) => s.step);
    expect(await steps(3)).toEqual([0, 3, 6, 7]);
    expect(await steps(7)).toEqual([0, 7]);
    expect(await steps(20)).toEqual([0, 7]);
    expect(await steps(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('has the quantiles that were asked for, as exact', async () => {
    const list = Array.from({ length: 101 }, (_, i) => 1000 + i);
    const { states } = await summaryOf(list, {}, { probabilities: [0, 0.25, 1], accuracy: 1e-4 });
    [1000, 1025, 1100].forEach((value, k) => {
      expect(Math.abs(states[0].quantiles[k] / value - 1)).toBeLessThan(1.1e-4);
    });
    const rough = await summaryOf(list, {}, { probabilities: [0.5], accuracy: 0.3 });
    expect(rough.states[0].quantiles).toHaveLength(1);
    expect(Math.abs(rough.states[0].quantiles[0] / 1050 - 1)).toBeGreaterThan(1e-3);
  });

  test('of one path has no variance', async () => {
    const { states } = await summaryOf([4]);
    expect(states[0]).toMatchObject({ mean: 4, variance: Number.NaN });
    expect((await summaryOf([4, 6])).states[0].variance).toBe(2);
  });
});

describe('lost paths', () => {
  const lossy = [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 5];
  test('withhold the summaries from there on, unless they are excluded', async () => {
    const withheld = await run(values(lossy), { paths: 5 });
    expect(withheld[0]).toMatchObject({ nonFinite: 0, warnings: [] });
    expect(withheld[0].states[0].mean).toBe(0);
    expect(withheld[1].nonFinite).toBe(2);
    expect(withheld[1].states[0]).toMatchObject({ mean: Number.NaN, variance: Number.NaN });
    expect(withheld[1].states[0].quantiles).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(withheld[1].warnings).toMatchObject([{ kind: 'lost-paths', lost: 2, paths: 5 }]);
    expect(withheld[1].warnings[0].message).toContain('is withheld');
    const others = await summaryOf(lossy, {}, { lostPaths: 'exclude' });
    expect(others.states[0]).toMatchObject({ mean: 3, variance: 4 });
    expect(others).toMatchObject({ nonFinite: 2, warnings: [{ kind: 'lost-paths', lost: 2 }] });
    expect(others.warnings[0].message).not.toContain('is withheld');
    const none = await summaryOf([Number.NaN], {}, { lostPaths: 'exclude' });
    expect(none.states[0].mean).toBeNaN();
  });

  test('are those of which one state left', async () => {
    const half = chain(1, [0, 0], (_, __, ___, out) => out.set([1, Number.NaN]));
    const [, last] = await run(half, { paths: 4, lostPaths: 'exclude' });
    expect(last.nonFinite).toBe(4);
  });
});

describe('what is said of a state', () => {
  const keeps = { nonNegative: [0], stateNames: ['v'] };
  test('that values below 0 are where the equation keeps none, and how many', async () => {
    const list = [-1, 2, -3, 0, 5];
    expect((await summaryOf(list, keeps)).warnings).toMatchObject([
      { kind: 'negative-states', state: 'v', negative: 2, count: 5 },
    ]);
    expect((await summaryOf(list)).warnings).toEqual([]);
    expect((await summaryOf([0, 2, 3], keeps)).warnings).toEqual([]);
    expect((await summaryOf(list, { nonNegative: [1] })).warnings).toEqual([]);
  });

  test('that few values carry its variance, as many as they are', async () => {
    const skewed = (n: number) => Array.from({ length: n }, (_, i) => (i === 7 ? 100 : Math.cos(i)));
    const found = await summaryOf(skewed(300));
    const exact = moments(skewed(300));
    expect(found.warnings).toMatchObject([{ kind: 'heavy-tail', count: 300 }]);
    expect(found.warnings[0].carriers as number).toBeCloseTo(exact.carriers, 8);
    // Reported to all digits where values are asymmetric as well.
    const list = Array.from({ length: 400 }, (_, i) => (i % 100 === 0 ? 50 + i / 10 : Math.sin(i)));
    const again = await summaryOf(list);
    expect(again.warnings[0].carriers as number).toBeCloseTo(moments(list).carriers, 6);
  });

  test('from fewer than 50 on, or than a tenth of few', async () => {
    // k of n values are 1: they carry n p(1 − p)/(1 − 3p(1 − p)) of it, p = k/n.
    const rare = async (k: number, n: number) => {
      const list = Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
      const p = k / n;
      return { kinds: kinds(await summaryOf(list)), carriers: (n * p * (1 - p)) / (1 - 3 * p * (1 - p)) };
    };
    for (const [k, n] of [
      [49, 5000],
      [52, 5000],
      [24, 300],
      [34, 300],
      [1, 20],
      [2, 20],
    ]) {
      const found = await rare(k, n);
      expect(found.kinds, `${k} of ${n}`).toEqual(found.carriers < Math.min(50, n / 10) ? ['heavy-tail'] : []);
    }
    expect((await rare(49, 5000)).kinds).toEqual(['heavy-tail']);
    expect((await rare(52, 5000)).kinds).toEqual([]);
    expect(kinds(await summaryOf([5]))).toEqual([]);
    expect(kinds(await summaryOf([5, 5, 5]))).toEqual([]);
  });

  test('that a truncation was reached, at every time but the start', async () => {
    const far = chain(2, [9], (_, x, __, out) => out.set(x), { truncation: { radius: 1, states: 1, scheme: 'cut' } });
    expect((await run(far)).map(kinds)).toEqual([[], ['truncation-reached'], ['truncation-reached']]);
  });
});

describe('the door of a summary', () => {
  const of = chain(1, [0], (_, x, __, out) => out.set(x));
  const refused = async (more: object): Promise<string> => {
    const error: unknown = await run(of, more).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SdeError);
    return (error as Error).message;
  };
  test('takes what is in range, ends included', async () => {
    await run(of, { paths: 1, every: 1, probabilities: [0, 1], accuracy: 0.99 });
    await run(of, { probabilities: [] });
  });

  test.each([
    [{ paths: 0 }, '{ paths }'],
    [{ every: 0 }, '{ every }'],
    [{ every: 1.5 }, '{ every }'],
    [{ probabilities: [0.5, 1.1] }, '{ probabilities }'],
    [{ probabilities: [-0.1] }, '{ probabilities }'],
    [{ probabilities: ['a'] }, '{ probabilities }'],
    [{ probabilities: 0.5 }, '{ probabilities }'],
    [{ accuracy: 0 }, '{ accuracy }'],
    [{ accuracy: 1 }, '{ accuracy }'],
    [{ accuracy: '0.1' }, '{ accuracy }'],
    [{ lostPaths: 'forget' }, '{ lostPaths }'],
    [{ key: 3 }, '{ key }'],
    [{ signal: {} }, '{ signal }'],
    [{ quantiles: [0.5] }, 'probabilities'],
  ])('refuses %j', async (more, where) => {
    expect(await refused(more)).toContain(where);
  });

  test('ends with its signal', async () => {
    const error = await run(of, { signal: AbortSignal.abort() }).catch((thrown: unknown) => thrown);
    expect((error as SdeError).code).toBe('cancelled');
    const controller = new AbortController();
    let seen = 0;
    const aborting = chain(1, [0], (_, x, __, out) => {
      out.set(x);
      if (++seen === 2000) controller.abort();
    });
    await expect(run(aborting, { paths: 1e6, signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBeLessThan(4096);
  });
});

describe('values whose powers leave the floating-point numbers', () => {
  const tail = Array.from({ length: 50 }, (_, i) => (i === 7 ? 1 : i / 1000));

  test.each([1, 1e-70, 1e-90, 1e-170, 1e-290, 1e70, 1e90, 1e170, 1e290])(
    'have the warnings of their multiples, times %d',
    async (scale) => {
      const [, end] = await run(values(tail.map((value) => value * scale)));
      const [{ mean, variance }] = end.states;
      expect(mean / scale).toBeCloseTo(moments(tail).mean, 12);
      const representable = scale > 1e-150 && scale < 1e150;
      expect(kinds(end)).toEqual(representable ? ['heavy-tail'] : ['out-of-scale', 'heavy-tail']);
      if (representable) expect(variance / scale / scale).toBeCloseTo(moments(tail).variance, 12);
      else expect(variance).toBe(Number.POSITIVE_INFINITY);
      expect(end.warnings.at(-1)?.carriers).toBeCloseTo(moments(tail).carriers, 10);
    },
  );

  test('of a drift that explodes are said as an expectation says them', async () => {
    const model = symbolic({ state: ['x'], drift: ['x^3'], diffusion: [['1']] });
    const of = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 8);
    for (const phi of [terminal('x^2'), terminal('1e200*x')]) {
      const ran = { paths: 500, key: key(1) };
      const [, end] = await timeSummary(of, { phi }, { ...ran, every: 8, lostPaths: 'exclude' });
      const direct = await expectation(of, phi, { ...ran, backend: inline(), lostPaths: 'exclude' });
      expect(kinds(end)).toEqual(expect.arrayContaining(kinds(direct)));
      expect(end.warnings.filter(({ state }) => state === 'phi').map(({ kind }) => kind)).toContain('heavy-tail');
      expect(end.functionals.phi.variance).toBe(direct.variance);
    }
  });
});
