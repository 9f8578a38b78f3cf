import {
  barrier,
  type CoupledChain,
  coupled,
  discretize,
  eulerMaruyama,
  exactExpectation,
  geometricBrownianMotion,
  key,
  milstein,
  milsteinGeneral,
  model,
  platen,
  problem,
  runningIntegral,
  SdeError,
  simulate,
  sra1,
  supremum,
  symbolic,
  tamedEuler,
  terminal,
  truncatedEuler,
  truncatedMilstein,
  withDriver,
} from 'sde-core';
import { noiseSource } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';

/** ζ of a step of 1, from (ξ, ζ) of its halves: ∫ W is ½ h (ΔW + √h ζ / √3) on each, and over the whole. */
function timeIntegralOf(first: readonly [number, number], second: readonly [number, number]): number {
  const half = ([xi, zeta]: readonly [number, number]): number => (Math.SQRT1_2 * (xi + zeta / Math.sqrt(3))) / 4;
  const whole = half(first) + half(second) + (Math.SQRT1_2 * first[0]) / 2;
  return Math.sqrt(3) * (2 * whole - Math.SQRT1_2 * (first[0] + second[0]));
}

const gbm = problem({ model: geometricBrownianMotion({ mu: 0.1, sigma: 0.4 }), x0: [1], T: 1 });
const rotated = symbolic({
  state: ['x', 'y'],
  drift: ['-x*t', 'x - y'],
  diffusion: [
    ['y/2', '1/4'],
    ['1/3', 'x/2'],
  ],
});
const plane = problem({ model: rotated, x0: [1, -0.5], T: 1 });
const additive = problem({ model: symbolic({ state: ['x'], drift: ['-x^3'], diffusion: [['1/2']] }), x0: [1], T: 1 });
const closures = problem({
  model: model({
    dimension: 1,
    noiseDimension: 1,
    drift: (t, x, out) => {
      out[0] = t - x[0];
    },
    diffusion: (_, x, out) => {
      out[0] = 0.3 * x[0];
    },
  }),
  x0: [1],
  T: 1,
});

const jumping = problem({
  model: symbolic({ state: ['x'], drift: ['t < 0.5 ? 1 : -2*x'], diffusion: [['0.3*x']], breakpoints: [0.5] }),
  x0: [1],
  T: 1,
});

/** The states of the copies at T, from the chains that the pair was made of, on the pair's own noise. */
function byHand(pair: CoupledChain, path: number): number[] {
  const { fine, coarse, coupling, steps } = pair;
  const noise = noiseSource(pair.driver.laws, key(3));
  const size = coarse.driver.size;
  const xi = new Float64Array(2 * size);
  const d = coarse.dimension;
  const copies = Array.from({ length: coupling === 'plain' ? 2 : 3 }, () => Float64Array.from(coarse.x0));
  const move = (c: number, chain: CoupledChain['fine'], n: number, w: Float64Array): void => {
    const out = new Float64Array(d);
    chain.step(n, copies[c], w, out);
    copies[c] = out;
  };
  for (let n = 0; n < steps; n++) {
    noise(path, n, xi);
    const [first, second] = [xi.slice(0, size), xi.slice(size)];
    move(0, fine, 2 * n, first);
    move(0, fine, 2 * n + 1, second);
    if (coupling === 'antithetic') {
      move(1, fine, 2 * n, second);
      move(1, fine, 2 * n + 1, first);
    }
    move(
      copies.length - 1,
      coarse,
      n,
      first.map((w, j) => {
        const m = coarse.diffusion?.at(0, coarse.x0).length ?? 0;
        return j < m ? (w + second[j]) / Math.SQRT2 : timeIntegralOf([first[j - m], w], [second[j - m], second[j]]);
      }),
    );
  }
  return copies.flatMap((x) => [...x]);
}

describe('coupled', () => {
  test.each([
    ['plain, scalar', coupled(gbm, milstein, { steps: 4 })],
    ['plain, general noise in time', coupled(plane, eulerMaruyama, { steps: 3 })],
    ['antithetic', coupled(plane, truncatedMilstein, { steps: 4, coupling: 'antithetic' })],
    ['with time integrals', coupled(additive, sra1, { steps: 4 })],
    ['closures', coupled(closures, eulerMaruyama, { steps: 5 })],
    ['breakpoints, of which each grid has its own table', coupled(jumping, eulerMaruyama, { steps: 4 })],
    ['closures, antithetic', coupled(closures, eulerMaruyama, { steps: 5, coupling: 'antithetic' })],
  ] as const)('%s: each copy is the scheme on its own grid, on one Brownian path', (_, pair) => {
    const { x } = simulate(pair, { key: key(3), path: 17 });
    const expected = byHand(pair, 17);
    expected.forEach((value, i) => {
      // A few roundings a step, and t + h in place of t0 + (2n + 1) h/2.
      expect(Math.abs(x.get(pair.steps, i) - value)).toBeLessThan(64 * pair.steps * Number.EPSILON);
    });
  });

  test('symbolic pairs are traced and run anywhere, closures and breakpoints are not', () => {
    expect(coupled(gbm, milstein, { steps: 4 }).stateNames).toEqual(['x_fine', 'x_coarse']);
    expect(coupled(closures, eulerMaruyama, { steps: 4 }).traced).toBeUndefined();
    expect(coupled(jumping, eulerMaruyama, { steps: 4 }).traced).toBeUndefined();
    expect(coupled(gbm, milstein, { steps: 4 }).traced).toBeDefined();
  });

  test('observed copies gather what observed chains of both grids gather', () => {
    const gathers = { area: runningIntegral('x + t'), top: supremum('x') };
    for (const [on, coupling] of [
      [gbm, 'plain'],
      [closures, 'plain'],
      [gbm, 'antithetic'],
      [closures, 'antithetic'],
    ] as const) {
      const pair = coupled(on, eulerMaruyama, { steps: 3, coupling, observe: gathers });
      const expected = byHand(pair, 4);
      const { x } = simulate(pair, { key: key(3), path: 4 });
      expect(pair.dimension).toBe(coupling === 'plain' ? 6 : 9);
      expected.forEach((value, i) => {
        expect(Math.abs(x.get(3, i) - value)).toBeLessThan(64 * 3 * Number.EPSILON);
      });
    }
  });

  test('where time integrals know of the halves, no bridge goes through the middle', () => {
    const pair = coupled(additive, sra1, { steps: 3, observe: { alive: barrier('x - 0.3') } });
    const { x } = simulate(pair, { key: key(3), path: 2 });
    byHand(pair, 2).forEach((value, i) => {
      expect(Math.abs(x.get(3, i) - value)).toBeLessThan(64 * 3 * Number.EPSILON);
    });
    expect(x.get(3, 1)).toBeLessThan(1);
  });

  describe('of Brownian motion with constant σ the middle of the coarse bridge is the fine state', () => {
    const [b, s] = [
      [0.3, -0.2],
      [
        [0.5, 0.2],
        [-0.1, 0.4],
      ],
    ];
    const formulas = symbolic({ state: ['x', 'y'], drift: b.map(String), diffusion: s.map((row) => row.map(String)) });
    const functions = model({
      dimension: 2,
      noiseDimension: 2,
      drift: (_t, _x, out) => {
        out.set(b);
      },
      diffusion: (_t, _x, out) => {
        out.set(s.flat());
      },
    });
    const observations = {
      alive: barrier('0.5 + x - 2*y'),
      top: supremum('x + y', { monitoring: 'continuous' }),
      other: supremum('y - x', { monitoring: 'continuous' }),
    } as const;
    test.each([
      ['traced', formulas, 'plain'],
      ['native', functions, 'plain'],
      ['traced, antithetic', formulas, 'antithetic'],
      ['native, antithetic', functions, 'antithetic'],
    ] as const)('%s: so both copies gather the same', (_, from, coupling) => {
      const pair = coupled(problem({ model: from, x0: [0, 0], T: 1 }), eulerMaruyama, {
        steps: 3,
        coupling,
        observe: observations,
      });
      expect(pair.traced !== undefined).toBe(from === formulas);
      // Two increments for each half, then two uniform variables for each half.
      expect(pair.driver.laws.map(({ kind }) => kind)).toEqual([
        ...Array(4).fill('gaussian'),
        ...Array(4).fill('uniform'),
      ]);
      const d = 5;
      const coarse = coupling === 'plain' ? d : 2 * d;
      let [most, least] = [0, 1];
      for (let path = 0; path < 20; path++) {
        const { x } = simulate(pair, { key: key(8), path });
        for (let n = 0; n <= 3; n++)
          for (let i = 0; i < d; i++) expect(Math.abs(x.get(n, i) - x.get(n, coarse + i))).toBeLessThan(1e-13);
        // The order of the halves matters to what lies between: the antithetic copy gathers something else, and ends where the others do.
        if (coupling === 'antithetic') {
          expect(Math.abs(x.get(3, d) - x.get(3, 0))).toBeLessThan(1e-14);
          expect(Math.abs(x.get(3, d + 3) - x.get(3, 3))).toBeGreaterThan(1e-6);
        }
        most = Math.max(most, x.get(3, 2));
        least = Math.min(least, x.get(3, 2));
      }
      expect(most).toBeGreaterThan(0.5);
      expect(least).toBeLessThan(0.1);
    });
  });

  test('says what it is made of', () => {
    const pair = coupled(plane, eulerMaruyama, { steps: 3, coupling: 'antithetic', observe: { alive: barrier('x') } });
    expect(pair.name).toBe(`${pair.coarse.name} coupled with 6, antithetic`);
    expect([pair.dimension, pair.steps, pair.h, pair.t0]).toEqual([9, 3, 1 / 3, 0]);
    expect(Array.from(pair.x0)).toEqual([1, -0.5, 1, 1, -0.5, 1, 1, -0.5, 1]);
    const copies = ['fine', 'antithetic', 'coarse'];
    expect(pair.stateNames).toEqual(copies.flatMap((copy) => ['x', 'y', 'alive'].map((name) => `${name}_${copy}`)));
    expect(pair.bridged).toEqual(Object.fromEntries(copies.map((copy) => [`alive_${copy}`, ['alive']])));
    expect([pair.calculus, pair.coupling, pair.fine.steps, pair.coarse.steps]).toEqual(['ito', 'antithetic', 6, 3]);
    const plain = coupled(plane, eulerMaruyama, { steps: 3 });
    expect(plain.name).toBe('Euler–Maruyama, 3 steps coupled with 6');
    expect(plain.bridged).toBeUndefined();
    expect(plain.truncation).toBeUndefined();
    expect(plain.taming).toBeUndefined();
    const [tamed, cut] = [tamedEuler, truncatedEuler()].map((scheme) => coupled(additive, scheme, { steps: 4 }));
    expect(tamed.taming).toMatchObject({ states: 1, scheme: 'tamed Euler' });
    expect(tamed.taming?.drift(0, Float64Array.of(2))[0]).toBe(-8);
    // That of the fine steps.
    expect(cut.truncation).toEqual(discretize(additive, truncatedEuler(), 8).truncation);
    const [one, two] = [3, 4].map((steps) => coupled(closures, eulerMaruyama, { steps }));
    expect(one.content === undefined ? one.name : one.content).not.toBe(two.content ?? two.name);
  });

  test('without noise the copies are two Euler schemes of one equation', () => {
    const still = problem({
      model: symbolic({ state: ['x'], drift: ['x'], diffusion: [['0']] }),
      x0: [1],
      T: 1,
    });
    const { x } = simulate(coupled(still, eulerMaruyama, { steps: 2 }), { key: key(1) });
    expect(x.get(2, 0)).toBe(1.25 ** 4);
    expect(x.get(2, 1)).toBe(1.5 ** 2);
  });

  test('the antithetic copy exchanges the halves: a scheme that is linear in them has the same end', () => {
    const brownian = problem({
      model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }),
      x0: [0],
      T: 1,
    });
    const { x } = simulate(coupled(brownian, eulerMaruyama, { steps: 3, coupling: 'antithetic' }), { key: key(5) });
    expect(Math.abs(x.get(3, 0) - x.get(3, 1))).toBeLessThan(8 * Number.EPSILON);
    expect(Math.abs(x.get(3, 0) - x.get(3, 2))).toBeLessThan(8 * Number.EPSILON);
  });

  test.each([
    ['discrete increments', () => coupled(gbm, withDriver(eulerMaruyama, 'two-point'), { steps: 2 })],
    ['auxiliary variables', () => coupled(plane, milsteinGeneral(), { steps: 2 })],
    ['three-point increments', () => coupled(gbm, platen, { steps: 2 })],
  ])('%s are refused: their sums have another law', (_, call) => {
    expect(call).toThrowError(SdeError);
    expect(call).toThrowError(/cannot be summed/);
  });
});

describe('truncatedMilstein', () => {
  test('is Milstein where the columns commute', () => {
    const [a, b] = [milstein, truncatedMilstein].map((scheme) => discretize(gbm, scheme, 8));
    expect(simulate(a, { key: key(2) }).x.get(8, 0)).toBe(simulate(b, { key: key(2) }).x.get(8, 0));
  });

  test('has weak order 1 where they do not', () => {
    const scheme = withDriver(truncatedMilstein, 'three-point');
    const linear = symbolic({
      state: ['x', 'y'],
      drift: ['-x', 'x - y'],
      diffusion: [
        ['y/2', '1/4'],
        ['1/3', 'x/2'],
      ],
    });
    const value = (steps: number): number =>
      exactExpectation(discretize(problem({ model: linear, x0: [1, -0.5], T: 1 }), scheme, steps), terminal('x*y'), {
        method: 'transfer',
      });
    const [a, b, c, d] = [4, 8, 16, 32].map(value);
    // Differences of exact values halve: local slopes are 1 + c h, extrapolated once, with a tenth for h².
    const [coarse, fine] = [Math.log2((a - b) / (b - c)), Math.log2((b - c) / (c - d))];
    expect(Math.abs(2 * fine - coarse - 1)).toBeLessThan(0.1);
  });
});
