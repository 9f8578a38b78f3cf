import { describe, expect, test } from 'vitest';
import type { LevelSampler } from '#sde-core/estimation/level-sampler';
import { biasOf, costOf, type MultilevelSettings, refine } from '#sde-core/estimation/multilevel-refine';
import { studentHalfWidth } from '#sde-core/numerics/distributions';
import { evenly, levelOf, lonely, withMoments } from './levels-of-values.js';

const usual: MultilevelSettings = {
  tolerance: 1,
  confidence: 0.95,
  steps: 1,
  firstPaths: 64,
  maxLevels: 14,
  maxCost: 1e12,
  lostPaths: 'withhold',
};

/** What a run did: levels added, and each growth of one, with the cost that was foreseen. */
interface Run {
  readonly reason: string | undefined;
  readonly levels: readonly LevelSampler[];
  readonly grown: readonly { readonly level: number; readonly paths: number; readonly of: number }[];
}

/** Refines levels whose values are given by level and number of paths; a path of level l costs 2^l. */
async function run(
  valuesOf: (level: number, count: number) => LevelSampler,
  more: Partial<MultilevelSettings> = {},
  weak = 1,
): Promise<Run> {
  const settings = { ...usual, ...more };
  const levels: LevelSampler[] = [];
  const grown: { level: number; paths: number; of: number }[] = [];
  const made = (level: number, count: number): LevelSampler => ({
    ...valuesOf(level, count),
    costPerPath: 2 ** level,
    cost: count * 2 ** level,
  });
  const counts: number[] = [];
  const add = async (): Promise<void> => {
    counts.push(settings.firstPaths);
    levels.push(made(levels.length, settings.firstPaths));
  };
  const grow = async (level: number, paths: number, of: number): Promise<void> => {
    if (grown.length > 200) throw new Error('it does not end');
    counts[level] += paths;
    grown.push({ level, paths, of });
    levels[level] = made(level, counts[level]);
  };
  return { reason: await refine(levels, { add, grow }, settings, weak), levels, grown };
}

const counts = ({ levels }: Run): readonly number[] => levels.map(({ moments }) => moments.count);
/** Level 0 of the mean 5, and corrections that halve with the level. */
const decaying =
  (spread: (level: number) => number, mean = (level: number) => (level === 0 ? 5 : 2 ** -level)) =>
  (level: number, count: number): LevelSampler =>
    levelOf(evenly(count, mean(level), spread(level)), { kind: level === 0 ? 'single' : 'pair' });

describe('levels', () => {
  test('are five, or all that are allowed, and no more where the bias is small', async () => {
    const small = decaying(() => 1e-3);
    expect(counts(await run(small))).toEqual([64, 64, 64, 64, 64]);
    expect(counts(await run(small, { maxLevels: 2 }))).toHaveLength(3);
    expect((await run(small, { maxLevels: 2 })).reason).toBeUndefined();
  });

  test('are added until the bias is a third of the tolerance', async () => {
    // The bias with level L as the last one is 2^−L.
    for (const [tolerance, last] of [
      [3.001 * 2 ** -4, 4],
      [2.999 * 2 ** -4, 5],
      [3.001 * 2 ** -7, 7],
      [2.999 * 2 ** -7, 8],
    ]) {
      const ended = await run(
        decaying(() => 1e-9),
        { tolerance },
      );
      expect(ended.reason).toBeUndefined();
      expect(ended.levels).toHaveLength(last + 1);
    }
    // Of order 2 as 4^−L/3.
    const second = decaying(
      () => 1e-9,
      (level) => (level === 0 ? 5 : 4 ** -level),
    );
    for (const [tolerance, last] of [
      [1.001 * 4 ** -6, 6],
      [0.999 * 4 ** -6, 7],
    ]) {
      expect((await run(second, { tolerance }, 2)).levels).toHaveLength(last + 1);
    }
  });

  test('end where no more are allowed, and say so', async () => {
    const ended = await run(
      decaying(() => 1e-9),
      { tolerance: 2.999 * 2 ** -7, maxLevels: 7 },
    );
    expect(ended.levels).toHaveLength(8);
    expect(ended.reason).toMatch(/bias is still too large on level 7/);
    expect(
      (
        await run(
          decaying(() => 1e-9),
          { tolerance: 3.001 * 2 ** -7, maxLevels: 7 },
        )
      ).reason,
    ).toBeUndefined();
  });
});

describe('paths', () => {
  const spreads = [4, 2, 1, 0.5, 0.25];
  /** √(V/C) Σ √(V C) over the square of the deviation that is left for the sampling: two thirds of the tolerance at the level of Student. */
  const optimal = (variances: readonly number[], tolerance: number): readonly number[] => {
    const deviation = (2 * tolerance) / 3 / studentHalfWidth(0.95, 31);
    const sum = variances.reduce((total, v, l) => total + Math.sqrt(v * 2 ** l), 0);
    return variances.map((v, l) => Math.max(64, Math.ceil((Math.sqrt(v / 2 ** l) * sum) / deviation ** 2)));
  };
  const sampled = (spread: readonly number[], of: readonly number[]): number[] =>
    spread.map((s, l) => (s * s * of[l]) / (of[l] - 1));

  test('are spread as the variances and costs of the first ones say', async () => {
    const means = (level: number): number => (level === 0 ? 5 : 1e-6 * 2 ** -level);
    const ended = await run(
      decaying((level) => spreads[level], means),
      { tolerance: 0.5 },
    );
    const wanted = optimal(sampled(spreads, [64, 64, 64, 64, 64]), 0.5);
    expect(wanted[0]).toBeGreaterThan(64);
    expect(ended.grown.map(({ level }) => level)).toEqual(wanted.flatMap((n, l) => (n > 64 ? [l] : [])));
    // More paths show a smaller variance: nothing is missing afterwards.
    expect(counts(ended)).toEqual(wanted);
    expect(ended.reason).toBeUndefined();
    const all = wanted.reduce((sum, n, l) => sum + n * 2 ** l, 0);
    for (const { of } of ended.grown) expect(of).toBe(all);
    expect(costOf(ended.levels)).toBe(all);
  });

  test('are no more than can be afforded', async () => {
    const means = (level: number): number => (level === 0 ? 5 : 1e-6 * 2 ** -level);
    const of = decaying((level) => spreads[level], means);
    const all = optimal(sampled(spreads, [64, 64, 64, 64, 64]), 0.5).reduce((sum, n, l) => sum + n * 2 ** l, 0);
    expect((await run(of, { tolerance: 0.5, maxCost: all })).reason).toBeUndefined();
    const short = await run(of, { tolerance: 0.5, maxCost: all - 1 });
    expect(short.reason).toMatch(/the tolerance needs about .* steps, more than maxCost allows/);
    expect(short.grown).toEqual([]);
  });

  test('are those of an eighth of the variance before, where a level from the second on has less', async () => {
    const falling = [4, 1, 1e-5, 1e-5, 1e-5];
    const means = (level: number): number => (level === 0 ? 5 : 1e-6 * 2 ** -level);
    const ended = await run(
      decaying((level) => falling[level], means),
      { tolerance: 0.2 },
    );
    const [first, second] = sampled(falling, [64, 64]);
    const wanted = optimal([first, second, second / 8, second / 64, second / 512], 0.2);
    expect(counts(ended)).toEqual(wanted);
    expect(wanted[2]).toBeGreaterThan(64);
    // Of level 1 it is taken as it is.
    const still = await run(
      decaying((level) => (level === 0 ? 4 : 1e-5), means),
      { tolerance: 0.2 },
    );
    expect(counts(still)[1]).toBe(64);
  });
});

describe('levels that cannot be judged', () => {
  const fine = decaying(() => 1e-3);
  const but =
    (which: number, of: (count: number) => LevelSampler) =>
    (level: number, count: number): LevelSampler =>
      level === which ? of(count) : fine(level, count);

  test('have lost paths', async () => {
    const lossy = but(2, (count) => levelOf([Number.NaN, ...evenly(count - 1, 0.25, 1e-3)]));
    expect((await run(lossy)).reason).toBe('1 of 64 values on level 2 are not finite');
    expect((await run(lossy, { lostPaths: 'exclude' })).reason).toBeUndefined();
    const mostly = (left: number) =>
      but(1, (count) =>
        levelOf([...Array.from({ length: count - left }, () => Number.NaN), ...evenly(left, 0.5, 1e-3)]),
      );
    expect((await run(mostly(31), { lostPaths: 'exclude' })).reason).toBe('most values on level 1 are not finite');
    expect((await run(mostly(32), { lostPaths: 'exclude' })).reason).toBeUndefined();
    expect((await run(mostly(32))).reason).toBe('32 of 64 values on level 1 are not finite');
  });

  test('have squares beyond the numbers', async () => {
    const wide = but(3, (count) => withMoments(levelOf(evenly(count, 1, 1)), { m2: Number.POSITIVE_INFINITY }));
    expect((await run(wide)).reason).toMatch(/the variance on level 3 is no floating-point number/);
  });

  test('grow by four, and are given up with 16 times the paths where no more values carry them', async () => {
    const alone = await run(but(2, (count) => levelOf(lonely(count, 1e-3))));
    expect(alone.grown).toEqual(
      [64, 256].map((count) => ({ level: 2, paths: 3 * count, of: expect.any(Number) as number })),
    );
    expect(alone.reason).toMatch(/^about 1\.0 of 1024 values carry the variance on level 2/);
    const unseen = await run(but(0, (count) => levelOf(evenly(count, 7, 0), { kind: 'single' })));
    expect(unseen.reason).toBe('no variance was seen on level 0 in 1024 paths, and nothing bounds it');
    expect(unseen.grown.map(({ level, paths }) => [level, paths])).toEqual([
      [0, 192],
      [0, 768],
    ]);
  });

  test('go on where more values carry them, until they are enough', async () => {
    // One in 32 differs: 2 of 64, 8 of 256, and with 32 of 1024 it is trusted.
    const seldom = (count: number) => levelOf(Array.from({ length: count }, (_, i) => (i % 32 === 0 ? 1e-3 : 0)));
    const ended = await run(but(2, seldom));
    expect(ended.reason).toBeUndefined();
    expect(ended.grown.filter(({ level }) => level === 2).map(({ paths }) => paths)).toEqual(
      [192, 768].slice(0, ended.grown.length),
    );
    // One in 64: four times as many values with 16 times the paths are not more than four times.
    const slow = (count: number) =>
      levelOf(Array.from({ length: count }, (_, i) => (i < Math.sqrt(count) / 8 ? 1e-3 : 0)));
    expect((await run(but(2, slow))).reason).toMatch(/^about 4\.0 of 1024 values/);
  });

  test('are as expensive as others: what a doubt takes is foreseen, too', async () => {
    const alone = but(2, (count) => levelOf(lonely(count, 1e-3)));
    const before = 64 * (1 + 2 + 4 + 8 + 16);
    const { grown } = await run(alone);
    expect(grown[0].of).toBe(before + 192 * 4);
    expect((await run(alone, { maxCost: before + 192 * 4 - 1 })).reason).toMatch(/more than maxCost allows/);
  });

  test('grow where the bias cannot be seen for them, the vaguest of the last three first', async () => {
    // Some differences are 0, of a φ between bounds: their means are known to the width times 1 − 0.025^(1/n).
    const bounded = (width: number) => ({ known: { lowest: 0, highest: width } });
    const still = (level: number, count: number): LevelSampler =>
      level === 0
        ? levelOf(evenly(count, 5, 1e-6), { kind: 'single' })
        : level < 3
          ? levelOf(evenly(count, 0, 1e-6))
          : levelOf(evenly(count, 0, 0), bounded(level === 3 ? 1.1 : 1));
    const reach = (n: number): number => 1 - 0.025 ** (1 / n);
    // The last one has to be known to a third of the tolerance; the one before, which is known worse, to twice as much.
    const tolerance = 2.8 * reach(64);
    const ended = await run(still, { tolerance });
    expect(ended.reason).toBeUndefined();
    expect(ended.grown.map(({ level }) => level)).toEqual([3, 4]);
    expect(ended.grown.map(({ paths }) => paths)).toEqual([192, 192]);
    const cost = 64 * 31;
    expect(ended.grown[0].of).toBe(cost + 192 * 8);
    const short = await run(still, { tolerance, maxCost: cost + 192 * 8 - 1 });
    expect(short.reason).toMatch(/to see the bias takes about .* steps, more than maxCost allows/);
  });
});

describe('the bound on the bias', () => {
  const of = (...means: readonly number[]): LevelSampler[] =>
    [9, ...means].map((mean) => levelOf(evenly(100, mean, 1e-12)));

  test('is what the last three means leave, with the weak order', () => {
    expect(biasOf(of(1 / 2, 1 / 4, 1 / 8), 1)).toBeCloseTo(1 / 8, 9);
    expect(biasOf(of(-1 / 4, -1 / 16, -1 / 64), 2)).toBeCloseTo(1 / 64 / 3, 9);
    // A last one that is small by chance: half of the one before, a quarter of that before.
    expect(biasOf(of(1 / 2, 1 / 4, 1e-4), 1)).toBeCloseTo(1 / 8, 9);
    expect(biasOf(of(1 / 2, 1e-4, 1e-4), 1)).toBeCloseTo(1 / 8, 9);
    expect(biasOf(of(100, 1 / 4, 1 / 16, 1e-4), 1)).toBeCloseTo(1 / 16, 9);
    expect(biasOf(of(-1 / 2, 1 / 4, -1 / 8), 1)).toBeCloseTo(1 / 8, 9);
    expect(biasOf(of(1 / 2), 1)).toBeCloseTo(1 / 2, 9);
  });

  test('takes a measured rate that is slower, but none below a half', () => {
    const at = (rate: number): number[] => [1, 2, 3, 4].map((l) => 2 ** (-rate * l));
    expect(biasOf(of(...at(1)), 2)).toBeCloseTo(2 ** -4 / (2 - 1), 6);
    expect(biasOf(of(...at(0.7)), 1)).toBeCloseTo(2 ** -2.8 / (2 ** 0.7 - 1), 6);
    expect(biasOf(of(...at(2)), 1)).toBeCloseTo(2 ** -6, 6);
    expect(biasOf(of(...at(0.1)), 1)).toBeCloseTo(2 ** -0.4 / (Math.SQRT2 - 1), 6);
  });

  test('takes it only where it is slower by three of its errors', () => {
    // Two means apart by the rate r, with relative errors e each: the rate has the error √2 e / log 2.
    const slow = (gap: number): number => {
      const rate = 0.8;
      const e = ((1 - rate) * Math.LN2) / Math.SQRT2 / gap;
      const levels = [1, 2].map((l) => {
        const mean = 2 ** (-rate * l);
        return withMoments(levelOf([0, 1]), { count: 100, mean, m2: 99 * 100 * (e * mean) ** 2 });
      });
      return biasOf([levelOf([0, 1]), ...levels], 1);
    };
    expect(slow(2.9)).toBeCloseTo(Math.max(2 ** -1.6, 2 ** -0.8 / 2), 9);
    expect(slow(3.1)).toBeCloseTo(2 ** -1.6 / (2 ** 0.8 - 1), 9);
  });

  test('reaches, with a confidence, as far as untrusted means are unknown', () => {
    const known = { lowest: 0, highest: 1 };
    const still = levelOf(evenly(100, 0, 0), { known });
    const levels = [...of(1 / 2, 1 / 4), still];
    expect(biasOf(levels, 1)).toBeCloseTo(1 / 8, 9);
    const reach = 1 - 0.025 ** 0.01;
    expect(biasOf([...of(1 / 16, 1 / 32), still], 1, 0.95)).toBeCloseTo(reach, 6);
    expect(biasOf([...of(1 / 2), still, ...of(1 / 8).slice(1)], 1, 0.95)).toBeCloseTo(1 / 8, 6);
    // A trusted one is taken as it is, however wide.
    const wide = levelOf(evenly(100, 1 / 8, 50));
    expect(biasOf([...of(1 / 2, 1 / 4), wide], 1, 0.95)).toBeCloseTo(1 / 8, 9);
  });
});
