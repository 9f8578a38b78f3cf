import { type Chain, discretize, eulerMaruyama, problem, SdeError, symbolic, terminal } from 'sde-core';
import { stateNames } from 'sde-core/expression';
import { driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';

const model = symbolic({ state: ['r', 'v'], drift: ['v', '-r'], diffusion: [['0'], ['0.1']] });
const chain = discretize(problem({ model, x0: [1, 2], T: 3, t0: 1 }), eulerMaruyama, 5);
const bare = (dimension: number): Chain => ({
  name: 'bare',
  dimension,
  steps: 1,
  h: 1,
  t0: 0,
  x0: new Float64Array(dimension),
  driver: driver([]),
  step: (_, x, __, out) => out.set(x),
});

describe('terminal', () => {
  test('an expression in the names of the model, with T and parameters', () => {
    const phi = terminal('max(r - K, 0)*t + v', { parameters: { K: 0.25 } });
    expect(phi.on(chain).value(Float64Array.of(1.25, 7))).toBe(10);
    expect(phi.name).toBe('max(r - K, 0)*t + v');
  });

  test('its trace is the same expression of the nodes of the state', () => {
    const { graph, state } = chain.traced!.step;
    const traced = terminal('r + 2*v').on(chain).trace!(graph, state);
    expect(traced).toBe(graph.add(state[0], graph.multiply(graph.constant(2), state[1])));
  });

  test('a closure, under its own name', () => {
    const norm = (x: Float64Array): number => x[0] ** 2 + x[1] ** 2;
    const phi = terminal(norm);
    expect(phi.name).toBe('norm');
    expect(phi.on(chain).value(Float64Array.of(3, 4))).toBe(25);
    expect(phi.on(chain).trace).toBeUndefined();
  });

  test('chains without names', () => {
    expect([1, 2, 3].map((d) => stateNames(bare(d)))).toEqual([['x'], ['x', 'y'], ['x1', 'x2', 'x3']]);
    expect(
      terminal('x2 - x3')
        .on(bare(3))
        .value(Float64Array.of(1, 5, 2)),
    ).toBe(3);
  });

  test('bad input', () => {
    expect(() => terminal(3 as unknown as string)).toThrow(SdeError);
    expect(() => terminal('x').on(chain)).toThrow('x');
  });
});
