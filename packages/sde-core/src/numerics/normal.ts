import { exp } from './exponential.js';
import { log } from './logarithm.js';

/** Σ c_i x^i, highest power first. */
function horner(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}

/** e^(−x²·rate), with x² split so that its rounding does not grow with x. */
function bell(x: number, rate: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return exp(-coarse * coarse * rate) * exp(-(x - coarse) * (x + coarse) * rate);
}

const ERF_TOP = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const ERF_BOTTOM = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const ERFC_TOP = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const ERFC_BOTTOM = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];

/**
 * erf x = 2/√π ∫₀ˣ e^(−s²) ds; error below 3 ulp.
 *
 * A rational function of x² up to 15/32, above it 1 − erfc x.
 *
 * @see [cody1969]
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) {
    const z = x * x;
    return (x * horner(z, ERF_TOP)) / horner(z, ERF_BOTTOM);
  }
  // Beyond 6 the complement is less than half an ulp of 1.
  if (!(size < 6)) return x > 0 ? 1 : x < 0 ? -1 : x;
  // The rational function for erfc on [15/32, 4] is good to 2^-53 of 1 up to 6.
  const value = 1 - (bell(size, 1) * horner(size, ERFC_TOP)) / horner(size, ERFC_BOTTOM);
  return x < 0 ? -value : value;
}

const CENTER_TOP = [0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356];
const CENTER_BOTTOM = [1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673];
const FLANK_TOP = [
  1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002,
  2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
];
const FLANK_BOTTOM = [
  1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097, 34900.95272114598,
  38912.00328609327, 19685.429676859992,
];
const TAIL_TOP = [
  0.023073441764940174, 0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934,
  0.000029112874951168793,
];
const TAIL_BOTTOM = [
  1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 0.00007297515550839662,
];
const DENSITY_AT_0 = 0.3989422804014327;

/**
 * The normal distribution function Φ(x), relative error below 10 ulp also in the lower tail.
 *
 * Three rational functions, for |x| up to 0.67, up to √32, and beyond.
 *
 * @see [cody1969] @see [cody1993]
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.67448975) {
    const z = x * x;
    return 1 / 2 + (x * horner(z, CENTER_TOP)) / horner(z, CENTER_BOTTOM);
  }
  if (Number.isNaN(x)) return x;
  if (size > 39) return x > 0 ? 1 : 0;
  const tail = bell(size, 1 / 2) * millsRatio(size);
  return x < 0 ? tail : 1 - tail;
}

/** (1 − Φ(x)) e^(x²/2). */
function millsRatio(x: number): number {
  if (x < 5.656854249492381) return horner(x, FLANK_TOP) / horner(x, FLANK_BOTTOM);
  const z = 1 / (x * x);
  return (DENSITY_AT_0 - (z * horner(z, TAIL_TOP)) / horner(z, TAIL_BOTTOM)) / x;
}

const QUANTILE = [
  {
    top: [
      2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
      133.14166789178438, 3.3871328727963665,
    ],
    bottom: [
      5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
      687.1870074920579, 42.31333070160091, 1,
    ],
  },
  {
    top: [
      0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
      5.769497221460691, 4.630337846156546, 1.4234371107496835,
    ],
    bottom: [
      1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
      1.6763848301838038, 2.053191626637759, 1,
    ],
  },
  {
    top: [
      2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
      1.7848265399172913, 5.463784911164114, 6.657904643501103,
    ],
    bottom: [
      2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133,
      0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
    ],
  },
];

/**
 * The x with Φ(x) = p; relative error about 10^-16. ±∞ at 1 and 0, NaN outside [0, 1].
 *
 * @see [wichura1988, AS 241]
 */
export function normalQuantile(p: number): number {
  const q = p - 1 / 2;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(r, QUANTILE[0].top)) / horner(r, QUANTILE[0].bottom);
  }
  const tail = q < 0 ? p : 1 - p;
  if (!(tail > 0)) return tail === 0 ? (q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number.NaN;
  const r = Math.sqrt(-log(tail));
  const [piece, shift] = r <= 5 ? [QUANTILE[1], 1.6] : [QUANTILE[2], 5];
  const value = horner(r - shift, piece.top) / horner(r - shift, piece.bottom);
  return q < 0 ? -value : value;
}
