/** Laws of the noise, where it is drawn from, and points that are no noise. */
export { type BrownianPath, brownianPath } from './randomness/brownian-path.js';
export { type DirectionNumbers, joeKuoDirections } from './randomness/direction-numbers.js';
export { type Driver, driver, type Outcome } from './randomness/driver.js';
export type { GeneratorName } from './randomness/generators.js';
export { fold, type Key, key } from './randomness/key.js';
export { bernoulli, gaussian, type Law, threePoint, twoPoint, uniformLaw } from './randomness/law.js';
export { levyArea } from './randomness/levy-area.js';
export { type NoiseSource, noiseSource, type Stream } from './randomness/noise.js';
export { philox4x32 } from './randomness/philox.js';
export { type Sobol, type SobolOptions, sobol } from './randomness/sobol.js';
export { windowStream } from './randomness/window.js';
