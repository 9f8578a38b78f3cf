import { transferOperator, uniform } from 'kolmogorov';
import { asChain, residualNetwork, stochasticDepth } from 'resnet-bridge';
import {
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectations,
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
