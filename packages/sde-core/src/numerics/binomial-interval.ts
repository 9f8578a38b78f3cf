import { betaI, bisect } from './distributions.js';
import { expm1, log } from './elementary.js';

/**
 * The exact interval of a probability from `hits` of `trials`: the p for which so few hits, or so many, are not rarer than (1 − level)/2.
 *
 * It holds the probability at least as often as it says, for no hits too: then it ends at 1 − ((1 − level)/2)^(1/trials), about 3.7/trials at 0.95.
 * Bounds are found by bisection of the incomplete beta function.
 *
 * @see [clopper1934]
 */
export function binomialInterval(hits: number, trials: number, level: number): readonly [low: number, high: number] {
  const alpha = (1 - level) / 2;
  // The smaller count, for the digits of the smaller probability.
  if (2 * hits > trials) {
    const [low, high] = binomialInterval(trials - hits, trials, level);
    return [1 - high, 1 - low];
  }
  const none = -expm1(log(alpha) / trials);
  if (hits === 0) return [0, none];
  const low = bisect((p) => betaI(hits, trials - hits + 1, p) - alpha, 0, hits / trials);
  const high = bisect((p) => betaI(hits + 1, trials - hits, p) - (1 - alpha), hits / trials, 1);
  return [low, high];
}
