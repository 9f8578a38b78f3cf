import { bernoulli, gaussian } from 'sde-core/randomness';
import type { Noise } from './noise.js';

/** The part of a noise that is its gate's: variables, function and moments. */
export type Gate = Pick<Noise, 'laws' | 'gate' | 'mean' | 'variance' | 'thirdCumulant'>;

/** g = s η with η ~ Bernoulli(p). */
export function scaledCoin(p: number, scale: number): Gate {
  const law = bernoulli(p);
  return {
    laws: [law],
    gate: (noise, offset) => scale * noise[offset],
    mean: scale * p,
    variance: scale * scale * law.variance,
    thirdCumulant: scale * scale * scale * law.thirdCumulant,
  };
}

/** g = m + s ξ with ξ ~ N(0, 1). */
export function gaussianGate(mean: number, scale: number): Gate {
  return {
    laws: [gaussian],
    gate: (noise, offset) => mean + scale * noise[offset],
    mean,
    variance: scale * scale,
    thirdCumulant: 0,
  };
}
