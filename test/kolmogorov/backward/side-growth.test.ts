import { crankNicolson, explicitEuler, hundsdorferVerwer, solveKolmogorov, solveStationary, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const line = (drift: string, diffusion: string) => symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });
const kindsOf = ({ warnings }: { readonly warnings: readonly { readonly kind: string }[] }) =>
  warnings.map(({ kind }) => kind);
const wave = 'sin(6.283185307179586*x)';

describe('drift that leaves through a default side', () => {
  test('where φ is flat, values beyond φ are refused or said', () => {
    const langevin = symbolic({ state: ['x', 'v'], drift: ['v', 'x-x^3-v'], diffusion: [['0'], ['0.5']] });
    expect(() =>
      solveKolmogorov(
        { model: langevin, T: 5, terminal: 'exp(-x^2)' },
        { grid: [uniform(-6, 6, 61), uniform(-8, 8, 61)], stepping: hundsdorferVerwer({ steps: 40 }) },
      ),
    ).toThrow(/blew up/);
    const u = solveKolmogorov(
      { model: line('2*x', '0.5'), T: 2, terminal: 'exp(-x^2)' },
      { grid: [uniform(-3, 3, 81)], stepping: crankNicolson({ steps: 40 }) },
    );
    expect(Math.min(...u.slice(0).data)).toBeLessThan(-0.04);
    expect(kindsOf(u)).toEqual(['open-side']);
  });

  test.each([
    ['5*x', '1', 1, 1, Math.exp(5)],
    ['2*x', '0.5', 2, 3, 3 * Math.exp(4)],
    ['0.5', '0.2', 2, 3, 4],
  ])('where φ is straight, drift %s gains what it carries, without a word', (drift, diffusion, T, end, value) => {
    const u = solveKolmogorov(
      { model: line(drift, diffusion), T, terminal: 'x' },
      { grid: [uniform(-end, end, 201)], stepping: crankNicolson({ steps: 100 }) },
    );
    expect(Math.abs(u.at(0, [end]) / value - 1)).toBeLessThan(0.02);
    expect(u.warnings).toEqual([]);
  });

  test('a call far out in a lognormal price is quiet', () => {
    const model = symbolic({ state: ['S'], drift: ['0.05*S'], diffusion: [['0.2*S']] });
    const u = solveKolmogorov(
      { model, T: 5, terminal: 'max(S - 100, 0)' },
      { grid: [uniform(0, 400, 201)], stepping: crankNicolson({ steps: 60 }) },
    );
    expect(u.warnings).toEqual([]);
  });
});

describe('a source where the drift leaves through a default side', () => {
  const up = line('1', '0.5');
  // E ∫₀¹ X² dt = 1/3 + 1/8, and E ∫ e^(−t/10) X² dt = 2000 + 25, from 0.
  test.each([
    ['x^2', 0.5, ['open-side'], 1 / 3 + 1 / 8],
    ['x^2', 10, [], 1 / 3 + 1 / 8],
    ['x', 0.5, [], 1 / 2],
    ['1', 0.5, [], 1],
  ])('of %s on ±%d', (source, end, kinds, exact) => {
    const u = solveKolmogorov(
      { model: up, T: 1, source, terminal: '0' },
      { grid: [uniform(-end, end, 81)], stepping: crankNicolson({ steps: 50 }) },
    );
    expect(kindsOf(u)).toEqual(kinds);
    expect(Math.abs(u.at(0, [0]) - exact) > 0.1).toBe(kinds.length > 0);
  });

  test.each([
    ['1', 'x^2', 1, ['open-side']],
    ['1', 'x', 1, []],
    ['-x', 'x^2', 3, []],
  ])('of a stationary equation with drift %s: %s on ±%d', (drift, source, end, kinds) => {
    const u = solveStationary({ model: line(drift, '0.5'), killing: 0.1, source }, { grid: [uniform(-end, end, 81)] });
    expect(kindsOf(u)).toEqual(kinds);
  });
});

describe('explicit steps with central drift', () => {
  test.each([
    ['20', '0.1', 64],
    ['2', '0.01', 400],
  ])('drift %s, σ %s, %d steps: refused, and what is asked for keeps |u| ≤ e', (drift, diffusion, steps) => {
    const solve = (count: number, way: 'central' | 'upwind' = 'central') =>
      solveKolmogorov(
        { model: line(drift, diffusion), T: 1, terminal: wave },
        {
          grid: [uniform(0, 1, 33)],
          boundary: { kind: 'periodic' },
          stepping: explicitEuler({ steps: count }),
          drift: way,
          keep: 'ends',
        },
      );
    let message = '';
    try {
      solve(steps);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/by the drift/);
    const needed = Number(/are some (\d+)/.exec(message)?.[1]);
    expect(Math.max(...solve(needed).slice(0).data)).toBeLessThan(Math.E);
    // Upwind differences are monotone for dt (b / Δx + a / Δx²) ≤ 1.
    expect(Math.max(...solve(Math.ceil(Number(drift) * 32 * 1.1) + 11, 'upwind').slice(0).data)).toBeLessThan(1);
  });

  test('values copied across a periodic seam are no bounds', () => {
    const u = solveKolmogorov(
      { model: line('0', '1'), T: 0.1, terminal: 'x < 0.05 ? 1 : 0' },
      {
        grid: [uniform(0, 1, 101)],
        boundary: { kind: 'periodic' },
        stepping: crankNicolson({ steps: 4, smoothing: 0 }),
      },
    );
    const [{ kind, low, high }] = u.warnings;
    expect([kind, low, high]).toEqual(['maximum-principle', 0, 1]);
  });
});
