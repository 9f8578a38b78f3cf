import { fields, finite, list, maybe, positive, requireShape, text } from 'sde-core/data';
import { describe, type KnownKeys, requireInteger, requireKeys, requireLength, SdeError } from 'sde-core/errors';
import type { MapPlotOptions } from '../results/map-values.js';
import { countNonFinite, numbersIn } from '../results/number-list.js';
import { requireSide } from '../results/picture-options.js';

const KNOWN: KnownKeys<MapPlotOptions> = {
  x: true,
  y: true,
  values: true,
  title: true,
  xLabel: true,
  yLabel: true,
  valueLabel: true,
  limit: true,
  range: true,
  remarks: true,
  width: true,
  height: true,
};

const OPTIONS = fields({
  title: text,
  xLabel: text,
  yLabel: text,
  valueLabel: text,
  limit: maybe(positive),
  range: maybe(list(finite, 2, 2)),
  remarks: maybe(list(text)),
});

/**
 * An SVG of a function of two variables: filled contours, orange above zero, violet below, pale around it.
 *
 * The function is drawn on 160 × 160 points, bilinear between those given. The drawing library is loaded on the first call.
 *
 * @throws SdeError `shape` for values that do not fit the points, `value` for fewer than two points an axis or no finite value.
 */
export async function plotMap(options: MapPlotOptions): Promise<string> {
  requireKeys<MapPlotOptions>(options, KNOWN, 'plotMap(options)');
  requireShape(options, OPTIONS, {
    what: 'nothing that can be drawn',
    where: 'plotMap(options)',
    remedy: 'give { x, y, values, title, xLabel, yLabel, valueLabel }',
  });
  requireSide(options.width, 'plotMap({ width })');
  requireSide(options.height, 'plotMap({ height })');
  if (options.range && !(options.range[1] > options.range[0])) throw noRange(options.range);
  const where = 'plotMap({ x, y, values })';
  const [x, y] = [options.x, options.y].map((points) => numbersIn(points, where).data);
  for (const points of [x, y]) {
    requireInteger(points.length, 2, where, 'give at least two points an axis');
    for (let i = 0; i < points.length; i++) requirePoint(points, i, where);
  }
  const { data: values } = numbersIn(options.values, where);
  requireLength(values, x.length * y.length, where, 'give a value for each pair of points, x outermost');
  if (countNonFinite(values) === values.length) throw nothingFinite(values);
  const { mapDrawing } = await import('./map-drawing.js');
  return mapDrawing({ ...options, x, y, values });
}

/** Refuses a point that is not above the one before it. */
function requirePoint(points: ArrayLike<number>, i: number, where: string): void {
  if (Number.isFinite(points[i]) && (i === 0 || points[i] > points[i - 1])) return;
  throw new SdeError('value', {
    what: 'points that are not finite or do not increase',
    where,
    expected: 'finite, increasing points on each axis',
    got: i === 0 ? String(points[i]) : `${points[i]} after ${points[i - 1]}`,
    remedy: 'sort them, each once, and the values with them',
  });
}

const noRange = (got: readonly number[]): SdeError =>
  new SdeError('value', {
    what: 'not a range',
    where: 'plotMap({ range })',
    expected: 'two numbers, the second above the first',
    got: got.join(', '),
    remedy: 'leave it out for colors around 0',
  });

const nothingFinite = (values: ArrayLike<number>): SdeError =>
  new SdeError('value', {
    what: 'no finite value to draw',
    where: 'plotMap({ x, y, values })',
    expected: 'at least one finite value',
    got: describe(values),
    remedy: 'give finite values',
  });
