import {
  barrier,
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exitTime,
  expectation,
  inline,
  key,
  observe,
  problem,
  runningIntegral,
  SdeError,
  simulate,
  supremum,
  symbolic,
  terminal,
  withDriver,
  workers,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { evaluate } from '#sde-core/expression/evaluate';
import { graph } from '#sde-core/expression/graph';

const model = symbolic({ state: ['x'], drift: ['0.3*x + t'], diffusion: [['0.6*x']] });
const on = problem({ model, x0: [1], t0: 0.5, T: 2 });
const steps = 6;
const chain = discretize(on, withDriver(eulerMaruyama, 'two-point'), steps);
const h = 1.5 / steps;
const all = {
  area: runningIntegral('x^2 + t'),
  top: supremum('x - t/k', { parameters: { k: 4 } }),
  out: exitTime('x - 0.95'),
};
const observed = observe(chain, all);
/** The same chain without nodes: what a network or a closure would be. */
const { traced: _, ...closed } = chain;
const native = observe(closed as Chain, all);

/** All 2⁶ paths, shape (steps + 1) each. */
const paths = Array.from({ length: 2 ** steps }, (_, bits) => {
  const x = [1];
  const [now, next] = [new Float64Array(1), new Float64Array(1)];
  for (let n = 0; n < steps; n++) {
    now[0] = x[n];
    chain.step(n, now, Float64Array.of((bits >> n) & 1 ? 1 : -1), next);
    x.push(next[0]);
  }
  return x;
});
const mean = (value: (x: readonly number[]) => number): number =>
  paths.reduce((sum, x) => sum + value(x) / paths.length, 0);
const t = (n: number): number => 0.5 + n * h;

describe('observe', () => {
  test.each([
    ['traced', observed],
    ['native', native],
  ] as const)('%s: expectations are those of all paths, one by one', (_, of) => {
    const f = (x: readonly number[], n: number): number => x[n] ** 2 + t(n);
    const area = mean((x) => x.slice(1).reduce((sum, _, n) => sum + (h / 2) * (f(x, n) + f(x, n + 1)), 0));
    const top = mean((x) => Math.max(...x.map((value, n) => value - t(n) / 4)));
    const out = mean((x) => {
      const first = x.findIndex((value) => value <= 0.95);
      return h * (first < 0 ? steps : first);
    });
    const inside = mean((x) => (x.every((value) => value > 0.95) ? 1 : 0));
    for (const [name, exact] of Object.entries({ area, top, out, out_inside: inside })) {
      const index = ['x', 'area', 'top', 'out', 'out_inside'].indexOf(name);
      const functional = of.traced ? terminal(name) : terminal((x) => x[index]);
      // Rounding of 64 sums of six steps.
      expect(Math.abs(exactExpectation(of, functional) - exact)).toBeLessThan(1e-13);
    }
    // Both ends are there, and neither is all.
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(1);
  });

  test('the given states move as before, bit for bit', () => {
    const [a, b] = [simulate(chain, { key: key(1), path: 5 }), simulate(observed, { key: key(1), path: 5 })];
    for (let n = 0; n <= steps; n++) expect(b.x.get(n, 0)).toBe(a.x.get(n, 0));
    expect(observed.stateNames).toEqual(['x', 'area', 'top', 'out', 'out_inside']);
  });

  test('a functional of the path runs on every backend with the same bits', async () => {
    const asian = terminal('max(area/1.5 - 3, 0)*out_inside');
    const options = { paths: 5000, key: key(2) };
    const once = await expectation(observed, asian, { ...options, backend: inline() });
    const threads = workers({ threads: 2 });
    try {
      const other = await expectation(observed, asian, { ...options, backend: threads });
      expect([other.mean, other.variance]).toEqual([once.mean, once.variance]);
    } finally {
      await threads.close();
    }
    const exact = exactExpectation(observed, asian);
    expect(Math.abs(once.mean - exact)).toBeLessThan(4 * once.standardError);
  });

  test('the time is that of both ends of a step', () => {
    const brownian = problem({ model: symbolic({ state: ['x'], drift: ['t'], diffusion: [['0']] }), x0: [0], T: 1 });
    const area = observe(discretize(brownian, eulerMaruyama, 4), { area: runningIntegral('2*t') });
    // The trapezoidal rule is exact for 2t: 1, to the rounding of four steps.
    expect(Math.abs(simulate(area, { key: key(1) }).x.get(4, 1) - 1)).toBeLessThan(8 * Number.EPSILON);
  });

  test('σ of an observed chain is that of the chain, with zeros for what is gathered', () => {
    const correlated = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['x', 't'],
        ['3', '4*y'],
      ],
    });
    const pair = discretize(problem({ model: correlated, x0: [1, 2], T: 1 }), eulerMaruyama, 2);
    const { diffusion } = observe(pair, { area: runningIntegral('x'), top: supremum('y') });
    const columns = [
      [5, 3, 0, 0],
      [0.5, 24, 0, 0],
    ];
    expect(diffusion?.at(0.5, Float64Array.of(5, 6, 7, 8))).toEqual(columns);
    const nodes = graph();
    const x = [5, 6, 7, 8].map(nodes.constant);
    const found = diffusion?.nodes?.(nodes, nodes.constant(0.5), x) ?? [];
    expect(found.map((column) => Array.from(evaluate(column, {})))).toEqual(columns);
    const { diffusion: none, ...bare } = pair;
    expect(none).toBeDefined();
    expect(observe(bare as Chain, { area: runningIntegral('x') }).diffusion).toBeUndefined();
  });

  test('what is known of the states at T', () => {
    const span = 1.5 * (1 + steps * Number.EPSILON);
    const truth = { lowest: 0, highest: 1, values: [0, 1] };
    const none = { lowest: 0, highest: 0, values: [0] };
    const late = { lowest: 0, highest: span };
    const ranges = (observations: Parameters<typeof observe>[1]) => observe(chain, observations).ranges;
    expect(ranges(all)).toEqual([undefined, undefined, undefined, late, truth]);
    const weight = { lowest: 0, highest: 1 };
    expect(ranges({ a: barrier('x'), b: runningIntegral('x'), c: barrier('x', { monitoring: 'discrete' }) })).toEqual([
      undefined,
      weight,
      undefined,
      truth,
    ]);
    // One that starts outside stays there: seen on the grid it leaves at once, otherwise in the first step's middle.
    expect(ranges({ a: barrier('-x'), b: exitTime('-x'), c: exitTime('-x', { monitoring: 'continuous' }) })).toEqual([
      undefined,
      none,
      none,
      none,
      late,
      none,
    ]);
    expect(ranges({ a: exitTime('x'), b: barrier('-x') })).toEqual([undefined, late, truth, none]);
    const twice = observe(observe(chain, { a: barrier('x') }), { b: runningIntegral('a') });
    expect(twice.ranges).toEqual([undefined, weight, undefined]);
  });

  test('which observations between the steps a state rests on', () => {
    const top = supremum('x', { monitoring: 'continuous' });
    expect(observe(chain, { area: runningIntegral('x') }).bridged).toBeUndefined();
    const once = observe(chain, { top, area: runningIntegral('x'), out: exitTime('x', { monitoring: 'continuous' }) });
    expect(once.bridged).toEqual({ top: ['top'], out: ['out'], out_inside: ['out'] });
    const twice = observe(once, {
      sum: runningIntegral('top + out_inside'),
      low: barrier('top'),
      free: runningIntegral('x'),
    });
    expect(twice.bridged).toEqual({ ...once.bridged, sum: ['top', 'out'], low: ['top', 'low'] });
  });

  test('its name, its noise and its content say what is gathered', () => {
    expect(observed.name).toBe(`${chain.name}, with area, top, out, out_inside`);
    expect(observed.driver).toBe(chain.driver);
    const drawn = observe(chain, {
      top: supremum('x', { monitoring: 'continuous' }),
      out: exitTime('x', { monitoring: 'continuous' }),
    });
    expect(drawn.driver.laws.map(({ kind }) => kind)).toEqual(['two-point', 'uniform', 'uniform']);
    expect(native.content).toContain('x - t/k');
    expect(observed.content).toBeUndefined();
    expect(Object.isFrozen(observed) && Object.isFrozen(native)).toBe(true);
    // A state of the name t leaves the time its other name.
    const clock = symbolic({ state: ['t'], drift: ['1'], diffusion: [['0']], time: 'time' });
    const clocks = discretize(problem({ model: clock, x0: [0], T: 1 }), eulerMaruyama, 2);
    expect(simulate(observe(clocks, { a: runningIntegral('t + time') }), { key: key(1) }).x.get(2, 1)).toBe(1);
  });

  test.each([
    [() => observe(chain, { t: runningIntegral('x') }), /taken/],
    [() => observe(chain, { pi: runningIntegral('x') }), /taken/],
    [() => observe(chain, { e: runningIntegral('x') }), /taken/],
    [() => observe(chain, { sin: runningIntegral('x') }), /that of a function/],
    [() => observe(chain, { 'a b': runningIntegral('x') }), /no.* identifier/],
    [() => observe(chain, { x: runningIntegral('x') }), /taken/],
    [() => observe(chain, {}), /nothing to observe/],
    [() => observe(chain, { a: {} as typeof all.area }), /not an observation[\s\S]*\{ a \}/],
    [() => observe(chain, [all.area] as never), /not an observation/],
    [() => observe(chain, null as never), /not an observation/],
    [() => observe(chain, { area: runningIntegral('q') }), /q/],
  ])('refuses %#', (call, message) => {
    expect(call).toThrowError(SdeError);
    expect(call).toThrowError(message);
  });
});
