import { barrier, exitTime, runningIntegral, supremum } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { describe, expect, test } from 'vitest';
import { gathered } from '#sde-core/paths/gather';

const seen = { before: 0.6, after: 0.5, slopes: [0.3, -0.4] };
const h = 0.2;
/** |σᵀ∇f|² h. */
const variance = (0.09 + 0.16) * h;

describe('gathered', () => {
  test('a whole step is one update', () => {
    const [alive] = gathered(numbers, barrier('x'), [0.9], seen, { h, draws: [] });
    expect(Math.abs(alive - 0.9 * (1 - Math.exp((-2 * 0.6 * 0.5) / variance)))).toBeLessThan(4 * Number.EPSILON);
  });

  test('halves go through the middle of the bridge', () => {
    const halves = { first: [0.7, -0.2], second: [-0.1, 0.4] };
    const middle = 0.55 + (Math.sqrt(h / 2) / 2) * (0.3 * (0.7 + 0.1) - 0.4 * (-0.2 - 0.4));
    const stays = (a: number, b: number): number => 1 - Math.exp((-2 * a * b) / (variance / 2));
    const [alive] = gathered(numbers, barrier('x'), [0.9], seen, { h, draws: [], halves });
    expect(Math.abs(alive - 0.9 * stays(0.6, middle) * stays(middle, 0.5))).toBeLessThan(8 * Number.EPSILON);
    // What cannot be made of halves sees the whole.
    const [area] = gathered(numbers, runningIntegral('x'), [1], seen, { h, draws: [], halves });
    expect(Math.abs(area - (1 + 0.11))).toBeLessThan(4 * Number.EPSILON);
  });

  test('an exit is decided on the whole step, by its first variable', () => {
    const halves = { first: [0.7, -0.2], second: [-0.1, 0.4] };
    const tau = exitTime('x', { monitoring: 'continuous' });
    const stays = 1 - Math.exp((-2 * 0.6 * 0.5) / variance);
    for (const [w, inside] of [
      [2 * stays - 1.001, 1],
      [2 * stays - 0.999, 0],
    ]) {
      const [time, alive] = gathered(numbers, tau, [1, 1], seen, { h, draws: [w, -w], halves });
      expect([time, alive]).toEqual([1 + (h / 2) * (1 + inside), inside]);
    }
  });

  test('in the mean over the middle they have the law of the whole', () => {
    const whole = 1 - Math.exp((-2 * 0.6 * 0.5) / variance);
    const below = (m: number): number => 1 - Math.exp((-2 * (m - 0.6) * (m - 0.5)) / variance);
    let [alive, lower, weight] = [0, 0, 0];
    // The trapezoidal rule in the one direction that the middle sees, and in both uniform variables.
    const direction = [0.3 / 0.5, -0.4 / 0.5];
    const uniforms = Array.from({ length: 20 }, (_, i) => -1 + (2 * i + 1) / 20);
    for (let z = -7; z <= 7; z += 1 / 8) {
      const half = direction.map((d) => (d * z) / Math.SQRT2);
      const halves = { first: half, second: half.map((value) => -value) };
      const w = Math.exp((-z * z) / 2);
      weight += w;
      alive += w * gathered(numbers, barrier('x'), [1], seen, { h, draws: [], halves })[0];
      let under = 0;
      const top = supremum('x', { monitoring: 'continuous' });
      for (const u of uniforms)
        for (const v of uniforms)
          if (gathered(numbers, top, [0], seen, { h, draws: [u, v], halves })[0] <= 0.7) under += 1;
      lower += (w * under) / uniforms.length ** 2;
    }
    // The integrand has a kink where the middle is 0: an error of the square of the step 1/8 where the density is below 1e-2.
    expect(Math.abs(alive / weight - whole)).toBeLessThan(1e-4);
    // Twenty values a uniform variable: a twentieth at most from each.
    expect(Math.abs(lower / weight - below(0.7))).toBeLessThan(2 / 20);
  });
});
