import { type ErrorPoint, fitOrder } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { ADEQUATE, fitAtOrder, ORDER_RANGE, profileOrder, truncationOf } from '#sde-core/studies/order-profile';
import { normals, plainFit, plainTruncation, uniforms, Z95 } from './plain-fits.js';

const halvings = (n: number): number[] => Array.from({ length: n }, (_, i) => 2 ** -i);
const ladder = (steps: readonly number[], error: (h: number) => number, sigma: (h: number) => number): ErrorPoint[] =>
  steps.map((h) => ({ h, error: error(h), standardError: sigma(h) }));
const near = (found: number, wanted: number, relative = 1e-9): void =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(relative * Math.max(1e-12, Math.abs(wanted)));

describe('a fit at one order', () => {
  const steps = [0.8, 0.5, 0.2, 0.1];
  const points = ladder(
    steps,
    (h) => h ** 1.5 * (2 - 3 * h) + 0.01 * Math.cos(40 * h),
    (h) => 0.01 + 0.03 * h,
  );

  test('is weighted least squares, with h in units of the finest step', () => {
    for (const p of [-1, 0, 1, 1.5, 3]) {
      const { a, b, variance, chiSquare } = plainFit(points, p);
      const fit = fitAtOrder(points, p);
      near(fit.coefficients[0], a);
      near(fit.coefficients[1], b);
      near(fit.covariance[0], variance);
      near(fit.chiSquare, chiSquare);
      expect([fit.coefficients.length, fit.freedom]).toEqual([2, 2]);
    }
  });

  test('of one term is a weighted mean, and of three terms the parabola through three points', () => {
    const one = fitAtOrder(points, 1, 1).coefficients;
    const column = steps.map((h) => h / 0.1);
    const weigh = (of: (i: number) => number): number =>
      points.reduce((sum, { standardError }, i) => sum + (column[i] * of(i)) / standardError ** 2, 0);
    expect(one).toHaveLength(1);
    near(one[0], weigh((i) => points[i].error) / weigh((i) => column[i]));
    const parabola = ladder(
      [0.4, 0.2, 0.1],
      (h) => (h / 0.1) ** 2 * (5 - (3 * h) / 0.1 + 2 * (h / 0.1) ** 2),
      () => 1,
    );
    const three = fitAtOrder(parabola, 2, 3).coefficients;
    [5, -3, 2].forEach((value, i) => {
      near(three[i], value);
    });
  });

  test('with a neglected term counts it as one more error, common to all points', () => {
    const tau = [0.3, 0.1, 0.02, 0.001];
    const { a, b, variance, chiSquare } = plainFit(points, 1, tau);
    const fit = fitAtOrder(points, 1, 2, tau);
    near(fit.coefficients[0], a);
    near(fit.coefficients[1], b);
    near(fit.covariance[0], variance);
    near(fit.chiSquare, chiSquare);
  });

  test('the neglected term is a quarter of what a geometric series goes on with, from a ratio of at most ½', () => {
    const series = (a: number, b: number): number[] => [
      ...truncationOf(
        ladder(
          [0.4, 0.2, 0.1],
          (h) => (h / 0.1) ** 2 * (a + (b * h) / 0.1),
          () => 0.1,
        ),
        2,
      ),
    ];
    const powers = [4, 2, 1].map((h) => h ** 4);
    series(2, -0.5).forEach((value, i) => {
      near(value, 0.25 * 0.25 ** 2 * 2 * powers[i], 1e-6);
    });
    series(-2, 3).forEach((value, i) => {
      near(value, 0.25 * 0.5 ** 2 * 2 * powers[i], 1e-6);
    });
    expect(series(0, 0)).toEqual([0, 0, 0]);
  });
});

/** The profile by its definition: χ² at every twentieth and between those where it matters; of these orders those count whose correction is at most half the leading term. */
function plainScan(
  points: readonly ErrorPoint[],
  z: number,
): { order: number; low: number; high: number; chiSquare: number } {
  const misfit = (p: number): number => {
    const { a, b, chiSquare } = plainFit(points, p, plainTruncation(points, p));
    return Math.abs(b) <= Math.abs(a) / 2 ? chiSquare : Number.POSITIVE_INFINITY;
  };
  const [from, to] = [-1, 8];
  const fine = Array.from({ length: 181 }, (_, i) => from + i / 20);
  const values = fine.map(misfit);
  const best = values.indexOf(Math.min(...values));
  let [order, width] = [fine[best], fine[1] - fine[0]];
  for (let i = 0; i < 40; i++) {
    const [left, right] = [Math.max(from, order - width), Math.min(to, order + width)];
    if (misfit(left) < misfit(order)) order = left;
    else if (misfit(right) < misfit(order)) order = right;
    else width /= 2;
  }
  const chiSquare = misfit(order);
  const within = (p: number): boolean => misfit(p) <= chiSquare + z * z;
  const edge = (inside: number, outside: number): number => {
    let [a, b] = [inside, outside];
    for (let i = 0; i < 40; i++) [a, b] = within((a + b) / 2) ? [(a + b) / 2, b] : [a, (a + b) / 2];
    return a;
  };
  const held = fine.map((p, i) => i === best || within(p));
  const [first, last] = [held.indexOf(true), held.lastIndexOf(true)];
  return {
    order,
    chiSquare,
    low: first === 0 ? from : edge(first === best ? order : fine[first], fine[first - 1]),
    high: last === fine.length - 1 ? to : edge(last === best ? order : fine[last], fine[last + 1]),
  };
}

/** How far the order is from the slope of its curve between the two finest points. */
function plainCorrection(points: readonly ErrorPoint[], order: number): number {
  const [coarse, fine] = points.slice(-2);
  const { a, b } = plainFit(points, order, plainTruncation(points, order));
  const curve = (h: number): number => h ** order * (a + (b * h) / fine.h);
  return Math.abs(Math.log(curve(coarse.h) / curve(fine.h)) / Math.log(coarse.h / fine.h) - order);
}

describe('the profile of the order', () => {
  test('holds all orders whose χ² is within z² of the least, on random ladders of three points', () => {
    const [uniform, normal] = [uniforms(5), normals(6)];
    for (let run = 0; run < 12; run++) {
      const [p, b, noise] = [0.5 + 2 * uniform(), -0.4 * uniform(), 0.01 + 0.03 * uniform()];
      const points = ladder(
        [1, 0.4 + 0.3 * uniform(), 0.1 + 0.2 * uniform()],
        (h) => h ** p * (1 + b * h) * (1 + noise * normal()),
        (h) => noise * h ** p,
      );
      const profile = profileOrder(points, 0.95);
      const plain = plainScan(points, Z95);
      expect(Math.abs(profile.order - plain.order)).toBeLessThan(1e-5);
      const doubt = Math.min(0.1, plainCorrection(points, plain.order));
      expect(profile.interval[0]).toBeCloseTo(Math.min(plain.low, plain.order - doubt), 5);
      expect(profile.interval[1]).toBeCloseTo(Math.max(plain.high, plain.order + doubt), 5);
      expect(profile.withoutCoarsest[0]).toBeCloseTo(plain.low, 5);
      expect(profile.withoutCoarsest[1]).toBeCloseTo(plain.high, 5);
      expect(profile.points).toBe(points);
    }
  });

  test('of four points reaches to the interval of the three finest', () => {
    const z99 = 2.5758293035489004;
    for (const [seed, noise, kept] of [
      [1, 0.04, 4],
      [2, 0.04, 4],
      [3, 0.01, 4],
      [8, 0.005, 4],
    ]) {
      const normal = normals(seed);
      const points = ladder(
        halvings(4),
        (h) => h * (1 - 0.2 * h) * (1 + noise * normal()),
        (h) => noise * h,
      );
      expect(profileOrder(points, 0.99).points).toHaveLength(kept);
      compare(points, 0.99, z99);
    }
    const joined = [
      // Nearly inadequate: the orders that the four points leave are beside those that the three finest do.
      [0.0022, 0.00424, 1.0363, 0.9946, 1.0044, 0.9939],
      [0.000113, 0.00333, 1.0281, 0.9956, 1.0045, 0.9997],
    ];
    for (const [coarse, fine, ...factors] of joined) {
      for (const turn of [1, -1]) {
        const points = halvings(4).map((h, i) => ({
          h,
          error: h * factors[i] ** turn,
          standardError: h * (i === 0 ? coarse : fine),
        }));
        compare(points, 0.95, Z95);
      }
    }
  });

  /** Against the definition, with at least four points that all fit. */
  function compare(points: readonly ErrorPoint[], level: number, z: number): void {
    const { order, interval, withoutCoarsest, adequacy } = profileOrder(points, level);
    const [all, fewer] = [plainScan(points, z), plainScan(points.slice(1), z)];
    const doubt = Math.min(0.1, plainCorrection(points, all.order));
    expect(Math.abs(order - all.order)).toBeLessThan(1e-5);
    expect(withoutCoarsest[0]).toBeCloseTo(fewer.low, 5);
    expect(withoutCoarsest[1]).toBeCloseTo(fewer.high, 5);
    expect(interval[0]).toBeCloseTo(Math.min(all.low, all.order - doubt, fewer.high), 5);
    expect(interval[1]).toBeCloseTo(Math.max(all.high, all.order + doubt, fewer.low), 5);
    expect(adequacy).toBeGreaterThan(ADEQUATE);
  }

  test('is the same for errors of the other sign', () => {
    const normal = normals(21);
    const points = ladder(
      halvings(4),
      (h) => h * (1 + 0.3 * h) * (1 + 0.02 * normal()),
      (h) => 0.02 * h,
    );
    const turned = points.map((point) => ({ ...point, error: -point.error }));
    const { points: _, ...up } = profileOrder(points, 0.95);
    const { points: __, ...down } = profileOrder(turned, 0.95);
    expect(down).toEqual(up);
    expect(truncationOf(turned, 1)).toEqual(truncationOf(points, 1));
    for (const expected of [0.5, 1, 1.5]) {
      const [one, other] = [points, turned].map((given) => fitOrder(given, { expected }));
      expect([other.verdict, other.reason, other.samplesFactor]).toEqual([one.verdict, one.reason, one.samplesFactor]);
    }
  });

  test('leaves out coarse points until the model fits, and keeps three', () => {
    const wild = (h: number): number => h * (h > 0.3 ? -20 : 1);
    const points = ladder(halvings(6), wild, (h) => 0.001 * h);
    const { points: kept, order, adequacy } = profileOrder(points, 0.95);
    expect(kept).toEqual(points.slice(2));
    expect(Math.abs(order - 1)).toBeLessThan(0.01);
    expect(adequacy).toBeGreaterThan(ADEQUATE);

    const never = halvings(5).map((h, i) => ({ h, error: (-1) ** i, standardError: 0.001 }));
    const lost = profileOrder(never, 0.95);
    expect(lost.points).toEqual(never.slice(2));
    expect(lost.adequacy).toBeLessThan(ADEQUATE);
  });

  test('three points that no such curve passes fit as little as four', () => {
    // Slopes of 3.3 and 1: those of h^p (1 + b h) with |b| h ≤ ½ on the finest step differ by less.
    const points = [1, 0.1, 0.05].map((error, i) => ({ h: 2 ** -i, error, standardError: 0.01 * error }));
    expect(profileOrder(points, 0.95).adequacy).toBeLessThan(1e-9);
    const { verdict, reason } = fitOrder(points, { expected: 3 });
    expect(verdict).toBe('inconclusive');
    expect(reason).toBe('h^p (a + b h) does not fit even the three finest steps: finer steps are needed');
  });

  test('is adequate with the tail of χ² of all points but three', () => {
    for (const noise of [0.5, 1, 1.5]) {
      const points = ladder(
        halvings(5),
        (h) => h * (1 + noise * 0.05 * Math.cos(30 / h)),
        (h) => 0.05 * h,
      );
      const { adequacy } = profileOrder(points, 0.95);
      // Two degrees of freedom: the tail of χ² is e^(−x/2).
      expect(adequacy).toBeCloseTo(Math.exp(-plainScan(points, Z95).chiSquare / 2), 6);
    }
  });

  test('a pure power has its order, and an interval that a correction alone does not widen', () => {
    const points = ladder(
      halvings(5),
      (h) => h ** 2,
      (h) => 1e-6 * h ** 2,
    );
    const { order, interval } = profileOrder(points, 0.95);
    expect(Math.abs(order - 2)).toBeLessThan(1e-6);
    expect(interval[1] - interval[0]).toBeLessThan(1e-3);
  });

  test('a correction is in doubt up to a tenth', () => {
    for (const b of [0.4, 2, -2]) {
      const points = ladder(
        halvings(5),
        (h) => h * (1 + b * h),
        (h) => 1e-7 * h,
      );
      const { order, interval, points: kept } = profileOrder(points, 0.95);
      const doubt = Math.min(0.1, plainCorrection(kept, order));
      expect(interval[0]).toBeCloseTo(order - doubt, 3);
      expect(interval[1]).toBeCloseTo(order + doubt, 3);
    }
  });

  test('ends where orders end', () => {
    expect(ORDER_RANGE).toEqual([-1, 8]);
    const noise = ladder(
      halvings(4),
      (h) => h,
      () => 10,
    );
    expect(profileOrder(noise, 0.95).interval[1]).toBe(8);
    // Errors that do not fall at all, and errors that fall like h^8.
    const growing = ladder(
      halvings(4),
      (h) => h ** -1.5,
      (h) => 0.05 * h ** -1.5,
    );
    expect(profileOrder(growing, 0.95).withoutCoarsest[0]).toBe(-1);
    const steep = ladder(
      halvings(4),
      (h) => h ** 8,
      (h) => 0.3 * h ** 8,
    );
    expect(profileOrder(steep, 0.95).withoutCoarsest[1]).toBe(8);
  });
});
