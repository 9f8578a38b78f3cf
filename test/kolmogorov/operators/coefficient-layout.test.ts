import { describe, expect, test } from 'vitest';
import { byCoefficient, coefficientLayout, inOrder, inputOf, pairsOf } from '#kolmogorov/operators/coefficient-layout';

describe.each([1, 2, 3, 4])('the order of coefficients in %i dimensions', (d) => {
  const layout = coefficientLayout(d);
  const named = {
    drift: Array.from({ length: d }, (_, k) => `b_${k}`),
    halfVariance: Array.from({ length: d }, (_, k) => `a_${k}${k}`),
    covariance: pairsOf(d).map(([k, l]) => `a_${k}${l}`),
    killing: 'c',
  };
  const list = inOrder(named);
  test('is where the layout says', () => {
    expect(list).toHaveLength(layout.ofGenerator);
    expect(layout.count).toBe(layout.ofGenerator + 1);
    for (let k = 0; k < d; k++) {
      expect(list[layout.drift + k]).toBe(`b_${k}`);
      expect(list[layout.halfVariance + k]).toBe(`a_${k}${k}`);
    }
    layout.pairs.forEach(([k, l], pair) => {
      expect(list[layout.covariance + pair]).toBe(`a_${k}${l}`);
    });
    expect(list[layout.killing]).toBe('c');
    expect(layout.source).toBe(list.length);
  });
  test('goes both ways', () => {
    expect(byCoefficient(list, layout)).toEqual(named);
  });
  test('knows the input that each comes from', () => {
    const inputs = { b: 'drift', a: 'diffusion', c: 'killing' } as const;
    expect(list.map((_, i) => inputOf(i, layout))).toEqual(list.map((name) => inputs[name[0] as keyof typeof inputs]));
    expect(inputOf(layout.source, layout)).toBe('source');
  });
});
