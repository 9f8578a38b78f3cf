import { dri1 } from './dri1.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { milstein } from './milstein.js';
import { platen } from './platen.js';
import { rdi2wm } from './rdi2wm.js';
import { rdi4wm } from './rdi4wm.js';
import { ri1 } from './ri1.js';
import { ri5 } from './ri5.js';
import { ri6 } from './ri6.js';
import { rs1 } from './rs1.js';
import { rs2 } from './rs2.js';
import type { Scheme } from './scheme.js';
import { w2ito1 } from './w2ito1.js';
import { weakTaylor2 } from './weak-taylor-2.js';

/** Every scheme of the toolkit: tables, the conformance suite and the docs are made from this list. */
export const schemes: readonly Scheme[] = Object.freeze([
  eulerMaruyama, //
  milstein,
  platen,
  weakTaylor2,
  ri1,
  ri5,
  ri6,
  dri1,
  rdi2wm,
  rdi4wm,
  w2ito1,
  rs1,
  rs2,
]);
