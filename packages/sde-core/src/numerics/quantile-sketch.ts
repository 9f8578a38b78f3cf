import { log } from './logarithm.js';
import { power } from './power.js';

/** Counts of values in buckets whose width grows with the value: quantiles to a relative accuracy, in whatever order values come. */
export interface QuantileSketch {
  /** Values that are not finite are left out. */
  add(value: number): void;
  /** Finite values added. */
  readonly count: number;
  /** A value within `accuracy` |x| of the quantile x of rank ⌊p (count − 1)⌋; NaN for no values. */
  quantile(p: number): number;
}

/** Values nearer to zero than this count as zero. */
const SMALLEST = 1e-300;

/**
 * A sketch with buckets (γ^(k−1), γ^k] of |x|, γ = (1 + a)/(1 − a), and their middles 2γ^k/(γ + 1): at most a |x| away.
 *
 * Memory: one count a bucket that holds a value, at most ln(max/min)/ln γ a sign, whatever the number of values.
 *
 * @param accuracy - a, in (0, 1).
 * @see [masson2019]
 */
export function quantileSketch(accuracy: number): QuantileSketch {
  const gamma = (1 + accuracy) / (1 - accuracy);
  const logGamma = log(gamma);
  const [negative, positive] = [new Map<number, number>(), new Map<number, number>()];
  let zeros = 0;
  let count = 0;
  return {
    add(value) {
      if (!Number.isFinite(value)) return;
      count++;
      const size = Math.abs(value);
      if (size < SMALLEST) {
        zeros++;
        return;
      }
      const buckets = value < 0 ? negative : positive;
      const bucket = Math.ceil(log(size) / logGamma);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    },
    get count() {
      return count;
    },
    quantile(p) {
      if (count === 0) return Number.NaN;
      const middle = (bucket: number): number => (2 * power(gamma, bucket)) / (gamma + 1);
      const ascending = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0];
      const ladder = [
        ...[...negative].map(([k, n]): [number, number] => [-middle(k), n]).sort(ascending),
        [0, zeros] as [number, number],
        ...[...positive].map(([k, n]): [number, number] => [middle(k), n]).sort(ascending),
      ];
      let rank = Math.floor(p * (count - 1));
      for (const [value, n] of ladder) {
        if (rank < n) return value;
        rank -= n;
      }
      return Number.NaN;
    },
  };
}
