import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '#sde-core/numerics/normal';
import { uniform53 } from '#sde-core/randomness/box-muller';
import { nextWord } from '#sde-core/randomness/xoshiro';
import { ziggurat } from '#sde-core/randomness/ziggurat';

const DRAWS = 2 ** 20;
const state = Int32Array.of(11, -7, 1 << 30, 5);
const draws = Float64Array.from({ length: DRAWS }, () => ziggurat(state)).sort();
/** One in ten thousand tests exceeds it: a seeded test passes or fails for good. */
const Z = -normalQuantile(0.5e-4);

describe('ziggurat', () => {
  it('fills 1024 cells of equal probability evenly', () => {
    const cells = 1024;
    const counts = new Float64Array(cells);
    for (const x of draws) counts[Math.min(cells - 1, Math.floor(normalCdf(x) * cells))]++;
    const expected = DRAWS / cells;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(Math.abs(chiSquare - (cells - 1))).toBeLessThan(Z * Math.sqrt(2 * (cells - 1)));
  });

  it('has the normal distribution function, edge of the tail included: Kolmogorov–Smirnov', () => {
    const distance = draws.reduce((most, x, i) => {
      const p = normalCdf(x);
      return Math.max(most, p - i / DRAWS, (i + 1) / DRAWS - p);
    }, 0);
    // P(√n D > λ) ≈ 2 exp(−2 λ²).
    expect(Math.sqrt(DRAWS) * distance).toBeLessThan(Math.sqrt(Math.log(2 / 1e-4) / 2));
  });

  it.each([2, 3, 3.6541528853610088, 4, 4.5])('puts the right share beyond ±%f', (edge) => {
    const share = 2 * normalCdf(-edge);
    const beyond = draws.filter((x) => Math.abs(x) > edge).length;
    expect(Math.abs(beyond - share * DRAWS)).toBeLessThan(Z * Math.sqrt(DRAWS * share));
  });

  it('refuses in the tail what does not lie under the density: word for word, Marsaglia’s algorithm', () => {
    const edge = 3.6541528853610088;
    const words = Int32Array.of(3, 1, 4, 1);
    const before = new Int32Array(4);
    const uniform = (): number => {
      const high = nextWord(before);
      return uniform53(high, nextWord(before));
    };
    let refused = 0;
    while (refused < 3) {
      before.set(words);
      const x = Math.abs(ziggurat(words));
      if (x <= edge) continue;
      // The first two words choose the base layer and a place outside of its rectangle, or a wedge that was refused and led here.
      const base = (nextWord(before) & 0xff) === 0;
      nextWord(before);
      if (!base) continue;
      for (let tries = 0; ; tries++) {
        const beyond = -Math.log(1 - uniform()) / edge;
        const bound = -Math.log(1 - uniform());
        if (2 * bound < beyond ** 2) continue;
        expect(Math.abs(x - (edge + beyond))).toBeLessThan(16 * Number.EPSILON);
        refused += tries > 0 ? 1 : 0;
        break;
      }
      expect(before).toEqual(words);
    }
  });

  it('is symmetric, and has the moments 0, 1, 0, 3', () => {
    const moment = (power: number): number => draws.reduce((sum, x) => sum + x ** power, 0) / DRAWS;
    // Var Xⁿ = E X²ⁿ − (E Xⁿ)².
    const within = (power: number, exact: number, variance: number): void =>
      expect(Math.abs(moment(power) - exact)).toBeLessThan(Z * Math.sqrt(variance / DRAWS));
    within(1, 0, 1);
    within(2, 1, 2);
    within(3, 0, 15);
    within(4, 3, 96);
  });
});
