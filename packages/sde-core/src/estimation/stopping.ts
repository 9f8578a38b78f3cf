import { BLOCK_SIZE } from '../execution/backend.js';
import type { JointMoments } from '../numerics/joint-moments.js';
import type { Moments } from '../numerics/moments.js';
import { type SampleContext, sampledOf } from './estimate.js';
import { reachOf, sampleInterval } from './sample-interval.js';

/** When an expectation is done. */
export interface StoppingRule {
  readonly paths?: number;
  readonly tolerance?: number;
  readonly maxPaths?: number;
}

/** One functional at the end of a run. */
export interface Outcome {
  readonly moments: Moments;
  readonly context: SampleContext;
  readonly converged?: boolean;
}

/** Blocks before a standard error is trusted to stop a run. Empirical. */
const FIRST_BLOCKS = 4;

/** A round asks for this much more than the variance so far foresees, and for at most this multiple of what there is. */
const MARGIN = 1.05;
const GROWTH = 8;

/** With so many times the paths, a variance that few values carry has to be carried by so many times the values, or it is given up. Empirical. */
const PATIENCE = 16;
const PROGRESS = 4;

/** Above this kurtosis a variance that meets a tolerance may be a lucky one, and has to be seen again with twice the paths. Empirical. */
const PEAKED = 30;

/** When a variance was last found to rest on few values, and on how many. */
interface Doubt {
  readonly done: number;
  readonly carriers: number;
}

/** Runs so many paths, or rounds of whole blocks until every functional meets the tolerance or is given up. */
export async function untilDone(
  run: (first: number, paths: number, of: number) => Promise<JointMoments>,
  { paths, tolerance = 0, maxPaths = 2 ** 30 }: StoppingRule,
  contextOf: (moments: Moments, functional: number) => Promise<SampleContext>,
): Promise<{ readonly joint: JointMoments; readonly outcomes: readonly Outcome[] }> {
  const outcomesOf = async ({ each }: JointMoments): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const [k, moments] of each.entries()) outcomes.push({ moments, context: await contextOf(moments, k) });
    return outcomes;
  };
  if (paths !== undefined) {
    const joint = await run(0, paths, paths);
    return { joint, outcomes: await outcomesOf(joint) };
  }
  const limit = Math.max(1, Math.floor(maxPaths / BLOCK_SIZE));
  const judges: ((done: number, outcome: Outcome) => Verdict)[] = [];
  let done = 0;
  let next = Math.min(FIRST_BLOCKS, limit);
  for (;;) {
    const joint = await run(done, next * BLOCK_SIZE, next * BLOCK_SIZE);
    done = next;
    const outcomes = await outcomesOf(joint);
    const verdicts = outcomes.map((outcome, k) => {
      judges[k] ??= judge(tolerance);
      return judges[k](done, outcome);
    });
    const open = verdicts.flatMap((verdict) => (verdict.kind === 'open' ? [verdict.wanted] : []));
    // A mean of the other paths meets no tolerance, however many there are of them.
    const lost = joint.each.some(({ nonFinite }) => nonFinite > 0);
    if (lost || open.length === 0 || done >= limit) {
      return {
        joint,
        outcomes: outcomes.map((outcome, k) => ({ ...outcome, converged: verdicts[k].kind === 'converged' })),
      };
    }
    next = Math.min(limit, GROWTH * done, Math.max(...open));
  }
}

type Verdict =
  | { readonly kind: 'converged' | 'given-up' }
  | { readonly kind: 'open' /** Blocks in all. */; readonly wanted: number };

/** What one functional says of a tolerance, round after round. */
function judge(tolerance: number): (done: number, outcome: Outcome) => Verdict {
  let doubt: Doubt | undefined;
  let before: { readonly done: number; readonly variance: number; readonly carriers: number } | undefined;
  return (done, { moments, context }) => {
    if (moments.nonFinite > 0) return { kind: 'given-up' };
    const sampled = sampledOf(moments, context);
    const based = sampleInterval(sampled, context.confidence);
    const reach = reachOf(sampled.mean, based);
    const doubtful = based.basis === 'few' || based.basis === 'unseen';
    const met = reach <= tolerance && !doubtful;
    const { kurtosis = 1, carriers: carrying = 1 } = sampled.sample ?? {};
    const steady =
      before !== undefined &&
      done >= 2 * before.done &&
      sampled.variance <= before.variance * (1 + 1 / Math.sqrt(before.carriers));
    const peaked = based.basis === 'student' && kurtosis > PEAKED;
    if (met && (!peaked || steady)) return { kind: 'converged' };
    before = met ? { done, variance: sampled.variance, carriers: carrying } : undefined;
    if (doubtful) {
      const carriers = based.basis === 'few' ? (sampled.sample?.carriers ?? 0) : 0;
      doubt ??= { done, carriers };
      if (done >= PATIENCE * doubt.done) {
        if (carriers <= PROGRESS * doubt.carriers) return { kind: 'given-up' };
        doubt = { done, carriers };
      }
    }
    // What bounds leave falls like 1/paths, a standard error like the root of that.
    const ratio = Math.max(1, reach / tolerance);
    const needed = Math.ceil(done * (based.basis === 'bounded' ? ratio : ratio * ratio) * MARGIN);
    return { kind: 'open', wanted: Math.max(doubtful || met ? 2 * done : done + 1, needed) };
  };
}
