import { branchDropout } from './branch-dropout.js';
import { gaussianInjection } from './gaussian-injection.js';
import { gaussianMultiplicative } from './gaussian-multiplicative.js';
import type { Noise } from './noise.js';
import { outputDropout } from './output-dropout.js';
import { shakeDrop } from './shake-drop.js';
import { shakeShake } from './shake-shake.js';
import { stochasticDepth } from './stochastic-depth.js';

/** Every noise, one line each, with typical parameters: what the conformance suite runs over and a menu offers. */
export const NOISES: readonly Noise[] = [
  stochasticDepth({ survival: 0.8 }),
  stochasticDepth({ survival: 0.8, rescaled: true }),
  outputDropout({ keep: 0.8 }),
  branchDropout({ keep: 0.8 }),
  shakeShake(),
  shakeDrop({ survival: 0.7 }),
  gaussianInjection({ scale: 0.3 }),
  gaussianMultiplicative({ scale: 0.3 }),
  gaussianMultiplicative({ scale: 0.3, elementwise: true }),
];
