import { describe, requireInteger, requireLength } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type DirectionNumbers, shortDirections } from './direction-numbers.js';
import { fold, type Key } from './key.js';
import { philoxInto } from './philox.js';

/** Points of a low-discrepancy sequence in the unit cube, any of them at once. */
export interface Sobol {
  readonly dimension: number;
  /** Point `index`, shape (dimension), each coordinate in (0, 1): the middle of its interval of 2⁻³². */
  point(index: number, out: Float64Array): void;
}

/** Which sequence. */
export interface SobolOptions {
  readonly dimension: number;
  readonly key?: Key;
  readonly directions?: DirectionNumbers;
}

const BITS = 32;
/** 2^−32, of a point; and how many points there are. */
const [UNIT, MOST_POINTS] = [2 ** -32, 2 ** 32];
/** A counter's 128 bits flip seven digits: 1 + 2 + … + 64 prefixes. */
const DIGITS = 7;
/** Counters of the first two rounds of a coordinate. */
const KEPT = 1 + (1 << DIGITS);

/**
 * Sobol's sequence with the direction numbers of Joe and Kuo; with a key, its digits are scrambled as Owen's.
 *
 * Coordinate j of point i is the sum over the digits of i of direction numbers, modulo two. Scrambling flips each binary digit by a random bit
 * that belongs to the digits before it: every point becomes uniform, and the 2^k first points stay a net, one in each interval of 2^−k. The bits are
 * those of Philox in counters (prefix, place, coordinate), so any point can be had in any order. The order is that of the index, not of its Gray
 * code: the first 2^k points are the same set. Cost: five counters a coordinate when scrambled.
 *
 * @param options - `dimension` ≤ 128, or with `directions` as many as those have; `key`, without which the points are the plain ones, moved by
 * half of 2⁻³²; `directions`, the direction numbers, default the first 128 dimensions of {@link joeKuoDirections}.
 * @throws SdeError `value` for a dimension out of range; on reading `value` for an index of 2³² or more, `shape` for an array of another length.
 * @see [sobol1967]
 * @see [joekuo2008]
 * @see [owen1995]
 *
 * @example
 * ```ts
 * import { sobol } from 'sde-core/randomness';
 * const point = new Float64Array(2);
 * sobol({ dimension: 2 }).point(3, point);
 * Math.round(4 * point[0]); // → 3
 * Math.round(4 * point[1]); // → 1
 * ```
 */
export function sobol(options: SobolOptions): Sobol {
  requireKeys<SobolOptions>(options, { dimension: true, key: true, directions: true }, 'sobol({ … })');
  const { dimension, key, directions = shortDirections } = options ?? {};
  requireInteger(dimension, 1, 'sobol({ dimension })', 'take at least one dimension');
  if (typeof directions?.row !== 'function') throw notDirections(directions);
  if (dimension > directions.dimensions) throw tooMany(dimension, directions.dimensions);
  if (key !== undefined && key?.words?.length !== 2) throw notKey(key);
  const numbers = new Int32Array(BITS * dimension);
  for (let j = 0; j < dimension; j++) fillNumbers(directions.row(j), numbers.subarray(BITS * j, BITS * (j + 1)));
  const scramble = key ? scrambler(fold(key, 'Sobol').words, dimension) : undefined;
  return Object.freeze<Sobol>({
    dimension,
    point(index, out) {
      requireInteger(index, 0, 'sobol.point(index)', 'number points from 0');
      if (index >= MOST_POINTS) throw noSuchPoint(index);
      requireLength(out, dimension, 'sobol.point(index, out)', `give ${dimension} places`);
      for (let j = 0; j < dimension; j++) {
        let digits = 0;
        for (let rest = index >>> 0, k = BITS * j; rest !== 0; rest >>>= 1, k++) if (rest & 1) digits ^= numbers[k];
        out[j] = (((scramble ? scramble(digits, j) : digits) >>> 0) + 0.5) * UNIT;
      }
    },
  });
}

/** Writes v_k as 32-bit fractions, shape (32), by the recurrence of the dimension's polynomial. @see [joekuo2008] */
function fillNumbers([polynomial, ...initial]: readonly number[], v: Int32Array): void {
  if (polynomial === undefined) {
    for (let k = 0; k < BITS; k++) v[k] = 1 << (BITS - 1 - k);
    return;
  }
  const s = initial.length;
  for (let k = 0; k < BITS; k++) {
    if (k < s) {
      v[k] = initial[k] << (BITS - 1 - k);
      continue;
    }
    v[k] = v[k - s] ^ (v[k - s] >>> s);
    for (let i = 1; i < s; i++) if ((polynomial >>> (s - i)) & 1) v[k] ^= v[k - i];
  }
}

/** Coordinates whose first counters are kept: two kilobytes each. */
const MOST_KEPT = 1024;

/** Owen's scrambling: flips digit p by a bit of the p digits before it. @see [owen1995] */
function scrambler(
  [k0, k1]: readonly [number, number],
  dimension: number,
): (digits: number, coordinate: number) => number {
  const words = new Int32Array(4);
  // The counters of the first fourteen digits come again in every net: 1 + 2⁷ of them a coordinate.
  const keep = Math.min(dimension, MOST_KEPT) * KEPT;
  const kept = new Int32Array(4 * keep);
  const known = new Uint8Array(keep);
  return (digits, coordinate) => {
    let flipped = 0;
    for (let place = 0; place < BITS; place += DIGITS) {
      // The digits so far name a subtree of seven levels; node 2^r + (r digits below it) is its bit.
      const prefix = place === 0 ? 0 : digits >>> (BITS - place);
      let from = words;
      let at = 0;
      if (place <= DIGITS && coordinate < MOST_KEPT) {
        const slot = coordinate * KEPT + (place === 0 ? 0 : 1 + prefix);
        if (known[slot] === 0) {
          philoxInto(prefix, place, coordinate, 0, k0, k1, words);
          kept.set(words, 4 * slot);
          known[slot] = 1;
        }
        from = kept;
        at = 4 * slot;
      } else philoxInto(prefix, place, coordinate, 0, k0, k1, words);
      let node = 1;
      for (let p = place; p < Math.min(BITS, place + DIGITS); p++) {
        const shift = BITS - 1 - p;
        const digit = (digits >>> shift) & 1;
        const flip = (from[at + (node >>> 5)] >>> (node & 31)) & 1;
        flipped |= (digit ^ flip) << shift;
        node = 2 * node + digit;
      }
    }
    return flipped;
  };
}

const tooMany = (dimension: number, most: number): SdeError =>
  new SdeError('value', {
    what: 'too many dimensions',
    where: 'sobol({ dimension })',
    expected: `at most ${most}`,
    got: describe(dimension),
    remedy:
      most === shortDirections.dimensions
        ? 'pass { directions: await joeKuoDirections() }, which has 21 201'
        : 'take fewer steps or noise components, or sample with expectation(…)',
  });

const notDirections = (got: unknown): SdeError =>
  new SdeError('value', {
    what: 'no direction numbers',
    where: 'sobol({ directions })',
    expected: 'what await joeKuoDirections() gives',
    got: describe(got),
    remedy: 'leave it out for up to 128 dimensions',
  });

const notKey = (got: unknown): SdeError =>
  new SdeError('value', {
    what: 'no key',
    where: 'sobol({ key })',
    expected: 'a key, which scrambles the digits',
    got: describe(got),
    remedy: 'give key: key(1), or leave it out for the plain points',
  });

const noSuchPoint = (index: number): SdeError =>
  new SdeError('value', {
    what: 'no such point',
    where: 'sobol.point(index)',
    expected: 'an index below 2³²',
    got: describe(index),
    remedy: 'take another key for more points',
  });
