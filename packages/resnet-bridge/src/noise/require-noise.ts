import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import { isObject } from '../network/at-the-door.js';
import type { Noise } from './noise.js';
import { PLACEMENTS } from './placement.js';

/** Refuses what is no noise. */
export function requireNoise(noise: unknown, where: string): asserts noise is Noise {
  if (isObject(noise)) {
    const { placement, laws, gate, mean, variance } = noise;
    const known = typeof placement === 'string' && Object.hasOwn(PLACEMENTS, placement);
    const law = Array.isArray(laws) && typeof gate === 'function' && Number.isFinite(mean) && Number.isFinite(variance);
    if (known && law) return;
  }
  throw new SdeError('value', {
    what: typeof noise === 'function' ? 'a noise that was not called' : 'not a noise',
    where,
    expected: 'a noise, such as stochasticDepth({ survival: 0.8 })',
    got: describe(noise),
    remedy:
      'call one of stochasticDepth, outputDropout, branchDropout, shakeShake, shakeDrop, gaussianInjection, gaussianMultiplicative',
  });
}
