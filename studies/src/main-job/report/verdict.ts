import type { MainResult } from '../main-result.js';
import { ordersOf } from './result-tables.js';

/** What a result says, taken together: the exit code follows it. */
export function verdicts({ noises }: MainResult): {
  readonly confirmed: number;
  readonly refuted: number;
  readonly inconclusive: number;
  /** What is not confirmed, and why. */
  readonly remarks: readonly string[];
} {
  const all = noises.flatMap(({ title, study }) => ordersOf(study).map(({ what, fit }) => ({ title, what, fit })));
  const count = (verdict: string): number => all.filter(({ fit }) => fit.verdict === verdict).length;
  return {
    confirmed: count('confirmed'),
    refuted: count('refuted'),
    inconclusive: count('inconclusive'),
    remarks: all
      .filter(({ fit }) => fit.verdict !== 'confirmed')
      .map(({ title, what, fit }) => `${title}, ${what}: ${fit.verdict}: ${fit.reason}`),
  };
}
