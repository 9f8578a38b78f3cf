import {
  discretize,
  type ErrorPoint,
  eulerMaruyama,
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
    expect(svg).toContain('DejaVu Sans, sans-serif');
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
