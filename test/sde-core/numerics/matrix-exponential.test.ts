import { describe, expect, it } from 'vitest';
import { matrixExponential } from '#sde-core/numerics/matrix-exponential';

const EPS = 2 ** -52;
const worst = (A: Float64Array, B: readonly number[]): number =>
  Math.max(...B.map((entry, i) => Math.abs(entry - A[i])));

describe('matrixExponential', () => {
  it('is exact on what is nilpotent', () => {
    expect([...matrixExponential(Float64Array.of(0, 1 / 4, 0, 0, 0, 1 / 4, 0, 0, 0), 3)]).toEqual([
      1,
      1 / 4,
      1 / 32,
      0,
      1,
      1 / 4,
      0,
      0,
      1,
    ]);
    expect([...matrixExponential(new Float64Array(4), 2)]).toEqual([1, 0, 0, 1]);
  });

  it.each([0.3, 1, 7, 60])('turns by %f', (angle) => {
    const turned = matrixExponential(Float64Array.of(0, -angle, angle, 0), 2);
    // Each squaring doubles the rounding so far: at most 4 · 2^squarings units, and ‖e^A‖ = 1.
    const bound = 4 * EPS * 2 ** Math.max(1, Math.ceil(Math.log2(angle)) + 1);
    expect(worst(turned, [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)])).toBeLessThan(bound);
  });

  it('has the inverse e^(−A), and agrees with e^λ on eigenvectors', () => {
    const A = Float64Array.of(1, 2, 0, -1, 3, 0.5, 0.25, 0, -2);
    const [up, down] = [A, A.map((entry) => -entry)].map((B) => matrixExponential(B, 3));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let [sum, size] = [0, 0];
        for (let k = 0; k < 3; k++) {
          sum += up[i * 3 + k] * down[k * 3 + j];
          size += Math.abs(up[i * 3 + k] * down[k * 3 + j]);
        }
        // Three squarings of matrices of norm ‖e^A‖: 2³ units each side, times the size of what is summed.
        expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(2 * 4 * 8 * EPS * Math.max(size, 1) * 4);
      }
    }
    // (1, 1) is an eigenvector of [[0, 2], [1, 1]] for 2.
    const E = matrixExponential(Float64Array.of(0, 2, 1, 1), 2);
    for (const sum of [E[0] + E[1], E[2] + E[3]])
      expect(Math.abs(sum - Math.exp(2))).toBeLessThan(4 * 8 * EPS * Math.exp(2));
  });
});
