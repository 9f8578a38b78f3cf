import { expect, test } from 'vitest';
import { goldenPlaces } from '#kolmogorov/feedback/golden-section';

const least = (f: (x: number) => number, low: number, high: number, start = low): number => {
  const places = goldenPlaces(f, { low, high, points: 9, start });
  return places.reduce((best, at) => (f(at) < f(best) ? at : best));
};

test('finds the least of a parabola between its places', () => {
  // A golden section leaves φ⁻⁴⁰ of two spacings, 2⁻²⁶; the minimum of a parabola is flat below √ε.
  expect(Math.abs(least((x) => (x - 0.3) ** 2, -1, 1) - 0.3)).toBeLessThan(2 ** -26);
});
test('finds an end where the function falls toward it, exactly', () => {
  expect(least((x) => x, -1, 2)).toBe(-1);
  expect(least((x) => -x, -1, 2)).toBe(2);
});
test('begins where it is told, and keeps that if nothing is better', () => {
  const narrow = (x: number): number => (x === 0.123 ? -1 : 0);
  expect(least(narrow, -1, 1, 0.123)).toBe(0.123);
});
