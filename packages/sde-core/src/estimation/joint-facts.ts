import { type JointMoments, type PairMoments, pairPlace } from '../numerics/joint-moments.js';
import type { Moments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';
import { sampledOf } from './estimate.js';
import { type Joint, type JointFacts, jointly } from './joint.js';
import { knownValues } from './known-values.js';
import { weighted } from './level-functional.js';

const UNKNOWN: JointFacts = {
  covariance: Number.NaN,
  difference: { mean: Number.NaN, standardError: Number.NaN, variance: Number.NaN },
};

/** What the pairs of sampled functionals say, for each of them. */
export function jointFactsOf(
  { each, pairs }: JointMoments,
  names: readonly string[],
  about: {
    readonly chain: Chain;
    readonly functionals: readonly TerminalFunctional[];
    readonly antithetic: boolean;
    readonly isWithheld: (moments: Moments) => boolean;
  },
): readonly Joint[] {
  const { chain, functionals, antithetic, isWithheld } = about;
  return jointly(names, (i, j) => {
    const [one, other] = [each[i], each[j]];
    if (isWithheld(one) || isWithheld(other)) return UNKNOWN;
    const pair = pairs[pairPlace(i, j, names.length)];
    const [first, second] = [sampledOf(one, ANYTHING), sampledOf(other, ANYTHING)];
    const covariance = covarianceOf(pair, one, other, [first.standardError, second.standardError]);
    const { difference } = pair;
    const same = difference.count === one.count && difference.count === other.count;
    if (!same) {
      // Each mean is over paths of its own.
      const square = first.standardError * first.standardError + second.standardError * second.standardError;
      const variance = sampledOf(difference, ANYTHING).variance;
      const standardError = Math.sqrt(Math.max(0, square - 2 * covariance));
      return { covariance, difference: { mean: first.mean - second.mean, standardError, variance } };
    }
    const apart = weighted('difference', [functionals[i], functionals[j]], [1, -1]);
    const known = { ...knownValues(chain, apart, { antithetic }), closed: apart.trace === undefined };
    const { mean, standardError, variance, sample } = sampledOf(difference, { known });
    return { covariance, difference: { mean, standardError, variance, ...(sample && { sample }) } };
  });
}

/** 0 beside a constant, whose moments are rounding; NaN where there is no standard error. */
function covarianceOf(
  pair: PairMoments,
  one: Moments,
  other: Moments,
  standardErrors: readonly [number, number],
): number {
  if (!standardErrors.every(Number.isFinite)) return Number.NaN;
  return standardErrors.includes(0) ? 0 : covarianceOfMeans(pair, one, other);
}

const ANYTHING = {
  known: { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY, closed: true },
} as const;

/** Of two means of which each is over paths of its own, those of the pair among them. */
export function covarianceOfMeans(
  { count, comoment }: PairMoments,
  one: { readonly count: number },
  other: { readonly count: number },
): number {
  if (count < 2) return count === 0 && one.count > 1 && other.count > 1 ? 0 : Number.NaN;
  return (comoment / (count - 1)) * (count / one.count / other.count);
}
