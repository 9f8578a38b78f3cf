import type { Verdict } from './mutant-run.js';

/** How many mutants were noticed, of those that are a change. */
export interface KillRate {
  readonly killed: number;
  readonly of: number;
  readonly rate: number;
  /** The 95 % interval of the rate over all mutants from which the sample was drawn. */
  readonly interval: readonly [low: number, high: number];
}

/** The quantile of the normal distribution at 0.975. */
const Z = 1.959964;

/**
 * The killed share of a sample with Wilson's interval, (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
 *
 * Equivalent mutants are left out; those that no test reaches count as survivors.
 */
export function killRate(verdicts: readonly Pick<Verdict, 'state'>[]): KillRate {
  const counted = verdicts.filter(({ state }) => state !== 'equivalent');
  const killed = counted.filter(({ state }) => state === 'killed' || state === 'killed by time').length;
  const n = counted.length;
  if (n === 0) return { killed: 0, of: 0, rate: Number.NaN, interval: [0, 1] };
  const p = killed / n;
  const middle = p + Z ** 2 / (2 * n);
  const half = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  return {
    killed,
    of: n,
    rate: p,
    interval: [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)],
  };
}
