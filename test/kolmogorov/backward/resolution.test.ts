import { crankNicolson, solveFokkerPlanck, solveKolmogorov, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
const kindsOf = ({ warnings }: { readonly warnings: readonly { readonly kind: string }[] }) =>
  warnings.map(({ kind }) => kind);

describe('a terminal value narrower than the cells', () => {
  const solve = (terminal: string | number | ((x: Float64Array) => number), more = {}) =>
    solveKolmogorov(
      { model: brownian, T: 1, terminal },
      { grid: [uniform(-4, 4, 81)], stepping: crankNicolson({ steps: 20 }), ...more },
    );
  test('is said, and no error is claimed', () => {
    const u = solve('exp(-(x-0.0503)^2/2e-6)', { extrapolate: true });
    expect(kindsOf(u)).toEqual(['coarse-cells']);
    expect(u.reliable?.(0, [0])).toBe(false);
    expect(u.error?.(0, [0])).toBe(Number.POSITIVE_INFINITY);
    expect(kindsOf(solve((x) => Math.exp(-((x[0] - 0.05) ** 2) / 2e-4)))).toEqual(['coarse-cells']);
    expect(kindsOf(solve('cos(62.8*x)'))).toEqual(['coarse-cells']);
  });
  test('what cells resolve is not', () => {
    for (const terminal of ['exp(-x^2/0.02)', 'cos(5*x)', 'x^2', 'max(x - 0.03, 0)', 'x > 0.03 ? 1 : 0', '1', 'exp(x)'])
      expect(solve(terminal).warnings).toEqual([]);
  });
  test('a number is one', () => {
    expect(solve(1).at(0, [0.3])).toBeCloseTo(1, 12);
    expect(solve(0).at(0, [0.3])).toBe(0);
    expect(() => solve(Number.NaN)).toThrow(/not finite/);
  });
  test('averaging: 1 of an expression that jumps is said, with its remedy; parts of cells are capped', () => {
    const [warning] = solve('x > 0.123 ? 1 : 0', { averaging: 1 }).warnings;
    expect(warning.kind).toBe('jump-between-nodes');
    expect(warning.message).toMatch(/leave out \{ averaging \}/);
    expect(() => solve('x', { averaging: 1e9 })).toThrow(/1024/);
  });
  test('no remedy is named that does nothing', () => {
    const killing = (_: number, x: Float64Array) => (x[0] > 0.123 ? 1 : 0);
    const u = solveKolmogorov(
      { model: brownian, T: 1, terminal: 'x', killing },
      { grid: [uniform(-4, 4, 81)], stepping: crankNicolson({ steps: 20 }) },
    );
    expect(kindsOf(u)).toEqual(['jump-between-nodes']);
    expect(u.warnings[0].message).not.toMatch(/averaging/);
  });
  test('coordinates are numbers', () => {
    expect(() => solve(1).at(0, ['0.5'] as unknown as number[])).toThrow(/not a finite number/);
  });
});

describe('what extrapolation claims', () => {
  const claim = (model: Parameters<typeof solveKolmogorov>[0]['model'], terminal: string, end: number, more = {}) =>
    solveKolmogorov(
      { model, T: 1, terminal, ...more },
      { grid: [uniform(-end, end, 161)], stepping: crankNicolson({ steps: 20 }), extrapolate: true },
    );
  test('sides of textbook problems are quiet, and the error is within the claim', () => {
    const u = claim(brownian, 'exp(-x^2/2)', 8);
    expect(u.warnings).toEqual([]);
    for (let x = -7.5; x <= 7.5; x += 0.5) {
      const exact = Math.exp((-x * x) / 4) / Math.sqrt(2);
      if (u.reliable?.(0, [x])) expect(Math.abs(u.at(0, [x]) - exact)).toBeLessThan(2 * (u.error?.(0, [x]) ?? 0));
    }
    expect(u.reliable?.(0, [0.5])).toBe(true);
    const price = symbolic({ state: ['x'], drift: ['0.03'], diffusion: [['0.2']] });
    expect(claim(price, 'max(exp(x) - 1, 0)', 1.5, { killing: 0.05 }).warnings).toEqual([]);
  });
  test('sides that matter are still said', () => {
    expect(kindsOf(claim(brownian, 'cos(x)', 2))).toContain('sides-matter');
  });
  test('a source that jumps in time is no error of its own', () => {
    const u = claim(brownian, '0', 4, { source: 't < 0.3 ? 1 : 0' });
    expect(u.at(0, [0])).toBeCloseTo(0.3, 6);
  });
});

test('an initial density narrower than a step spreads it is damped', () => {
  const [s, T] = [0.025, 0.5];
  const rho = solveFokkerPlanck(
    { model: brownian, T, initial: `exp(-x^2/(2*${s}^2))/(${s}*sqrt(2*pi))` },
    { grid: [uniform(-4, 4, 801)], stepping: crankNicolson({ steps: 20 }) },
  );
  expect(Math.abs(rho.at(T, [0]) * Math.sqrt(2 * Math.PI * (T + s * s)) - 1)).toBeLessThan(0.01);
});

test('axes have ends and points that memory and numbers hold', () => {
  expect(() => uniform(0, 1, 1e9)).toThrow(/at most/);
  expect(() => uniform(-1e308, 1e308, 5)).toThrow(/length is not finite/);
});
