import { transferOperator, uniform } from 'kolmogorov';
import { asChain, residualNetwork, stochasticDepth } from 'resnet-bridge';
import {
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectations,
  expression,
  key,
  problem,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { driver, twoPoint } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';

const euler = withDriver(eulerMaruyama, 'three-point');
const line = symbolic({ state: ['x'], drift: ['sin(t) - x'], diffusion: [['0.4 + 0.1*cos(x)']] });
const plane = symbolic({ state: ['x', 'y'], drift: ['y - x', '-x*y/2'], diffusion: [['0.2*cos(y)'], ['0.3']] });
const space = symbolic({
  state: ['x', 'y', 'z'],
  drift: ['y - x', 'z - y', '-z'],
  diffusion: [['0.2'], ['0.1'], ['0.3']],
});

describe('transferOperator', () => {
  test('gives what exact enumeration gives, in one, two and three dimensions', () => {
    const cases: [Chain, number, number][] = [
      [discretize(problem({ model: line, x0: [0.3], T: 1 }), euler, 6), 121, 4],
      [
        discretize(problem({ model: plane, x0: [0.3, -0.2], T: 1 }), withDriver(eulerMaruyama, 'two-point'), 6),
        61,
        2.5,
      ],
      [
        discretize(problem({ model: space, x0: [0.3, -0.2, 0.1], T: 1 }), withDriver(eulerMaruyama, 'two-point'), 4),
        17,
        2,
      ],
    ];
    for (const [chain, n, side] of cases) {
      const phi = (x: Float64Array): number => Math.sin(x[0]) * Math.exp((x[1] ?? 0) / 2) + (x[2] ?? 0) ** 2;
      const operator = transferOperator(
        chain,
        Array.from(chain.x0, () => uniform(-side, side, n)),
      );
      const exact = exactExpectation(chain, terminal(phi));
      // Interpolation of order 8 on spacing s: about s⁸ / 2⁸ a step, derivatives of size 1.
      const spacing = (2 * side) / (n - 1);
      const bound = chain.steps * (spacing / 2) ** 8 + 1e3 * Number.EPSILON;
      expect(Math.abs(operator.expectation(phi).at(0, chain.x0) - exact)).toBeLessThan(bound);
      expect(Math.abs(operator.expectation(terminal(phi)).at(0, chain.x0) - exact)).toBeLessThan(bound);
    }
  });

  test.each([1, 2, 3])('gives the exact expectation of a noisy network in %i dimensions', (d) => {
    const network = residualNetwork({ dimension: d, depth: 6, horizon: 1, width: 4, key: key(`transfer ${d}`) });
    const x0 = [0.3, -0.2, 0.4].slice(0, d);
    const chain = asChain(network, stochasticDepth({ survival: 0.7 }), { x0 });
    const phi = (x: Float64Array): number => Math.sin(x[0] + (x[1] ?? 0)) + Math.exp((x[2] ?? 0) / 2);
    const starts = [x0, x0.map((x) => -x), x0.map((x) => x / 3), x0.map((x) => x + 0.11)];
    const exact = exactExpectations(chain, terminal(phi), { initial: starts.flat(), method: 'tree' });
    const errors = (d < 3 ? [25, 49] : [13, 25]).map((n) => {
      const operator = transferOperator(
        chain,
        x0.map(() => uniform(-3, 3, n)),
      );
      const u = operator.expectation(phi);
      return Math.max(...starts.map((x, i) => Math.abs(u.at(0, x) - exact[i])));
    });
    // Order 8 in the limit; on grids as coarse as 1/4 and 1/2 in three dimensions at least order 4.
    expect(errors[1]).toBeLessThan(errors[0] / 2 ** 4);
    expect(errors[1]).toBeLessThan(1e-4);
  });

  test('is of the order it is asked for', () => {
    const chain = discretize(problem({ model: line, x0: [0.31], T: 1 }), euler, 4);
    const exact = exactExpectation(chain, terminal('sin(3*x)'));
    const errors = [31, 61, 121].map(
      (n) =>
        transferOperator(chain, [uniform(-3, 3, n)], { points: 4 })
          .expectation('sin(3*x)')
          .at(0, chain.x0) - exact,
    );
    expect(Math.log2(Math.abs(errors[1] / errors[2]))).toBeGreaterThan(3.6);
    expect(Math.log2(Math.abs(errors[1] / errors[2]))).toBeLessThan(4.6);
  });

  test('pairs its density and its expectation to one number at every step', () => {
    const chain = discretize(
      problem({ model: plane, x0: [0.3, -0.2], T: 1 }),
      withDriver(eulerMaruyama, 'two-point'),
      5,
    );
    const operator = transferOperator(chain, [uniform(-2, 2, 31), uniform(-2, 2, 33)]);
    const [u, rho] = [operator.expectation('x*y + cos(x)'), operator.density(chain.x0)];
    const value = u.at(0, chain.x0);
    for (const t of u.times) {
      const [field, masses] = [u.slice(t).data, rho.masses(t).data];
      const pairing = masses.reduce((sum, mass, p) => sum + mass * field[p], 0);
      expect(Math.abs(pairing - value)).toBeLessThan(1e3 * Number.EPSILON);
    }
    expect(Math.abs(rho.mass - 1)).toBeLessThan(1e3 * Number.EPSILON);
  });

  test('says how likely it is that a step leaves the grid', () => {
    // A walk of ±1 on {−2, …, 2}: from 0 it leaves within 3 steps if the first three agree.
    const walk: Chain = {
      name: 'walk',
      dimension: 1,
      steps: 3,
      h: 1,
      t0: 0,
      x0: Float64Array.of(0),
      driver: driver([twoPoint]),
      step: (_, x, noise, out) => {
        out[0] = x[0] + noise[0];
      },
    };
    const operator = transferOperator(walk, [uniform(-2, 2, 5)], { points: 2 });
    expect(operator.escape().at(0, [0])).toBeCloseTo(1 / 4, 14);
    expect(operator.escape().at(2, [2])).toBeCloseTo(1 / 2, 14);
    expect(operator.escape().at(3, [2])).toBe(0);
  });

  test('carries a law of a walk by hand, and tells what stepped out', () => {
    const walking = (by: number, steps: number, t0 = 0): Chain => ({
      name: 'walk',
      dimension: 1,
      steps,
      h: 0.5,
      t0,
      x0: Float64Array.of(0),
      driver: driver([twoPoint]),
      step: (_, x, noise, out) => {
        out[0] = x[0] + by * noise[0];
      },
    });
    const nodes = [uniform(-2, 2, 5)];
    const operator = transferOperator(walking(1, 3, 2), nodes, { points: 2 });
    const law = operator.density([0]);
    expect([...law.times]).toEqual([2, 2.5, 3, 3.5]);
    const masses = Array.from(law.times, (t) => [...law.masses(t).data]);
    expect(masses).toEqual([
      [0, 0, 1, 0, 0],
      [0, 1 / 2, 0, 1 / 2, 0],
      [1 / 4, 0, 1 / 2, 0, 1 / 4],
      // A quarter steps out at either side and is put back.
      [1 / 8, 3 / 8, 0, 3 / 8, 1 / 8],
    ]);
    expect(law.warnings).toEqual([expect.objectContaining({ kind: 'mass-at-sides', mass: 1 / 4 })]);
    expect(operator.density([1]).warnings).toEqual([
      expect.objectContaining({ kind: 'mass-at-sides', mass: 1 / 4 + 1 / 8 }),
    ]);
    // Signed masses are counted by their size; what only stays inside is no loss.
    const signed = operator.density(Float64Array.of(-1, 0, 0, 0, 1));
    const [, out] = signed.warnings;
    expect(signed.warnings.map(({ kind }) => kind)).toEqual(['negative-density', 'mass-at-sides']);
    // The cells of the sides are halves: ½, ¼ and ¼ of that again.
    expect(Number(out.mass)).toBeCloseTo(1 / 2 + 1 / 4 + 1 / 4, 14);
    expect(transferOperator(walking(1, 2), nodes, { points: 2 }).density([0]).warnings).toEqual([]);
    // Between nodes a mass is split.
    const half = transferOperator(walking(0.5, 1), nodes, { points: 2 });
    expect([...half.density([0]).masses(0.5).data]).toEqual([0, 1 / 4, 1 / 2, 1 / 4, 0]);
    const u = operator.expectation((x: Float64Array) => x[0] ** 2);
    expect([...u.times]).toEqual([2, 2.5, 3, 3.5]);
    expect([...u.slice(3).data]).toEqual([(1 + 4) / 2, 2, 1, 2, (4 + 1) / 2]);
    expect(u.warnings).toEqual([]);
    const square = expression('x^2', { state: ['x'] });
    expect([...operator.expectation(square).slice(2).data]).toEqual([...u.slice(2).data]);
  });

  test('counts what leaves in escape, from every node and at every time', () => {
    const walk: Chain = {
      name: 'walk',
      dimension: 1,
      steps: 2,
      h: 1,
      t0: 0,
      x0: Float64Array.of(0),
      driver: driver([twoPoint]),
      step: (_, x, noise, out) => {
        out[0] = x[0] + noise[0];
      },
    };
    const leaving = transferOperator(walk, [uniform(-2, 2, 5)], { points: 2 }).escape();
    expect([...leaving.slice(2).data]).toEqual([0, 0, 0, 0, 0]);
    expect([...leaving.slice(1).data]).toEqual([1 / 2, 0, 0, 0, 1 / 2]);
    // From a side: ½, or on to its neighbor and nothing; from a neighbor: to the side, and ½ of that.
    expect([...leaving.slice(0).data]).toEqual([1 / 2, 1 / 4, 0, 1 / 4, 1 / 2]);
    expect(leaving.warnings).toEqual([]);
  });

  test('warns where interpolation leaves the range of φ, by how much, when and between what', () => {
    const shift = (by: number): Chain => ({
      name: 'shift',
      dimension: 1,
      steps: 3,
      h: 0.25,
      t0: 1,
      x0: Float64Array.of(0),
      driver: driver([twoPoint]),
      step: (_, x, __, out) => {
        out[0] = x[0] + by;
      },
    });
    const jump = (x: Float64Array): number => (x[0] > 0.05 ? 3 : -1);
    for (const [phi, low, high] of [
      [jump, -1, 3],
      [(x: Float64Array) => -jump(x), -3, 1],
      [(x: Float64Array) => 10 + jump(x), 9, 13],
    ] as const) {
      const u = transferOperator(shift(0.05), [uniform(-2, 2, 41)], { points: 6 }).expectation(phi);
      const [warning, ...others] = u.warnings.filter(({ kind }) => kind === 'maximum-principle');
      expect(others).toEqual([]);
      let [most, t, value] = [0, 0, 0];
      for (const time of u.times)
        for (const found of u.slice(time).data)
          for (const beyond of [found - high, low - found]) if (beyond > most) [most, t, value] = [beyond, time, found];
      expect(most).toBeGreaterThan(0.05 * 4);
      expect(warning).toMatchObject({ overshoot: most, t, value, low, high });
      expect(warning.message).toContain(`E φ is ${value} at t = ${t}, and between ${low} and ${high}`);
    }
    // A twentieth of the range is what interpolation may do beside a jump.
    const scaled = (size: number) =>
      transferOperator(shift(0.05), [uniform(-2, 2, 41)], { points: 4 }).expectation((x: Float64Array) =>
        Math.exp(-((x[0] / size) ** 2)),
      );
    const [sharp, smooth] = [0.04, 0.12].map(scaled);
    for (const [u, warned] of [
      [sharp, true],
      [smooth, false],
    ] as const) {
      const least = Math.min(...[...u.times].flatMap((time) => [...u.slice(time).data]));
      expect(least).toBeLessThan(0);
      expect(-least > 0.05).toBe(warned);
      expect(u.warnings.some(({ kind }) => kind === 'maximum-principle')).toBe(warned);
    }
  });

  test('warns of a function that jumps between nodes', () => {
    const chain = discretize(problem({ model: line, x0: [0.3], T: 1 }), euler, 2);
    const operator = transferOperator(chain, [uniform(-3, 3, 41)], { points: 2 });
    const kinds = (phi: Parameters<typeof operator.expectation>[0]): string[] =>
      operator.expectation(phi).warnings.map(({ kind }) => kind);
    expect(kinds((x: Float64Array) => (x[0] > 0.31 ? 1 : 0))).toEqual(['jump-between-nodes']);
    expect(kinds('x > 0.31')).toEqual([]);
    expect(kinds(terminal('x > 0.31'))).toEqual([]);
    expect(kinds(terminal((x: Float64Array) => (x[0] > 0.31 ? 1 : 0)))).toEqual(['jump-between-nodes']);
  });

  test('takes no more points than an axis has, and each axis its own', () => {
    const model = symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1'], ['1']] });
    const chain = discretize(problem({ model, x0: [0, 0], T: 0.01 }), withDriver(eulerMaruyama, 'two-point'), 1);
    // Polynomials of degree 2 along the short axis and of degree 3 along the other are exact: steps of ±0.1 on both.
    const operator = transferOperator(chain, [uniform(-1, 1, 3), uniform(-1, 1, 9)], { points: 4 });
    const u = operator.expectation((x: Float64Array) => x[0] ** 2 * x[1] ** 3);
    const exact = [1, -1].map((sign) => (0.25 + sign * 0.1) ** 3 * (sign * 0.1) ** 2).reduce((a, b) => a + b) / 2;
    expect(u.at(0, [0, 0.25])).toBeCloseTo(exact, 13);
    expect(operator.density([0, 0.25]).mass).toBeCloseTo(1, 13);
  });

  test.each([
    [
      'a Gaussian driver',
      () =>
        transferOperator(discretize(problem({ model: line, x0: [0], T: 1 }), eulerMaruyama, 2), [uniform(-1, 1, 9)]),
      'unsupported',
    ],
    [
      'a grid of another dimension',
      () => transferOperator(discretize(problem({ model: plane, x0: [0, 0], T: 1 }), euler, 2), [uniform(-1, 1, 9)]),
      'shape',
    ],
    [
      'one point of interpolation',
      () =>
        transferOperator(discretize(problem({ model: line, x0: [0], T: 1 }), euler, 2), [uniform(-1, 1, 9)], {
          points: 1,
        }),
      'value',
    ],
    [
      'more points of interpolation than are good',
      () =>
        transferOperator(discretize(problem({ model: line, x0: [0], T: 1 }), euler, 2), [uniform(-1, 1, 9)], {
          points: 1e6,
        }),
      'value',
    ],
    [
      'an option that it has not',
      () =>
        transferOperator(discretize(problem({ model: line, x0: [0], T: 1 }), euler, 2), [uniform(-1, 1, 9)], {
          stencil: 4,
        } as never),
      'value',
    ],
    [
      'four dimensions',
      () => {
        const state = ['x', 'y', 'z', 'w'];
        const model = symbolic({ state, drift: state, diffusion: state.map(() => ['1']) });
        transferOperator(
          discretize(problem({ model, x0: [0, 0, 0, 0], T: 1 }), withDriver(eulerMaruyama, 'two-point'), 2),
          state.map(() => uniform(-1, 1, 3)),
        );
      },
      'unsupported',
    ],
    ['what is no chain', () => transferOperator({} as never, [uniform(-1, 1, 9)]), 'unsupported'],
    ['nothing', () => transferOperator(undefined as never, [uniform(-1, 1, 9)]), 'unsupported'],
  ])('refuses %s', (_, act, code) => {
    let error: unknown;
    try {
      act();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
  });
});
