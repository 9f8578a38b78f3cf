import {
  type Chain,
  discretize,
  type Model,
  problem,
  type Scheme,
  type SymbolicModel,
  schemes,
  symbolic,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { discreteLaw } from '#sde-core/studies/discrete-law';
import { stepMoments } from '#sde-core/studies/local-order';

/** Sums over a step's outcomes round to ε of their largest term. */
const ROUNDING = 64 * Number.EPSILON;

const ALPHAS_1 = [[1], [2], [3], [4]];
const ALPHAS_2 = [
  [1, 0],
  [0, 1],
  [2, 0],
  [1, 1],
  [0, 2],
  [2, 1],
];

const step = (model: SymbolicModel, scheme: Scheme, x0: readonly number[], h = 1 / 8): Chain =>
  discretize(problem<SymbolicModel>({ model, x0, t0: 0.3, T: 0.3 + h }), scheme, 1);

/** E Π ΔX^α of a step, all normal variables by the same quadrature. */
function moments(chain: Chain, alphas: readonly (readonly number[])[]): number[] {
  const law = discreteLaw(chain.driver.laws, 5);
  if (!law) throw new Error(`${chain.name} has too many outcomes`);
  return stepMoments(chain, law, alphas);
}

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(ROUNDING);
  });
}

const covers = (kinds: readonly Model['noise']['kind'][]) => (scheme: Scheme) =>
  kinds.some((kind) => scheme.noise.includes(kind));
const named = (list: readonly Scheme[]) => list.map((scheme) => [scheme.name, scheme] as const);
const general = named(schemes.filter(covers(['general'])));
// The norms in tamed and in truncated Euler couple the components, by their definition.
const couples = ['tamed Euler', 'truncated Euler'];
const diagonal = named(schemes.filter(covers(['general', 'diagonal'])).filter(({ name }) => !couples.includes(name)));

describe.each(diagonal)('%s: a diagonal model is as many scalar ones', (_, scheme) => {
  const [f, g] = [
    ['0.4 * x - 0.2 * x^3 * t', '0.3 - 0.5 * y'],
    ['0.3 + 0.2 * x * t', '0.5 * y - 0.1 * y^2'],
  ];
  const { calculus } = scheme;
  const plane = symbolic({
    state: ['x', 'y'],
    drift: f,
    diffusion: [
      [g[0], '0'],
      ['0', g[1]],
    ],
    calculus,
  });
  const lines = [
    symbolic({ state: ['x'], drift: f[0], diffusion: g[0], calculus }),
    symbolic({ state: ['y'], drift: f[1], diffusion: g[1], calculus }),
  ];
  const start = [0.7, -0.6];

  it('in law, component by component', () => {
    const both = step(plane, scheme, start);
    lines.forEach((line, i) => {
      const along = (k: number): number[] => start.map((__, j) => (i === j ? k : 0));
      const joint = moments(both, [1, 2, 3, 4].map(along));
      expectSame(joint, moments(step(line, scheme, [start[i]]), ALPHAS_1));
    });
  });
});

describe.each(general)('%s: the order of the columns of σ does not matter', (_, scheme) => {
  const { calculus } = scheme;
  const drift = ['y * (1 + t) - 0.2 * x^3', '0.3 * x * y - 0.5 * y'];
  const [a, b, c] = [
    ['0.4 + 0.3 * y^2', '0.25 * x * y'],
    ['0.3 * x', '0.5 + 0.2 * x - 0.3 * t * y'],
    ['0.2 * x - 0.1 * y', '0.3 * y'],
  ];
  const model = (columns: readonly (readonly string[])[]): SymbolicModel =>
    symbolic({ state: ['x', 'y'], drift, diffusion: [0, 1].map((i) => columns.map((column) => column[i])), calculus });

  it('for two and three of them', () => {
    const start = [0.7, -0.6];
    for (const columns of [
      [a, b],
      [a, b, c],
    ]) {
      const given = moments(step(model(columns), scheme, start), ALPHAS_2);
      expectSame(moments(step(model([...columns].reverse()), scheme, start), ALPHAS_2), given);
    }
  });

  it('and the order of the states does not either', () => {
    const given = moments(step(model([a, b]), scheme, [0.7, -0.6]), ALPHAS_2);
    const turned = symbolic({
      state: ['y', 'x'],
      drift: [...drift].reverse(),
      diffusion: [1, 0].map((i) => [a, b].map((column) => column[i])),
      calculus,
    });
    const swapped = moments(
      step(turned, scheme, [-0.6, 0.7]),
      ALPHAS_2.map(([i, j]) => [j, i]),
    );
    expectSame(swapped, given);
  });
});

describe.each(general)('%s: a column split in two, (b/√2, b/√2), is the same noise', (_, scheme) => {
  const { calculus } = scheme;
  const drift = '0.5 * x - 0.3 * x^3 + t';
  const whole = symbolic({ state: ['x'], drift, diffusion: [['0.3 + 0.4 * x + 0.15 * x^2']], calculus });
  const half = '(0.3 + 0.4 * x + 0.15 * x^2) / sqrt(2)';
  const split = symbolic({ state: ['x'], drift, diffusion: [[half, half]], calculus });

  it('to the order of the scheme', () => {
    // Both have local error O(h^(p+1)): so has their difference, with a ratio of 2^(p+1) when h is halved.
    const difference = (h: number): number => {
      const [one, two] = [whole, split].map((model) => moments(step(model, scheme, [0.7], h), ALPHAS_1));
      return one.reduce((sum, value, i) => sum + Math.abs(value - two[i]), 0);
    };
    const [coarse, fine] = [difference(2 ** -7), difference(2 ** -8)];
    // Linear in the noise, or exact: no difference at all.
    if (coarse <= ROUNDING) expect(fine).toBeLessThanOrEqual(ROUNDING);
    else expect(Math.log2(coarse / fine)).toBeGreaterThan(Math.floor(scheme.order.weak) + 1 - 1 / 4);
  });
});

describe.each(general)('%s: rotated coordinates', (_, scheme) => {
  // A rotation by 3-4-5: u = 0.6 x + 0.8 y, v = −0.8 x + 0.6 y, of a linear model and its additive noise.
  const { calculus } = scheme;
  const model = (A: readonly (readonly number[])[], B: readonly (readonly (readonly number[])[])[]): SymbolicModel => {
    const linear = (row: readonly number[]): string => `${row[0]} * x + ${row[1]} * y`;
    return symbolic({
      state: ['x', 'y'],
      drift: A.map(linear),
      diffusion: [0, 1].map((i) => B.map((matrix) => linear(matrix[i]))),
      calculus,
    });
  };
  const R = [
    [0.6, 0.8],
    [-0.8, 0.6],
  ];
  const multiply = (P: readonly (readonly number[])[], Q: readonly (readonly number[])[]): number[][] =>
    P.map((row) => [0, 1].map((j) => row[0] * Q[0][j] + row[1] * Q[1][j]));
  const transpose = (P: readonly (readonly number[])[]): number[][] => [0, 1].map((i) => P.map((row) => row[i]));
  const turn = (P: readonly (readonly number[])[]): number[][] => multiply(multiply(R, P), transpose(R));
  const [A, B1, B2] = [
    [
      [-0.5, 0.3],
      [0.2, 0.4],
    ],
    [
      [0.3, 0.1],
      [0.2, 0],
    ],
    [
      [0, 0.4],
      [-0.25, 0.3],
    ],
  ];
  const x0 = [0.7, -0.6];
  const u0 = R.map((row) => row[0] * x0[0] + row[1] * x0[1]);

  it('commute with a step', () => {
    const plain = step(model(A, [B1, B2]), scheme, x0);
    const turned = step(model(turn(A), [turn(B1), turn(B2)]), scheme, u0);
    const law = discreteLaw(plain.driver.laws, 5) ?? [];
    expect(law.length).toBeGreaterThan(0);
    const [x, u] = [new Float64Array(2), new Float64Array(2)];
    for (const { noise } of law.slice(0, 40)) {
      plain.step(0, plain.x0, noise, x);
      turned.step(0, turned.x0, noise, u);
      R.forEach((row, i) => {
        expect(Math.abs(row[0] * x[0] + row[1] * x[1] - u[i])).toBeLessThanOrEqual(ROUNDING);
      });
    }
  });
});
