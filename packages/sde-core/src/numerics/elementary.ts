/**
 * Elementary functions in + − × ÷ √ and exponent arithmetic alone: the same bits wherever those operations are IEEE 754.
 * What the language leaves to the platform (Math.exp and its like) is not used.
 */
export { exp, expm1 } from './exponential.js';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './hyperbolic.js';
export { hypot } from './hypotenuse.js';
export { acos, asin, atan, atan2 } from './inverse-trigonometric.js';
export { log, log1p, log2 } from './logarithm.js';
export { erf, normalCdf, normalQuantile } from './normal.js';
export { cbrt, power, square } from './power.js';
export { cos, sin, tan } from './trigonometric.js';
