import { type HighPrecision, highPrecision } from './high-precision.js';

/** 320 bits: 96 decimals, enough for arguments up to 1000 with results down to 1e-40. */
export const reference: HighPrecision = highPrecision(320);

/** The i-th of evenly spread points of (a, b). */
export const spread = (a: number, b: number, i: number): number => a + (b - a) * (((i + 1) * 0.6180339887498949) % 1);

/** The largest error, in units of the last place, over points of (a, b). */
export function largestError(
  f: (x: number) => number,
  exact: (x: bigint) => bigint,
  [a, b]: readonly [number, number],
  points = 300,
): number {
  let most = 0;
  for (let i = 0; i < points; i++) {
    const x = spread(a, b, i);
    most = Math.max(most, reference.ulps(f(x), exact(reference.from(x))));
  }
  return most;
}
