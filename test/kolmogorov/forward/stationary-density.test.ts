import { stationaryDensity, uniform } from 'kolmogorov';
import { fold, key, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

/** ∫ of the stationary density of dX = b dt + s dW on [low, high] over where `wanted` is, by the midpoint rule on the potential. */
function share(potential: (x: number) => number, s: number, low: number, high: number, wanted: (x: number) => boolean) {
  const N = 100_000;
  const at = (i: number): number => low + ((high - low) * (i + 1 / 2)) / N;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < N; i++) least = Math.min(least, potential(at(i)));
  let [all, part] = [0, 0];
  for (let i = 0; i < N; i++) {
    const weight = Math.exp((-2 * (potential(at(i)) - least)) / s ** 2);
    all += weight;
    if (wanted(at(i))) part += weight;
  }
  return part / all;
}

describe('two wells with hardly a passage between them', () => {
  // The gap of the spectrum is about e^(−2 · ¼ / s²): 2e-1 for s = ½, e^(−50) for 1/10.
  test.each([0.5, 0.25, 0.15, 0.1])('noise %d: the share of the right one', (s) => {
    const tilt = 0.001;
    const exact = share(
      (x) => x ** 4 / 4 - x ** 2 / 2 - tilt * x,
      s,
      -2,
      2,
      (x) => x > 0,
    );
    const model = symbolic({ state: ['x'], drift: [`x - x^3 + ${tilt}`], diffusion: [[`${s}`]] });
    const found = (n: number) => {
      const outcome = stationaryDensity(
        { model },
        { grid: [uniform(-2, 2, n)], boundary: { kind: 'reflecting' }, drift: 'exponential' },
      );
      expect(outcome.kind).toBe('converged');
      expect(outcome.density.warnings).toEqual([]);
      expect(outcome.density.negativeMass).toBe(0);
      return outcome.density.expectation(0, ([x]) => (Math.abs(x) < 1e-9 ? 1 / 2 : x > 0 ? 1 : 0));
    };
    expect(Math.abs(found(401) - exact)).toBeLessThan(1e-4);
    expect(Math.abs(found(101) - exact)).toBeLessThan(1e-3);
  });

  test('central differences on cells too coarse for the passage say so', () => {
    const model = symbolic({ state: ['x'], drift: ['x - x^3 + 0.002'], diffusion: [['0.1']] });
    const warned = (n: number) =>
      stationaryDensity({ model }, { grid: [uniform(-2, 2, n)], boundary: { kind: 'reflecting' } }).density.warnings;
    expect(warned(201).map(({ kind }) => kind)).toEqual(['coarse-cells']);
    expect(warned(1601)).toEqual([]);
  });

  test('without any passage there are two laws, and none is claimed', () => {
    const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['max(abs(x) - 1, 0)']] });
    const outcome = stationaryDensity({ model }, { grid: [uniform(-2, 2, 41)], boundary: { kind: 'reflecting' } });
    expect(outcome.kind).toBe('stalled');
  });
});

describe('sides', () => {
  const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
  test.each([
    [{ kind: 'absorbing' }],
    [{ kind: 'dirichlet', value: 1 }],
    [{ kind: 'robin', weight: 1, slopeWeight: 1, value: 0 }],
  ] as const)('through which mass leaves are refused: %o', (boundary) => {
    expect(() => stationaryDensity({ model }, { grid: [uniform(-3, 3, 61)], boundary })).toThrow(/no stationary law/);
  });

  test('a square-root process has its Gamma law', () => {
    for (const kind of ['reflecting', 'degenerate'] as const) {
      const { kind: ended, density } = stationaryDensity(
        { model: symbolic({ state: ['s'], drift: ['0.5*(1 - s)'], diffusion: [['0.5*sqrt(s)']] }) },
        { grid: [uniform(0, 7, 281)], boundary: [{ lower: { kind }, upper: { kind: 'reflecting' } }] },
      );
      expect(ended).toBe('converged');
      expect(density.warnings).toEqual([]);
      // Mean 1, variance σ² / 2κ = ¼; beyond 7 is less than 1e-9, and linear and quadratic functions are differenced to Δx².
      expect(Math.abs(density.expectation(0, (x) => x[0]) - 1)).toBeLessThan(1e-5);
      expect(Math.abs(density.expectation(0, (x) => (x[0] - 1) ** 2) - 0.25)).toBeLessThan(1e-4);
    }
  });

  test('a kinetic process between reflecting sides', () => {
    const kinetic = symbolic({ state: ['x', 'v'], drift: ['v', '-x - v'], diffusion: [['0'], ['sqrt(2)']] });
    const { kind, density } = stationaryDensity(
      { model: kinetic },
      { grid: [uniform(-4, 4, 41), uniform(-4, 4, 41)], boundary: { kind: 'reflecting' } },
    );
    expect(kind).toBe('converged');
    for (const k of [0, 1]) expect(Math.abs(density.expectation(0, (x) => x[k] ** 2) - 1)).toBeLessThan(0.01);
  });
});

test.each(Array.from({ length: 25 }, (_, i) => i))('draw %d of a family of potentials', (draw) => {
  const at = (index: number): number => (fold(key(2026), 'wells', draw, index).words[0] >>> 0) / 2 ** 32;
  const [tilt, frequency, height, s] = [at(0) - 0.5, 1 + 3 * at(1), 0.5 * at(2), 0.3 + at(3)];
  const potential = (x: number): number => -tilt * x + height * Math.cos(frequency * x);
  const model = symbolic({
    state: ['x'],
    drift: [`${tilt} + ${height * frequency}*sin(${frequency}*x)`],
    diffusion: [[`${s}`]],
  });
  const errors = [101, 201].map((n) => {
    const { kind, density } = stationaryDensity(
      { model },
      { grid: [uniform(-2, 2, n)], boundary: { kind: 'reflecting' } },
    );
    expect(kind).toBe('converged');
    const wanted = share(potential, s, -2, 2, (x) => x > 0);
    return Math.abs(density.expectation(0, ([x]) => (Math.abs(x) < 1e-9 ? 1 / 2 : x > 0 ? 1 : 0)) - wanted);
  });
  expect(errors[1]).toBeLessThan(0.005);
  expect(errors[1]).toBeLessThan(errors[0] / 3 + 1e-6);
});
