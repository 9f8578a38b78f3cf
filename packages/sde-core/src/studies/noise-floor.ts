import { normalQuantile } from '../numerics/distributions.js';
import type { ErrorPoint } from './error-point.js';

/** A measured error with the size below which it is not told from 0. */
export interface FlooredPoint extends ErrorPoint {
  /** z standard errors at the study's confidence; of an exact error a multiple of its rounding. */
  readonly noiseFloor: number;
}

/** Half the width of an error's interval. */
export const samplingFloor = (standardError: number, confidence: number): number =>
  normalQuantile(0.5 + confidence / 2) * standardError;

/** In one sentence which levels are below their floor; undefined for none. */
export function belowFloor(levels: readonly (FlooredPoint & { readonly steps: number })[]): string | undefined {
  const lost = levels.filter(({ error, noiseFloor }) => Math.abs(error) <= noiseFloor);
  if (lost.length === 0) return undefined;
  const named = lost.map(({ steps }) => String(steps)).join(', ');
  const floors = lost.map(({ noiseFloor }) => noiseFloor);
  return `Below the noise floor of ${Math.max(...floors).toExponential(1)}: the error${lost.length === 1 ? '' : 's'} at ${named} steps.`;
}
