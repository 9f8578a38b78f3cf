import { describe, expect, test } from 'vitest';
import type { LevelError } from '#sde-core/estimation/level-error';
import type { LevelSampler } from '#sde-core/estimation/level-sampler';
import {
  isDoubtful,
  levelReports,
  type MultilevelWarning,
  ratesOf,
  warningsOf,
} from '#sde-core/estimation/multilevel-report';
import { momentsOf } from '#sde-core/numerics/moments';
import { evenly, levelOf, lonely, withMoments } from './levels-of-values.js';

const about = { confidence: 0.95, remedy: '', withheld: false };
const said = (levels: readonly LevelSampler[], how: Partial<typeof about> = {}): readonly MultilevelWarning[] =>
  warningsOf(levels, levelReports(levels, how.withheld ?? false), { ...about, ...how });
const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);

describe('the rows of a report', () => {
  test('are the moments of each level', () => {
    const levels = [
      levelOf([1, 2, 6, 7], { steps: 3, cost: 12 }),
      levelOf([0, 0, 0, 4, Number.NaN], { steps: 6, cost: 77 }),
      levelOf([5, 5, 5], { steps: 12 }),
    ];
    const [first, second, third] = levelReports(levels, false);
    expect(first).toMatchObject({ level: 0, steps: 3, paths: 4, mean: 4, nonFinite: 0, cost: 12 });
    expect(first.variance).toBeCloseTo(26 / 3, 12);
    expect(first.standardError).toBeCloseTo(Math.sqrt(26 / 3 / 4), 12);
    // (81 + 16 + 16 + 81) / 4 over 6.5².
    expect(first.kurtosis).toBeCloseTo((2 * (81 + 16)) / 4 / 6.5 ** 2, 12);
    expect('consistency' in first).toBe(false);
    expect(second).toMatchObject({ level: 1, steps: 6, paths: 5, mean: 1, nonFinite: 1, cost: 77 });
    expect(second.variance).toBeCloseTo(4, 12);
    expect(second.standardError).toBeCloseTo(1, 12);
    expect(third).toMatchObject({ variance: 0, kurtosis: 1, mean: 5 });
  });

  test('have no numbers where paths were lost, unless they are excluded', () => {
    const levels = [levelOf([1, 2, 3]), levelOf([1, 2, Number.NaN, 3]), levelOf([Number.NaN, Number.NaN])];
    const [whole, hidden, nothing] = levelReports(levels, true);
    expect(whole).toMatchObject({ mean: 2, variance: 1 });
    for (const row of [hidden, nothing]) {
      expect(row).toMatchObject({
        mean: Number.NaN,
        variance: Number.NaN,
        standardError: Number.NaN,
        kurtosis: Number.NaN,
      });
    }
    expect(hidden).toMatchObject({ paths: 4, nonFinite: 1 });
    expect(levelReports(levels, false)[1]).toMatchObject({ mean: 2, variance: 1 });
    expect(levelReports(levels, false)[2].kurtosis).toBeNaN();
  });

  test('compare the coarse mean with the fine one of the level before, in standard errors', () => {
    const of = (fine: readonly number[], coarse?: readonly number[]): LevelSampler =>
      levelOf([0, 1], { diagnostics: { fine: momentsOf(fine), ...(coarse && { coarse: momentsOf(coarse) }) } });
    const consistencies = levelReports(
      [of([1, 3]), of([5, 5], [2, 4, 6]), of([2, 2], [5, 5]), of([0, 0], [3, 3]), of([9, 9])],
      false,
    ).map(({ consistency }) => consistency);
    // (4 − 2) / √(4/3 + 2/2); constants that agree, and that do not.
    expect(consistencies[1]).toBeCloseTo(2 / Math.sqrt(4 / 3 + 1), 12);
    expect(consistencies[2]).toBe(0);
    expect(consistencies[3]).toBe(Number.POSITIVE_INFINITY);
    expect([consistencies[0], consistencies[4]]).toEqual([undefined, undefined]);
    // Rounding of sums of one constant is no difference; what is more is.
    const apart = (by: number) => levelReports([of([1, 1]), of([7, 7], [1 + by, 1 + by])], false)[1].consistency;
    expect(apart(7 * Number.EPSILON)).toBe(0);
    expect(apart(16 * Number.EPSILON)).toBe(Number.POSITIVE_INFINITY);
    expect(levelReports([of([-1e3, -1e3]), of([0, 0], [-1e3 - 1e-13, -1e3 - 1e-13])], false)[1].consistency).toBe(0);
  });
});

describe('a level is doubtful', () => {
  const error = (more: Partial<LevelError>): LevelError => ({
    reach: 1,
    trusted: false,
    carriers: 3,
    bounded: false,
    ...more,
  });
  const pair = levelOf(evenly(1000, 0, 1));
  test('if it is not trusted, nothing bounds it, and it is the first or few values carry it', () => {
    expect(isDoubtful(error({}), pair)).toBe(true);
    expect(isDoubtful(error({ trusted: true }), pair)).toBe(false);
    expect(isDoubtful(error({ bounded: true }), pair)).toBe(false);
    expect(isDoubtful(error({ carriers: 9.9 }), pair)).toBe(true);
    expect(isDoubtful(error({ carriers: 10 }), pair)).toBe(false);
    expect(isDoubtful(error({ carriers: 10 }), { ...pair, kind: 'single' })).toBe(true);
    // Of few values a tenth is enough.
    const few = levelOf(evenly(60, 0, 1));
    expect(isDoubtful(error({ carriers: 5.9 }), few)).toBe(true);
    expect(isDoubtful(error({ carriers: 6 }), few)).toBe(false);
  });
});

describe('what is said of levels', () => {
  const fine = levelOf(evenly(100, 0, 1));

  test('nothing where there is nothing to say', () => {
    expect(said([{ ...fine, kind: 'single' }, fine, fine])).toEqual([]);
  });

  test('lost paths, with their number, and nothing else of that level', () => {
    const lossy = levelOf([...lonely(1000), Number.NaN, Number.NaN]);
    const [warning, ...others] = said([fine, lossy], { remedy: 'Mend it.', withheld: true });
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ kind: 'lost-paths', level: 1, lost: 2, paths: 1002 });
    expect(warning.message).toMatch(/the mean is withheld.*Mend it\.$/);
    expect(said([lossy])[0].message).toMatch(/the mean describes the others alone/);
  });

  test('levels that do not telescope, at an error probability of 1e-5 either way', () => {
    const at = (distance: number): readonly MultilevelWarning[] => {
      const levels = [fine, fine];
      const reports = levelReports(levels, false).map((row, l) => (l === 1 ? { ...row, consistency: distance } : row));
      return warningsOf(levels, reports, about);
    };
    // The normal quantile of 5e-6 is 4.4172 (two sides of 1e-5).
    for (const far of [5, -5]) {
      expect(at(far)).toMatchObject([{ kind: 'telescoping', level: 1, consistency: far }]);
    }
    for (const near of [0, 4, -4]) expect(at(near)).toEqual([]);
  });

  test('states below 0, as many as there were', () => {
    const below = withMoments(fine, { negative: 3 });
    expect(said([fine, below])).toMatchObject([{ kind: 'negative-states', level: 1, negative: 3, paths: 100 }]);
    expect(said([withMoments(fine, { negative: 0 })])).toEqual([]);
  });

  test('squares that leave the numbers', () => {
    const wide = levelOf(Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 2e200 : -3e200)));
    const narrow = levelOf(lonely(1000, 1e-200));
    expect(said([wide])).toMatchObject([{ kind: 'out-of-scale', level: 0, least: -3e200, most: 2e200 }]);
    expect(said([narrow])).toMatchObject([{ kind: 'out-of-scale', level: 0, least: 0, most: 1e-200 }]);
  });

  test('that no variance was seen: of the first level, and where nothing bounds what was missed', () => {
    const unit = { lowest: 0, highest: 1 };
    const open = said([levelOf(zeros(64), { kind: 'single' })]);
    expect(open).toMatchObject([
      { kind: 'rare-event', level: 0, hits: 0, count: 64, carriers: 0, reach: Number.POSITIVE_INFINITY },
    ]);
    expect(open[0].message).toContain('nothing bounds its mean');
    const [first] = said([levelOf(zeros(64), { kind: 'single', known: unit })]);
    expect(first).toMatchObject({ kind: 'rare-event', hits: 0, count: 64 });
    expect(first.message).toMatch(/is taken as known to 0\.056/);
    expect(said([fine, levelOf(zeros(64))])).toMatchObject([{ kind: 'rare-event', level: 1, hits: 0 }]);
    expect(said([fine, levelOf(zeros(64), { known: unit })])).toEqual([]);
    expect(said([levelOf(zeros(64), { kind: 'single', known: { lowest: 0, highest: 0 } })])).toEqual([]);
  });

  test('that few values carry it: rare where most are one value, heavy where they are not', () => {
    expect(said([fine, levelOf(lonely(1000))])).toMatchObject([
      { kind: 'rare-event', level: 1, hits: 1, count: 1000, carriers: expect.closeTo(1, 1) },
    ]);
    // Of all the values that differ one carries the variance; or but half of them differ.
    const slope = Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1e6 : i / 1000));
    expect(said([fine, levelOf(slope)])).toMatchObject([{ kind: 'heavy-tail', level: 1, hits: 999, count: 1000 }]);
    const half = (equal: number): number[] => slope.map((value, i) => (i > 0 && i <= equal ? 0 : value));
    expect(said([levelOf(half(500))])).toMatchObject([{ kind: 'heavy-tail', hits: 500 }]);
    expect(said([levelOf(half(501))])).toMatchObject([{ kind: 'rare-event', hits: 499 }]);
    // From ten on, or a tenth of few, nothing is said.
    const carried = (by: number, count: number): number[] => Array.from({ length: count }, (_, i) => (i < by ? 1 : 0));
    expect(said([levelOf(carried(9, 1000))])).toMatchObject([{ kind: 'rare-event', hits: 9 }]);
    expect(said([levelOf(carried(11, 1000))])).toEqual([]);
    expect(said([levelOf(lonely(14))])).toMatchObject([{ kind: 'rare-event', hits: 1 }]);
    expect(said([levelOf(carried(2, 14))])).toEqual([]);
  });
});

test('rates are those of means and variances from level 1 on', () => {
  const row = (level: number, mean: number, variance: number) => ({
    level,
    steps: 2 ** level,
    paths: 10_000,
    mean,
    variance,
    standardError: Math.sqrt(variance / 10_000),
    kurtosis: 3,
    nonFinite: 0,
    cost: 1,
  });
  const rows = [0, 1, 2, 3, 4].map((l) => (l === 0 ? row(0, 77, 1e6) : row(l, 2 ** (-1.5 * l), 1e-3 * 2 ** (-2 * l))));
  expect(ratesOf(rows).weak).toBeCloseTo(1.5, 9);
  expect(ratesOf(rows).variance).toBeCloseTo(2, 9);
  expect(ratesOf(rows.slice(0, 2))).toEqual({});
  // Means within two standard errors say nothing; variances of few paths neither.
  const vague = rows.map((each) => ({ ...each, standardError: Math.abs(each.mean), kurtosis: 1e5 }));
  expect(ratesOf(vague)).toEqual({});
  // A level that is known better weighs more: with the kurtosis k, Var(log V) is (k − 1)/n.
  const bent = rows.map((each, l) => ({
    ...each,
    variance: each.variance * (l === 4 ? 2 : 1),
    kurtosis: l === 4 ? 301 : 4,
  }));
  const weights = [3, 3, 3, 300].map((scatter) => 1 / scatter);
  const [x, y] = [[1, 2, 3, 4], bent.slice(1).map(({ variance }) => Math.log2(variance))];
  const mean = (of: readonly number[]): number => of.reduce((sum, v, i) => sum + v * weights[i], 0) / (1 + 1 / 300);
  const slope =
    x.reduce((sum, v, i) => sum + weights[i] * (v - mean(x)) * (y[i] - mean(y)), 0) /
    x.reduce((sum, v, i) => sum + weights[i] * (v - mean(x)) ** 2, 0);
  expect(ratesOf(bent).variance).toBeCloseTo(-slope, 6);
});
