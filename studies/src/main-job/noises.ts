import { branchDropout, type Noise, outputDropout, stochasticDepth } from 'resnet-bridge';
import type { NoiseName, Options } from './options.js';

/** The noises of the main job from its options. */
export const NOISE_OF: Readonly<Record<NoiseName, (options: Options) => Noise>> = {
  'stochastic-depth': ({ survival }) => stochasticDepth({ survival }),
  'output-dropout': ({ keep }) => outputDropout({ keep }),
  'branch-dropout': ({ keep }) => branchDropout({ keep }),
};
