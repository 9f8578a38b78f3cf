import {
  type Chain,
  coupled,
  coxIngersollRoss,
  discretize,
  driftImplicitEuler,
  eulerMaruyama,
  exactChain,
  exactExpectation,
  expectation,
  implicitMidpoint,
  inline,
  key,
  model,
  modifiedIntegrator,
  observe,
  ornsteinUhlenbeck,
  problem,
  runningIntegral,
  schemes,
  splitStepBackwardEuler,
  supremum,
  symbolic,
  tangent,
  terminal,
  timeSummary,
  toStratonovich,
  withDriver,
} from 'sde-core';
import { stateNames } from 'sde-core/expression';
import { describe, expect, it, test } from 'vitest';

// Neither name is one that a chain without names would take, and the second is what it would call the first.
const parts = { drift: ['-v', 'v'], diffusion: [['0.1'], ['0']] };
const named = symbolic({ state: ['v', 'x'], ...parts });
const on = problem({ model: named, x0: [5, 0], T: 1 });
const moving = problem({ model: symbolic({ state: ['v', 'x'], ...parts, breakpoints: [0.5] }), x0: [5, 0], T: 1 });
const area = { area: runningIntegral('x') };

const chains = (): readonly (readonly [string, Chain])[] => {
  const integrator = modifiedIntegrator(on, eulerMaruyama, 4);
  return [
    ...schemes
      .filter((scheme) => scheme.kind === 'native')
      .map((scheme): [string, Chain] => [
        scheme.name,
        discretize(
          scheme.calculus === 'ito' ? on : problem({ ...on, model: toStratonovich(named) }),
          scheme as never,
          4,
        ),
      ]),
    ['implicit midpoint', discretize(problem({ ...on, model: toStratonovich(named) }), implicitMidpoint, 4)],
    ['split step', discretize(on, splitStepBackwardEuler, 4)],
    ['traced', discretize(on, eulerMaruyama, 4)],
    ['breakpoints', discretize(moving, eulerMaruyama, 4)],
    ...(integrator.kind === 'exists' ? [['modified', integrator.chain] as [string, Chain]] : []),
  ];
};

describe('a name means the same in every chain', () => {
  it.each(chains())('%s', (_, chain) => {
    expect(stateNames(chain)).toEqual(['v', 'x']);
    for (const [of, names] of [
      [chain, ['v', 'x']],
      [observe(chain, area), ['v', 'x', 'area']],
      [observe(observe(chain, area), { top: supremum('area') }), ['v', 'x', 'area', 'top']],
    ] as const) {
      expect(stateNames(of)).toEqual(names);
      const state = Float64Array.from(names, (_, i) => i + 2);
      expect(names.map((name) => terminal(name).on(of).value(state))).toEqual(Array.from(state));
    }
  });

  test('exact transitions, compiled and not, a model of one state, and its tangent', () => {
    const ou = ornsteinUhlenbeck({ theta: 1, mu: 0, sigma: 1 });
    const cir = coxIngersollRoss({ kappa: 1, mu: 1, sigma: 0.5 });
    for (const known of [ou, cir]) {
      const chain = exactChain(problem({ model: known, x0: [1], T: 1 }), 2);
      expect(stateNames(chain)).toEqual(known.state);
      expect(stateNames(observe(chain, { sum: runningIntegral(known.state[0]) }))).toEqual([...known.state, 'sum']);
    }
    const spot = symbolic({ state: ['S'], drift: ['S'], diffusion: [['S/4']] });
    const implicit = discretize(problem({ model: spot, x0: [2], T: 1 }), driftImplicitEuler(), 3);
    expect(terminal('S').on(implicit).value(Float64Array.of(7))).toBe(7);
    const carried = tangent(spot, { initial: ['S'] });
    expect(
      stateNames(
        discretize(
          problem({ model: carried, x0: Array.from({ length: carried.dimension }, () => 1), T: 1 }),
          driftImplicitEuler(),
          3,
        ),
      ),
    ).toEqual(carried.state);
  });

  test.each([
    ['traced', on],
    ['with breakpoints', moving],
  ])('coupled copies, %s', (_, of) => {
    const both = ['v_fine', 'x_fine', 'area_fine', 'v_coarse', 'x_coarse', 'area_coarse'];
    expect(stateNames(coupled(of, eulerMaruyama, { steps: 2, observe: area }))).toEqual(both);
  });

  test('a model without names takes those of its dimension, and keeps them under observation', () => {
    const zero = (_t: number, _x: Float64Array, out: Float64Array): void => {
      out.fill(0);
    };
    const closures = model({ dimension: 2, noiseDimension: 1, drift: zero, diffusion: zero });
    const chain = discretize(problem({ model: closures, x0: [1, 2], T: 1 }), eulerMaruyama, 2);
    expect(stateNames(observe(chain, { area: runningIntegral('y') }))).toEqual(['x', 'y', 'area']);
  });
});

describe('the numbers are those of the state that is named', () => {
  // v falls by the factor (1 + h)⁻¹ a step, and x gathers h v at the end of each.
  const implicitMean = (steps: number): { v: number; x: number } => {
    let [v, x] = [5, 0];
    for (let n = 0; n < steps; n++) {
      v /= 1 + 1 / steps;
      x += v / steps;
    }
    return { v, x };
  };

  test('drift-implicit Euler', async () => {
    const chain = discretize(on, driftImplicitEuler(), 40);
    const { v, x } = implicitMean(40);
    for (const [name, mean] of [
      ['v', v],
      ['x', x],
    ] as const) {
      const estimate = await expectation(chain, terminal(name), { paths: 1024, key: key(1), backend: inline() });
      expect(Math.abs(estimate.mean - mean)).toBeLessThan(4 * estimate.standardError);
    }
    const discrete = discretize(on, withDriver(driftImplicitEuler(), 'two-point'), 4);
    expect(exactExpectation(discrete, terminal('x'))).toBeCloseTo(implicitMean(4).x, 12);
  });

  test('summaries over time', async () => {
    const [{ states }] = await timeSummary(discretize(on, driftImplicitEuler(), 10), { paths: 64, key: key(1) });
    expect(states.map(({ state, mean }) => [state, mean])).toEqual([
      ['v', 5],
      ['x', 0],
    ]);
  });
});
