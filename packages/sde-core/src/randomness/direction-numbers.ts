import { requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { powerOfTwo } from '../numerics/bits.js';
import { JOE_KUO, MOST_DIMENSIONS } from './joe-kuo.js';

/** Direction numbers of Sobol's sequence, as many dimensions as were published or asked for. */
export interface DirectionNumbers {
  readonly dimensions: number;
  /** Of dimension 0, 1, …: the primitive polynomial over GF(2) as bits, then the odd numbers m_1 … m_s with s its degree; none for the first dimension. */
  row(dimension: number): readonly number[];
}

/** The first 128 dimensions, which are always there. */
export const shortDirections: DirectionNumbers = Object.freeze<DirectionNumbers>({
  dimensions: MOST_DIMENSIONS,
  row(dimension) {
    requireDimension(dimension, MOST_DIMENSIONS);
    return dimension === 0 ? [] : JOE_KUO[dimension - 1];
  },
});

/** Primitive polynomials over GF(2) of degree 1, 2, …, 18: φ(2^s − 1)/s of them. */
const POLYNOMIALS = [1, 1, 2, 2, 6, 6, 18, 16, 48, 60, 176, 144, 630, 756, 1800, 2048, 7710, 7776];

/** Dimensions of the whole table: one for each of those, and the first, which has none. */
export const ALL_DIMENSIONS: number = POLYNOMIALS.reduce((sum, count) => sum + count, 1);

/**
 * The published direction numbers of all 21 201 dimensions: half a megabyte, loaded when it is first asked for.
 *
 * @see [joekuo2008]
 *
 * @example
 * ```ts
 * import { joeKuoDirections, sobol } from 'sde-core/randomness';
 * const directions = await joeKuoDirections();
 * directions.dimensions; // → 21201
 * sobol({ dimension: 5000, directions }).dimension; // → 5000
 * ```
 */
export async function joeKuoDirections(): Promise<DirectionNumbers> {
  const { PACKED_JOE_KUO } = await import('./joe-kuo-packed.js');
  const bytes = Uint8Array.from(atob(PACKED_JOE_KUO), (character) => character.charCodeAt(0));
  return Object.freeze<DirectionNumbers>({
    dimensions: ALL_DIMENSIONS,
    row(dimension) {
      requireDimension(dimension, ALL_DIMENSIONS);
      if (dimension === 0) return [];
      let at = 0;
      let rest = dimension - 1;
      let degree = 1;
      for (; rest >= POLYNOMIALS[degree - 1]; degree++) {
        rest -= POLYNOMIALS[degree - 1];
        at += POLYNOMIALS[degree - 1] * bitsOf(degree);
      }
      at += rest * bitsOf(degree);
      const take = (count: number): number => {
        let value = 0;
        for (const end = at + count; at < end; at++) value = 2 * value + ((bytes[at >>> 3] >>> (7 - (at & 7))) & 1);
        return value;
      };
      const polynomial = powerOfTwo(degree) + 2 * take(degree - 1) + 1;
      return [polynomial, ...Array.from({ length: degree }, (_, i) => 2 * take(i) + 1)];
    },
  });
}

/** Bits of one dimension of the packed table. */
const bitsOf = (degree: number): number => degree - 1 + (degree * (degree - 1)) / 2;

function requireDimension(dimension: number, dimensions: number): void {
  requireInteger(dimension, 0, 'directions.row(dimension)', 'number dimensions from 0');
  if (dimension < dimensions) return;
  throw new SdeError('value', {
    what: 'no such dimension',
    where: 'directions.row(dimension)',
    expected: `a dimension below ${dimensions}`,
    got: String(dimension),
    remedy: 'number dimensions from 0, up to those that were published',
  });
}

/** Enough direction numbers for a dimension: the whole table only where the short one does not do. */
export function directionsFor(dimension: number): DirectionNumbers | Promise<DirectionNumbers> {
  return dimension <= shortDirections.dimensions ? shortDirections : joeKuoDirections();
}
