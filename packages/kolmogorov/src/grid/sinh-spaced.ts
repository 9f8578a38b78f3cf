import { SdeError } from 'sde-core';
import { describe, requireFinite } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { requireFields } from '../door/at-the-door.js';
import { type Axis, frozen, requireInterval } from './axis.js';
import { evenLevels } from './even-levels.js';

type Crowding = { readonly center: unknown; readonly width: unknown };
const crowdWords = { centers: 'center', widths: 'width', scale: 'width' };

/**
 * n points on [a, b] that crowd around `center`: x(ξ) = c + w sinh(ξ asinh((b − c)/w) + (1 − ξ) asinh((a − c)/w)), ξ uniform on [0, 1].
 *
 * Spacing is about constant within `width` of the center and grows in proportion to the distance beyond it. Several centers add their densities:
 * the points are even in Σ asinh((x − c)/w), with one width for all or one each. The map is smooth, so differences on these points keep their
 * second order. Cost: n, and for several centers a few Newton steps a point.
 *
 * @throws SdeError `value` if n < 3, b ≤ a, there is no center, one is outside [a, b], or a width is not positive; `shape` if widths are not as many.
 * @see [tavella2000]
 *
 * @example
 * import { sinhSpaced } from 'kolmogorov';
 * sinhSpaced(-1, 1, 5, { center: 0, width: 0.25 }).points[2]; // → 0
 * const { points } = sinhSpaced(0, 10, 41, { center: [2, 7], width: [0.1, 0.5] });
 * points.filter((x) => Math.abs(x - 2) < 0.5).length; // → 13
 */
export function sinhSpaced(
  a: number,
  b: number,
  n: number,
  options: { readonly center: number | readonly number[]; readonly width: number | readonly number[] },
): Axis {
  requireInterval('sinhSpaced', a, b, n);
  requireFields<Crowding>(options, { center: true, width: true }, 'sinhSpaced(…, options)', crowdWords);
  const centers = centersOf(options.center, a, b);
  const widths = widthsOf(options.width, centers.length);
  if (centers.length === 1) return around(a, b, n, centers[0], widths[0]);
  const sum = (term: (offset: number, width: number) => number) => (x: number) =>
    centers.reduce((total, center, j) => total + term(x - center, widths[j]), 0);
  const total = sum((offset, width) => numbers.asinh(offset / width));
  const rate = sum((offset, width) => 1 / (width * Math.sqrt(1 + (offset / width) * (offset / width))));
  return frozen(evenLevels(a, b, n, total, rate));
}

function around(a: number, b: number, n: number, center: number, width: number): Axis {
  const low = numbers.asinh((a - center) / width);
  const high = numbers.asinh((b - center) / width);
  const points = Float64Array.from({ length: n }, (_, i) => {
    const xi = i / (n - 1);
    return center + width * numbers.sinh(xi * high + (1 - xi) * low);
  });
  points[0] = a;
  points[n - 1] = b;
  return frozen(points);
}

function centersOf(input: number | readonly number[], a: number, b: number): readonly number[] {
  const centers = typeof input === 'number' ? [input] : Array.isArray(input) ? input : [];
  const bad = centers.findIndex((center) => typeof center !== 'number' || !(center >= a && center <= b));
  if (centers.length > 0 && bad < 0) return centers;
  throw new SdeError('value', {
    what: bad < 0 ? 'no center' : 'a center is outside the interval',
    where: 'sinhSpaced(…, { center })',
    expected: `a number in [${a}, ${b}], or several`,
    got: describe(bad < 0 ? input : centers[bad]),
    remedy: 'give the points around which the grid is finest, inside the interval',
  });
}

function widthsOf(input: number | readonly number[], count: number): readonly number[] {
  const widths = Array.isArray(input) ? input : Array(count).fill(input);
  if (widths.length !== count) {
    throw new SdeError('shape', {
      what: 'not one width for each center',
      where: 'sinhSpaced(…, { width })',
      expected: `a number, or ${count} numbers`,
      got: describe(input),
      remedy: 'give one width for all centers, or one each',
    });
  }
  for (const width of widths) {
    requireFinite(width, 'sinhSpaced(…, { width })', 'give the half-width of the fine region');
    if (width > 0) continue;
    throw new SdeError('value', {
      what: 'the width is not positive',
      where: 'sinhSpaced(…, { width })',
      expected: 'a number > 0',
      got: describe(width),
      remedy: 'give the half-width of the fine region; a width beyond b − a is nearly uniform',
    });
  }
  return widths;
}
