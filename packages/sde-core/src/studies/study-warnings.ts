import type { Warning } from '../errors/warning.js';
import type { ExactWarning } from '../estimation/exact-options.js';
import type { EstimateWarning } from '../estimation/sample-warnings.js';

/** What the estimate of one level says about itself: the warnings of a sampled or of an exact expectation. */
export type LevelWarning = EstimateWarning | ExactWarning;

/** A warning of one level of a study, with the `steps` of the level; in a comparison also the `method`. */
export type StudyWarning = Warning<LevelWarning['kind']>;

/** Every warning of the levels, each with its place. */
export function warningsOfLevels(
  levels: readonly { readonly steps: number; readonly warnings: readonly LevelWarning[] }[],
): readonly StudyWarning[] {
  return levels.flatMap(({ steps, warnings }) =>
    warnings.map((warning) => ({ ...warning, steps, message: `At ${steps} steps: ${warning.message}` })),
  );
}
