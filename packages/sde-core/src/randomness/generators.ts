import { philoxNoise } from './philox-noise.js';
import type { RandomGenerator } from './random-generator.js';
import { xoshiroNoise } from './xoshiro-noise.js';

/** The generators a key may name. */
export type GeneratorName = 'philox4x32-10' | 'xoshiro128++';

/** Every generator, by its name; the first is the default. */
export const generators: Readonly<Record<GeneratorName, RandomGenerator>> = Object.freeze({
  'philox4x32-10': philoxNoise,
  'xoshiro128++': xoshiroNoise,
});
