import { describe, expect, it } from 'vitest';
import { formula } from '#studies/scheme-table/scheme-table';

describe('a count as a formula in m', () => {
  it.each([
    [(m: number) => m, 'm'],
    [() => 3, '3'],
    [() => 0, '0'],
    [(m: number) => (m * (m - 1)) / 2, '½m² − ½m'],
    [(m: number) => 2 * m * m + 1, '2m² + 1'],
    [(m: number) => (m === 1 ? 3 : 5 * m), '5m (3 for m = 1)'],
    [(m: number) => 1.5 * m + 0.5, '1½m + ½'],
    [() => undefined, 'iterates'],
  ])('%#: %s', (count, text) => {
    expect(formula(count)).toBe(text);
  });

  it('refuses what is no quadratic', () => {
    expect(() => formula((m) => m ** 3)).toThrow(/no quadratic/);
  });
});
