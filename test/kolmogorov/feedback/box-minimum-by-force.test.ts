import { describe, expect, test } from 'vitest';
import { boxMinimum } from '#kolmogorov/feedback/box-minimum';

/** Numbers in (−1, 1) without a pattern. */
const numbers = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
};

const form = (g: readonly number[], Q: readonly number[], a: ArrayLike<number>): number =>
  g.reduce(
    (sum, slope, i) => sum + slope * a[i] + g.reduce((part, _, j) => part + (a[i] * Q[i * g.length + j] * a[j]) / 2, 0),
    0,
  );

/** The least value over a lattice of the box, its corners included. */
const byForce = (g: readonly number[], Q: readonly number[], lower: number[], upper: number[], n: number): number => {
  let least = Number.POSITIVE_INFINITY;
  const a = new Array<number>(g.length).fill(0);
  const go = (j: number): void => {
    if (j === g.length) {
      least = Math.min(least, form(g, Q, a));
      return;
    }
    for (let i = 0; i <= n; i++) {
      a[j] = lower[j] + ((upper[j] - lower[j]) * i) / n;
      go(j + 1);
    }
  };
  go(0);
  return least;
};

/** The largest step that a projected gradient would still take. */
const residual = (g: number[], Q: number[], lower: number[], upper: number[], a: ArrayLike<number>): number => {
  const q = g.length;
  return Math.max(
    ...g.map((slope, i) => {
      const down = a[i] - g.reduce((sum, _, j) => sum + Q[i * q + j] * a[j], slope);
      return Math.abs(Math.min(Math.max(down, lower[i]), upper[i]) - a[i]);
    }),
  );
};

const minimum = (g: number[], Q: number[], lower: number[], upper: number[], from: number[]): Float64Array | false => {
  const a = Float64Array.from(from);
  const [slope, curvature, low, high] = [g, Q, lower, upper].map((list) => Float64Array.from(list));
  return boxMinimum({ g: slope, Q: curvature }, { lower: low, upper: high }, a) && a;
};

/** Symmetric, of any signature: positive definite where `shift` is q. */
const symmetric = (q: number, next: () => number, shift: number): number[] => {
  const Q = new Array<number>(q * q).fill(0);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j <= i; j++) {
      Q[i * q + j] = next();
      Q[j * q + i] = Q[i * q + j];
    }
    Q[i * q + i] += shift;
  }
  return Q;
};

describe('the minimum in a box is below every other place of it', () => {
  test.each([
    [1, 0, 200],
    [2, 2, 30],
    [2, 0, 30],
    [2, 0.7, 30],
    [3, 3, 12],
    [3, 0, 12],
    [3, 1, 12],
    [4, 0.5, 6],
  ])('%d controls, diagonal raised by %d', (q, shift, n) => {
    const next = numbers(7 * q + Math.round(10 * shift) + 1);
    for (let trial = 0; trial < 60; trial++) {
      const g = Array.from({ length: q }, next);
      const Q = symmetric(q, next, shift);
      const lower = g.map(() => next() - 1);
      const upper = lower.map((low) => low + 1 + next() + 2 ** -10);
      const from = lower.map((low, j) => low + ((upper[j] - low) * (next() + 1)) / 2);
      const a = minimum(g, Q, lower, upper, from);
      if (!a) throw new Error('a box has a least');
      a.forEach((value, j) => {
        expect(value).toBeGreaterThanOrEqual(lower[j]);
        expect(value).toBeLessThanOrEqual(upper[j]);
      });
      expect(form(g, Q, a)).toBeLessThanOrEqual(byForce(g, Q, lower, upper, n) + 1e-13);
      expect(residual(g, Q, lower, upper, a)).toBeLessThan(1e-12);
    }
  });

  test('seven controls: from the corners of six of them', () => {
    const next = numbers(11);
    for (let trial = 0; trial < 10; trial++) {
      const g = Array.from({ length: 7 }, () => next() / 10);
      // Pairs that want to go apart, the first with the last: 64 corners hold them all.
      const Q = new Array<number>(49).fill(0);
      const pairs = [
        [0, 1],
        [2, 3],
        [4, 5],
      ];
      for (const [i, j] of pairs) {
        const cross = next();
        Q[i * 7 + j] = cross;
        Q[j * 7 + i] = cross;
      }
      Q[48] = 1;
      const [lower, upper] = [new Array(7).fill(-1), new Array(7).fill(1)];
      const a = minimum(g, Q, lower, upper, new Array(7).fill(0));
      if (!a) throw new Error('a box has a least');
      expect(form(g, Q, a)).toBeLessThanOrEqual(byForce(g, Q, lower, upper, 2) + 1e-13);
      expect(residual(g, Q, lower, upper, a)).toBeLessThan(1e-12);
    }
  });

  test('of seven controls one without end stays where it was', () => {
    const Q = new Array<number>(49).fill(0);
    Q[1] = 1;
    Q[7] = 1;
    const [lower, upper] = [new Array(7).fill(-1), new Array(7).fill(1)];
    lower[6] = Number.NEGATIVE_INFINITY;
    upper[6] = Number.POSITIVE_INFINITY;
    Q[48] = 2;
    const a = minimum([0.25, 0, 0, 0, 0, 0, -6], Q, lower, upper, [0, 0, 0, 0, 0, 0, 5]);
    // ¼ a₀ + a₀ a₁ is least, −5/4, at (−1, 1), the seventh of its own at 3, and what makes no difference is nearest to 0.
    expect(a && Array.from(a)).toEqual([-1, 1, 0, 0, 0, 0, 3]);
  });
});

describe('where several are as good', () => {
  const product = [0, 1, 1, 0];
  test.each([
    [
      [0.5, -0.25],
      [1, -1],
    ],
    [
      [-0.5, 0.25],
      [-1, 1],
    ],
  ])('from %j it is %j: nothing is exchanged for what is not better', (from, expected) => {
    const a = minimum([0, 0], product, [-1, -1], [1, 1], from);
    expect(a && Array.from(a)).toEqual(expected);
  });

  test('a curvature of rank one: the sum decides, and the start stays', () => {
    // ½ (a₀ + a₁)² − (a₀ + a₁): any sum of 1.
    const a = minimum([-1, -1], [1, 1, 1, 1], [-4, -4], [4, 4], [3, -1]);
    expect(a && Array.from(a)).toEqual([2, -1]);
  });
});

describe('curvatures that only a later pivot shows', () => {
  const open = Number.POSITIVE_INFINITY;
  test('a third control makes the form bend down: the corner is found', () => {
    // Every pair is convex, all three are not: down along (1, 1, −√2).
    const Q = [1, 0, 0.9, 0, 1, 0.9, 0.9, 0.9, 1];
    const g = [0.01, 0.01, -0.01];
    const [lower, upper] = [
      [-5, -5, -5],
      [5, 5, 5],
    ];
    const a = minimum(g, Q, lower, upper, [0, 0, 0]);
    if (!a) throw new Error('a box has a least');
    expect(form(g, Q, a)).toBeLessThanOrEqual(byForce(g, Q, lower, upper, 20) + 1e-12);
    // a₂ = 5, and a₀ = a₁ = −4.51 of their own.
    expect(Array.from(a)).toEqual([expect.closeTo(-4.51, 12), expect.closeTo(-4.51, 12), 5]);
  });

  test.each([
    ['two that go down together', [1, 2, 2, 1], [-open, -open], [open, open], false],
    ['the way down is shut', [1, 2, 2, 1], [0, 0], [open, open], true],
    ['the way down is open to one side', [1, 2, 2, 1], [0, -open], [open, 0], false],
    ['and of the other sign', [1, -2, -2, 1], [0, 0], [open, open], false],
    ['which is shut too', [1, -2, -2, 1], [0, -open], [open, 0], true],
    ['as much as it bends up', [1, 1, 1, 1], [-open, -open], [open, open], true],
    ['without curvature', [0, 1, 1, 0], [0, 0], [open, open], true],
  ])('%s', (_, Q, lower, upper, found) => {
    expect(minimum([0, 0], Q, lower, upper, [0, 0]) !== false).toBe(found);
  });

  test('two with ends beside one without: its least moves with them', () => {
    // −a₀ a₁ in [−1, 2]², and ½ a₂² − a₂ a₀: at a₀ = 2 it gains 2.
    const Q = [0, -1, -1, -1, 0, 0, -1, 0, 1];
    const a = minimum([0, 0, 0], Q, [-1, -1, -open], [2, 2, open], [-0.5, -0.5, 0]);
    expect(a && Array.from(a)).toEqual([2, 2, 2]);
  });
});

test.each([
  [0, 1],
  [0, 2],
  [1, 2],
])('of three controls, %d and %d alone go together', (i, j) => {
  const Q = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  Q[3 * i + j] = 3;
  Q[3 * j + i] = 3;
  const a = minimum([0.1, 0.1, 0.1], Q, [-1, -1, -1], [2, 2, 2], [1, 1, 1]);
  // ½ (a² + b²) + 3 a b + (a + b)/10: least with one at 2 and the other at −1, whichever.
  if (!a) throw new Error('a box has a least');
  const own = [a[i], a[j]].sort((one, other) => one - other);
  expect(own).toEqual([-1, 2]);
  expect(a[3 - i - j]).toBeCloseTo(-0.1, 14);
  // And without their bounds, which way down there is none.
  const ends = [-1, -1, -1];
  ends[i] = Number.NEGATIVE_INFINITY;
  const open = [2, 2, 2];
  open[j] = Number.POSITIVE_INFINITY;
  expect(minimum([0.1, 0.1, 0.1], Q, ends, open, [1, 1, 1])).toBe(false);
});

test('strongly coupled controls are at their least to rounding, not where the sweeps ran out', () => {
  // ½ (a₀² + a₁²) + c a₀ a₁ with c = 0.999: a sweep shrinks the error by c² only. Least at ((1 − c) …)⁻¹.
  for (const c of [0.99, 0.999, 0.99999, -0.999]) {
    const g = [-1, 0.5];
    const a = minimum(g, [1, c, c, 1], [-1e6, -1e6], [1e6, 1e6], [0, 0]);
    const determinant = 1 - c * c;
    const expected = [(1 + c / 2) / determinant, (-0.5 - c) / determinant];
    if (!a) throw new Error('it has a least');
    a.forEach((value, j) => {
      expect(Math.abs(value - expected[j])).toBeLessThan(1e-9 * Math.abs(expected[j]));
    });
  }
});

describe('one control', () => {
  const open = Number.POSITIVE_INFINITY;
  test.each([
    [1, 0, -2, 3, -2],
    [-1, 0, -2, 3, 3],
    [0, 0, -2, 3, 0],
    [0, 0, 1, 3, 1],
    [0, 0, -3, -1, -1],
    [0, -1, -2, 3, 3],
    [0, -1, -3, 2, -3],
    [0, -1, -3, 3, -3],
    [0.4, -1, -2, 3, 3],
    [0.5, -1, -2, 3, -2],
    [0.6, -1, -2, 3, -2],
    [4, 2, -1, 3, -1],
    [4, 2, -3, 3, -2],
    [-8, 2, -3, 3, 3],
    [0, 2, 1, 3, 1],
    [0, 2, -3, -1, -1],
    [-8, 2, -open, open, 4],
    [1, 0, -2, open, -2],
    [-1, 0, -open, 2, 2],
  ])('slope %d, curvature %d in [%d, %d]: %d', (slope, curvature, lower, upper, expected) => {
    const a = minimum([slope], [curvature], [lower], [upper], [0.25]);
    expect(a && a[0] + 0).toBe(expected);
  });
  test.each([
    [1, 0, -open, 3],
    [-1, 0, -2, open],
    [0, -1, -2, open],
    [0, -1, -open, 2],
    [-1, -1, -open, 2],
    [1, -1, -open, 2],
    [1, -1, -2, open],
    [Number.NaN, 1, -1, 1],
  ])('slope %d, curvature %d in [%d, %d]: none', (slope, curvature, lower, upper) => {
    expect(minimum([slope], [curvature], [lower], [upper], [0])).toBe(false);
  });
});
