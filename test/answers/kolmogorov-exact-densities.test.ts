import {
  bdf2,
  crankNicolson,
  douglas,
  hundsdorferVerwer,
  type Stepping,
  solveFokkerPlanck,
  strang,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { fold, key, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const MAKERS: readonly ((options: { readonly steps: number }) => Stepping)[] = [
  crankNicolson,
  strang,
  douglas,
  hundsdorferVerwer,
  trBdf2,
  bdf2,
];
const draws = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** Uniform numbers of one draw. */
const numbersOf =
  (family: string, draw: number) =>
  (index: number): number =>
    (fold(key(2026), family, draw, index).words[0] >>> 0) / 2 ** 32;

describe('densities from a point, in draws, against exact ones', () => {
  test.each(draws(16))('Ornstein–Uhlenbeck %d', (draw) => {
    const at = numbersOf('ou', draw);
    const [kappa, sigma, x0] = [0.3 + at(0), 0.4 + at(1), 2 * at(2) - 1];
    const make = MAKERS[Math.floor(at(3) * MAKERS.length)];
    const n = 161 + 2 * Math.floor(at(4) * 120);
    const rho = solveFokkerPlanck(
      { model: symbolic({ state: ['x'], drift: [`-${kappa}*x`], diffusion: [[`${sigma}`]] }), T: 1, initial: [x0] },
      { grid: [uniform(-7, 7, n)], stepping: make({ steps: 60 }) },
    );
    const mean = x0 * Math.exp(-kappa);
    const variance = (sigma ** 2 * -Math.expm1(-2 * kappa)) / (2 * kappa);
    const peak = 1 / Math.sqrt(2 * Math.PI * variance);
    // Second differences of the density are below peak / variance: so is the error, times Δx² and some dt².
    const bound = (peak / variance) * ((14 / (n - 1)) ** 2 / 2 + 8 / 60 ** 2);
    for (const shift of [-1, 0, 0.7]) {
      const x = mean + shift * Math.sqrt(variance);
      expect(Math.abs(rho.at(1, [x]) - peak * Math.exp(-(shift ** 2) / 2))).toBeLessThan(bound);
    }
    expect(rho.negativeMass).toBeLessThan(1e-6);
    expect(Math.abs(rho.mass - 1)).toBeLessThan(1e-11);
  });

  test.each(draws(16))('Brownian motion on an interval %d', (draw) => {
    const at = numbersOf('interval', draw);
    const reflecting = draw % 2 === 0;
    const [sigma, x0, T] = [0.5 + at(0), 0.15 + 0.7 * at(1), 0.2 + 0.5 * at(2)];
    const make = MAKERS[Math.floor(at(3) * MAKERS.length)];
    const n = 61 + Math.floor(at(4) * 100);
    const rho = solveFokkerPlanck(
      { model: symbolic({ state: ['x'], drift: ['0'], diffusion: [[`${sigma}`]] }), T, initial: [x0] },
      {
        grid: [uniform(0, 1, n)],
        boundary: { kind: reflecting ? 'reflecting' : 'absorbing' },
        stepping: make({ steps: 80 }),
      },
    );
    const exact = (x: number): number => {
      let sum = reflecting ? 1 : 0;
      for (let k = 1; k <= 40; k++) {
        const decay = 2 * Math.exp((-((k * Math.PI * sigma) ** 2) * T) / 2);
        sum +=
          decay *
          (reflecting
            ? Math.cos(k * Math.PI * x0) * Math.cos(k * Math.PI * x)
            : Math.sin(k * Math.PI * x0) * Math.sin(k * Math.PI * x));
      }
      return sum;
    };
    // Of the slowest mode, e^(−π² σ² T / 2), relative π² Δx² / 12 of its rate and its step's error; the next are smaller at this T.
    const rate = ((Math.PI * sigma) ** 2 * T) / 2;
    const bound = 8 * rate * (Math.PI ** 2 / (12 * (n - 1) ** 2) + (rate / 80) ** 2) + 2e-4;
    for (const x of [0, 0.3, 0.5, 1]) expect(Math.abs(rho.at(T, [x]) - exact(x)), `${x}`).toBeLessThan(bound);
    expect(rho.negativeMass).toBeLessThan(1e-9);
    const [{ lower, upper }] = rho.balance.sides;
    expect(Math.abs(1 - lower - upper - rho.mass)).toBeLessThan(1e-11);
    if (reflecting) expect(Math.abs(rho.mass - 1)).toBeLessThan(1e-11);
    expect(rho.warnings.filter(({ kind }) => kind !== 'negative-density')).toEqual([]);
  });

  test.each(draws(16))('Cox–Ingersoll–Ross %d, on either side of Feller’s condition', (draw) => {
    const at = numbersOf('cir', draw);
    const [kappa, theta, sigma, x0] = [0.5 + at(0), 0.1 + at(1), 0.4 + 0.6 * at(2), 0.2 + at(3)];
    const make = MAKERS[Math.floor(at(4) * MAKERS.length)];
    const kind = (['reflecting', 'degenerate'] as const)[draw % 2];
    const rho = solveFokkerPlanck(
      {
        model: symbolic({ state: ['s'], drift: [`${kappa}*(${theta} - s)`], diffusion: [[`${sigma}*sqrt(s)`]] }),
        T: 1,
        initial: [x0],
      },
      {
        grid: [uniform(0, 12, 481)],
        boundary: [{ lower: { kind }, upper: { kind: 'reflecting' } }],
        stepping: make({ steps: 60 }),
      },
    );
    const decay = Math.exp(-kappa);
    const mean = theta + (x0 - theta) * decay;
    const variance =
      (x0 * sigma ** 2 * (decay - decay ** 2)) / kappa + (theta * sigma ** 2 * (1 - decay) ** 2) / (2 * kappa);
    const second = rho.expectation(1, (x) => x[0] ** 2) - mean ** 2;
    // Linear and quadratic functions are differenced to Δx² and stepped to dt², with what is damped at the start.
    expect(Math.abs(rho.expectation(1, (x) => x[0]) - mean)).toBeLessThan(4 * kappa ** 2 * (1 / 60) ** 2);
    expect(Math.abs(second - variance)).toBeLessThan(20 * kappa ** 2 * (1 / 60) ** 2 + 0.025 ** 2);
    expect(Math.abs(rho.mass - 1)).toBeLessThan(1e-10);
    if (rho.negativeMass > 1e-3) expect(rho.warnings.map(({ kind: said }) => said)).toContain('negative-density');
    expect(rho.negativeMass).toBeLessThan(0.02);
  });
});
