import {
  type Chain,
  coupled,
  discretize,
  driftImplicitEuler,
  eulerMaruyama,
  key,
  model,
  observe,
  platen,
  problem,
  runningIntegral,
  SdeError,
  simulate,
  symbolic,
  type TerminalFunctional,
} from 'sde-core';
import { program } from 'sde-core/execution';
import { bernoulli, driver } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { blockKernel } from '#sde-core/kernels/block-kernel';
import { pairSource } from '#sde-core/randomness/noise';

const equation = symbolic({
  state: ['x', 'y'],
  drift: ['y*t', '-x^3'],
  diffusion: [
    ['x/4', 'y/5'],
    ['1/8', 'exp(-y^2)/3'],
  ],
});
const p = problem({ model: equation, x0: [1, 0.5], T: 1 });
const traced: TerminalFunctional = {
  name: 'x sin y',
  value: ([x, y]) => x * Math.sin(y),
  trace: ({ multiply, sin }, [x, y]) => multiply(x, sin(y)),
};
const closure: TerminalFunctional = { name: 'x², a closure', value: ([x]) => x * x };
const square: TerminalFunctional = { ...closure, trace: ({ multiply }, [x]) => multiply(x, x) };

/** A coin a step, as a network with stochastic depth has. */
const coins: Chain = {
  name: 'coins',
  dimension: 1,
  steps: 5,
  h: 1 / 5,
  t0: 0,
  x0: Float64Array.of(0),
  driver: driver([bernoulli(0.25)]),
  step: (_n, x, noise, out) => {
    out[0] = x[0] + noise[0];
  },
};

const valuesOf = (made: ReturnType<typeof program>, count: number): Float64Array => {
  const values = new Float64Array(count);
  blockKernel(made)(pairSource(made.laws, key('values')), 10, count, [values], new Uint8Array(count));
  return values;
};

describe('program', () => {
  it('is plain data where chain and functional are expressions', () => {
    const made = program(discretize(p, platen, 4), traced);
    expect(made.kind).toBe('traced');
    expect(structuredClone(made)).toEqual(made);
    expect(program(discretize(p, platen, 4), closure).kind).toBe('native');
    expect(program(coins, square).kind).toBe('native');
  });

  it('computes the very paths that simulate shows, either way', () => {
    const chain = discretize(p, platen, 5);
    const both = [program(chain, square), program(chain, closure)].map((made) => valuesOf(made, 20));
    for (let i = 0; i < 20; i++) {
      const x = simulate(chain, { key: key('values'), path: 10 + i }).x.get(5, 0);
      expect(both.map((values) => values[i])).toEqual([x * x, x * x]);
    }
  });

  it('averages a path with its mirror image', () => {
    const line = symbolic({ state: ['x'], drift: '1', diffusion: '2' });
    for (const functional of [square, closure]) {
      const chain = discretize(problem({ model: line, x0: [0], T: 1 }), eulerMaruyama, 3);
      const plain = valuesOf(program(chain, { name: 'x', value: ([x]) => x }), 8);
      const mirrored = valuesOf(program(chain, functional, { antithetic: true }), 8);
      // X(1) = 1 + 2 W, so ½ ((1 + 2W)² + (1 − 2W)²) = 1 + (X − 1)², to rounding of values below 100.
      plain.forEach((x, i) => {
        expect(Math.abs(mirrored[i] - (1 + (x - 1) ** 2))).toBeLessThan(16 * 100 * Number.EPSILON);
      });
    }
  });

  it('runs an ordinary differential equation, which has no noise', () => {
    const growth = model({
      dimension: 1,
      noiseDimension: 0,
      drift: (_t, x, out) => {
        out[0] = x[0];
      },
      diffusion() {},
    });
    const made = program(discretize(problem({ model: growth, x0: [1], T: 1 }), eulerMaruyama, 4), square);
    expect(Array.from(valuesOf(made, 2))).toEqual([1.25 ** 8, 1.25 ** 8]);
  });

  it('refuses mirror images of noise that has none', () => {
    expect(() => program(coins, square, { antithetic: true })).toThrow(SdeError);
    expect(() => program(coins, square, { antithetic: true })).toThrow(/symmetric/);
  });

  it('makes NaN of a state that is not finite, even where the functional would hide it', () => {
    const exploding = problem({ model: symbolic({ state: ['x'], drift: 'x^3', diffusion: 'x' }), x0: [1e200], T: 1 });
    const bounded: TerminalFunctional = { name: '1', value: () => 1, trace: ({ constant }) => constant(1) };
    const chain = discretize(exploding, eulerMaruyama, 3);
    expect(Array.from(valuesOf(program(chain, bounded), 2))).toEqual([Number.NaN, Number.NaN]);
    expect(Array.from(valuesOf(program(chain, { name: '1', value: () => 1 }), 2))).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("a program's hash", () => {
  const hash = (chain: Chain, functional: TerminalFunctional, antithetic = false): string =>
    program(chain, functional, { antithetic }).hash;

  it('is that of its content', () => {
    expect(hash(discretize(p, platen, 4), traced)).toBe(hash(discretize(p, platen, 4), { ...traced, name: 'other' }));
    expect(hash(coins, closure)).toBe(hash({ ...coins }, closure));
  });

  it('does not depend on what else was made of the chain', () => {
    const chain = discretize(p, platen, 4);
    const sum: TerminalFunctional = { ...square, trace: (g, [x, y]) => g.multiply(g.sin(y), g.add(y, x)) };
    const before = hash(chain, sum);
    hash(chain, traced);
    hash(chain, { ...square, trace: (g, [x, y]) => g.add(x, y) });
    expect(hash(chain, sum)).toBe(before);
  });

  it('tells chains apart whose step is a function, by their coefficients', () => {
    const line = (drift: string, breakpoints?: number[]) =>
      problem({
        model: symbolic({ state: ['x'], drift, diffusion: '1', ...(breakpoints && { breakpoints }) }),
        x0: [1],
        T: 1,
      });
    const numeric = (slope: 1 | 2) =>
      problem({
        model: model({
          dimension: 1,
          noiseDimension: 1,
          drift: slope === 1 ? (_t, [x], out) => out.set([-x]) : (_t, [x], out) => out.set([-2 * x]),
          diffusion: (_t, _x, out) => out.set([1]),
        }),
        x0: [1],
        T: 1,
      });
    const jump = (after: number) => line(`t < 0.5 ? 1 : ${after}`, [0.5]);
    const chains: Chain[] = [
      ...['-x', '-2*x'].map((drift) => discretize(line(drift), driftImplicitEuler(), 4)),
      ...([1, 2] as const).map((slope) => discretize(numeric(slope), platen, 4)),
      ...([1, 2] as const).map((slope) => discretize(numeric(slope), eulerMaruyama, 4)),
      ...[2, 3].map((after) => discretize(jump(after), eulerMaruyama, 4)),
      ...[2, 3].map((after) => coupled(jump(after), eulerMaruyama, { steps: 2 })),
      ...[2, 3].map((after) => observe(discretize(jump(after), eulerMaruyama, 4), { a: runningIntegral('x') })),
    ];
    const hashes = chains.map((chain) => hash(chain, closure));
    expect(new Set(hashes).size).toBe(chains.length);
    expect(
      chains.every((chain) => hash({ ...chain, step: (...of) => chain.step(...of) }, closure) === hash(chain, closure)),
    ).toBe(true);
  });

  it('changes with all that decides the numbers', () => {
    const chain = discretize(p, platen, 4);
    const hashes = [
      hash(chain, traced),
      hash(chain, square),
      hash(chain, square, true),
      hash(discretize(p, platen, 5), traced),
      hash(discretize(p, eulerMaruyama, 4), traced),
      hash(discretize({ ...p, T: 2 }, platen, 4), traced),
      hash(discretize({ ...p, t0: 0.5 }, platen, 4), traced),
      hash(discretize({ ...p, x0: Float64Array.of(1, 0.25) }, platen, 4), traced),
      hash(coins, closure),
      hash({ ...coins, x0: Float64Array.of(1) }, closure),
      hash({ ...coins, content: 'weights 1' }, closure),
      hash({ ...coins, content: 'weights 2' }, closure),
      hash({ ...coins, driver: driver([bernoulli(0.5)]) }, closure),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('refuses what is no chain', () => {
    expect(() => program({} as Chain, closure)).toThrow(/not a chain \(program\(chain, functional\)\)/);
  });
});
