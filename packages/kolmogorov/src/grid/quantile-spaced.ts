import { SdeError } from 'sde-core';
import { describe, requireFinite, requireNumbers } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { requireFields } from '../door/at-the-door.js';
import { type Axis, frozen, requireInterval } from './axis.js';
import { evenLevels } from './even-levels.js';

/** The law of a state: its quantile function, or values drawn from it. */
export type AxisLaw =
  | { readonly quantile: (probability: number) => number }
  /** In any order; at least 8. */
  | { readonly samples: ArrayLike<number> };

type LawKeys = { readonly quantile: unknown; readonly samples: unknown; readonly floor: unknown };

/** The share of the points that is spread evenly unless the caller says. */
const FLOOR = 1 / 3;

/** Quantiles that stand for a law; empirical: the smoothing is wider than their spacing. */
const MOST_KNOTS = 256;
const FEWEST_SAMPLES = 8;

/** Less of a law than this in the interval is none. */
const LEAST_MASS = 2 ** -10;

/**
 * n points on [a, b] where a process spends its time: even in (1 − floor) F(x) + floor · x / (b − a), F the distribution function of a law.
 *
 * F is smoothed by logistic kernels at up to 256 quantiles, with Silverman's bandwidth, so that spacing changes slowly however rough the samples are and
 * differences keep their second order. `floor` (default 1/3) bounds the spacing by (b − a) / (floor (n − 1)). A law is the quantile function of a known
 * distribution or of a `Density`, or samples of X_T. Cost: samples to sort, and some thousand exponentials a point.
 *
 * @throws SdeError `value` if n < 3, b ≤ a, floor is not in (0, 1], the law is not finite, does not increase, or lies outside [a, b].
 * @see [silverman1986]
 *
 * @example
 * import { quantileSpaced } from 'kolmogorov';
 * // An exponential law: half of the points are below 1.28, not 5.
 * const { points } = quantileSpaced(0, 10, 41, { quantile: (p) => -Math.log1p(-p) });
 * [points[0], points[20], points[40]]; // → [ 0, 1.27…, 10 ]
 */
export function quantileSpaced(a: number, b: number, n: number, options: AxisLaw & { readonly floor?: number }): Axis {
  requireInterval('quantileSpaced', a, b, n);
  requireFields<LawKeys>(options, { quantile: true, samples: true, floor: true }, 'quantileSpaced(…, options)');
  const floor = requireFloor(options.floor ?? FLOOR);
  const knots = knotsOf(options);
  const scale = kernelScale(knots);
  const mean = (term: (z: number) => number) => (x: number) => {
    let sum = 0;
    for (const knot of knots) sum += term((x - knot) / scale);
    return sum / knots.length;
  };
  const distribution = mean((z) => 1 / (1 + numbers.exp(-z)));
  const density = mean((z) => 1 / (4 * scale * numbers.cosh(z / 2) * numbers.cosh(z / 2)));
  const mass = distribution(b) - distribution(a);
  if (!(mass > LEAST_MASS)) throw elsewhere(a, b, knots);
  const [law, even] = [(1 - floor) / mass, floor / (b - a)];
  return frozen(
    evenLevels(
      a,
      b,
      n,
      (x) => law * distribution(x) + even * (x - a),
      (x) => law * density(x) + even,
    ),
  );
}

function knotsOf(law: AxisLaw): Float64Array {
  const place = (i: number, count: number): number => (i + 1 / 2) / count;
  if ('quantile' in law && typeof law.quantile === 'function') {
    const knots = Float64Array.from({ length: MOST_KNOTS }, (_, i) => {
      const value: unknown = law.quantile(place(i, MOST_KNOTS));
      return typeof value === 'number' ? value : Number.NaN;
    });
    for (let i = 0; i < knots.length; i++) {
      const where = `quantileSpaced(…, { quantile }) at ${place(i, MOST_KNOTS)}`;
      requireFinite(knots[i], where, 'give a function that is finite between 0 and 1');
      if (i > 0 && knots[i] < knots[i - 1]) throw decreasing(where, knots[i], knots[i - 1]);
    }
    return knots;
  }
  if ('samples' in law && law.samples?.length >= FEWEST_SAMPLES) {
    requireNumbers(law.samples, 'quantileSpaced(…, { samples })', 'leave out samples that are not finite');
    const sorted = Float64Array.from(law.samples).sort();
    const count = Math.min(MOST_KNOTS, sorted.length);
    return Float64Array.from({ length: count }, (_, i) => sorted[Math.floor(place(i, count) * sorted.length)]);
  }
  throw new SdeError('value', {
    what: 'neither a quantile function nor samples',
    where: 'quantileSpaced(…, { quantile | samples })',
    expected: `(p) => x, or at least ${FEWEST_SAMPLES} numbers`,
    got: describe(law),
    remedy: 'give the law of the state, such as { samples } of X_T or { quantile: (p) => rho.quantile(T, 0, p) }',
  });
}

/** Silverman's bandwidth, as the scale of a logistic law of that standard deviation. */
function kernelScale(knots: Float64Array): number {
  const count = knots.length;
  const mean = knots.reduce((sum, value) => sum + value, 0) / count;
  const deviation = Math.sqrt(knots.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / count);
  const quartiles = knots[Math.floor((3 * count) / 4)] - knots[Math.floor(count / 4)];
  const spread = quartiles > 0 ? Math.min(deviation, quartiles / 1.34) : deviation;
  if (spread > 0) return (0.9 * spread * numbers.power(count, -1 / 5) * Math.sqrt(3)) / Math.PI;
  throw new SdeError('value', {
    what: 'a law at one point',
    where: 'quantileSpaced(…, { quantile | samples })',
    expected: 'a law that spreads',
    got: `${knots[0]} throughout`,
    remedy: 'use sinhSpaced around that point',
  });
}

function requireFloor(floor: number): number {
  if (typeof floor === 'number' && floor > 0 && floor <= 1) return floor;
  throw new SdeError('value', {
    what: 'not a share of the points',
    where: 'quantileSpaced(…, { floor })',
    expected: 'a number above 0, up to 1',
    got: describe(floor),
    remedy: 'leave it out for 1/3; 1 is uniform',
  });
}

function decreasing(where: string, value: number, before: number): SdeError {
  return new SdeError('value', {
    what: 'a quantile function that decreases',
    where,
    expected: `a number ≥ ${before}`,
    got: describe(value),
    remedy: 'give x with P(X ≤ x) = p',
  });
}

function elsewhere(a: number, b: number, knots: Float64Array): SdeError {
  return new SdeError('value', {
    what: 'the law lies outside the interval',
    where: 'quantileSpaced(a, b, …)',
    expected: `most of it in [${a}, ${b}]`,
    got: `quantiles from ${knots[0]} to ${knots[knots.length - 1]}`,
    remedy: 'move the interval to the law',
  });
}
