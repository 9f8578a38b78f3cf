import { normalQuantile } from 'sde-core/numerics';

/** Half the width of an error's interval. */
export const halfWidth = (standardError: number, confidence: number): number =>
  normalQuantile(0.5 + confidence / 2) * standardError;

/** A level of a study with the size below which its error is not told from 0. */
interface FlooredLevel {
  readonly steps: number;
  readonly error: number;
  readonly noiseFloor: number;
}

/** In one sentence which levels are below their floor; undefined for none. */
export function belowFloor(levels: readonly FlooredLevel[]): string | undefined {
  const lost = levels.filter(({ error, noiseFloor }) => Math.abs(error) <= noiseFloor);
  if (lost.length === 0) return undefined;
  const named = lost.map(({ steps }) => String(steps)).join(', ');
  const floor = lost.reduce((most, { noiseFloor }) => Math.max(most, noiseFloor), 0);
  return `Below the noise floor of ${floor.toExponential(1)}: the error${lost.length === 1 ? '' : 's'} at ${named} steps.`;
}
