import { ACTIVATIONS } from '../network/activation.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { MeanField } from '../noise/mean-field.js';
import { firstRoot } from './first-root.js';
import { type FrozenLayer, frozenLayer, TERMS } from './frozen-layer.js';

/** A unit's argument z = U_k x + c_k passes zero along a path. */
export interface Crossing {
  readonly branch: number;
  readonly unit: number;
  /** |dz/dt| there. */
  readonly speed: number;
  /** 1; at the end of a layer ½, since of the states beside the path half cross and half do not. */
  readonly share: number;
}

/** A time in one layer during which no unit changes sides; it ends where one does, or after a while. */
export interface Stretch {
  readonly duration: number;
  /** Of every unit of every branch: 1 where z > 0. */
  readonly sides: readonly Uint8Array[];
  /** x at its end, shape (d). */
  readonly end: Float64Array;
  /** At its end. */
  readonly crossings: readonly Crossing[];
}

/** A flow's way through one layer whose units have kinks. */
export interface KinkedLayer {
  readonly stretches: readonly Stretch[];
  /** Units that are at their kink when the layer begins, of share ½. */
  readonly entries: readonly Crossing[];
}

/** What keeps second derivatives along a path from being what the crossings make of them. */
export interface KinkTrouble {
  readonly kind: 'grazing-kink' | 'kink-at-layer-end' | 'resting-on-kink';
  readonly layer: number;
  readonly unit: number;
}

/** A flow through layers with kinks, in stretches. */
export interface KinkedPath {
  readonly layers: readonly KinkedLayer[];
  readonly troubles: readonly KinkTrouble[];
  /** x at every layer boundary, shape (depth + 1, d). */
  readonly states: Float64Array;
  /** False where a layer was so steep, or crossed so often, that it was given up. */
  readonly resolved: boolean;
}

/** Of z against the sum of its terms' sizes: rounding. Empirical. */
const ROUNDING = 1e-12;
/** Where a path meets a kink at a smaller angle than this (sine), 1/|dz/dt| says little about paths a little beside it. Empirical. */
const ANGLE = 0.02;
/** Stretches of one layer before it is given up. */
const MOST_STRETCHES = 4096;
/** Steps of one stretch, over which the flow is run backward in one go: it multiplies errors by e^½ a step at most. */
const MOST_STEPS = 8;

/**
 * The flow x' = F̄ of branches whose ψ is made of two lines: linear between crossings of kinks, so that each stretch is a Taylor series and
 * each crossing the first root of a polynomial, none missed. Sub-layers of one layer are one layer.
 *
 * Cost of a stretch O(d² · width).
 */
export function kinkedFlow(network: ResidualNetwork, fields: readonly MeanField[], x0: Float64Array): KinkedPath {
  const { dimension: d, depth, h, layers, activation } = network;
  const slopes = ACTIVATIONS[activation].slopes;
  if (!slopes) throw new Error(`unreachable: ${activation} is not made of two lines`);
  const states = new Float64Array((depth + 1) * d);
  const found: KinkedLayer[] = [];
  const troubles: KinkTrouble[] = [];
  const x = Float64Array.from(x0);
  let resolved = true;
  let frozen: FrozenLayer | undefined;
  states.set(x);
  for (let n = 0; n < depth; n++) {
    const begins = n === 0 || layers[n] !== layers[n - 1];
    const ends = n === depth - 1 || layers[n] !== layers[n + 1];
    const trouble = (kind: KinkTrouble['kind'], unit: number): void => {
      troubles.push({ kind, layer: n, unit });
    };
    if (begins || !frozen) frozen = frozenLayer(fields[n].branches, d, slopes);
    const entries: Crossing[] = [];
    if (begins) enter(frozen, x, { entries, trouble, first: n === 0 });
    const walked = walk(frozen, x, h, { ends, trouble });
    resolved = walked.resolved && resolved;
    found.push({ stretches: walked.stretches, entries });
    states.set(x, (n + 1) * d);
  }
  return { layers: found, troubles, states, resolved };
}

/** Puts every unit on the side where the path goes, and lists those that are at their kink. */
function enter(
  layer: FrozenLayer,
  x: Float64Array,
  at: { entries: Crossing[]; trouble(kind: KinkTrouble['kind'], unit: number): void; first: boolean },
): void {
  layer.sideWith(x);
  layer.moveTo(x);
  layer.each(({ branch, unit, size }) => {
    const z = layer.argument(branch, unit, 0);
    if (Math.abs(z) > ROUNDING * size) return;
    const rate = layer.argument(branch, unit, 1);
    layer.sides[branch][unit] = rate > 0 ? 1 : 0;
    if (Math.abs(rate) <= ANGLE * layer.fastest(branch, unit)) {
      at.trouble('resting-on-kink', unit);
      return;
    }
    // At time 0 the second derivative is needed from then on alone, where it is that of one side.
    if (!at.first) at.trouble('kink-at-layer-end', unit);
    at.entries.push({ branch, unit, speed: Math.abs(rate), share: 1 / 2 });
  });
}

function walk(
  layer: FrozenLayer,
  x: Float64Array,
  h: number,
  { ends, trouble }: { readonly ends: boolean; trouble(kind: KinkTrouble['kind'], unit: number): void },
): { readonly stretches: readonly Stretch[]; readonly resolved: boolean } {
  const stretches: Stretch[] = [];
  let left = h;
  let walked = 0;
  let steps = 0;
  const close = (crossings: readonly Crossing[]): void => {
    stretches.push({
      duration: walked,
      sides: layer.sides.map((side) => side.slice()),
      end: Float64Array.from(x),
      crossings,
    });
    walked = 0;
    steps = 0;
  };
  while (left > 0 && stretches.length < MOST_STRETCHES) {
    const step = layer.step(x, left);
    const next = nextCrossing(layer, step, trouble);
    const last = step >= left;
    // Where a crossing is so close to the end of the layer that rounding decides on which side, it is at the end.
    const time = next === undefined ? step : next * step;
    if (next === undefined || (ends && last && left - time <= ROUNDING * h)) {
      layer.advance(step, x);
      walked += step;
      left = last ? 0 : left - step;
      if (++steps === MOST_STEPS && left > 0) close([]);
      continue;
    }
    layer.advance(time, x);
    walked += time;
    left = Math.max(0, left - time);
    layer.moveTo(x);
    const crossings = flips(layer, trouble);
    close(crossings);
    for (const { branch, unit } of crossings) layer.sides[branch][unit] = 1 - layer.sides[branch][unit];
  }
  layer.moveTo(x);
  const atEnd = ends ? flips(layer, trouble).map((crossing) => ({ ...crossing, share: 1 / 2 })) : [];
  for (const { unit } of atEnd) trouble('kink-at-layer-end', unit);
  close(atEnd);
  return { stretches, resolved: left === 0 };
}

/** Of a step, the part after which a unit first leaves its side. */
function nextCrossing(
  layer: FrozenLayer,
  step: number,
  trouble: (kind: KinkTrouble['kind'], unit: number) => void,
): number | undefined {
  let next: number | undefined;
  const polynomial = new Float64Array(TERMS);
  layer.each(({ branch, unit, size }) => {
    const sign = layer.sides[branch][unit] === 1 ? 1 : -1;
    for (let j = 0, power = 1; j < TERMS; j++, power *= step)
      polynomial[j] = sign * layer.argument(branch, unit, j) * power;
    // A unit at its kink leaves it by its first term that is more than rounding.
    let from = 0;
    while (from < TERMS && Math.abs(polynomial[from]) <= ROUNDING * size) from++;
    if (from === TERMS) return;
    const root = firstRoot(polynomial.subarray(from));
    if (root !== undefined) next = Math.min(root, next ?? root);
    else if (turnsNear(polynomial, ANGLE * step * layer.fastest(branch, unit))) trouble('grazing-kink', unit);
  });
  return next;
}

/**
 * Whether p ≥ 0 turns in (0, 1) so near to zero that, moved down to touch as far below, it would cross at a slope of less than `slope`:
 * 2 p p″ ≤ slope² there.
 */
function turnsNear(p: Float64Array, slope: number): boolean {
  const horner = (s: number, order: 0 | 1 | 2): number => {
    let sum = 0;
    for (let j = p.length - 1; j >= order; j--)
      sum = sum * s + p[j] * (order === 0 ? 1 : order === 1 ? j : j * (j - 1));
    return sum;
  };
  if (!(p[1] < 0 && horner(1, 1) > 0)) return false;
  let [low, high] = [0, 1];
  while (high - low > ROUNDING) {
    const middle = (low + high) / 2;
    if (horner(middle, 1) < 0) low = middle;
    else high = middle;
  }
  return 2 * horner(low, 0) * horner(low, 2) <= slope * slope;
}

/** The units that leave their sides where the layer stands. */
function flips(layer: FrozenLayer, trouble: (kind: KinkTrouble['kind'], unit: number) => void): readonly Crossing[] {
  const crossings: Crossing[] = [];
  layer.each(({ branch, unit, size }) => {
    const z = layer.argument(branch, unit, 0);
    const rate = layer.argument(branch, unit, 1);
    const sign = layer.sides[branch][unit] === 1 ? 1 : -1;
    const at = Math.abs(z) <= ROUNDING * size;
    if (!(at ? sign * rate < 0 : sign * z < 0)) return;
    if (Math.abs(rate) <= ANGLE * layer.fastest(branch, unit)) trouble('grazing-kink', unit);
    crossings.push({ branch, unit, speed: Math.abs(rate), share: 1 });
  });
  return crossings;
}
