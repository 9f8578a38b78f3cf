import { extrapolationWeights } from 'sde-core';

/** The values on a ladder of steps, and their extrapolation: errors in powers of the step from the first on. */
export function ladder(steps: readonly number[], at: (h: number) => number): { values: number[]; limit: number } {
  const values = steps.map(at);
  return { values, limit: limitOf(steps, values) };
}

/** The values of a ladder extrapolated: errors in powers of the step from the first on. */
export function limitOf(steps: readonly number[], values: readonly number[]): number {
  const weights = extrapolationWeights(steps, 1);
  return values.reduce((sum, value, l) => sum + weights[l] * value, 0);
}

/** The orders that the errors of neighboring levels show, each step half of the one before unless the steps are given. */
export function ordersOf(errors: readonly number[], steps?: readonly number[]): number[] {
  return errors.slice(1).map((error, l) => {
    const finer = steps ? Math.log2(steps[l] / steps[l + 1]) : 1;
    return Math.log2(Math.abs(errors[l] / error)) / finer;
  });
}
