import { alignAxis, crankNicolson, type Field, type StateInput, solveKolmogorov, uniform } from 'kolmogorov';
import { expression, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const normal = (z: number): number => expression('normcdf(x)', { state: ['x'] }).evaluate(0, [z]);
const [r, sigma] = [0.05, 0.2];
const prices = symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.2*x']] });
const call = (x: number, K: number): number => {
  const d = (Math.log(x / K) + r - sigma ** 2 / 2) / sigma;
  return x * Math.exp(r) * normal(d + sigma) - K * normal(d);
};
const digital = (x: number, K: number): number => normal((Math.log(x / K) + r - sigma ** 2 / 2) / sigma);
const power = (x: number, p: number): number => x ** p * Math.exp(p * r + (p * (p - 1) * sigma ** 2) / 2);

const wiener = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });

interface Case {
  readonly name: string;
  readonly terminal: StateInput;
  readonly exact: (x: number) => number;
  /** What a claim is worth on a domain that is large enough. */
  readonly claims: boolean;
}

/** Payoffs of a price, smooth, with a kink or a jump anywhere, as expressions and as functions. */
const payoffs = (K: number): Case[] => [
  { name: `call ${K}`, terminal: `max(x - ${K}, 0)`, exact: (x) => call(x, K), claims: true },
  { name: `call ${K}, a function`, terminal: (x) => Math.max(x[0] - K, 0), exact: (x) => call(x, K), claims: false },
  { name: `digital ${K}`, terminal: `x > ${K}`, exact: (x) => digital(x, K), claims: true },
  { name: `digital ${K}, a function`, terminal: (x) => (x[0] > K ? 1 : 0), exact: (x) => digital(x, K), claims: false },
  {
    name: `asset or nothing ${K}`,
    terminal: `x > ${K} ? x : 0`,
    exact: (x) => call(x, K) + K * digital(x, K),
    claims: true,
  },
];
const powers: Case[] = [2, 3].map((p) => ({
  name: `power ${p}`,
  terminal: `x^${p}`,
  exact: (x) => power(x, p),
  claims: true,
}));

/** The claim holds to its factor wherever there is one; returns how many of the places have one. */
function claimsAt(u: Field, exact: (x: number) => number, places: readonly number[], name: string): number {
  let claims = 0;
  for (const x of places) {
    const error = Math.abs(u.at(0, [x]) - exact(x));
    const claimed = u.error?.(0, [x]) ?? Number.NaN;
    const reliable = u.reliable?.(0, [x]);
    expect(reliable, name).toBe(Number.isFinite(claimed));
    if (!reliable) continue;
    claims++;
    expect(error, `${name} at ${x}`).toBeLessThanOrEqual(2 * claimed);
  }
  return claims;
}

describe('an error is claimed only where it is one', () => {
  const places = [60, 80, 90, 97, 100, 105, 111, 130, 160];
  test.each([400, 300, 140, 110])('prices on [0, %i]', (top) => {
    for (const n of [65, 97, 121, 161]) {
      for (const K of [100, 97.3, (37 * top) / (n - 1), (38 * top) / (n - 1)]) {
        for (const { name, terminal, exact, claims } of payoffs(K)) {
          const u = solveKolmogorov(
            { model: prices, T: 1, terminal },
            {
              grid: [uniform(0, top, n)],
              stepping: crankNicolson({ steps: (n - 1) / 2 }),
              extrapolate: true,
              keep: 'ends',
            },
          );
          const inside = places.filter((x) => x < top);
          const count = claimsAt(u, exact, inside, `${name}, n = ${n}, [0, ${top}]`);
          if (claims && top >= 300 && n >= 121 && K > 90 && K < 110)
            expect(count, `${name}, n = ${n}`).toBeGreaterThan(inside.length / 2);
        }
      }
      for (const { name, terminal, exact } of powers) {
        const u = solveKolmogorov(
          { model: prices, T: 1, terminal },
          {
            grid: [uniform(0, top, n)],
            stepping: crankNicolson({ steps: (n - 1) / 2 }),
            extrapolate: true,
            keep: 'ends',
          },
        );
        const count = claimsAt(
          u,
          exact,
          places.filter((x) => x < top),
          `${name}, n = ${n}, [0, ${top}]`,
        );
        if (top >= 400 && n >= 97) expect(count).toBeGreaterThan(6);
        // The price of 100 reaches 120 in a year more often than not.
        if (top <= 120) expect(u.reliable?.(0, [100])).toBe(false);
      }
    }
  });

  test('smooth values on an unbounded line, and waves', () => {
    const cases: [string, (x: number) => number][] = [
      ['exp(-x^2)', (x) => Math.exp((-x * x) / 2) / Math.sqrt(2)],
      ['cos(2*x)', (x) => Math.exp(-1) * Math.cos(2 * x)],
      ['x^4', (x) => x ** 4 + 3 * x ** 2 + 0.75],
      ['exp(x)', (x) => Math.exp(x + 1 / 4)],
    ];
    for (const [terminal, exact] of cases) {
      for (const half of [8, 4, 2]) {
        const u = solveKolmogorov(
          { model: wiener, T: 0.5, terminal },
          {
            grid: [uniform(-half, half, 16 * half + 1)],
            stepping: crankNicolson({ steps: 40 }),
            extrapolate: true,
            keep: 'ends',
          },
        );
        const count = claimsAt(u, exact, [-1.3, -0.5, 0, 0.31, 1.7], `${terminal} on ±${half}`);
        if (half === 8 && terminal !== 'exp(x)') expect(count, terminal).toBe(5);
      }
    }
  });
});

describe('the figures that first showed it', () => {
  const solve = (terminal: StateInput, top: number, n: number): Field =>
    solveKolmogorov(
      { model: prices, T: 1, terminal },
      { grid: [uniform(0, top, n)], stepping: crankNicolson({ steps: (n - 1) / 2 }), extrapolate: true },
    );

  test('x² on [0, 120], 150 off', () => {
    const u = solve('x^2', 120, 121);
    expect(Math.abs(u.at(0, [100]) - power(100, 2))).toBeGreaterThan(100);
    expect(u.error?.(0, [100])).toBe(Number.POSITIVE_INFINITY);
    expect(u.warnings.map(({ kind }) => kind)).toContain('sides-matter');
  });

  test('a kink at an odd node: averaged where it is known, told where it is not', () => {
    const K = (37 * 300) / 120;
    const known = solve(`max(x - ${K}, 0)`, 300, 121);
    expect(Math.abs(known.at(0, [100]) - call(100, K))).toBeLessThan(known.error?.(0, [100]) ?? 0);
    const told = solve((x) => Math.max(x[0] - K, 0), 300, 121);
    expect(told.error?.(0, [100])).toBe(Number.POSITIVE_INFINITY);
    expect(told.warnings.map(({ kind }) => kind)).toEqual(['rough-terminal']);
  });

  test('without a third grid nothing is claimed', () => {
    const u = solve('x', 300, 123);
    expect([u.reliable?.(0, [100]), u.error?.(0, [100])]).toEqual([false, Number.POSITIVE_INFINITY]);
    expect(u.warnings.map(({ kind }) => kind)).toEqual(['order-not-observed']);
  });

  test('order is seen, at all times', () => {
    const u = solve('x^2', 400, 161);
    for (const t of [0, 0.3, 0.5]) {
      expect(Math.abs((u.order?.(t, [100]) ?? 0) - 2)).toBeLessThan(0.1);
      expect(u.reliable?.(t, [100])).toBe(true);
    }
  });

  test('aligned nodes are at even indices', () => {
    for (let n = 21; n < 200; n += 2) {
      for (const K of [100, 33.3, 97.1, 55])
        expect(alignAxis(uniform(0, 240, n), { nodes: [K] }).points.indexOf(K) % 2).toBe(0);
    }
  });
});
