import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { pairCount, pairVariables } from '#sde-core/schemes/area-signs';

describe('pairVariables', () => {
  it('is antisymmetric off the diagonal, −h on it, with a sign of its own for each pair', () => {
    const h = 0.25;
    const V = pairVariables(numbers, h, 4, [1, -1, 1, -1, 1, -1]);
    expect(V).toEqual([
      [-h, h, -h, h],
      [-h, -h, -h, h],
      [h, h, -h, -h],
      [-h, -h, h, -h],
    ]);
  });

  it('uses every sign once', () => {
    for (let m = 0; m < 6; m++) {
      const signs = Array.from({ length: pairCount(m) }, (_, i) => i + 1);
      const upper = pairVariables(numbers, 1, m, signs).flatMap((row, r) => row.filter((_, k) => r < k));
      expect(upper).toEqual(signs);
    }
  });
});
