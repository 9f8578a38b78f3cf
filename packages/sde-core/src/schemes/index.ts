import { dri1 } from './dri1.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { milstein } from './milstein.js';
import { platen } from './platen.js';
import { rdi2wm } from './rdi2wm.js';
import { ri1 } from './ri1.js';
import { ri5 } from './ri5.js';
import { ri6 } from './ri6.js';
import type { Scheme } from './scheme.js';
import { stochasticHeun } from './stochastic-heun.js';
import { tamedEuler } from './tamed-euler.js';
import { w2ito1 } from './w2-ito-1.js';
import { weakTaylor2 } from './weak-taylor-2.js';

/** Every scheme of the toolkit: tables, the conformance suite and the docs are made from this list. */
export const schemes: readonly Scheme[] = Object.freeze([
  eulerMaruyama,
  tamedEuler,
  milstein,
  stochasticHeun,
  weakTaylor2,
  platen,
  w2ito1,
  ri1,
  ri5,
  ri6,
  rdi2wm,
  dri1,
]);
