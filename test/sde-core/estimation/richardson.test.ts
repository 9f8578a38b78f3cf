import {
  coupled,
  discretize,
  eulerMaruyama,
  expectation,
  fitOrder,
  inline,
  key,
  milstein,
  problem,
  richardson,
  SdeError,
  simulate,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const [mu, sigma] = [0.4, 0.3];
const model = symbolic({ state: ['x'], drift: [`${mu}*x`], diffusion: [[`${sigma}*x`]] });
const on = problem({ model, x0: [1], T: 1 });
const square = terminal('x^2');
const eulerSquare = (steps: number): number => ((1 + mu / steps) ** 2 + sigma ** 2 / steps) ** steps;

describe('richardson', () => {
  test('is (2^p φ_fine − φ_coarse)/(2^p − 1) of each path', () => {
    const pair = coupled(on, eulerMaruyama, { steps: 3 });
    const { x } = simulate(pair, { key: key(2), path: 7 });
    const [fine, coarse] = [x.get(3, 0), x.get(3, 1)];
    for (const order of [1, 2]) {
      const { value } = richardson(square, { order }).on(pair);
      const exact = (2 ** order * fine ** 2 - coarse ** 2) / (2 ** order - 1);
      expect(Math.abs(value(Float64Array.of(fine, coarse)) - exact)).toBeLessThan(8 * Number.EPSILON);
    }
    // An antithetic pair enters with the mean of its fine copies.
    const triple = coupled(on, milstein, { steps: 3, coupling: 'antithetic' });
    const { value } = richardson(square, { order: 1 }).on(triple);
    expect(Math.abs(value(Float64Array.of(1, 3, 2)) - (1 + 9 - 4))).toBeLessThan(8 * Number.EPSILON);
  });

  test('gains an order, and its error bar is one of the shared paths', async () => {
    const points = [2, 4, 8, 16, 32].map((steps) => ({
      h: 1 / steps,
      error: 2 * eulerSquare(2 * steps) - eulerSquare(steps) - Math.exp(2 * mu + sigma ** 2),
      standardError: 0,
    }));
    expect(fitOrder(points, { expected: 2 }).verdict).toBe('confirmed');
    const options = { paths: 20_000, key: key(1), backend: inline() };
    const both = await expectation(coupled(on, eulerMaruyama, { steps: 4 }), richardson(square, { order: 1 }), options);
    expect(Math.abs(both.mean - (2 * eulerSquare(8) - eulerSquare(4)))).toBeLessThan(4 * both.standardError);
    // Independent levels of as many paths each would have √5 times the error of one; these have hardly more than one.
    const single = await expectation(discretize(on, eulerMaruyama, 8), square, options);
    expect(both.standardError).toBeLessThan(1.3 * single.standardError);
  });

  test('refuses one grid, and no order', () => {
    expect(() => richardson(square, { order: 1 }).on(discretize(on, eulerMaruyama, 4))).toThrowError(/one grid/);
    for (const order of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1', undefined])
      expect(() => richardson(square, { order: order as number })).toThrowError(SdeError);
    expect(() => richardson('x' as never, { order: 1 })).toThrowError('not a functional');
    expect(() => richardson(square, { order: 1, steps: 2 } as never)).toThrowError(SdeError);
    expect(richardson(square, { order: 2 }).assumed).toMatchObject([{ kind: 'assumed-order', order: 2 }]);
  });
});
