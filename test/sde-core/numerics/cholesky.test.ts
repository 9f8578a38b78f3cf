import { describe, expect, it } from 'vitest';
import { cholesky } from '#sde-core/numerics/cholesky';

describe('cholesky', () => {
  it('gives a lower triangular factor whose square is the matrix', () => {
    const A = Float64Array.of(4, 2, -1, 2, 5, 0.5, -1, 0.5, 3);
    const outcome = cholesky(A, 3);
    if (outcome.kind !== 'factor') throw new Error(outcome.kind);
    const L = outcome.factor;
    expect([L[1], L[2], L[5]]).toEqual([0, 0, 0]);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const sum = L[i * 3] * L[j * 3] + L[i * 3 + 1] * L[j * 3 + 1] + L[i * 3 + 2] * L[j * 3 + 2];
        // (n + 1) ε on the diagonal's largest entry.
        expect(Math.abs(sum - A[i * 3 + j])).toBeLessThanOrEqual(4 * 2 ** -52 * 5);
      }
    }
    // Whole numbers are exact.
    expect(cholesky(Float64Array.of(4, 0, 2, 10), 2)).toEqual({ kind: 'factor', factor: Float64Array.of(2, 0, 1, 3) });
  });

  it.each<readonly [string, readonly number[], number]>([
    ['indefinite', [1, 2, 2, 1], 1],
    ['singular', [1, 1, 1, 1], 1],
    ['negative', [-1, 0, 0, 1], 0],
    ['singular up to rounding', [1, 0.1, 0.1, 0.1 * 0.1 + 2 ** -59], 1],
    ['not a number', [Number.NaN, 0, 0, 1], 0],
  ])('says where a matrix is %s', (_, entries, row) => {
    expect(cholesky(Float64Array.from(entries), 2)).toMatchObject({ kind: 'indefinite', row });
  });
});
