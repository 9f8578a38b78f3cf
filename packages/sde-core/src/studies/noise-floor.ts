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
