import { inOneGo } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { box, descend, type Smooth, type SmoothWork } from '#kolmogorov/open-loop/descent';
import { projectedLbfgs } from '#kolmogorov/open-loop/projected-lbfgs';

const line = box(Float64Array.of(Number.NEGATIVE_INFINITY), Float64Array.of(Number.POSITIVE_INFINITY));

/** As the search takes it. */
const inParts = (f: Smooth): SmoothWork => ({
  // biome-ignore lint/correctness/useYield: a function that has one part.
  *value(x) {
    return f.value(x);
  },
  // biome-ignore lint/correctness/useYield: a function that has one part.
  *gradient(x, out) {
    return f.gradient(x, out);
  },
});

describe('projectedLbfgs', () => {
  test.each([
    ['above the start', 5e-5, 0.5],
    ['below it, but by less than 10⁻⁴ of what the slope predicts', -5e-5, 0.5],
    ['below it by more than that', -2e-4, 1],
  ])('Armijo’s condition: a full step that comes out %s', (_, far, expected) => {
    // f(0) = 0 with slope −1: the first trial is at 1, the second at ½.
    const f: Smooth = {
      value: ([x]) => (x === 1 ? far : -x / 2),
      gradient: (_, out) => {
        out[0] = -1;
        return 0;
      },
    };
    const place = { x: Float64Array.of(0), objective: 0, gradient: Float64Array.of(-1) };
    expect(inOneGo(projectedLbfgs(inParts(f)).step(place, [], line))?.place.x[0]).toBe(expected);
  });

  test('gives up where no step lowers f, and forgets what misled it first', () => {
    const f: Smooth = {
      value: () => 1,
      gradient: (_, out) => {
        out[0] = -1;
        return 0;
      },
    };
    const place = { x: Float64Array.of(0), objective: 0, gradient: Float64Array.of(-1) };
    expect(inOneGo(projectedLbfgs(inParts(f)).step(place, [{ s: [1], y: [2] }], line))).toBeUndefined();
  });

  test('a quadratic within bounds: as many steps as its curvatures ask for, and held where the slope leads out', () => {
    const curvature = [1, 10, 100];
    const f: Smooth = {
      value: (x) => x.reduce((sum, value, i) => sum + (curvature[i] * (value - i - 1) ** 2) / 2, 0),
      gradient: (x, out) => {
        for (let i = 0; i < 3; i++) out[i] = curvature[i] * (x[i] - i - 1);
        return f.value(x);
      },
    };
    const within = box(new Float64Array(3).fill(-2), Float64Array.of(9, 9, 2.5));
    const { kind, x, history } = inOneGo(
      descend(inParts(f), projectedLbfgs(inParts(f)), new Float64Array(3), {
        box: within,
        tolerance: 1e-12,
        iterations: 30,
      }),
    );
    expect(kind).toBe('converged');
    expect(Array.from(x)).toEqual([expect.closeTo(1, 10), expect.closeTo(2, 10), 2.5]);
    expect(history.length).toBeLessThan(20);
  });
});
