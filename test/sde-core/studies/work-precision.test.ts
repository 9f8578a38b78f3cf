import {
  discretize,
  eulerMaruyama,
  inline,
  key,
  model,
  platen,
  problem,
  SdeError,
  symbolic,
  terminal,
  type WorkPrecisionStudy,
  withDriver,
  workPrecision,
} from 'sde-core';
import { markdown, plot } from 'sde-plots';
import { describe, expect, test } from 'vitest';
import { strictXml } from '../../strict-xml.js';

const on = problem({ model: symbolic({ state: ['x'], drift: ['x'], diffusion: [['x/2']] }), x0: [1], T: 1 });
const euler = {
  name: 'Euler',
  chain: (steps: number) => discretize(on, withDriver(eulerMaruyama, 'two-point'), steps),
  expected: 1,
};
const second = { name: 'Platen', chain: (steps: number) => discretize(on, platen, steps), expected: 2 };
const study = (more: object = {}): Promise<WorkPrecisionStudy> =>
  workPrecision({
    candidates: [euler, second],
    steps: [8, 16, 32, 64],
    functional: terminal('x'),
    truth: Math.E,
    tolerance: 1e-3,
    method: { kind: 'exact' },
    ...more,
  });

describe('workPrecision', () => {
  test('the work at the tolerance, from the constants of two mean recursions', async () => {
    const { rows, verdict, cheapest } = await study({ workPerStep: () => 1 });
    // E X_N of Euler is (1 + h)^N = e (1 − h/2 + …), of Platen (1 + h + h²/2)^N = e (1 − h²/6 + …).
    const steps = [Math.E / 2 / 1e-3, Math.sqrt(Math.E / 6 / 1e-3)];
    rows.forEach(({ work = 0, workInterval }, i) => {
      // The constants come with their intervals; a thousandth for what these leave of higher orders.
      expect(Math.abs(work / steps[i] - 1)).toBeLessThan(1e-3);
      expect(workInterval?.low).toBeLessThanOrEqual(work);
      expect(workInterval?.high).toBeGreaterThanOrEqual(work);
    });
    expect(verdict).toBe('decided');
    expect(cheapest).toBe('Platen');
  });

  test('where one step is enough, the cheapest step wins', async () => {
    const { cheapest, rows } = await study({ tolerance: 2 });
    expect(cheapest).toBe('Euler');
    // Drift and diffusion are products by a constant, two more for h and ΔW, one for √h, two sums: shared nodes count once.
    expect(rows[0].workPerStep).toBeGreaterThan(30);
    expect(rows[0].workPerStep).toBeLessThan(40);
    expect(rows[1].workPerStep).toBeGreaterThan(rows[0].workPerStep);
  });

  test('few samples are inconclusive, and say how many there should be', async () => {
    const method = { kind: 'sampled', paths: 2000, key: key(1), backend: inline() } as const;
    const { verdict, reason, samplesFactor, cheapest } = await study({ method, steps: [1, 2, 4] });
    expect(verdict).toBe('inconclusive');
    expect(cheapest).toBeUndefined();
    expect(reason).toMatch(/no confirmed order/);
    expect(samplesFactor).toBeGreaterThan(1);
  });

  test('two names for one method are not apart', async () => {
    const twin = { ...euler, name: 'Euler again' };
    const { verdict, reason } = await study({ candidates: [euler, twin] });
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/not apart/);
  });

  test('plain data, a table and a picture', async () => {
    const found = await study();
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(markdown(found)).toMatch(/\| Platen \| \d+ \| 2\.00 \(confirmed\) \|/);
    expect(markdown(found)).toContain('**decided**: Platen reaches 0.001');
    const svg = await plot(found);
    strictXml(svg);
    expect(svg).toMatch(/^<svg.*operations/s);
    expect(svg).toContain('least with Platen');
    expect(svg).toContain('tolerance');
    // The curves fall: the legend is on the right, away from them.
    expect(svg).toMatch(/text-anchor="end"[^>]*>(<text[^>]*>)?Euler/);
  });

  test.each([
    [{ candidates: [euler] }, /two candidates/],
    [{ candidates: [euler, euler] }, /two candidates/],
    [{ tolerance: 0 }, /not a tolerance/],
    [{ tolerance: Number.NaN }, /not a finite number/],
  ])('refuses %o', async (options, message) => {
    const error: unknown = await study(options).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).message).toMatch(message);
  });

  test('refuses a chain whose work it cannot count', async () => {
    const closures = problem({
      model: model({
        dimension: 1,
        noiseDimension: 1,
        drift: (_, x, out) => {
          out[0] = x[0];
        },
        diffusion: (_, x, out) => {
          out[0] = x[0] / 2;
        },
      }),
      x0: [1],
      T: 1,
    });
    const other = {
      name: 'closures',
      chain: (steps: number) => discretize(closures, withDriver(eulerMaruyama, 'two-point'), steps),
      expected: 1,
    };
    await expect(study({ candidates: [euler, other] })).rejects.toThrowError(/cannot be counted/);
  });
});
