import { studentHalfWidth } from '../numerics/distributions.js';
import { expm1, log } from '../numerics/elementary.js';
import type { Moments } from '../numerics/moments.js';
import { sampledOf } from './estimate.js';
import { ANY } from './known-values.js';
import type { LevelSampler } from './level-sampler.js';
import { freedomOf, isTrusted, reachOf, sampleInterval } from './sample-interval.js';

/** What is known of the sampling error of one level's mean. */
export interface LevelError {
  /** How far the interval of the level's mean reaches from it. */
  readonly reach: number;
  /** Whether the level's own variance can be taken for the true one. */
  readonly trusted: boolean;
  /** How many values carry the variance; 0 where none was seen that should be there. */
  readonly carriers: number;
  /** Whether the tail that was not seen is limited by the bounds of φ. */
  readonly bounded: boolean;
}

/** Variance of one path; unknown with fewer than two, and where squares of values that differ are no floating-point numbers. */
export function varianceOf({ count, m2, shape }: Moments): number {
  const underflown = m2 === 0 && shape !== undefined && shape.least < shape.most;
  return count > 1 && !underflown ? m2 / (count - 1) : Number.POSITIVE_INFINITY;
}

/**
 * The sampling error of a level at a confidence: that of an expectation on level 0, where φ may have two values.
 *
 * On the others, of differences: where all are the same, what occurs with a probability below that of no hits is not seen, and is at most the width of φ: that of its
 * bounds, else the spread of its values on the level, else unknown.
 */
export function levelError(level: LevelSampler, confidence: number): LevelError {
  const { moments, known, kind } = level;
  const { shape, count } = moments;
  const bounded = known.highest - known.lowest < Number.POSITIVE_INFINITY;
  const single = kind === 'single';
  const sampled = sampledOf(moments, { known: { ...(single ? known : ANY), closed: single && level.closed } });
  const { sample, mean } = sampled;
  const none = { reach: Number.POSITIVE_INFINITY, trusted: false, carriers: 0, bounded };
  if (!sample || !shape || count < 2) return none;
  if (single) {
    const interval = sampleInterval(sampled, confidence);
    const trusted = interval.basis !== 'few' && interval.basis !== 'unseen' && interval.basis !== 'bounded';
    const carriers = interval.basis === 'unseen' ? 0 : sample.carriers;
    return { reach: reachOf(mean, interval), trusted, carriers, bounded };
  }
  if (shape.least === shape.most) {
    const width = bounded ? known.highest - known.lowest : spreadOf(level);
    // A functional of one value has no differences.
    if (known.lowest === known.highest) return { reach: 0, trusted: true, carriers: count, bounded };
    if (width === 0) return none;
    const missed = -expm1(log((1 - confidence) / 2) / count);
    return { reach: width * missed, trusted: false, carriers: count, bounded };
  }
  const reach = studentHalfWidth(confidence, freedomOf(sampled)) * sampled.standardError;
  return { reach, trusted: isTrusted(sample), carriers: sample.carriers, bounded };
}

/** How far apart the values of φ are on the first paths of a level. */
function spreadOf({ diagnostics }: LevelSampler): number {
  const shapes = [diagnostics?.fine, diagnostics?.coarse].flatMap((of) => (of?.shape ? [of.shape] : []));
  if (shapes.length === 0) return 0;
  return Math.max(...shapes.map(({ most }) => most)) - Math.min(...shapes.map(({ least }) => least));
}
