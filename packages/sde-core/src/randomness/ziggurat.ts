import { exp, log } from '../numerics/elementary.js';
import { uniform53 } from './box-muller.js';
import { nextWord } from './xoshiro.js';

const LAYERS = 256;

/** Where the tail begins: with 256 layers of this edge and area the topmost layer ends at the density's peak. */
const EDGE = 3.6541528853610088;
/** Area of a layer under exp(−x²/2), the base with its tail among them. */
const AREA = 0.004928673233974655;

/** Right ends of the layers, from the base up: [0] is the base as a rectangle of the same area, [256] is 0. Shape (257). */
const X: Float64Array = rightEnds();
/** exp(−x²/2) at the right ends. Shape (257). */
const DENSITY: Float64Array = X.map((x) => exp(-0.5 * x * x));

function rightEnds(): Float64Array {
  const x = new Float64Array(LAYERS + 1);
  x[0] = AREA / exp(-0.5 * EDGE * EDGE);
  x[1] = EDGE;
  for (let i = 2; i < LAYERS; i++) x[i] = Math.sqrt(-2 * log(AREA / x[i - 1] + exp(-0.5 * x[i - 1] * x[i - 1])));
  return x;
}

/**
 * One N(0, 1) by the ziggurat: 256 layers, 50 bits of position, and layer, sign and position from different bits.
 *
 * Two words in 98.8 of 100 cases. Exact but for the rounding of the tables; exp and log are the toolkit's own, so that the bits depend on no engine.
 *
 * @param state - Of the words' generator; moved on.
 * @see [marsaglia2000] @see [doornik2005]
 */
export function ziggurat(state: Int32Array): number {
  const word = nextWord(state);
  const layer = word & 0xff;
  const sign = 1 - ((word >>> 7) & 2);
  const x = uniform53(nextWord(state), word & ~0x1ff) * X[layer];
  return sign * (x < X[layer + 1] ? x : outside(state, layer, x));
}

/** |N(0, 1)| where a layer's rectangle does not decide: its wedge or the tail, and if x is refused there, another try. */
function outside(state: Int32Array, layer: number, x: number): number {
  if (layer === 0) return tail(state);
  const height = DENSITY[layer] + uniform(state) * (DENSITY[layer + 1] - DENSITY[layer]);
  return height < exp(-0.5 * x * x) ? x : Math.abs(ziggurat(state));
}

/** |N(0, 1)| given that it lies beyond the edge. */
function tail(state: Int32Array): number {
  for (;;) {
    const beyond = -log(1 - uniform(state)) / EDGE;
    const bound = -log(1 - uniform(state));
    if (2 * bound >= beyond * beyond) return EDGE + beyond;
  }
}

const uniform = (state: Int32Array): number => uniform53(nextWord(state), nextWord(state));
