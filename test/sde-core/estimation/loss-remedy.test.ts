import {
  alfonsi,
  type Chain,
  discretize,
  driftImplicitEuler,
  eulerMaruyama,
  expectation,
  inline,
  key,
  type Model,
  multilevel,
  model as numericModel,
  problem,
  quadraticExponential,
  type Scheme,
  type SymbolicModel,
  schemes,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const run = (chain: Chain, paths = 4096) =>
  expectation(chain, terminal('1'), { paths, key: key(1), backend: inline() });

interface Case {
  readonly name: string;
  readonly model: SymbolicModel;
  readonly x0: readonly number[];
  readonly T: number;
  /** What the message says was wrong. */
  readonly says: RegExp;
  /** The model with the remedy. */
  readonly mended: SymbolicModel;
  readonly mendedX0?: readonly number[];
}

const squareRoot = { state: ['v'], drift: '0.1 - v', diffusion: '0.6*sqrt(v)' };
const cev = { state: ['x'], drift: '0.1', diffusion: 'x^0.7' };
const two = {
  state: ['S', 'v'],
  drift: ['0.1*S', '0.1 - v'],
  diffusion: [
    ['S*sqrt(v)', 0],
    ['0.3*sqrt(v)', '0.3*sqrt(v)'],
  ],
};
const domains: readonly Case[] = [
  {
    name: 'a square root',
    model: symbolic(squareRoot),
    x0: [0.1],
    T: 1,
    says: /sqrt was taken of v = -0\.\d+, .* nonNegative: \['v'\].* Made for this equation.*quadratic-exponential, Alfonsi/,
    mended: symbolic({ ...squareRoot, nonNegative: ['v'] }),
  },
  {
    name: 'the second of two states',
    model: symbolic(two),
    x0: [100, 0.1],
    T: 1,
    says: /sqrt was taken of v = .* nonNegative: \['v'\].* Made for this equation.*quadratic-exponential\./,
    mended: symbolic({ ...two, nonNegative: ['v'] }),
  },
  {
    name: 'a power',
    model: symbolic(cev),
    x0: [0.3],
    T: 1,
    says: /power was taken of x = .* nonNegative: \['x'\]/,
    mended: symbolic({ ...cev, nonNegative: ['x'] }),
  },
  {
    name: 'a root of a product',
    model: symbolic({ state: ['p'], drift: '0.1 - 0.2*p', diffusion: 'sqrt(p*(1 - p))' }),
    x0: [0.3],
    T: 1,
    says: /sqrt was taken of p\*\(1 - p\) = -.* Write max\(p\*\(1 - p\), 0\) under the root/,
    mended: symbolic({ state: ['p'], drift: '0.1 - 0.2*p', diffusion: 'sqrt(max(p*(1 - p), 0))' }),
  },
  {
    name: 'a logarithm',
    model: symbolic({ state: ['x'], drift: '-x*log(x)', diffusion: 'x' }),
    x0: [0.3],
    T: 4,
    says: /log was taken of x = -.* Let the logarithm of x be the state/,
    mended: symbolic({ state: ['y'], drift: '-y - 1/2', diffusion: '1' }),
    mendedX0: [Math.log(0.3)],
  },
];

describe('the remedy of a step that left the domain of a coefficient', () => {
  test.each(domains)('names the expression: $name', async ({ model, x0, T, says, mended, mendedX0 = x0 }) => {
    const lost = await run(discretize(problem({ model, x0, T }), eulerMaruyama, 8));
    expect(lost.nonFinite).toBeGreaterThan(0);
    expect(lost.divergence?.message).toMatch(says);
    // No negative root is helped by taming, nor by an implicit drift.
    for (const { restraint, name } of schemes)
      if (restraint) expect(lost.divergence?.message).not.toContain(`${name} (`);
    const kept = await run(discretize(problem({ model: mended, x0: mendedX0, T }), eulerMaruyama, 8));
    expect(kept.nonFinite).toBe(0);
    // Schemes that it names keep the paths of the model as it was.
    for (const scheme of [quadraticExponential, alfonsi]) {
      if (!lost.divergence?.message.includes(scheme.name)) continue;
      expect((await run(discretize(problem({ model, x0, T }), scheme, 8))).nonFinite).toBe(0);
    }
  });

  test('for closures, and for schemes that run on numbers', async () => {
    const closures = {
      dimension: 1,
      noiseDimension: 1,
      drift: (_t: number, x: Float64Array, out: Float64Array) => {
        out[0] = 0.1 - x[0];
      },
      diffusion: (_t: number, x: Float64Array, out: Float64Array) => {
        out[0] = 0.6 * Math.sqrt(x[0]);
      },
    };
    const on = (model: Model) => problem({ model, x0: [0.1], T: 1 });
    const plain = await run(discretize(on(numericModel(closures)), eulerMaruyama, 8));
    expect(plain.divergence?.message).toMatch(/a coefficient is not a number .* nonNegative: \[0\].*Alfonsi/);
    expect(
      (await run(discretize(on(numericModel({ ...closures, nonNegative: [0] })), eulerMaruyama, 8))).nonFinite,
    ).toBe(0);
    const native = await run(discretize(on(symbolic(squareRoot)), driftImplicitEuler(), 8));
    expect(native.divergence?.message).toMatch(/a coefficient is not a number .* nonNegative: \[0\]/);
  });

  test('in a multilevel estimate', async () => {
    const on = problem({ model: symbolic(squareRoot), x0: [0.1], T: 1 });
    const estimate = await multilevel(on, eulerMaruyama, terminal('v'), {
      tolerance: 0.5,
      key: key(1),
      backend: inline(),
    });
    const message = estimate.warnings.map((warning) => warning.message).join();
    expect(message).toContain("nonNegative: ['v']");
    expect(message).not.toContain('tamed');
  });
});

describe('the remedy of growth beyond the numbers', () => {
  const growing: readonly (readonly [string, SymbolicModel, readonly number[], number, number])[] = [
    ['a cubic drift', symbolic({ state: ['x'], drift: 'x - x^3', diffusion: '3' }), [2], 2, 8],
    ['a steep drift', symbolic({ state: ['x'], drift: '-x^5', diffusion: '1' }), [-3], 2, 8],
    ['a diffusion that grows too', symbolic({ state: ['x'], drift: '-x^3', diffusion: '2*x^2' }), [2], 2, 64],
    ['two states', symbolic({ state: ['q', 'p'], drift: ['p', '-q^3 - p^3'], diffusion: [[0], [2]] }), [4, 0], 4, 8],
  ];

  test.each(growing)('names schemes that keep the paths: %s', async (what, model, x0, T, steps) => {
    const on = problem({ model, x0, T });
    const lost = await run(discretize(on, eulerMaruyama, steps));
    expect(lost.nonFinite).toBeGreaterThan(0);
    const message = lost.divergence?.message ?? '';
    const named: readonly Scheme[] = schemes.filter(({ name, restraint }) =>
      message.includes(`${name} (${restraint})`),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const scheme of named)
      expect((await run(discretize(on, scheme as typeof eulerMaruyama, steps), 256)).nonFinite).toBe(0);
    // A drift alone is tamed by tamed Euler; not so a diffusion.
    expect(message.includes('tamed Euler (tamed)')).toBe(what !== 'a diffusion that grows too');
    const finer = /(\d+) times as many steps/.exec(message);
    if (finer) expect((await run(discretize(on, eulerMaruyama, Number(finer[1]) * steps), 256)).nonFinite).toBe(0);
  });

  test('says where the equation itself may leave', async () => {
    const model = symbolic({ state: ['x'], drift: 'x^2', diffusion: '0.1' });
    const { divergence } = await run(discretize(problem({ model, x0: [2], T: 2 }), eulerMaruyama, 64), 256);
    expect(divergence?.message).toContain('whether the equation itself leaves in finite time');
    expect(divergence?.message).not.toContain('times as many steps,');
  });
});
