import { describe, expect, test } from 'vitest';
import { levelError, varianceOf } from '#sde-core/estimation/level-error';
import { studentHalfWidth } from '#sde-core/numerics/distributions';
import { momentsOf } from '#sde-core/numerics/moments';
import { evenly, levelOf, lonely } from './levels-of-values.js';

const unit = { lowest: 0, highest: 1 };
/** What is as rare as no hits among n leaves possible, at 0.95. */
const missed = (n: number): number => 1 - 0.025 ** (1 / n);
const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);
const near = (value: number, expected: number): void => expect(Math.abs(value / expected - 1)).toBeLessThan(1e-9);

describe('the variance of a level', () => {
  test('is that of the sample, and unknown for fewer than two', () => {
    expect(varianceOf(momentsOf([1, 3]))).toBe(2);
    expect(varianceOf(momentsOf([1, 3, 5]))).toBe(4);
    expect(varianceOf(momentsOf([7, 7]))).toBe(0);
    // Values apart by less than its square can say.
    for (const values of [[], [1], [0, 1e-200], [1e200, -1e200]])
      expect(varianceOf(momentsOf(values))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the error of a level of differences', () => {
  test('is Student’s where enough values carry the variance', () => {
    const error = levelError(levelOf(evenly(100, 3, 2)), 0.95);
    near(error.reach, studentHalfWidth(0.95, 99) * Math.sqrt((100 * 4) / 99 / 100));
    expect(error).toMatchObject({ trusted: true, bounded: false });
    near(error.carriers, 100);
    expect(levelError(levelOf(evenly(100, 3, 2), { known: unit }), 0.95)).toMatchObject({
      bounded: true,
      trusted: true,
    });
    // Two values are not taken for all that a difference may be, nor are bounds of φ those of a difference.
    near(levelError(levelOf(evenly(100, 3, 2), { known: unit, closed: true }), 0.95).reach, error.reach);
  });

  test('is not trusted where one value carries it', () => {
    const error = levelError(levelOf(lonely(1000)), 0.95);
    expect(error.trusted).toBe(false);
    expect(error.carriers).toBeLessThan(1.01);
    // The freedom that the scatter of the variance leaves: 2n/(kurtosis − 1), n the kurtosis here.
    expect(error.reach).toBeGreaterThan(studentHalfWidth(0.95, 3) * 0.001);
  });

  test('is that of no hits where all are the same: as wide as φ may be', () => {
    for (const n of [2, 100]) {
      const error = levelError(levelOf(zeros(n), { known: { lowest: -1, highest: 3 } }), 0.95);
      near(error.reach, 4 * missed(n));
      expect(error).toMatchObject({ trusted: false, carriers: n, bounded: true });
    }
    near(levelError(levelOf(zeros(50), { known: unit }), 0.9).reach, 1 - 0.05 ** (1 / 50));
  });

  test('is there as wide as φ was seen to be on either copy, where it has no bounds', () => {
    const [low, high] = [momentsOf([-2, 1]), momentsOf([0, 5])];
    const open = { lowest: 0, highest: Number.POSITIVE_INFINITY };
    for (const [diagnostics, width] of [
      [{ fine: low, coarse: high }, 7],
      [{ fine: high, coarse: low }, 7],
      [{ fine: low }, 3],
      [{ fine: momentsOf([]), coarse: high }, 5],
    ] as const) {
      const error = levelError(levelOf(zeros(20), { diagnostics, known: open }), 0.95);
      near(error.reach, width * missed(20));
      expect(error).toMatchObject({ trusted: false, carriers: 20, bounded: false });
    }
  });

  test('is unknown where nothing was seen that varies, and 0 where nothing can', () => {
    const none = { reach: Number.POSITIVE_INFINITY, trusted: false, carriers: 0, bounded: false };
    const still = momentsOf([4, 4]);
    for (const level of [
      levelOf(zeros(20)),
      levelOf(zeros(20), { diagnostics: { fine: still, coarse: still } }),
      levelOf([1]),
      levelOf([]),
      levelOf([1], { kind: 'single' }),
    ]) {
      expect(levelError(level, 0.95)).toEqual(none);
    }
    expect(levelError(levelOf([1], { known: unit }), 0.95)).toEqual({ ...none, bounded: true });
    const constant = levelOf(zeros(20), { known: { lowest: 2, highest: 2 } });
    expect(levelError(constant, 0.95)).toEqual({ reach: 0, trusted: true, carriers: 20, bounded: true });
  });
});

describe('the error of the first level', () => {
  const single = { kind: 'single' as const };

  test('is that of an expectation: counted for two values, of bounds and of the formula', () => {
    const hits = [1, 1, ...zeros(98)];
    const counted = levelError(levelOf(hits, { ...single, known: { ...unit, values: [0, 1] } }), 0.95);
    // Clopper and Pearson: 2 of 100 reach to 0.07038.
    expect(counted.reach).toBeCloseTo(0.07038 - 0.02, 4);
    expect(counted).toMatchObject({ trusted: true, bounded: true });
    const closure = levelError(levelOf(hits, { ...single, closed: true }), 0.95);
    expect(closure.reach).toBeCloseTo(counted.reach, 12);
    expect(levelError(levelOf(hits, single), 0.95)).toMatchObject({ trusted: false, bounded: false });
    const bounds = levelError(levelOf([2, 3, ...zeros(998)], { ...single, known: { lowest: 0, highest: 4 } }), 0.95);
    expect(bounds).toMatchObject({ trusted: false, bounded: true });
  });

  test('is unseen without a variance, and carried by no value', () => {
    const unseen = levelError(levelOf(zeros(40), single), 0.95);
    expect(unseen).toEqual({ reach: Number.POSITIVE_INFINITY, trusted: false, carriers: 0, bounded: false });
    const bounded = levelError(levelOf(zeros(40), { ...single, known: unit }), 0.95);
    near(bounded.reach, missed(40));
    expect(bounded).toMatchObject({ trusted: false, carriers: 40, bounded: true });
    const exact = levelError(levelOf(zeros(40), { ...single, known: { lowest: 0, highest: 0 } }), 0.95);
    expect(exact).toMatchObject({ reach: 0, trusted: true });
  });

  test('is Student’s else', () => {
    const error = levelError(levelOf(evenly(100, 3, 2), single), 0.95);
    near(error.reach, studentHalfWidth(0.95, 99) * Math.sqrt(4 / 99));
    expect(error.trusted).toBe(true);
  });
});
