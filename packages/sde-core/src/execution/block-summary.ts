import { square } from '../numerics/elementary.js';
import type { JointMoments, PairMoments } from '../numerics/joint-moments.js';
import type { Moments } from '../numerics/moments.js';
import { shapeOf } from '../numerics/sample-shape.js';
import type { BlockSummary } from './backend.js';

/** The moments of all functionals of a block: each as {@link summarize} has it alone, and their pairs where there are several. */
export function summarizeAll(
  block: number,
  firstPath: number,
  count: number,
  values: readonly Float64Array[],
  below?: Uint8Array,
): BlockSummary {
  const first = summarize(block, firstPath, count, values[0], below);
  if (values.length === 1) return first;
  const each = values.map((one, k) => momentsOf(k === 0 ? first : summarize(block, firstPath, count, one, below)));
  const pairs = values.flatMap((one, i) =>
    values.slice(i + 1).map((other, j) => pairOf(firstPath, count, [one, other], [each[i], each[i + 1 + j]])),
  );
  return { ...first, joint: { each, pairs } satisfies JointMoments };
}

const momentsOf = ({ block: _, ...moments }: BlockSummary): Moments => moments;

function pairOf(
  firstPath: number,
  count: number,
  [one, other]: readonly [Float64Array, Float64Array],
  [a, b]: readonly [Moments, Moments],
): PairMoments {
  const differences = new Float64Array(count);
  for (let i = 0; i < count; i++) differences[i] = one[i] - other[i];
  const difference = momentsOf(summarize(0, firstPath, count, differences));
  const both = (values: Float64Array, beside: Float64Array): number =>
    summarize(
      0,
      0,
      count,
      values.slice(0, count).map((value, i) => (Number.isFinite(beside[i]) ? value : Number.NaN)),
    ).mean;
  const whole = a.nonFinite === 0 && b.nonFinite === 0;
  const [first, second] = whole ? [a.mean, b.mean] : [both(one, other), both(other, one)];
  let comoment = 0;
  let finite = 0;
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(one[i]) || !Number.isFinite(other[i])) continue;
    finite++;
    comoment += (one[i] - first) * (other[i] - second);
  }
  return { count: finite, first, second, comoment, difference };
}

/** The moments of values[0 … count − 1], the paths of one block, in two passes over them; `below` marks paths with a state below 0, if that is asked. */
export function summarize(
  block: number,
  firstPath: number,
  count: number,
  values: Float64Array,
  below?: Uint8Array,
): BlockSummary {
  let finite = 0;
  let sum = 0;
  let firstNonFinite: number | undefined;
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(values[i])) {
      finite++;
      sum += values[i];
    } else firstNonFinite ??= firstPath + i;
  }
  const mean = finite === 0 ? 0 : meanOf(values, count, { sum, finite });
  let m2 = 0;
  for (let i = 0; i < count; i++) if (Number.isFinite(values[i])) m2 += square(values[i] - mean);
  const nonFinite = count - finite;
  const shape = shapeOf(values, count, { mean, m2 });
  const common = {
    block,
    count: finite,
    mean,
    m2,
    ...(shape && { shape }),
    nonFinite,
    ...(firstNonFinite !== undefined && { firstNonFinite }),
  };
  if (!below) return common;
  const marked = below.subarray(0, count);
  const firstBelow = marked.indexOf(1);
  const negative = marked.reduce((sum, mark) => sum + mark, 0);
  return { ...common, negative, ...(firstBelow >= 0 && { firstNegative: firstPath + firstBelow }) };
}

/** The mean of the finite values, whose sum may be none where they are large. */
function meanOf(
  values: Float64Array,
  count: number,
  { sum, finite }: { readonly sum: number; readonly finite: number },
): number {
  if (Number.isFinite(sum)) return sum / finite;
  let [mean, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(values[i])) continue;
    mean += values[i] / finite;
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  // Shares round.
  return Math.min(most, Math.max(least, mean));
}
