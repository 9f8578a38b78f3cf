import { type ErrorPoint, fitOrder, type OrderFit } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { pathsNeeded } from '#sde-core/studies/order-fit';
import { profileOrder } from '#sde-core/studies/order-profile';
import { plainFit, Z95 } from './plain-fits.js';

const halvings = (n: number): number[] => Array.from({ length: n }, (_, i) => 2 ** -i);
const exact = (n: number, error: (h: number) => number): ErrorPoint[] =>
  halvings(n).map((h) => ({ h, error: error(h), standardError: 0 }));

/**
 * Three exact errors whose order is p and whose interval reaches w to either side: log |error| = p log h + c h has slopes p + c/(2 log 2) and
 * p + c/(4 log 2), so that both changes of the extrapolation are c/(4 log 2).
 */
const withHalfWidth = (p: number, w: number): ErrorPoint[] =>
  exact(3, (h) => h ** p * Math.exp(4 * Math.LN2 * (w - 8e-9 * Math.max(1, p)) * h));
const judge = (points: readonly ErrorPoint[], expected: number, confidence?: number): OrderFit =>
  fitOrder(points, { expected, confidence });

describe('verdicts on exact errors', () => {
  test('the interval is the order and its half-width', () => {
    const { value, interval, expected, localSlopes } = judge(withHalfWidth(1, 0.3), 1, 0.9);
    expect(value).toBeCloseTo(1, 10);
    expect(interval.low).toBeCloseTo(0.7, 9);
    expect(interval.high).toBeCloseTo(1.3, 9);
    expect([interval.level, expected]).toEqual([0.9, 1]);
    expect(localSlopes[0]).toBeCloseTo(1.6, 6);
    expect(localSlopes[1]).toBeCloseTo(1.3, 6);
  });

  test('confirmed: the order is held and neither neighbor at ½ is', () => {
    expect(judge(withHalfWidth(1, 0.49), 1)).toMatchObject({
      verdict: 'confirmed',
      reason: 'the order lies in [0.51, 1.49], which holds 1 and no neighbor at ±½',
    });
    expect(judge(withHalfWidth(1, 0.51), 1)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'the interval [0.49, 1.51] also holds 0.5 and 1.5: more and finer steps are needed',
    });
    expect(judge(withHalfWidth(1.2, 0.35), 1).reason).toContain('also holds 1.5:');
    expect(judge(withHalfWidth(0.8, 0.35), 1).reason).toContain('also holds 0.5:');
    expect(judge(withHalfWidth(0.8, 0.29), 1).verdict).toBe('confirmed');
    expect(judge(withHalfWidth(1.2, 0.29), 1).verdict).toBe('confirmed');
  });

  test('refuted: the order is below by more than three half-widths, and nearer to another half', () => {
    expect(judge(withHalfWidth(1, 0.34), 2)).toMatchObject({ verdict: 'inconclusive' });
    expect(judge(withHalfWidth(1, 0.34), 2).reason).toBe(
      '2 is left out, but not with certainty: finer steps are needed',
    );
    // Slopes of an exact power neither rise nor fall.
    const power = exact(4, (h) => h);
    expect(judge(power, 2)).toMatchObject({
      verdict: 'refuted',
      reason: 'the order lies in [1.00, 1.00], which leaves out 2',
    });
    expect(judge(power, 1.26).verdict).toBe('refuted');
    expect(judge(power, 1.24)).toMatchObject({
      verdict: 'inconclusive',
      reason:
        'the interval [1.00, 1.00] leaves out 1.24 and every other order: these steps are not yet asymptotic, finer ones are needed',
    });
    expect(judge(power, 0.76).reason).toContain('every other order');
    expect(judge(power, 0.74).reason).toBe(
      'the order lies in [1.00, 1.00], above 0.74, which is a bound: the leading constant is zero, or too small to be seen on these steps',
    );
  });

  test('a half-width is held to three, and not to less or more', () => {
    // Slopes fall, so that nothing but the distance speaks: half-width 0.1.
    const points = withHalfWidth(1, 0.1);
    expect(judge(points, 1.05).verdict).toBe('confirmed');
    expect(judge(points, 1.11).reason).toContain('not with certainty');
    expect(judge(points, 1.29).reason).toContain('not with certainty');
    expect(judge(points, 1.31).verdict).toBe('refuted');
    // Above the bound there is nothing to be certain of.
    expect(judge(points, 0.7).reason).toContain('which is a bound');
  });

  test('refuted only where slopes do not still rise towards the order', () => {
    /** Errors of these slopes, coarse to fine. */
    const sloped = (...slopes: number[]): ErrorPoint[] => {
      let error = 1;
      return [0, ...slopes].map((slope, i) => {
        error /= 2 ** slope;
        return { h: 2 ** -i, error, standardError: 0 };
      });
    };
    // The rise is the mean of the last one and half of that before: (0.02 + 0.04/2)/2 = 0.02; ten of them go 0.2 far.
    const points = sloped(0.9, 0.94, 0.96);
    expect(judge(points, 1.159).verdict).not.toBe('refuted');
    const found = judge(points, 1.5);
    expect(found.verdict).toBe('refuted');
    const rising = (rise: number): OrderFit => judge(sloped(1 - 3 * rise, 1 - rise, 1), 1.5);
    // A rise of r after one of 2 r: ten of r against the ½ that is missing.
    expect(rising(0.0495).verdict).toBe('refuted');
    expect(rising(0.0505)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'not yet asymptotic: the slopes still rise towards 1.5; finer steps are needed',
    });
    // Equal rises of r: the mean is ¾ r.
    const evenly = (rise: number): OrderFit => judge(sloped(1 - 2 * rise, 1 - rise, 1), 1.5);
    expect(evenly(0.066).verdict).toBe('refuted');
    expect(evenly(0.0673).reason).toContain('still rise');
    // Two slopes: half of the last rise is all there is.
    expect(judge(sloped(1 - 0.099, 1), 1.5).verdict).toBe('refuted');
    expect(judge(sloped(1 - 0.101, 1), 1.5).reason).toContain('still rise');
    // Slopes that fall, or stay.
    expect(judge(sloped(1, 1, 1), 1.5).verdict).toBe('refuted');
    expect(judge(sloped(1.1, 1.05, 1.02), 1.5).verdict).toBe('refuted');
  });

  test('an order is named only where error / h^p settles for it, or hardly changes', () => {
    const changing = (...quotients: number[]): OrderFit =>
      judge(
        quotients.map((q, i) => ({ h: 2 ** -i, error: q * 2 ** -i, standardError: 0 })),
        2,
      );
    // The last change as large as the one before does not settle; below a twentieth on both finest steps it need not.
    expect(changing(1.09, 1.045, 1).verdict).toBe('refuted');
    expect(changing(1.12, 1.06, 1).reason).toContain('not yet asymptotic: error / h^1 changes by');
    expect(changing(1.1035, 1.049, 1).reason).toContain('not yet asymptotic: error / h^1 changes by');
    expect(changing(1.09, 1.052, 1).reason).toContain('not yet asymptotic: error / h^1 changes by');
  });

  test('the constant is that of the expected order', () => {
    const { constant } = judge(
      exact(4, (h) => h * (3 + h)),
      1,
    );
    expect(constant).toMatchObject({ order: 1, verdict: 'settled' });
    expect(constant.value).toBeCloseTo(3, 10);
    expect(constant.interval.level).toBe(0.95);
  });

  test('without three errors of one sign the slope is all there is', () => {
    const two = judge(
      exact(2, (h) => h ** 1.5),
      1.5,
    );
    expect(two.value).toBeCloseTo(1.5, 12);
    expect([two.interval.low, two.interval.high]).toEqual([-1, 8]);
    expect(two.reason).toContain('fewer than three errors of one sign');
    const turned = judge(
      [1, 1, -1].map((error, i) => ({ h: 2 ** -i, error, standardError: 0 })),
      1,
    );
    expect([turned.value, turned.interval.low, turned.interval.high]).toEqual([0, -1, 8]);
    const none = judge(
      exact(3, () => 0),
      1,
    );
    expect([none.value, none.interval.low, none.interval.high, none.verdict]).toEqual([8, -1, 8, 'inconclusive']);
    // One error that is not 0 is an error.
    expect(
      judge(
        [1, 0, 0].map((error, i) => ({ h: 2 ** -i, error, standardError: 0 })),
        1,
      ).reason,
    ).not.toContain('exactly 0');
  });
});

const measured = (n: number, error: (h: number) => number, sigma: (h: number) => number): ErrorPoint[] =>
  halvings(n).map((h) => ({ h, error: error(h), standardError: sigma(h) }));

/** With F times the samples χ² of the best curve of the expected order at its neighbors is F times as large, and z² is needed. */
function plainFactor(points: readonly ErrorPoint[], expected: number, z: number): number {
  const least = Math.min(...points.map(({ h }) => h));
  const { a, b } = plainFit(points, expected);
  const curve = points.map((point) => {
    const u = point.h / least;
    return { ...point, error: a * u ** expected + b * u ** (expected + 1) };
  });
  return z ** 2 / Math.min(...[-0.5, 0.5].map((by) => plainFit(curve, expected + by).chiSquare));
}

describe('verdicts on measured errors', () => {
  test('two steps, or none, tell nothing', () => {
    const two = judge(
      measured(
        2,
        (h) => h ** 1.5,
        (h) => 0.01 * h,
      ),
      1.5,
    );
    expect(two.value).toBeCloseTo(1.5, 10);
    expect([two.interval.low, two.interval.high]).toEqual([-1, 8]);
    expect(two.reason).toBe('two steps cannot tell an order from its correction: a third is needed');
    expect(two.samplesFactor).toBeUndefined();
    const turned = judge(
      measured(
        2,
        (h) => (h === 1 ? 1 : -1),
        () => 0.01,
      ),
      1,
    );
    expect(turned.value).toBe(0);
  });

  test('errors are told from zero by the tail of χ² of all of them', () => {
    // 16.266 is the value of χ² with three degrees of freedom that is exceeded with probability 1/1000.
    const ratio = (square: number): OrderFit => {
      const size = Math.sqrt(square / 3);
      return judge(
        measured(
          3,
          (h) => size * h,
          (h) => h,
        ),
        1,
      );
    };
    const below = ratio(16.2);
    expect(below.reason).toMatch(/^the errors do not differ from zero/);
    expect([below.interval.low, below.interval.high]).toEqual([-1, 8]);
    expect(ratio(16.3).reason).not.toContain('differ from zero');
  });

  test('the samples that would decide follow from the curve of the expected order', () => {
    for (const [confidence, z] of [
      [0.95, Z95],
      [0.99, 2.5758293035489004],
    ]) {
      for (const expected of [1, 1.5]) {
        const points = measured(
          4,
          (h) => h ** expected * (1 + 0.1 * h),
          (h) => 0.2 * h ** expected,
        );
        const { samplesFactor = 0, verdict, reason } = judge(points, expected, confidence);
        const factor = plainFactor(points, expected, z);
        expect(verdict).toBe('inconclusive');
        expect(samplesFactor / factor).toBeCloseTo(1, 8);
        expect(reason).toContain(`about ${Number(factor.toPrecision(2))} times the samples would decide`);
      }
    }
  });

  test('samples that cannot decide are not asked for', () => {
    // Two of the three sampling errors are beyond any use: with h^p (a + b h) for every p the rest is met.
    const points = [1, 0.5, 0.25].map((h, i) => ({ h, error: h, standardError: i === 2 ? 0.01 : 1e6 }));
    const { samplesFactor, reason } = judge(points, 1);
    expect(samplesFactor).toBeUndefined();
    expect(reason).toMatch(/; finer steps are needed, more samples alone would not do$/);
  });

  test('an order is left out with certainty from one and a half half-widths on', () => {
    const points = measured(
      5,
      (h) => h,
      (h) => 0.02 * h,
    );
    const { order, interval, withoutCoarsest } = profileOrder(points, 0.95);
    expect(order).toBeCloseTo(1, 3);
    const width = interval[1] - order;
    expect(width).toBeGreaterThan(0.03);
    // z at a tenth of the error probability over z: 2.80703 / 1.95996.
    const stretch = 2.8070337683438042 / Z95;
    const sure = Math.max(order + stretch * width, withoutCoarsest[1]);
    expect(judge(points, order + 0.99 * width).verdict).toBe('confirmed');
    const close = judge(points, interval[1] + 0.001);
    expect(close.verdict).toBe('inconclusive');
    expect(close.reason).toContain('is left out, but not with certainty; about');
    expect(close.samplesFactor).toBe(1.2);
    expect(judge(points, Math.max(order + 0.3, sure + 0.005))).toMatchObject({
      verdict: 'refuted',
      reason: expect.stringContaining('which leaves out'),
    });
    expect(judge(points, sure - 0.005).reason).toContain('not with certainty');
    // Below the interval there is no doubt to be removed by samples.
    const below = judge(points, interval[0] - 0.3);
    expect(below.reason).toContain('which is a bound');
    expect(below.samplesFactor).toBeUndefined();
  });

  test('the margin is of the upper side of the interval, where the fit without the coarsest step allows it', () => {
    // The coarsest step weighs little: without it the interval is the same, and only the stretch decides.
    const points = measured(
      5,
      (h) => h * (1 + 0.3 * h),
      (h) => 0.05 * h * (h === 1 ? 40 : 1),
    );
    const { order, interval, withoutCoarsest } = profileOrder(points, 0.95);
    expect(withoutCoarsest[1] - interval[1]).toBeLessThan(0.02);
    const width = interval[1] - order;
    const stretch = 2.8070337683438042 / Z95;
    expect(order + stretch * width).toBeGreaterThan(withoutCoarsest[1] + 0.05);
    const at = (part: number): OrderFit => judge(points, order + part * width);
    expect(at(stretch - 0.02).reason).toContain('not with certainty');
    expect(at(stretch + 0.02).reason).not.toContain('not with certainty');
  });

  test('an interval that holds a neighbor too asks for samples, one that does not is enough', () => {
    const at = (share: number): OrderFit =>
      judge(
        measured(
          4,
          (h) => h ** 2,
          (h) => share * h ** 2,
        ),
        2,
      );
    const wide = at(0.2);
    expect(wide.reason).toMatch(
      /^the interval \[[\d.]+, [\d.]+\] also holds .*about [\d.]+ times the samples would decide$/,
    );
    const narrow = at(0.02);
    expect(narrow.verdict).toBe('confirmed');
    expect(narrow.samplesFactor).toBeUndefined();
    const { low, high } = wide.interval;
    expect(wide.reason).toContain(`[${low.toFixed(2)}, ${high.toFixed(2)}]`);
  });

  test('signs that are seen to differ decide nothing', () => {
    const turned = (share: number): OrderFit =>
      judge(
        measured(
          4,
          (h) => h ** 2 * (h === 1 ? -1 : 1),
          (h) => h ** 2 * (h === 1 ? share : 0.01),
        ),
        3,
      );
    expect(turned(0.49).reason).toContain('change sign on these steps');
    expect(turned(0.51).reason).not.toContain('change sign');
  });

  test('noise of the finest errors counts in the rise of slopes', () => {
    const at = (share: number): OrderFit =>
      judge(
        measured(
          4,
          (h) => h,
          (h) => share * h,
        ),
        1.5,
      );
    // Half of ten rises with their noise: 5 · hypot(1, 1.5, ¼, ¼) share / log 2 reaches ½ at 0.0379.
    expect(at(0.036).verdict).toBe('refuted');
    expect(at(0.04).verdict).toBe('inconclusive');
  });
});

describe('paths that would decide', () => {
  test('are those that did not, times the factor, and whole', () => {
    expect(pathsNeeded({ samplesFactor: 1.201 }, 1000)).toEqual({ pathsNeeded: 1201 });
    expect(pathsNeeded({ samplesFactor: 1.5 }, 101)).toEqual({ pathsNeeded: 152 });
    expect(pathsNeeded({}, 1000)).toEqual({});
  });
});
