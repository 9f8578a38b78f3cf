import { alfonsi } from './alfonsi.js';
import { dri1 } from './dri1.js';
import { driftImplicitEuler } from './drift-implicit-euler.js';
import { eulerHeun } from './euler-heun.js';
import { eulerMaruyama } from './euler-maruyama.js';
import { explicitMidpoint } from './explicit-midpoint.js';
import { implicitMidpoint } from './implicit-midpoint.js';
import { leimkuhlerMatthews } from './leimkuhler-matthews.js';
import { milstein } from './milstein.js';
import { milsteinGeneral } from './milstein-general.js';
import { platen } from './platen.js';
import { quadraticExponential } from './quadratic-exponential.js';
import { rdi2wm } from './rdi2wm.js';
import { rdi4wm } from './rdi4wm.js';
import { ri1 } from './ri1.js';
import { ri5 } from './ri5.js';
import { ri6 } from './ri6.js';
import { rs1 } from './rs1.js';
import { rs2 } from './rs2.js';
import { sRock2 } from './s-rock-2.js';
import type { Scheme } from './scheme.js';
import { skRock } from './sk-rock.js';
import { splitStepBackwardEuler } from './split-step-backward-euler.js';
import { sra1 } from './sra1.js';
import { sra2 } from './sra2.js';
import { sra3 } from './sra3.js';
import { sriw1 } from './sriw1.js';
import { sriw2 } from './sriw2.js';
import { stochasticHeun } from './stochastic-heun.js';
import { tamedEuler } from './tamed-euler.js';
import { truncatedEuler } from './truncated-euler.js';
import { truncatedMilstein } from './truncated-milstein.js';
import { w2ito1 } from './w2ito1.js';
import { weakTaylor2 } from './weak-taylor-2.js';

/**
 * Every scheme of the toolkit: tables, the conformance suite and the docs are made from this list. Factories stand in it with their
 * defaults; `exponentialEuler` and `baoab` need a number or matrix of the model and are certified with theirs. Those for one kind of equation are
 * `schemesForOneEquation`.
 */
export const schemes: readonly Scheme[] = Object.freeze([
  eulerMaruyama, //
  milstein,
  milsteinGeneral(),
  truncatedMilstein,
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
  stochasticHeun,
  eulerHeun,
  explicitMidpoint,
  implicitMidpoint,
  sra1,
  sra2,
  sra3,
  sriw1,
  sriw2,
  driftImplicitEuler(),
  driftImplicitEuler({ theta: 1 / 2 }),
  splitStepBackwardEuler,
  tamedEuler,
  truncatedEuler(),
  skRock(),
  sRock2(),
  leimkuhlerMatthews,
]);

/** The schemes that are made for one kind of equation: those with a field `equations`. */
export const schemesForOneEquation: readonly Scheme[] = Object.freeze([quadraticExponential, alfonsi]);
