import {
  type Chain,
  discretize,
  type ErrorPoint,
  eulerMaruyama,
  exactExpectationDetailed,
  expectation,
  fitOrder,
  fold,
  inline,
  key,
  type OrderStudy,
  problem,
  SdeError,
  symbolic,
  terminal,
  weakOrder,
  withDriver,
} from 'sde-core';
import { driver, twoPoint } from 'sde-core/randomness';
import { markdown, plot, plotErrors } from 'sde-plots';
import { describe, expect, test } from 'vitest';
import { strictXml } from '../../strict-xml.js';

const model = symbolic({ state: ['x'], drift: ['0.7*x'], diffusion: [['0.5*x']] });
const p = problem({ model, x0: [1], T: 1 });
const truth = Math.exp(1.4 + 0.25);
const euler = withDriver(eulerMaruyama, 'two-point');

const exactStudy = (steps: readonly number[] = [4, 8, 16, 32]): Promise<OrderStudy> =>
  weakOrder({
    chain: (count) => discretize(p, euler, count),
    steps,
    functional: terminal('x^2'),
    truth,
    expected: 1,
    method: { kind: 'exact' },
  });

describe('weakOrder', () => {
  test('exact: levels coarse to fine, closed-form errors, plain data', async () => {
    const study = await exactStudy([16, 4, 32, 8]);
    expect(study.levels.map((level) => level.steps)).toEqual([4, 8, 16, 32]);
    for (const { steps, error, standardError } of study.levels) {
      const closed = ((1 + 0.7 / steps) ** 2 + 0.25 / steps) ** steps - truth;
      // Rounding of a few operations a step.
      expect(Math.abs(error - closed)).toBeLessThan(50 * steps * Number.EPSILON * truth);
      expect(standardError).toBe(0);
    }
    expect(study.verdict).toBe('confirmed');
    expect(JSON.parse(JSON.stringify(study))).toEqual(study);
  });

  test('sampled: every level has its own key and runs again', async () => {
    const study = await weakOrder({
      chain: (count) => discretize(p, eulerMaruyama, count),
      steps: [1, 2, 4],
      functional: terminal('x^2'),
      truth,
      expected: 1,
      method: { kind: 'sampled', paths: 20_000, key: key(3), backend: inline() },
    });
    expect(study.method).toBe('sampled');
    expect(new Set(study.levels.map((level) => level.provenance?.key.words.join())).size).toBe(3);
    for (const { steps, error, standardError } of study.levels) {
      const closed = ((1 + 0.7 / steps) ** 2 + 0.25 / steps) ** steps - truth;
      expect(Math.abs(error - closed)).toBeLessThan(4 * standardError);
    }
    expect(study.verdict).not.toBe('refuted');
  });

  test('a scheme without an error is inconclusive, not an order of rounding', async () => {
    const still = symbolic({ state: ['x'], drift: ['0'], diffusion: [['0.3']] });
    const study = await weakOrder({
      chain: (count) => discretize(problem({ model: still, x0: [1], T: 1 }), euler, count),
      steps: [3, 5, 7, 9],
      functional: terminal('x^2'),
      truth: 1.09,
      expected: 1,
      method: { kind: 'exact' },
    });
    expect(study.levels.some((level) => level.resolved)).toBe(false);
    expect(study.verdict).toBe('inconclusive');
  });

  test('bad input', async () => {
    await expect(exactStudy([4])).rejects.toThrow(SdeError);
    await expect(exactStudy([0, 4])).rejects.toThrow('steps');
    const controller = new AbortController();
    controller.abort();
    const cancelled = weakOrder({
      chain: (count) => discretize(p, euler, count),
      steps: [4, 8],
      functional: terminal('x'),
      truth: 1,
      expected: 1,
      method: { kind: 'exact' },
      signal: controller.signal,
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('markdown', () => {
  test('a table with a row a level, slopes and the verdict', async () => {
    const text = markdown(await exactStudy());
    expect(text.split('\n').filter((line) => /^\| \d+ \| 1\/\d+ \|/.test(line))).toHaveLength(4);
    expect(text).toContain('**confirmed**');
    expect(text).toContain('exact');
  });
});

describe('plot', () => {
  test('an SVG with points, slopes and names, the same twice', async () => {
    const study = await exactStudy();
    const svg = await plot(study);
    strictXml(svg);
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('font-family:DejaVu Sans, ');
    expect(svg).toContain('order 2');
    expect(svg).toContain('step h');
    expect(svg).toContain('1/32');
    expect(svg).not.toContain('NaN');
    expect(await plot(study)).toBe(svg);
  });

  test('plotErrors draws every series, intervals where there are errors', async () => {
    const points: ErrorPoint[] = [0.25, 0.125].map((h) => ({ h, error: -h, standardError: 0.02 }));
    const exact = points.map((point) => ({ ...point, error: point.h ** 2, standardError: 0 }));
    const series = [
      { label: 'against the flow', points, predicted: { constant: -1, order: 1 } },
      { label: 'against the modified', points: exact },
    ];
    const svg = await plotErrors({ series, slopes: [1, 2], title: 'Network & <SDE>' });
    strictXml(svg);
    expect(svg).toContain('against the flow');
    expect(svg).toContain('Network &amp; &lt;SDE&gt;');
    // One rule a measured point.
    expect(svg.match(/aria-label="rule"[\s\S]*?<\/g>/)?.[0].match(/<line/g)).toHaveLength(2);
  });

  test('nothing but zeros cannot be drawn', async () => {
    const points = [{ h: 0.5, error: 0, standardError: 0 }];
    await expect(plotErrors({ series: [{ label: 'none', points }], title: '' })).rejects.toThrow(SdeError);
  });
});

describe('levels whose errors are given', () => {
  /** A chain that rests at the truth plus an error of each number of steps, on a time of 2. */
  const resting =
    (error: (steps: number) => number, about = 0) =>
    (steps: number): Chain => ({
      name: `resting, ${steps}`,
      dimension: 1,
      steps,
      h: 2 / steps,
      t0: 0,
      x0: Float64Array.of(about + error(steps)),
      driver: driver([twoPoint]),
      step: (_, x, __, out) => {
        out[0] = x[0];
      },
    });
  const study = (error: (steps: number) => number, more: object = {}, about = 0): Promise<OrderStudy> =>
    weakOrder({
      chain: resting(error, about),
      steps: [2, 4, 8, 16],
      functional: terminal('x'),
      truth: about,
      expected: 1,
      method: { kind: 'exact' },
      ...more,
    });

  test('an exact error is resolved from a hundred roundings on, by the larger of value and truth', async () => {
    const { levels, chain, functional, method, kind } = await study((n) => 3 / n, { steps: [8, 2, 4] }, 5);
    expect([chain, functional.text, method, kind]).toEqual(['resting, 8', 'x', 'exact', 'order-study']);
    for (const { h, steps, value, error, noiseFloor, resolved, standardError } of levels) {
      expect([h, value, error, standardError, resolved]).toEqual([2 / steps, 5 + 3 / steps, 3 / steps, 0, true]);
      const { error: bound } = exactExpectationDetailed(resting((n) => 3 / n, 5)(steps), terminal('x'));
      expect(noiseFloor).toBeCloseTo(100 * (bound + 4 * steps * Number.EPSILON * value), 20);
    }
    expect(levels.map(({ steps }) => steps)).toEqual([2, 4, 8]);
    // A truth that is larger than the value counts, and so does its size alone.
    const [below] = (await study(() => -3, { steps: [2, 4] }, 5)).levels;
    expect(below.noiseFloor).toBeGreaterThanOrEqual(100 * 8 * Number.EPSILON * 5);
    const [negative] = (await study(() => 3, { steps: [2, 4] }, -5)).levels;
    expect(negative.noiseFloor).toBeCloseTo(below.noiseFloor, 20);
  });

  test('errors that are rounding are left out while three others stay', async () => {
    const floor = (await study(() => 1, {}, 1)).levels.map(({ noiseFloor }) => noiseFloor / 2);
    const small = (n: number): number => 0.9 * floor[Math.log2(n) - 1];
    const last = await study((n) => (n === 16 ? small(n) : 1 / n), {}, 1);
    expect(last.levels.map(({ resolved }) => resolved)).toEqual([true, true, true, false]);
    expect(last.fit.localSlopes).toHaveLength(2);
    expect(last.verdict).toBe('confirmed');
    expect(last.pathsNeeded).toBeUndefined();
    // With two of them the rounding of all is their error: nothing is known.
    const two = await study((n) => (n > 4 ? small(n) : 1 / n), {}, 1);
    expect(two.levels.map(({ resolved }) => resolved)).toEqual([true, true, false, false]);
    expect(two.fit.localSlopes).toHaveLength(3);
    expect(two.verdict).toBe('inconclusive');
    // Two levels that are all resolved are what there is.
    const short = await study((n) => 1 / n, { steps: [2, 4] }, 1);
    expect(short.fit.reason).toContain('fewer than three errors');
    // The rounding of each is four of its steps and of its value.
    const noise = await study((n) => (1e-17 * 16) / n, {}, 3);
    const fitted = fitOrder(
      noise.levels.map(({ h, error, value, steps }) => ({
        h,
        error,
        standardError: 4 * steps * Number.EPSILON * Math.abs(value),
      })),
      { expected: 1 },
    );
    expect(noise.fit).toEqual(fitted);
  });

  test('the fit is that of the errors, at the confidence that is asked for', async () => {
    for (const confidence of [0.95, 0.99]) {
      const found = await study((n) => 1 / n + 1 / n ** 2, { confidence });
      const points = found.levels.map(({ h, error }) => ({ h, error, standardError: 0 }));
      expect(found.fit).toEqual(fitOrder(points, { expected: 1, confidence }));
      expect(found.fit.interval.level).toBe(confidence);
    }
    expect((await study((n) => 1 / n)).fit.interval.level).toBe(0.95);
  });

  test('tells after every level, and hears its signal before the next', async () => {
    const seen: unknown[] = [];
    await study((n) => 1 / n, {
      onProgress: ({ done, of, level }: { done: number; of: number; level: { steps: number } }) =>
        seen.push([done, of, level.steps]),
    });
    expect(seen).toEqual([
      [1, 4, 2],
      [2, 4, 4],
      [3, 4, 8],
      [4, 4, 16],
    ]);
    const controller = new AbortController();
    let told = 0;
    const cancelled = study((n) => 1 / n, {
      signal: controller.signal,
      onProgress: () => {
        told += 1;
        if (told === 2) controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toBe(2);
  });

  test.each([
    [{ truth: Number.NaN }, /weakOrder\(\{ truth \}\)/],
    [{ confidence: 95 }, /weakOrder\(\{ confidence \}\)/],
    [{ expected: 100 }, /order that no errors have/],
    [{ chain: 3 }, /weakOrder\(\{ chain \}\)/],
    [{ chain: () => 3 }, /weakOrder\(\{ chain \}\), \d+ steps/],
    [{ functional: 'x' }, /weakOrder\(\{ functional \}\)/],
    [{ method: { kind: 'guessed' } }, /weakOrder\(\{ method \}\)/],
    [{ onProgress: 3 }, /weakOrder\(\{ onProgress \}\)/],
    [{ signal: 3 }, /weakOrder\(\{ signal \}\)/],
    [{ level: 0.9 }, /write confidence/],
    [{ exact: 1 }, /write truth/],
    [{ order: 1 }, /write expected/],
  ])('refuses %o', async (more, message) => {
    await expect(study((n) => 1 / n, more)).rejects.toThrowError(SdeError);
    await expect(study((n) => 1 / n, more)).rejects.toThrowError(message);
  });

  test('sampled levels have their own keys, and intervals of the confidence as their floors', async () => {
    const coin = (steps: number): Chain => ({
      ...resting((n) => 1 / n)(steps),
      step: (n, x, noise, out) => {
        out[0] = x[0] + (n === 0 ? 0.1 * noise[0] : 0);
      },
    });
    const method = { kind: 'sampled', paths: 256, key: key(5), backend: inline() } as const;
    const found = await study(() => 0, { chain: coin, method, confidence: 0.99 });
    for (const { steps, h, value, error, standardError, noiseFloor, resolved, provenance } of found.levels) {
      const alone = await expectation(coin(steps), terminal('x'), {
        paths: 256,
        key: fold(key(5), steps),
        backend: inline(),
      });
      expect([value, standardError]).toEqual([alone.mean, alone.standardError]);
      expect([h, error, resolved]).toEqual([2 / steps, value, true]);
      expect(noiseFloor).toBeCloseTo(2.5758293035489004 * standardError, 12);
      expect(provenance).toBeDefined();
    }
    expect(found.method).toBe('sampled');
    const few = await study(() => 0, { chain: coin, method: { ...method, paths: 40 } });
    const { samplesFactor } = few.fit;
    expect(few.pathsNeeded).toBe(samplesFactor === undefined ? undefined : Math.ceil(40 * samplesFactor));
  });

  test('a level that lost paths decides nothing', async () => {
    const lossy = (steps: number): Chain => ({
      ...resting((n) => 1 / n)(steps),
      step: (n, x, noise, out) => {
        out[0] = n === 0 && steps === 8 && noise[0] > 0 ? Number.POSITIVE_INFINITY : x[0] + 1e-6 * noise[0];
      },
    });
    const method = { kind: 'sampled', paths: 64, key: key(5), backend: inline() } as const;
    const found = await study(() => 0, { chain: lossy, method });
    expect(found.verdict).toBe('inconclusive');
    expect(found.fit.reason).toMatch(/^at 8 steps /);
    expect(found.levels.map(({ divergence }) => divergence !== undefined)).toEqual([false, false, true, false]);
  });
});
