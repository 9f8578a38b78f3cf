import {
  baoab,
  type Chain,
  discretize,
  eulerMaruyama,
  exactExpectation,
  leimkuhlerMatthews,
  problem,
  type Scheme,
  type SymbolicModel,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

/** The stationary covariance of a linear chain with additive noise: the fixed point of C = A C Aᵀ + B Bᵀ. */
function stationaryCovariance(chain: Chain): number[][] {
  const d = chain.dimension;
  const image = (x: readonly number[], w: readonly number[]): number[] => {
    const out = new Float64Array(d);
    chain.step(0, Float64Array.from(x), Float64Array.from(w), out);
    return Array.from(out);
  };
  const unit = (n: number, i: number): number[] => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));
  const zero = (n: number): number[] => Array.from({ length: n }, () => 0);
  const columns = Array.from({ length: d }, (_, i) => image(unit(d, i), zero(chain.driver.size)));
  const noise = Array.from({ length: chain.driver.size }, (_, k) => image(zero(d), unit(chain.driver.size, k)));
  let C = Array.from({ length: d }, () => zero(d));
  for (let n = 0; n < 4000; n++) {
    C = C.map((_, i) =>
      C.map((__, j) => {
        let sum = noise.reduce((total, b) => total + b[i] * b[j], 0);
        for (let k = 0; k < d; k++) for (let l = 0; l < d; l++) sum += columns[k][i] * C[k][l] * columns[l][j];
        return sum;
      }),
    );
  }
  return C;
}

const chainOf = (model: SymbolicModel, scheme: Scheme, h: number): Chain =>
  discretize(problem({ model, x0: model.state.map(() => 0.3), T: h }), scheme, 1);

/** A fixed point reached by a contraction rounds to ε over one minus its rate. */
const ROUNDING = 1e-12;

describe('a quadratic potential is sampled exactly', () => {
  const [k, sigma, gamma] = [1.7, 0.9, 0.8];
  const overdamped = symbolic({ state: ['x'], drift: '-1.7 * x', diffusion: '0.9' });
  const langevin = symbolic({ state: ['q', 'p'], drift: ['p', '-1.7 * q - 0.8 * p'], diffusion: [['0'], ['0.9']] });

  it.each([0.1, 0.3, 0.8])('by Leimkuhler–Matthews in X = Y + ½ σ ΔW, h = %f', (h) => {
    const [[variance]] = stationaryCovariance(chainOf(overdamped, leimkuhlerMatthews, h));
    expect(Math.abs(variance + (sigma ** 2 * h) / 4 - sigma ** 2 / (2 * k))).toBeLessThan(ROUNDING);
    // Euler–Maruyama has the error (σ²/2k) (kh/2) / (1 − kh/2): order 1.
    const [[euler]] = stationaryCovariance(chainOf(overdamped, eulerMaruyama, h));
    expect(Math.abs(euler - sigma ** 2 / (2 * k) / (1 - (k * h) / 2))).toBeLessThan(ROUNDING);
  });

  it.each([0.1, 0.3, 0.8])('by BAOAB in the positions, h = %f', (h) => {
    const [[position, cross], [, momentum]] = stationaryCovariance(chainOf(langevin, baoab({ friction: gamma }), h));
    const temperature = sigma ** 2 / (2 * gamma);
    expect(Math.abs(position - temperature / k)).toBeLessThan(ROUNDING);
    expect(Math.abs(cross)).toBeLessThan(ROUNDING);
    // The momenta are off by the factor 1 − k h²/4 of a leapfrog step.
    expect(Math.abs(momentum - temperature * (1 - (k * h ** 2) / 4))).toBeLessThan(ROUNDING);
  });
});

describe('a quartic potential', () => {
  // U = x²/2 + x⁴/4, σ = 1: the invariant density is exp(−2U).
  const model = symbolic({ state: ['x'], drift: '-x - x^3', diffusion: '1' });
  const integrate = (f: (x: number) => number): number => {
    // The trapezoidal rule converges faster than any power for a density that has vanished at the ends.
    let sum = 0;
    for (let i = -800; i <= 800; i++) sum += f(i / 200) * Math.exp(-((i / 200) ** 2) - (i / 200) ** 4 / 2);
    return sum;
  };
  const truth = integrate((x) => x ** 2) / integrate(() => 1);
  // Started at 0, the law forgets its start like exp(−λ T) with λ > 1.5; T = 12 leaves less than 1e-7.
  const T = 12;
  const stationary = (scheme: Scheme, h: number, phi: (x: number) => number): number => {
    const chain = discretize(
      problem({ model, x0: [0], T }),
      withDriver(scheme as typeof eulerMaruyama, 'three-point'),
      T / h,
    );
    return exactExpectation(
      chain,
      terminal((x) => phi(x[0])),
      { tolerance: 1e-7, method: 'transfer' },
    );
  };
  const square = (x: number): number => x ** 2;

  it('has order 2 by Leimkuhler–Matthews and order 1 by Euler–Maruyama', () => {
    const steps = [1 / 4, 1 / 8, 1 / 16];
    const slopes = (errors: readonly number[]): number[] =>
      errors.slice(1).map((e, i) => Math.log2(Math.abs(errors[i] / e)));
    const read = (h: number) => (y: number) => square(y) + h / 4;
    const corrected = slopes(steps.map((h) => stationary(leimkuhlerMatthews, h, read(h)) - truth));
    const plain = slopes(steps.map((h) => stationary(eulerMaruyama, h, square) - truth));
    // E (y + ½ √h ξ)² = y² + h/4. Slopes at h = 1/4 … 1/16 extrapolate as 2 s(h/2) − s(h).
    expect(Math.abs(2 * corrected[1] - corrected[0] - 2)).toBeLessThan(1 / 4);
    expect(Math.abs(2 * plain[1] - plain[0] - 1)).toBeLessThan(1 / 4);
  });
});
