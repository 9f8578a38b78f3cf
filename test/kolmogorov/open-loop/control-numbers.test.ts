import { describe, expect, test } from 'vitest';
import { controlBasis } from '#kolmogorov/open-loop/control-basis';
import { controlLayout } from '#kolmogorov/open-loop/control-layout';

const ends = Float64Array.of(0, 1, 3, 3.5);
const where = 'test';

/** ∫ f over the intervals, exact to degree 3 on each. */
const integral = (f: (t: number, interval: number) => number): number =>
  Array.from({ length: 3 }, (_, i) => {
    const [a, b] = [ends[i], ends[i + 1]];
    return ((b - a) / 6) * (f(a, i) + 4 * f((a + b) / 2, i) + f(b, i));
  }).reduce((sum, part) => sum + part, 0);

describe('θ constant on intervals', () => {
  const basis = controlBasis('constant', ends, where);
  test.each([
    [-1, 0],
    [0, 0],
    [0.999, 0],
    [1, 1],
    [2.5, 1],
    [3, 2],
    [3.4, 2],
    [3.5, 2],
    [9, 2],
  ])('t = %d belongs to interval %d', (t, first) => {
    expect(basis.at(t)).toEqual({ first, weights: [1] });
  });
  test('has one row an interval, which only changes between them', () => {
    expect([basis.rows, basis.resting]).toEqual([3, true]);
    expect(basis.products).toEqual([
      [1, 0],
      [2, 0],
      [0.5, 0],
    ]);
  });
});

describe('θ linear on intervals', () => {
  const basis = controlBasis('linear', ends, where);
  test.each([
    [0, 0, [1, 0]],
    [0.25, 0, [0.75, 0.25]],
    [1, 1, [1, 0]],
    [2.5, 1, [0.25, 0.75]],
    [3.25, 2, [0.5, 0.5]],
    [3.5, 2, [0, 1]],
  ])('at t = %d it is of the rows from %d on with weights %j', (t, first, weights) => {
    expect(basis.at(t)).toEqual({ first, weights });
  });
  test('has one row an end, which moves', () => {
    expect([basis.rows, basis.resting]).toEqual([4, false]);
  });
  test('the products are the integrals of hats', () => {
    const hat = (row: number, t: number, interval: number): number => {
      if (interval === row) return (ends[row + 1] - t) / (ends[row + 1] - ends[row]);
      return interval === row - 1 ? (t - ends[row - 1]) / (ends[row] - ends[row - 1]) : 0;
    };
    basis.products.forEach(([own, next], row) => {
      expect(own).toBeCloseTo(
        integral((t, i) => hat(row, t, i) ** 2),
        14,
      );
      expect(next).toBeCloseTo(
        integral((t, i) => hat(row, t, i) * hat(row + 1, t, i)),
        14,
      );
    });
  });
});

test.each(['cubic', 'toString', '', 3, undefined])('%j is no shape', (shape) => {
  expect(() => controlBasis(shape as 'linear', ends, where)).toThrow('not a shape of the control');
});

describe.each(['constant', 'linear'] as const)('two parameters that are %s, and two constants', (shape) => {
  const basis = controlBasis(shape, ends, where);
  const layout = controlLayout(basis, 2, 2, 3.5);
  const { rows, size } = layout;
  const unknowns = Float64Array.from({ length: size }, (_, i) => Math.sin(2 * i + 1));
  const theta = (t: number, j: number, interval?: number): number => {
    const i = interval ?? [0, 1, 2].find((n) => t < ends[n + 1]) ?? 2;
    const along = (t - ends[i]) / (ends[i + 1] - ends[i]);
    if (shape === 'constant') return unknowns[2 * i + j];
    return (1 - along) * unknowns[2 * i + j] + along * unknowns[2 * (i + 1) + j];
  };

  test('its sizes', () => {
    const n = shape === 'constant' ? 3 : 4;
    expect([rows, layout.controls, layout.constants, size]).toEqual([n, 2, 2, 2 * n + 2]);
  });

  test.each([0, 0.3, 1, 1.7, 3.2, 3.5])('reads θ(%d) and the constants, and spreads slopes as its transpose', (t) => {
    const out = new Float64Array(4).fill(9);
    layout.read(unknowns, t, out);
    [theta(t, 0), theta(t, 1), unknowns[size - 2], unknowns[size - 1]].forEach((value, j) => {
      expect(out[j]).toBeCloseTo(value, 14);
    });
    for (let i = 0; i < size; i++) {
      const unit = new Float64Array(size);
      unit[i] = 1;
      layout.read(unit, t, out);
      const slopes = Float64Array.of(2, -3, 5, 7);
      const spread = new Float64Array(size).fill(100);
      layout.spread(slopes, t, spread);
      expect(spread[i]).toBeCloseTo(100 + out.reduce((sum, value, j) => sum + value * slopes[j], 0), 12);
    }
  });

  test('R is half the integral of the squares, constants by the whole time, with its gradient', () => {
    const squares = integral((t, i) => theta(t, 0, i) ** 2 + theta(t, 1, i) ** 2);
    const constants = 3.5 * (unknowns[size - 2] ** 2 + unknowns[size - 1] ** 2);
    expect(layout.square(unknowns)).toBeCloseTo((squares + constants) / 2, 13);
    const gradient = new Float64Array(size).fill(1);
    layout.addSquareGradient(3, unknowns, gradient);
    for (let i = 0; i < size; i++) {
      // A symmetric difference of a quadratic is exact.
      const [above, below] = [1, -1].map((by) => layout.square(unknowns.map((x, n) => (n === i ? x + by : x))));
      expect(gradient[i]).toBeCloseTo(1 + (3 * (above - below)) / 2, 12);
    }
  });
});
