import { numbers } from '../expression/numbers.js';
import { studentHalfWidth } from '../numerics/distributions.js';
import { square } from '../numerics/elementary.js';
import { decayRate, optimalAllocation } from './allocation.js';
import type { LostPaths } from './arguments.js';
import { levelError, varianceOf } from './level-error.js';
import type { LevelSampler } from './level-sampler.js';
import { isDoubtful } from './multilevel-report.js';

/** What decides how the levels grow. */
export interface MultilevelSettings {
  readonly tolerance: number;
  readonly confidence: number;
  readonly steps: number;
  readonly firstPaths: number;
  readonly maxLevels: number;
  readonly maxCost: number;
  readonly lostPaths: LostPaths;
}

/** What part of the tolerance the bias may take. Empirical: a smaller one costs a level, a larger one costs paths on all. */
const BIAS_SHARE = 1 / 3;
/** So many levels, or all that are allowed, are always there, the finest of 16 steps or more: the bias is judged from the means of the last ones. Empirical: of barriers three levels show too little. */
const FIRST_LEVELS = 5;
/** A measured rate replaces the weak order where it is smaller by this many standard errors: it is asked again on every level. Empirical. */
const SIGNIFICANT = 3;
/** The variance of a level is taken as at least this part of the one before: below strong order 1 it decays no faster than by 4. Empirical. */
const LEAST_DECAY = 1 / 8;
/** A level that is doubted grows by this; with so many times the paths, so many times the values have to carry its variance, or it is given up. Empirical. */
const GROWTH = 4;
const PATIENCE = 16;
const PROGRESS = 4;

/** How levels are added and grown; `of` is the cost that is foreseen. */
interface Growth {
  add(): Promise<void>;
  grow(level: number, paths: number, of: number): Promise<void>;
}

/** Grows the levels until the tolerance is met; the reason if it is not. */
export async function refine(
  levels: readonly LevelSampler[],
  { add, grow }: Growth,
  settings: MultilevelSettings,
  weak: number,
): Promise<string | undefined> {
  const { tolerance, confidence, firstPaths, maxLevels, maxCost, lostPaths } = settings;
  while (levels.length < Math.min(FIRST_LEVELS, maxLevels + 1)) await add();
  const doubts = new Map<number, { readonly count: number; readonly carriers: number }>();
  const target = BIAS_SHARE * tolerance;
  for (;;) {
    for (;;) {
      const lost = lossOf(levels, firstPaths, lostPaths);
      if (lost !== undefined) return lost;
      const overflown = levels.findIndex(({ moments }) => !Number.isFinite(varianceOf(moments)));
      if (overflown >= 0)
        return `the variance on level ${overflown} is no floating-point number: scale the functional to values near 1`;
      const needs = needsOf(levels, settings);
      const doubtful = levels.findIndex((of) => isDoubtful(levelError(of, confidence), of));
      if (doubtful >= 0) {
        const { count } = levels[doubtful].moments;
        const { carriers } = levelError(levels[doubtful], confidence);
        const before = doubts.get(doubtful) ?? { count, carriers };
        if (count >= PATIENCE * before.count) {
          if (carriers <= PROGRESS * before.carriers) return unseen(doubtful, count, carriers);
          doubts.set(doubtful, { count, carriers });
        } else doubts.set(doubtful, before);
        needs[doubtful] = Math.max(Number.isFinite(needs[doubtful]) ? needs[doubtful] : 0, (GROWTH - 1) * count);
      }
      const wanted = needs.map((need) => (Number.isFinite(need) ? need : 0));
      if (wanted.every((need) => need === 0)) break;
      const foreseen = costOf(levels) + wanted.reduce((sum, need, l) => sum + need * levels[l].costPerPath, 0);
      if (foreseen > maxCost)
        return `the tolerance needs about ${foreseen.toPrecision(2)} steps, more than maxCost allows`;
      for (let l = 0; l < wanted.length; l++) if (wanted[l] > 0) await grow(l, wanted[l], foreseen);
    }
    if (biasOf(levels, weak, confidence) <= target) return undefined;
    const vague = biasOf(levels, weak) <= target ? vaguest(levels, confidence) : undefined;
    if (vague !== undefined) {
      const paths = (GROWTH - 1) * levels[vague].moments.count;
      const foreseen = costOf(levels) + paths * levels[vague].costPerPath;
      if (foreseen > maxCost)
        return `to see the bias takes about ${foreseen.toPrecision(2)} steps, more than maxCost allows`;
      await grow(vague, paths, foreseen);
    } else if (levels.length > maxLevels) {
      return `the bias is still too large on level ${levels.length - 1}, the last one allowed by maxLevels`;
    } else await add();
  }
}

/** Steps taken on all levels. */
export const costOf = (levels: readonly LevelSampler[]): number => levels.reduce((sum, { cost }) => sum + cost, 0);

/** A bound on the bias from the means of the last three levels; with a confidence, also from how far those are uncertain whose variance is not trusted. */
export function biasOf(levels: readonly LevelSampler[], weak: number, confidence?: number): number {
  const differences = levels.slice(1).map(({ moments }) => moments);
  const measured = decayRate(
    differences.map(({ mean }) => mean),
    differences.map((moments) => Math.sqrt(varianceOf(moments) / moments.count)),
  );
  const slower = measured && measured.rate + SIGNIFICANT * measured.standardError < weak;
  const p = slower ? Math.max(1 / 2, measured.rate) : weak;
  const last = levels.slice(1).slice(-3).reverse();
  const sizes = last.map((of) => {
    const { trusted, reach } = confidence === undefined ? { trusted: true, reach: 0 } : levelError(of, confidence);
    return Math.abs(of.moments.mean) + (trusted ? 0 : reach);
  });
  return Math.max(...sizes.map((size, k) => size * numbers.power(2, -p * k))) / (numbers.power(2, p) - 1);
}

function lossOf(levels: readonly LevelSampler[], firstPaths: number, lostPaths: LostPaths): string | undefined {
  const empty = levels.findIndex(({ moments }) => moments.count < Math.max(2, firstPaths / 2));
  if (empty >= 0) return `most values on level ${empty} are not finite`;
  const lost = levels.findIndex(({ moments }) => moments.nonFinite > 0);
  if (lost < 0 || lostPaths === 'exclude') return undefined;
  const { nonFinite, count } = levels[lost].moments;
  return `${nonFinite} of ${nonFinite + count} values on level ${lost} are not finite`;
}

/** Paths that the allocation asks for beside those there are. */
function needsOf(levels: readonly LevelSampler[], { tolerance, confidence, firstPaths }: MultilevelSettings): number[] {
  // Welch's degrees of freedom are at least the least of the levels'.
  const z = studentHalfWidth(confidence, firstPaths / 2 - 1);
  const deviation = ((1 - BIAS_SHARE) * tolerance) / z;
  const variances: number[] = [];
  levels.forEach((of, l) => {
    const { moments } = of;
    const { trusted, reach } = levelError(of, confidence);
    // As if the reach were that of a variance, which it is not: such a level grows by no more than a factor at a time.
    const seen = trusted || !Number.isFinite(reach) ? varianceOf(moments) : moments.count * square(reach / z);
    const own = Math.max(seen, varianceOf(moments));
    variances.push(l < 2 ? own : Math.max(own, LEAST_DECAY * variances[l - 1]));
  });
  const targets = optimalAllocation(
    variances,
    levels.map(({ costPerPath }) => costPerPath),
    deviation * deviation,
  );
  return targets.map((paths, l) => {
    const { count } = levels[l].moments;
    const most = levelError(levels[l], confidence).trusted ? Number.POSITIVE_INFINITY : (GROWTH - 1) * count;
    return Math.max(0, Math.min(paths - count, most));
  });
}

/** The one of the last three levels whose mean is known worst, among those whose variance is not trusted. */
function vaguest(levels: readonly LevelSampler[], confidence: number): number | undefined {
  const last = levels
    .map((of, level) => ({ level, ...levelError(of, confidence) }))
    .slice(1)
    .slice(-3);
  const open = last.filter(({ trusted }) => !trusted).sort((a, b) => b.reach - a.reach);
  return open[0]?.level;
}

const unseen = (level: number, count: number, carriers: number): string =>
  carriers === 0
    ? `no variance was seen on level ${level} in ${count} paths, and nothing bounds it`
    : `about ${carriers.toPrecision(2)} of ${count} values carry the variance on level ${level}: it cannot be trusted, and more paths did not help`;
