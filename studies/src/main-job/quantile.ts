import { confidence } from 'sde-core';

/** How many standard errors an interval reaches to each side, for a mean over so many draws. */
export function quantile(level: number, draws: number): number {
  return confidence({ mean: 0, standardError: 1, paths: draws }, level).high;
}
