import {
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  exactExpectationAsync,
  exactExpectationDetailed,
  exactExpectationDetailedAsync,
  exactExpectations,
  exactExpectationsAsync,
  platen,
  problem,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { bernoulli, driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';

const gbm = symbolic({ state: ['x'], drift: ['1.5*x'], diffusion: [['0.5*x']] });
const gbmProblem = problem({ model: gbm, x0: [1], T: 1 });
const twoPointEuler = withDriver(eulerMaruyama, 'two-point');

/** A noisy residual network written out: x⁺ = x + h (coin / p) V tanh(U x), the same layer at every depth. */
const network = (steps: number, x0: readonly number[]): Chain => {
  const h = 1 / steps;
  const p = 0.8;
  return {
    name: 'network',
    dimension: 2,
    steps,
    h,
    t0: 0,
    x0: Float64Array.from(x0),
    driver: driver([bernoulli(p)]),
    step(n, x, [coin], out) {
      const a = Math.tanh(0.9 * x[0] - 0.4 * x[1] + 0.1 * n * h);
      const b = Math.tanh(0.3 * x[0] + 0.7 * x[1]);
      out[0] = x[0] + ((h * coin) / p) * (0.8 * a - 0.5 * b);
      out[1] = x[1] + ((h * coin) / p) * (0.4 * a + 0.6 * b);
    },
  };
};

describe('exactExpectation', () => {
  test('E X_N² of Euler on geometric Brownian motion, closed form ((1 + μh)² + σ²h)^N', () => {
    for (const steps of [1, 4, 16, 64]) {
      const chain = discretize(gbmProblem, twoPointEuler, steps);
      const expected = ((1 + 1.5 / steps) ** 2 + 0.25 / steps) ** steps;
      const detailed = exactExpectationDetailed(chain, terminal('x^2'));
      // Rounding: N steps, each a few operations, of numbers up to the largest state squared.
      expect(Math.abs(detailed.value - expected)).toBeLessThan(50 * steps * Number.EPSILON * expected);
      // Up and down commute: N + 1 states, not 2^N.
      expect(detailed).toMatchObject({ method: 'tree', error: 0, size: steps + 1 });
    }
  });

  test('the tree and the transfer operator agree: non-autonomous, nonlinear, two dimensions', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['-x + 0.5*y*cos(t)', 'sin(x) - y'],
      diffusion: [
        ['0.3 + 0.2*y', '0.1*x'],
        ['0.2*x*(1 + t)', '0.3 - 0.1*y'],
      ],
    });
    const chain = discretize(problem({ model, x0: [1, 0.5], T: 1 }), platen, 3);
    const phi = terminal('exp(-x^2)*y');
    const tree = exactExpectationDetailed(chain, phi, { method: 'tree' });
    const operator = exactExpectationDetailed(chain, phi, { method: 'transfer' });
    expect(Math.abs(tree.value - operator.value)).toBeLessThan(operator.error + 1e-14);
  });

  test('a noisy network of twelve layers: 4096 networks', () => {
    const chain = network(12, [0.4, -0.9]);
    const phi = terminal((x) => Math.log1p(Math.exp(x[0] - 2 * x[1])));
    const tree = exactExpectationDetailed(chain, phi, { method: 'tree' });
    expect(tree.size).toBe(4096);
    let sum = 0;
    const state = new Float64Array(2);
    const out = new Float64Array(2);
    for (let coins = 0; coins < 4096; coins++) {
      state.set(chain.x0);
      let probability = 1;
      for (let n = 0; n < 12; n++) {
        const coin = (coins >> n) & 1;
        probability *= coin ? 0.8 : 0.2;
        chain.step(n, state, Float64Array.of(coin), out);
        state.set(out);
      }
      sum += probability * phi.on(chain).value(state);
    }
    // 4096 terms, plain sum.
    expect(Math.abs(tree.value - sum)).toBeLessThan(4096 * Number.EPSILON);
    expect(Math.abs(exactExpectation(chain, phi, { method: 'transfer' }) - sum)).toBeLessThan(1e-10);
  });

  test('many initial states at once', () => {
    const initial = Float64Array.from({ length: 60 }, (_, i) => Math.sin(1 + i));
    const phi = terminal('x^2 - x*y');
    const chain = network(12, [0, 0]);
    const together = exactExpectations(chain, phi, { initial });
    for (let i = 0; i < 30; i++) {
      const one = exactExpectation(network(12, [initial[2 * i], initial[2 * i + 1]]), phi);
      expect(Math.abs(together[i] - one)).toBeLessThan(1e-10);
    }
    const few = exactExpectations(chain, phi, { initial: initial.subarray(0, 4), method: 'tree' });
    expect(Math.abs(few[1] - together[1])).toBeLessThan(1e-10);
  });

  test('a kink is left to the tree', () => {
    const chain = discretize(gbmProblem, twoPointEuler, 10);
    const call = terminal('max(x - 4, 0)');
    expect(exactExpectationDetailed(chain, call).method).toBe('tree');
    expect(() => exactExpectation(chain, call, { method: 'transfer' })).toThrow('not smooth enough');
  });

  test('refusals say what to do', () => {
    const gaussian = discretize(gbmProblem, eulerMaruyama, 4);
    expect(() => exactExpectation(gaussian, terminal('x'))).toThrow(SdeError);
    expect(() => exactExpectation(gaussian, terminal('x'))).toThrow("withDriver(scheme, 'two-point')");
    const cube = symbolic({
      state: ['x', 'y', 'z'],
      drift: ['-x + y*z', '-y', 'sin(x)'],
      diffusion: [['1 + 0.1*y'], ['0.3*x'], ['0.2*y']],
    });
    const long = discretize(problem({ model: cube, x0: [1, 1, 1], T: 1 }), twoPointEuler, 30);
    expect(() => exactExpectation(long, terminal('x'), { states: 1000 })).toThrow('too large');
    expect(() => exactExpectation(long, terminal('x'), { method: 'transfer' })).toThrow('one or two dimensions');
    const chain = discretize(gbmProblem, twoPointEuler, 4);
    expect(() => exactExpectations(chain, terminal('x'), { initial: [] })).toThrow('whole rows');
    expect(() => exactExpectation(chain, terminal('q^2'))).toThrow(SdeError);
  });
});

describe('of several functionals', () => {
  const chain = discretize(gbmProblem, twoPointEuler, 8);
  const named = {
    x: terminal('x'),
    square: terminal('x^2'),
    kink: terminal('max(x - 4, 0)'),
    wave: terminal('sin(x)'),
  };

  test.each(['tree', 'transfer', undefined] as const)('each is that alone, by method %s', (method) => {
    const smooth = { x: named.x, square: named.square, wave: named.wave };
    for (const of of [chain, discretize(gbmProblem, twoPointEuler, 30)]) {
      if (method === 'tree' && of.steps > 20) continue;
      const options = { method, tolerance: 1e-7 };
      const together = exactExpectation(of, smooth, options);
      const detailed = exactExpectationDetailed(of, smooth, options);
      for (const name of ['x', 'square', 'wave'] as const) {
        expect(together[name]).toBe(exactExpectation(of, smooth[name], options));
        expect(detailed[name]).toEqual(exactExpectationDetailed(of, smooth[name], options));
      }
    }
  });

  test('the tree is made once', () => {
    let steps = 0;
    const counted: Chain = {
      ...chain,
      step: (n, x, noise, out) => {
        steps++;
        chain.step(n, x, noise, out);
      },
    };
    exactExpectation(counted, named.x);
    const once = steps;
    exactExpectation(counted, named);
    expect(steps).toBe(2 * once);
  });

  test('from many states, and in turns with other work', async () => {
    const options = { initial: [1, 2, 3] };
    const together = exactExpectations(chain, named, options);
    const turned = await exactExpectationsAsync(chain, named, options);
    for (const name of ['x', 'kink'] as const) {
      expect(together[name]).toEqual(exactExpectations(chain, named[name], options));
      expect(turned[name]).toEqual(together[name]);
    }
    expect(await exactExpectationAsync(chain, named)).toEqual(exactExpectation(chain, named));
    expect((await exactExpectationDetailedAsync(chain, named)).kink).toEqual(
      exactExpectationDetailed(chain, named.kink),
    );
  });
});
