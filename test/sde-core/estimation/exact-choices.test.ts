import {
  type Backend,
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectationDetailed,
  exactExpectations,
  exactExpectationsAsync,
  inline,
  key,
  problem,
  quasiExpectation,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import { liftedExpectation } from '#sde-core/estimation/moment-lift';
import { momentsOf } from '#sde-core/numerics/moments';
import { twoPoint } from '#sde-core/randomness/law';

type Step = Chain['step'];
/** A chain of coins whose states need not meet. */
const chain = (steps: number, x0: readonly number[], step: Step): Chain => ({
  name: 'by hand',
  dimension: x0.length,
  steps,
  h: 1 / steps,
  t0: 0,
  x0: Float64Array.from(x0),
  driver: driver([twoPoint]),
  step,
});
/** 2^n states after n steps, all of them in [−1, 1]. */
const cantor: Step = (_, x, [w], out) => {
  for (let a = 0; a < x.length; a++) out[a] = (x[a] + (a + 2) * w) / (a + 3);
};
const first = terminal((x) => x[0]);
const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SdeError);
    return (error as Error).message;
  }
  return 'nothing';
};

describe('the method that is taken', () => {
  test('is the tree of up to 20 000 states on a line, 5000 in the plane', () => {
    const methodOf = (steps: number, x0: readonly number[]) => {
      const { method, size, error } = exactExpectationDetailed(chain(steps, x0, cantor), first);
      if (method === 'tree') expect([size, error]).toEqual([2 ** steps, 0]);
      return method;
    };
    expect(methodOf(14, [0])).toBe('tree');
    expect(methodOf(15, [0])).toBe('transfer');
    expect(methodOf(12, [0, 0])).toBe('tree');
    expect(methodOf(13, [0, 0])).toBe('transfer');
    // Nothing else is there in more dimensions.
    expect(methodOf(13, [0, 0, 0])).toBe('tree');
  });

  test('is limited by the states that are allowed', () => {
    const at =
      (states: number, more: object = {}) =>
      () =>
        exactExpectationDetailed(chain(5, [0, 0, 0], cantor), first, { states, ...more });
    expect(at(32)().size).toBe(32);
    expect(code(at(31))).toContain('at most 31 distinct states a step');
    expect(code(at(31, { method: 'tree' }))).toContain('at most 31 distinct states');
    expect(exactExpectationDetailed(chain(5, [0], cantor), first, { states: 31 }).method).toBe('transfer');
    expect(code(() => exactExpectation(chain(5, [0], cantor), first, { states: 31, method: 'tree' }))).toContain(
      'at most 31',
    );
  });

  test('is a larger tree again where polynomials do not do, and it is affordable', () => {
    const jump = terminal((x) => (x[0] > 0.5 ? 1 : 0));
    const found = exactExpectationDetailed(chain(15, [0], cantor), jump);
    expect(found).toMatchObject({ method: 'tree', size: 2 ** 15 });
    expect(code(() => exactExpectation(chain(15, [0], cantor), jump, { method: 'transfer' }))).toContain(
      'not smooth enough',
    );
    expect(code(() => exactExpectation(chain(15, [0], cantor), jump, { states: 2 ** 15 - 1 }))).toContain(
      'not smooth enough',
    );
    expect(exactExpectationDetailed(chain(15, [0], cantor), jump, { states: 2 ** 15 }).method).toBe('tree');
  });

  test('is the lift where it is asked for, or the tree is too large', () => {
    const model = symbolic({ state: ['x', 'y'], drift: ['-x', 'x'], diffusion: [['0.3'], ['0.2*y']] });
    const on = (steps: number) =>
      discretize(problem({ model, x0: [1, 2], T: 1 }), withDriver(eulerMaruyama, 'two-point'), steps);
    expect(exactExpectationDetailed(on(4), terminal('x*y')).method).toBe('tree');
    expect(exactExpectationDetailed(on(40), terminal('x*y'))).toMatchObject({ method: 'lift', size: 9 });
    expect(exactExpectationDetailed(on(4), terminal('x*y'), { method: 'lift' }).value).toBeCloseTo(
      exactExpectation(on(4), terminal('x*y'), { method: 'tree' }),
      12,
    );
    expect(code(() => exactExpectation(on(4), terminal('x^3'), { method: 'lift' }))).toContain('degree at most 2');
    expect(code(() => exactExpectation(chain(2, [0, 0, 0], cantor), first, { method: 'transfer' }))).toContain('d ≤ 2');
  });
});

describe('the sum over a tree', () => {
  const leaf = (phi: (x: number) => number, steps = 2) =>
    exactExpectationDetailed(
      chain(steps, [0], (_, x, [w], out) => out.set([2 * x[0] + w])),
      terminal((x) => phi(x[0])),
      { method: 'tree' },
    );

  test('keeps the digits of one term, whatever comes between', () => {
    // −3, −1, 1, 3 with a quarter each.
    const phi = new Map([
      [-3, 1e20],
      [-1, 4],
      [1, -1e20],
      [3, 8],
    ]);
    expect(leaf((x) => phi.get(x) ?? 0).value).toBe(3);
    const other = new Map([
      [-3, 4],
      [-1, 1e20],
      [1, 8],
      [3, -1e20],
    ]);
    expect(leaf((x) => other.get(x) ?? 0).value).toBe(3);
  });

  test('says how probable outcomes without a value are', () => {
    const lost = leaf((x) => (x > 0 ? 1 : Number.NaN));
    expect(lost.value).toBeNaN();
    expect(lost.warnings).toMatchObject([{ kind: 'lost-paths', probability: 0.5 }]);
    const infinite = leaf((x) => (x > 2 ? Number.POSITIVE_INFINITY : 1));
    expect(infinite.value).toBe(Number.POSITIVE_INFINITY);
    expect(infinite.warnings).toMatchObject([{ kind: 'lost-paths', probability: 0.25 }]);
    expect(leaf((x) => x).warnings).toEqual([]);
  });
});

describe('expectations from several states', () => {
  const rows = (d: number, initial: readonly number[], more: object = {}, steps = 3) =>
    exactExpectations(
      chain(
        steps,
        Array.from({ length: d }, () => 0),
        cantor,
      ),
      first,
      { initial, ...more },
    );
  const from = (x: number, steps: number): number => {
    // E of (… ((x + 2w)/3 …): the mean of the noise is 0.
    let mean = x;
    for (let n = 0; n < steps; n++) mean /= 3;
    return mean;
  };
  test('are one a row, by either method', () => {
    for (const method of [undefined, 'tree', 'transfer']) {
      expect(Array.from(rows(1, [1, -0.5, 0], { method })).map((v) => v * 27)).toEqual(
        [1, -0.5, 0].map((x) => expect.closeTo(27 * from(x, 3), 9) as number),
      );
    }
    const plane = rows(2, [1, 9, 0.5, -9], { method: 'tree' });
    expect(Array.from(plane)).toEqual([1, 0.5].map((x) => expect.closeTo(from(x, 3), 12) as number));
    expect(rows(3, [1, 2, 3, 4, 5, 6])).toHaveLength(2);
    // Many leaves: polynomials, to their tolerance.
    expect(Array.from(rows(1, [1, 0.5], {}, 16))).toEqual(
      [1, 0.5].map((x) => expect.closeTo(from(x, 16), 8) as number),
    );
  });

  test('may be computed in turns', async () => {
    const of = chain(3, [0], cantor);
    const options = { initial: [1, -0.5] };
    expect(await exactExpectationsAsync(of, first, options)).toEqual(exactExpectations(of, first, options));
  });

  test.each([
    [[], 'shape (n, 2), n ≥ 1'],
    [[1, 2, 3], 'shape (n, 2)'],
    [[1, Number.NaN], 'finite numbers'],
    ['12', 'finite numbers'],
    [undefined, 'finite numbers'],
    [new DataView(new ArrayBuffer(16)), 'finite numbers'],
  ])('are refused for %j', (initial, what) => {
    expect(code(() => rows(2, initial as never))).toContain(what);
  });

  test('are refused where neither method does', () => {
    const jump = terminal((x) => (x[0] > 0.5 ? 1 : 0));
    const run = (steps: number, more: object = {}) =>
      exactExpectations(chain(steps, [0], cantor), jump, { initial: [0], ...more });
    expect(code(() => run(4, { method: 'transfer' }))).toContain('not smooth enough');
    expect(code(() => run(28))).toContain('not smooth enough');
    expect(code(() => run(4, { states: 8, method: 'tree' }))).toContain('at most 8 distinct');
  });
});

test.each([
  [{ tolerance: 0 }, '{ tolerance }'],
  [{ states: 0 }, '{ states }'],
  [{ method: 'forest' }, '{ method }'],
  [{ signal: AbortSignal.abort() }, 'signal'],
  [{ initial: [1] }, 'initial'],
])('an exact expectation refuses %j', (more, what) => {
  expect(code(() => exactExpectation(chain(1, [0], cantor), first, more as never))).toContain(what);
});

test('an exact expectation needs noise of few outcomes', () => {
  const walk = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }), x0: [0], T: 1 });
  expect(code(() => exactExpectation(discretize(walk, eulerMaruyama, 1), first))).toContain(
    'no finite list of outcomes',
  );
});

describe('the moment lift', () => {
  const coins = (model: ReturnType<typeof symbolic>, x0: readonly number[], steps: number) =>
    discretize(problem({ model, x0: [...x0], T: 1 }), withDriver(eulerMaruyama, 'two-point'), steps);
  const lifted = (of: Chain, phi: string) => liftedExpectation(of, of.driver.outcomes ?? [], terminal(phi).on(of));
  const bilinear = symbolic({
    state: ['x', 'y'],
    drift: ['0.2*x - y + 1', 't*y'],
    diffusion: [['0.3*x + 0.1*y'], ['0.5 - x/4']],
  });

  test('is that of all outcomes for every moment of first and second degree, and bounds its rounding', () => {
    for (const phi of ['x', 'y', 'x^2', 'x*y', 'y^2 - 3*x + 2', '(x - y)*(x + 2*y)', 't*x/4', '-x', '7']) {
      const of = coins(bilinear, [1, -2], 4);
      const found = lifted(of, phi);
      const tree = exactExpectation(of, terminal(phi), { method: 'tree' });
      expect(Math.abs((found?.value ?? Number.NaN) - tree)).toBeLessThan(1e-12);
      expect(found?.error).toBeLessThan(1e-12);
      if (phi !== '7') expect(found?.error).toBeGreaterThan(0);
    }
  });

  test('is not there for other degrees, other steps, or closures', () => {
    const of = coins(bilinear, [1, -2], 4);
    for (const phi of ['x^3', 'x*y*y', '1/x', 'sin(x)', 'x^0.5', 'abs(x)', 'x^(-1)', '2^x'])
      expect(lifted(of, phi)).toBeUndefined();
    for (const phi of ['sin(2)*x', 'x/3', '2^0.5*x', 'x^1', 'exp(t)*y^2']) expect(lifted(of, phi)).toBeDefined();
    expect(liftedExpectation(of, of.driver.outcomes ?? [], first.on(of))).toBeUndefined();
    // Nor for a step that calls but one closure of its model.
    const { traced } = of;
    const calling = traced && {
      ...traced,
      step: { ...traced.step, calls: [{}] as unknown as typeof traced.step.calls },
    };
    expect(lifted({ ...of, traced: calling }, 'x')).toBeUndefined();
    for (const drift of ['x^2', 'sin(x)', 'abs(x)', 'x*x'])
      expect(lifted(coins(symbolic({ state: ['x'], drift, diffusion: '1' }), [1], 2), 'x')).toBeUndefined();
    expect(lifted(coins(symbolic({ state: ['x'], drift: '-x', diffusion: 'sqrt(x)' }), [1], 2), 'x')).toBeUndefined();
    expect(liftedExpectation(chain(1, [0], cantor), [], terminal('x').on(chain(1, [0], cantor)))).toBeUndefined();
  });
});

describe('a quasi-expectation', () => {
  const walk = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }), x0: [0], T: 1 });
  const of = discretize(walk, eulerMaruyama, 2);
  const run = (phi: string, more: object = {}) =>
    quasiExpectation(of, terminal(phi), { points: 64, randomizations: 4, key: key(1), backend: inline(), ...more });

  test('counts points and randomizations, and knows its gain', async () => {
    const seen: { done: number; of: number }[] = [];
    const estimate = await run('x + 2', { onProgress: (now: { done: number; of: number }) => seen.push({ ...now }) });
    expect(seen).toEqual([64, 128, 192, 256].map((done) => ({ done, of: 256 })));
    const { paths, degreesOfFreedom, variance, standardError, gain, provenance } = estimate;
    expect({ paths, degreesOfFreedom }).toEqual({ paths: 256, degreesOfFreedom: 3 });
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    expect(gain).toBeCloseTo(variance / 256 / standardError ** 2, 9);
    expect(provenance).toMatchObject({ kind: 'quasi', points: 64, randomizations: 4 });
    for (const none of ['confidence', 'lostPaths']) expect(provenance).not.toHaveProperty(none);
    const other = await run('x', { confidence: 0.5, lostPaths: 'exclude' });
    expect(other.provenance).toMatchObject({ confidence: 0.5, lostPaths: 'exclude' });
    expect(other.interval.level).toBe(0.5);
    expect((await run('3')).gain).toBe(1);
  });

  test('has as many randomizations under way at once as make eight blocks', async () => {
    for (const [points, most] of [
      [64, 8],
      [4096, 8],
      [8192, 4],
      [2 ** 15, 1],
      [2 ** 17, 1],
    ]) {
      let [now, top] = [0, 0];
      const slow: Backend = {
        ...inline(),
        async *run() {
          top = Math.max(top, ++now);
          await new Promise((resolve) => setTimeout(resolve, 1));
          now--;
          yield { block: 0, ...momentsOf([1, 2, 4]) };
        },
      };
      await run('x', { points, randomizations: 16, backend: slow });
      expect(top).toBe(most);
    }
  });

  test('withholds what lost paths would shift, unless they are excluded', async () => {
    const withheld = await run('log(x + 1)');
    expect(withheld).toMatchObject({ mean: Number.NaN, standardError: Number.NaN, variance: Number.NaN, paths: 256 });
    expect(withheld.interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    expect(withheld.nonFinite).toBeGreaterThan(20);
    expect(withheld.warnings).toMatchObject([{ kind: 'lost-paths', lost: withheld.nonFinite, paths: 256 }]);
    expect(withheld).not.toHaveProperty('sample');
    const others = await run('log(x + 1)', { lostPaths: 'exclude' });
    expect(Number.isFinite(others.mean)).toBe(true);
    expect(others.warnings).toMatchObject([{ kind: 'lost-paths' }]);
    expect(others.sample?.count).toBe(256 - others.nonFinite);
    const none = await run('log(-1 - x^2)', { lostPaths: 'exclude' });
    expect(none.mean).toBeNaN();
    expect(none.standardError).toBe(Number.POSITIVE_INFINITY);
  });

  test('has facts of its means where these are of two values, and neighbors', async () => {
    const half = await run('x > 0');
    // Every net has half of its points on either side: the mean is a half, and may be off by a point.
    expect(half.means).toMatchObject({ least: 0.5, most: 0.5, lowest: 0.5 - 1 / 64, highest: 0.5 + 1 / 64 });
    expect(half.interval.low).toBeLessThan(0.5);
    expect((await run('x')).means).toBeUndefined();
  });

  test.each([
    [{ points: 48 }, 'take 64'],
    [{ points: 1 }, '{ points }'],
    [{ points: 2 ** 33 }, 'a power of two up to'],
    [{ randomizations: 1 }, '{ randomizations }'],
    [{ key: 1 }, '{ key }'],
    [{ confidence: 0 }, '{ confidence }'],
    [{ lostPaths: 'x' }, '{ lostPaths }'],
    [{ paths: 64 }, 'points'],
    [{ backend: { ...inline(), pointSets: [] } }, 'independent paths only'],
  ])('refuses %j', async (more, what) => {
    const error: unknown = await run('x', more).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as Error).message).toContain(what);
  });

  test('refuses noise of other kinds, and more of it than the sequence has', async () => {
    const options = { points: 2, key: key(1) };
    await expect(quasiExpectation(chain(1, [0], cantor), first, options)).rejects.toThrow('not Gaussian');
    const long = discretize(walk, eulerMaruyama, 21_202);
    await expect(quasiExpectation(long, first, options)).rejects.toThrow('no point of the sequence');
    const still = { ...of, driver: driver([]) };
    await expect(quasiExpectation(still, first, options)).rejects.toThrow('no point of the sequence');
  });
});
