import { hundsdorferVerwer, solveKolmogorov, uniform } from 'kolmogorov';
import { model, symbolic, toIto } from 'sde-core';
import { describe, expect, test } from 'vitest';

/**
 * dX = F(X) ∘ (μ(t) dt + s dW) moves along the curves of F alone: X_T = flow of F for the time ∫μ dt + s W_T. With F = (1, −tanh y) / cosh x the flow is
 * sinh x(τ) = sinh x₀ + τ, sinh y(τ) = sinh y₀ · e^(x₀ − x(τ)): nonlinear, of rank one, and vanishing nowhere near.
 */
const field = ['1/cosh(x)', '-tanh(y)/cosh(x)'];
const s = Math.sqrt(0.25 / 12);
const mu = [1.5, -1, 0.5, 2];
const ito = mu.map((rate) =>
  toIto(
    symbolic({
      state: ['x', 'y'],
      drift: field.map((f) => `${rate}*(${f})`),
      diffusion: field.map((f) => [`${s}*(${f})`]),
      calculus: 'stratonovich',
    }),
  ),
);
const layer = (t: number): number => Math.min(mu.length - 1, Math.floor(t * mu.length));
const layers = model({
  dimension: 2,
  noiseDimension: 1,
  autonomous: true,
  breakpoints: [0.25, 0.5, 0.75],
  drift: (t, x, out) => ito[layer(t)].drift(t, x, out),
  diffusion: (t, x, out) => ito[layer(t)].diffusion(t, x, out),
});
const loss = (x: ArrayLike<number>): number => Math.log1p(Math.exp(-1.7 * x[0] + 2 * x[1] + 0.3));
const [x0, y0] = [0.4, -0.6];

/** E φ over W_1, by the trapezoidal rule, which is exact to rounding for analytic integrands of Gaussian decay. */
const exact = (): number => {
  let sum = 0;
  const time = mu.reduce((total, rate) => total + rate / mu.length, 0);
  for (let i = -400; i <= 400; i++) {
    const z = i / 40;
    const x = Math.asinh(Math.sinh(x0) + time + s * z);
    const y = Math.asinh(Math.sinh(y0) * Math.exp(x0 - x));
    sum += (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 40) * loss([x, y]);
  }
  return sum;
};

const solved = (n: number, steps: number, extrapolate: boolean) =>
  solveKolmogorov(
    { model: layers, T: 1, terminal: loss },
    {
      grid: [uniform(-3, 3, n), uniform(-3, 3, n)],
      stepping: hundsdorferVerwer({ steps }),
      keep: 'ends',
      extrapolate,
    },
  );

describe('a nonlinear layered model of rank one with little noise', () => {
  test('converges with order 2 and no artificial viscosity', () => {
    const errors = [51, 101, 201].map((n) => solved(n, ((n - 1) * 8) / 25, false).at(0, [x0, y0]) - exact());
    const order = Math.log2(errors[1] / errors[2]);
    expect(order, `errors ${errors.join(', ')}`).toBeGreaterThan(1.9);
    expect(order, `errors ${errors.join(', ')}`).toBeLessThan(2.1);
    // First-order upwinding adds |F| Δx / 2 of viscosity, as much as the noise itself: it would move the answer by its size.
    const noise =
      exact() -
      loss([
        Math.asinh(Math.sinh(x0) + 0.75),
        Math.asinh(Math.sinh(y0) * Math.exp(x0 - Math.asinh(Math.sinh(x0) + 0.75))),
      ]);
    expect(Math.abs(errors[2])).toBeLessThan(Math.abs(noise) / 20);
  });

  test('extrapolated, is within 1e-6 on a 161 × 161 grid, and claims no less than the plain solve was off', () => {
    const [plain, better] = [solved(161, 96, false), solved(161, 96, true)];
    const error = plain.at(0, [x0, y0]) - exact();
    expect(Math.abs(better.at(0, [x0, y0]) - exact())).toBeLessThan(1e-6);
    const estimate = better.error?.(0, [x0, y0]) ?? Number.NaN;
    // A bound over the neighborhood of the point, not an estimate at it.
    expect(better.reliable?.(0, [x0, y0])).toBe(true);
    expect(estimate / Math.abs(error)).toBeGreaterThan(0.9);
    expect(estimate / Math.abs(error)).toBeLessThan(4);
  });
});
