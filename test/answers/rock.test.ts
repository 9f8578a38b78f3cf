import { describe, expect, it } from 'vitest';
import { rockPolynomials } from '#sde-core/schemes/rock-polynomials';

// The tables of Abdulle and Medovikov's ROCK2 for 5 stages: σ, and τ / σ − σ in place of τ; then μ_1; μ_2, κ_2; μ_3, κ_3.
// μ_4, κ_4; μ_5, κ_5 are from the tables that S-ROCK2 adds, and α = 1 / (2P_4′(0)) is too.
const sigma = 0.3804692420283886;
const tau = sigma * (sigma + 0.4084335547255627);
const published = {
  mu: [0.0578662712551911, 0.0777645684167399, 0.0952892287658863, 0.126645471922837, 0.203174866662839],
  kappa: [0, 0.021577918177071, 0.0872362296088159, 0.216641089145719, 0.689739852420864],
  alpha: 1.2891787318896388,
};
// Where the two order conditions put the interval, solved to rounding: it is not in the tables.
const interval = { halfLength: 9.486224120898196, origin: 1.0096319545931765 };
/** Digits of the tables, with what the solution of the conditions loses. */
const DIGITS = 1e-12;

describe('the polynomials of ROCK2', () => {
  const { mu, kappa, slope, curvature } = rockPolynomials(5, { sigma, tau }, interval);

  it('are those of the published tables', () => {
    published.mu.forEach((value, j) => {
      expect(Math.abs(mu[j + 1] - value)).toBeLessThan(DIGITS);
    });
    published.kappa.forEach((value, j) => {
      expect(Math.abs(kappa[j + 1] - value)).toBeLessThan(DIGITS);
    });
    expect(Math.abs(1 / (2 * slope[4]) - published.alpha)).toBeLessThan(DIGITS);
  });

  it('make w P_3 a polynomial that agrees with exp to second order', () => {
    expect(Math.abs(slope[3] + 2 * sigma - 1)).toBeLessThan(DIGITS);
    expect(Math.abs(curvature[3] + 4 * sigma * slope[3] + 2 * tau - 1)).toBeLessThan(DIGITS);
  });

  it('oscillate between nearly equal bounds, times w', () => {
    const { halfLength, origin } = interval;
    const value = (z: number): number => {
      let [before, current] = [1, 1 + mu[1] * z];
      for (let j = 2; j <= 3; j++) {
        [before, current] = [current, (mu[j] * z + 1 + kappa[j]) * current - kappa[j] * before];
      }
      return (1 + 2 * sigma * z + tau * z * z) * current;
    };
    const values = Array.from({ length: 1001 }, (_, i) =>
      value(halfLength * (Math.cos((i * Math.PI) / 1000) - origin)),
    );
    // The damping of ROCK2 is 0.95.
    expect(Math.abs(Math.max(...values) - 0.95)).toBeLessThan(1e-3);
    expect(Math.abs(Math.min(...values) + 0.95)).toBeLessThan(1e-3);
  });
});
