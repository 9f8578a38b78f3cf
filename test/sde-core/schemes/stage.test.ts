import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { combine, total } from '#sde-core/schemes/stage';

describe('combine', () => {
  it('is y + Σ c v', () => {
    expect(
      combine(
        numbers,
        [1, 2],
        [
          [2, [3, 4]],
          [-1, [5, 0]],
        ],
      ),
    ).toEqual([2, 10]);
    expect(combine(numbers, [1, 2], [])).toEqual([1, 2]);
  });
});

describe('total', () => {
  it('adds in the order given, and nothing to 0', () => {
    expect(total(numbers, [1e16, 1, -1e16])).toBe(0);
    expect(total(numbers, [])).toBe(0);
  });
});
