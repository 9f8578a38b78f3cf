import { varianceOf } from './level-error.js';
import type { LevelSampler } from './level-sampler.js';

/** Steps of the check for one of the coarsest level: odd, so that no time of its grid but the ends is one of a level. */
const CHECKED_STEPS = 101;
/** Paths of it for one of the coarsest level, and at most. */
const [SHARE, MOST_PATHS] = [4, 2 ** 16];
/** Standard errors from which the check and the coarsest level differ. Where the levels are exact, one run in 16 000 is taken for one that is not. */
const DISTANT = 4;
/** Relative to φ, corrections that are rounding. */
const ROUNDING = 2 ** -44;

/** Whether no level corrected the one before by more than rounding: a bias was then not seen, be it that there is none or that all these grids miss it. */
export function isUncorrected(levels: readonly LevelSampler[]): boolean {
  const { shape, m2 } = levels[0].moments;
  if (!shape || !(m2 > 0)) return false;
  const scale = ROUNDING * Math.max(Math.abs(shape.least), Math.abs(shape.most));
  return levels
    .slice(1)
    .every(({ moments }) => moments.shape && Math.max(-moments.shape.least, moments.shape.most) <= scale);
}

/** The coarsest level against a chain of many more steps, on other times: why they differ, if they do, and by how much at most. */
export async function checkUncorrected(
  coarsest: LevelSampler,
  fineOf: (steps: number) => LevelSampler,
): Promise<{ readonly reason: string; readonly bias: number } | undefined> {
  const sampler = fineOf(CHECKED_STEPS * coarsest.steps);
  await sampler.grow(Math.min(MOST_PATHS, SHARE * coarsest.moments.count));
  const [fine, coarse] = [sampler.moments, coarsest.moments];
  const error = Math.sqrt(varianceOf(fine) / fine.count + varianceOf(coarse) / coarse.count);
  const distance = Math.abs(fine.mean - coarse.mean) / error;
  if (distance <= DISTANT) return undefined;
  const reason = `no level corrects the one before, but with ${sampler.steps} steps the mean is ${fine.mean.toPrecision(6)}, ${distance.toPrecision(2)} standard errors from it: the grids of the levels miss what the equation does between; give steps that see it`;
  return { reason, bias: (distance + DISTANT) * error };
}
