/** Arithmetic that has the same bits on every engine, and arrays with strides. */
export { numbers } from './expression/numbers.js';
export { type CodeGeneration, codeGeneration } from './numerics/code-generation.js';
export { normalQuantile } from './numerics/distributions.js';
export { stridedArray } from './numerics/strided-array.js';
