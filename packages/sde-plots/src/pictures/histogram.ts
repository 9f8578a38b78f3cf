import { maybe, text, whole } from 'sde-core/data';
import { describe, requireFunction, SdeError } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { LOOKS } from '../drawing/palette.js';
import { type NumberList, numbersIn } from '../results/number-list.js';
import { type PictureOptions, requirePicture } from '../results/picture-options.js';
import { counted } from '../results/plural.js';
import { sortedFinite, sortedQuantile } from '../results/quantiles.js';

/** How a sample is drawn. */
export interface HistogramOptions extends PictureOptions {
  /** So many bins of equal width. Default: by the rule of Freedman and Diaconis. */
  readonly bins?: number;
  /** A density to draw over the bars: x ↦ ρ(x). Default none. */
  readonly density?: (x: number) => number;
  /** Default `density`. */
  readonly densityLabel?: string;
}

const KNOWN = { bins: true, density: true, densityLabel: true } as const;
/** More bins would be thinner than two pixels. */
const MOST_BINS = 200;
const SHAPES = { bins: maybe(whole(1, MOST_BINS)), densityLabel: maybe(text) };
/** Points of the density's curve. */
const CURVE = 400;

/** Bins of equal width over a sample. */
export interface Bins {
  /** By which rule they were chosen, in words. */
  readonly rule: string;
  /** Shape (n + 1). */
  readonly edges: Float64Array;
  /** Values in each, shape (n): from its edge up to the next, which only the last takes too. */
  readonly counts: Float64Array;
  /** Values below the first edge and above the last. */
  readonly beyond: number;
}

/**
 * An SVG of a sample as bars whose areas are shares of it, with a density over them if one is given.
 *
 * The width of a bin is 2 · (interquartile range) · n^(−1/3), the rule of Freedman and Diaconis; ⌈log₂ n⌉ + 1 bins, that of Sturges, where half of the sample has
 * one value. Of more than 200 bins those 200 around the median are drawn, and how many values lie beyond is said, as are values that are not finite.
 *
 * @throws SdeError `value` for no finite value.
 * @see [freedman1981]
 * @see [sturges1926]
 *
 * @example
 * import { histogram } from 'sde-plots';
 * const svg = await histogram([0.1, 0.4, 0.5, 0.7, 1.2], { title: 'Five values', density: (x) => Math.max(0, 1 - x / 2) });
 * svg.includes('Freedman–Diaconis'); // → true
 */
export async function histogram(samples: NumberList, options: HistogramOptions = {}): Promise<string> {
  requirePicture(options, KNOWN, 'histogram', SHAPES);
  const { bins, density, densityLabel = 'density' } = options;
  if (density !== undefined) requireFunction(density, 'histogram(…, { density })', 'give (x) => number');
  const { data } = numbersIn(samples, 'histogram(samples)');
  const sorted = sortedFinite(data);
  if (sorted.length === 0) throw noSample(samples);
  const { rule, edges, counts, beyond } = binsOf(sorted, bins);
  const wide = edges[1] - edges[0];
  const heights = counts.map((count) => count / sorted.length / wide);
  const flat = counts.filter((count, i) => count > 0 && !isDrawn(heights[i], edges[i], edges[i + 1])).length;
  const [low, high] = [edges[0], edges[edges.length - 1]];
  const x = Float64Array.from({ length: density ? CURVE : 0 }, (_, i) => low + ((high - low) * i) / (CURVE - 1));
  const y = x.map((at) => densityAt(density?.(at), at));
  const gaps = y.filter((value) => !Number.isFinite(value)).length;
  const lost = data.length - sorted.length;
  const { curveDrawing } = await import('./curve-drawing.js');
  return curveDrawing({
    ...options,
    name: 'histogram',
    xLabel: options.xLabel ?? 'value',
    yLabel: options.yLabel ?? 'probability density',
    fromZero: true,
    bars: {
      label: counted(sorted.length, 'value'),
      edges,
      heights,
      color: LOOKS[0].color,
    },
    curves: density ? [{ label: densityLabel, x, y, look: { color: LOOKS[1].color, symbol: 'square' } }] : [],
    remarks: [
      `${counted(counts.length, 'bin')}: ${rule}.`,
      ...(beyond > 0 ? [`${counted(beyond, 'value')} beyond the frame, which the areas count.`] : []),
      ...(lost > 0 ? [`Not drawn: ${counted(lost, 'value')} that ${lost === 1 ? 'is' : 'are'} not finite.`] : []),
      ...(flat > 0 ? [`Not drawn: ${counted(flat, 'bar')} too narrow or too wide for the numbers of a computer.`] : []),
      ...(gaps > 0 ? ['The density is not finite everywhere.'] : []),
    ],
  });
}

/** Whether a bar has an area: values a rounding apart, or at the ends of what doubles hold, have none. */
const isDrawn = (height: number, from: number, to: number): boolean =>
  height > 0 && Number.isFinite(height) && to > from && Number.isFinite(to - from);

/** With less to each side the density of a bar would not be finite. */
const LEAST_HALF = 1e-300;

/** The bins of finite numbers in order of size. */
export function binsOf(sorted: Float64Array, bins?: number): Bins {
  const n = sorted.length;
  const [least, greatest] = [sorted[0], sorted[n - 1]];
  if (!(greatest > least)) {
    const room = Math.abs(least) / 20;
    const half = room > LEAST_HALF ? room : 1 / 2;
    return {
      rule: 'all values are equal',
      edges: Float64Array.of(least - half, least + half),
      counts: Float64Array.of(n),
      beyond: 0,
    };
  }
  const [q1, median, q3] = [1 / 4, 1 / 2, 3 / 4].map((share) => sortedQuantile(sorted, share));
  const width = (2 * (q3 - q1)) / numbers.cbrt(n);
  const range = greatest - least;
  if (bins !== undefined) return filled(sorted, least, range / bins, bins, 'as many as asked for');
  if (!(width > 0)) {
    const count = Math.min(MOST_BINS, Math.ceil(numbers.log(n) / Math.LN2) + 1);
    return filled(sorted, least, range / count, count, 'Sturges, since half of the sample has one value');
  }
  const count = Math.max(1, Math.ceil(range / width));
  if (count <= MOST_BINS) return filled(sorted, least, range / count, count, 'Freedman–Diaconis');
  const from = Math.max(least, median - (MOST_BINS / 2) * width);
  return filled(sorted, from, width, MOST_BINS, 'Freedman–Diaconis, around the median');
}

function filled(sorted: Float64Array, from: number, width: number, count: number, rule: string): Bins {
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => from + i * width);
  const counts = new Float64Array(count);
  let beyond = 0;
  for (const value of sorted) {
    // A value on the last edge belongs to the last bin; the edge itself may have been rounded below the greatest value.
    const place = Math.floor((value - from) / width);
    const bin = place === count && value <= edges[count] + width * 1e-9 ? count - 1 : place;
    if (bin >= 0 && bin < count) counts[bin] += 1;
    else beyond += 1;
  }
  return { rule, edges, counts, beyond };
}

function densityAt(value: unknown, x: number): number {
  if (typeof value === 'number') return value;
  throw new SdeError('value', {
    what: 'a density that is not a number',
    where: `histogram(…, { density })(${x})`,
    expected: 'a number',
    got: describe(value),
    remedy: 'give (x) => number',
  });
}

const noSample = (got: unknown): SdeError =>
  new SdeError('value', {
    what: 'no finite value to draw',
    where: 'histogram(samples)',
    expected: 'at least one finite number',
    got: describe(got),
    remedy: 'give the values of a functional on paths',
  });
