import {
  type Chain,
  discretize,
  eulerMaruyama,
  fold,
  inline,
  key,
  model,
  platen,
  problem,
  SdeError,
  symbolic,
  terminal,
  type WorkPrecisionStudy,
  weakOrder,
  withDriver,
  workPrecision,
} from 'sde-core';
import { driver, twoPoint } from 'sde-core/randomness';
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
    // The legend stands before the frame, away from the curves.
    expect(svg).toMatch(/aria-label="legend".*>Euler<.*>Platen<.*aria-label="frame"/s);
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

describe('the work of candidates whose errors are given', () => {
  /** A chain that rests at an error of C h^p (1 + b h), on a time of 2. */
  const resting = (name: string, C: number, p: number, b = 0, expected = p) => ({
    name,
    expected,
    chain: (steps: number): Chain => {
      const h = 2 / steps;
      return {
        name,
        dimension: 1,
        steps,
        h,
        t0: 0,
        x0: Float64Array.of(C * h ** p * (1 + b * h)),
        driver: driver([twoPoint]),
        step: (_, x, __, out) => {
          out[0] = x[0];
        },
      };
    },
  });
  const compare = (candidates: readonly ReturnType<typeof resting>[], more: object = {}): Promise<WorkPrecisionStudy> =>
    study({ candidates, truth: 0, tolerance: 1e-4, steps: [8, 16, 32], workPerStep: () => 7, ...more });

  test('is that of T/h steps at the tolerance, with the interval of the constant', async () => {
    const { rows, kind, truth, tolerance, functional, warnings } = await compare([
      resting('one', -3, 1, 0.5),
      resting('two', 0.5, 2),
      resting('rough', 1e-6, 1),
    ]);
    expect([kind, truth, tolerance, functional.text, warnings]).toEqual(['work-precision-study', 0, 1e-4, 'x', []]);
    const [one, two, rough] = rows;
    expect(rows.map(({ workPerStep }) => workPerStep)).toEqual([7, 7, 7]);
    expect(one.work).toBeCloseTo(7 * 2 * (3 / 1e-4), 4);
    expect(two.work).toBeCloseTo(7 * 2 * Math.sqrt(0.5 / 1e-4), 4);
    // One step at least.
    expect(rough.work).toBe(7);
    for (const [
      {
        workInterval,
        study: { fit },
      },
      p,
    ] of [
      [one, 1],
      [two, 2],
    ] as const) {
      const ends = [fit.constant.interval.low, fit.constant.interval.high].map(Math.abs).sort((a, b) => a - b);
      const [low, high] = ends.map((constant) => 14 * (constant / 1e-4) ** (1 / p));
      expect((workInterval?.low ?? 0) / low).toBeCloseTo(1, 10);
      expect((workInterval?.high ?? 0) / high).toBeCloseTo(1, 10);
      expect(workInterval?.level).toBe(0.95);
    }
  });

  test('decides where one interval is below all others', async () => {
    const found = await compare([resting('slow', 3, 1), resting('fast', 1, 1), resting('slower', 6, 1)]);
    expect(found).toMatchObject({
      verdict: 'decided',
      cheapest: 'fast',
      reason: 'fast reaches 0.0001 with the least work, slow with 3.0 times as much',
    });
    expect(found.samplesFactor).toBeUndefined();
  });

  test('asks for the samples that would part two intervals', async () => {
    // Three steps, of which the last change, b h_min, is the half-width.
    const { rows, verdict, samplesFactor, reason, cheapest } = await compare([
      resting('a', 1, 1, 2),
      resting('b', 1.1, 1, 2),
      resting('c', 9, 1),
    ]);
    expect(verdict).toBe('inconclusive');
    expect(cheapest).toBeUndefined();
    const [a, b] = rows.map(({ work = 0, workInterval }) => ({
      work,
      low: workInterval?.low ?? 0,
      high: workInterval?.high ?? 0,
    }));
    const factor = ((a.high - a.work + b.work - b.low) / (b.work - a.work)) ** 2;
    expect(factor).toBeGreaterThan(1.2);
    expect((samplesFactor ?? 0) / factor).toBeCloseTo(1, 10);
    expect(reason).toBe(
      `the works of a and b are not apart; about ${factor.toPrecision(2)} times the samples would decide`,
    );
    const near = await compare([resting('a', 1, 1, 2), resting('b', 1.28, 1, 2)]);
    expect(near.verdict).toBe('inconclusive');
    expect(near.samplesFactor).toBe(1.2);
    const apart = await compare([resting('a', 1, 1, 2), resting('b', 1.4, 1, 2)]);
    expect(apart.verdict).toBe('decided');
  });

  test('that no samples part says so', async () => {
    const { reason, samplesFactor } = await compare([resting('a', 1, 1, 2), resting('b', 1, 1, 2)]);
    expect(reason).toBe('the works of a and b are not apart, more samples would not part them');
    expect(samplesFactor).toBeUndefined();
  });

  test('is not known without a confirmed order', async () => {
    const wrong = await compare([resting('fine', 1, 1), resting('claims', 1, 1, 0, 2)]);
    expect(wrong.verdict).toBe('inconclusive');
    expect(wrong.reason).toMatch(/^claims has no confirmed order: the order lies in/);
    expect(wrong.rows[1]).not.toHaveProperty('work');
    expect(wrong.rows[1]).not.toHaveProperty('workInterval');
  });

  test('tells after each candidate, and folds its name into the key', async () => {
    const seen: unknown[] = [];
    const coin = (name: string) => ({
      name,
      expected: 1,
      chain: (steps: number) => discretize(on, withDriver(eulerMaruyama, 'two-point'), steps),
    });
    const method = { kind: 'sampled', paths: 64, key: key(1), backend: inline() } as const;
    const { rows, functional } = await study({
      candidates: [coin('a'), coin('b')],
      steps: [4, 2],
      method,
      onProgress: ({ done, of, row }: { done: number; of: number; row: { name: string } }) =>
        seen.push([done, of, row.name]),
    });
    expect(seen).toEqual([
      [1, 2, 'a'],
      [2, 2, 'b'],
    ]);
    expect(functional.text).toBe('x');
    for (const { name, study: found } of rows) {
      const own = { ...method, key: fold(key(1), name) };
      const alone = await weakOrder({
        chain: coin(name).chain,
        expected: 1,
        functional: terminal('x'),
        truth: Math.E,
        steps: [2, 4],
        method: own,
      });
      expect(found.levels.map(({ value }) => value)).toEqual(alone.levels.map(({ value }) => value));
    }
    expect((await study({ confidence: 0.9 })).rows[0].study.fit.interval.level).toBe(0.9);
  });

  test('counts operations of a traced step, each once, and thirty for a variable', async () => {
    const { rows } = await study();
    // x · 1/2, ξ · √h, their product, x · h, and two sums; and one variable.
    expect(rows[0].workPerStep).toBe(6 + 30);
    const given = await study({ workPerStep: ({ steps }: Chain) => steps / 2 });
    expect(given.rows[0].workPerStep).toBe(32);
  });

  test.each([
    [{ steps: [4] }, /workPrecision\(\{ steps \}\)/],
    [{ method: { kind: 'guess' } }, /workPrecision\(\{ method \}\)/],
    [{ confidence: 3 }, /workPrecision\(\{ confidence \}\)/],
    [{ candidates: 3 }, /not a list of candidates/],
    [{ candidates: [] }, /two candidates[\s\S]*none/],
    [{ candidates: [euler, { ...second, chain: 3 }] }, /give chain/],
    [{ candidates: [euler, { ...second, order: 3 }] }, /workPrecision\(\{ candidates \}\)/],
    [{ workPerStep: 3 }, /workPrecision\(\{ workPerStep \}\)/],
    [{ onProgress: 3 }, /workPrecision\(\{ onProgress \}\)/],
    [{ tolerance: -1 }, /not a tolerance/],
    [{ schemes: [] }, /write candidates/],
    [{ level: 1 }, /write confidence/],
  ])('refuses %o', async (options, message) => {
    await expect(study(options)).rejects.toThrowError(SdeError);
    await expect(study(options)).rejects.toThrowError(message);
  });
});
