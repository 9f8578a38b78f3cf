import { eulerMaruyama } from './euler-maruyama.js';
import { milstein } from './milstein.js';
import { platen } from './platen.js';
import type { Scheme } from './scheme.js';
import { weakTaylor2 } from './weak-taylor-2.js';

/** Every scheme of the toolkit: tables, the conformance suite and the docs are made from this list. */
export const schemes: readonly Scheme[] = Object.freeze([
  eulerMaruyama, //
  milstein,
  platen,
  weakTaylor2,
]);
