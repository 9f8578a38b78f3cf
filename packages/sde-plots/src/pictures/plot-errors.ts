import { fields, finite, list, maybe, oneOf, positive, requireShape, share, someNumber, text } from 'sde-core/data';
import { describe, type KnownKeys, requireKeys, SdeError } from 'sde-core/errors';
import type { ErrorPlotOptions, ErrorSeries } from '../results/error-series.js';
import { requireSide } from '../results/picture-options.js';

const KNOWN: KnownKeys<ErrorPlotOptions> = {
  series: true,
  slopes: true,
  title: true,
  note: true,
  xLabel: true,
  xTicks: true,
  tolerance: true,
  yLabel: true,
  confidence: true,
  width: true,
  height: true,
};

const OPTIONS = fields({
  title: text,
  note: maybe(text),
  series: list(
    fields({
      label: text,
      points: list(fields({ h: positive, error: someNumber, standardError: someNumber })),
      predicted: maybe(fields({ constant: someNumber, order: someNumber, label: maybe(text) })),
    }),
    1,
  ),
  slopes: maybe(list(finite)),
  xLabel: maybe(text),
  xTicks: maybe(oneOf('steps', 'round')),
  tolerance: maybe(positive),
  yLabel: maybe(text),
  confidence: maybe(share),
});

/**
 * An SVG of |error| over h, doubly logarithmic: points with their intervals, predicted lines, reference slopes.
 *
 * A hollow symbol is a negative error; a bar that reaches the lower edge includes zero. What a logarithmic axis has no place for (an error of 0, or one that is not
 * finite), and of many thousands of points those that are left out, is said below the picture. The drawing library is loaded on the first call.
 *
 * @throws SdeError `value` if no point has a finite error other than 0.
 *
 * @example
 * import { plotErrors } from 'sde-plots';
 * const points = [{ h: 1 / 8, error: -0.02, standardError: 0.001 }, { h: 1 / 16, error: -0.01, standardError: 0.001 }];
 * const svg = await plotErrors({ title: 'Euler–Maruyama', series: [{ label: 'E sin X', points }], slopes: [1] });
 * svg.startsWith('<svg'); // → true
 */
export async function plotErrors(options: ErrorPlotOptions): Promise<string> {
  requireKeys<ErrorPlotOptions>(options, KNOWN, 'plotErrors(options)', { level: 'confidence', points: 'series' });
  requireShape(options, OPTIONS, {
    what: 'nothing that can be drawn',
    where: 'plotErrors(options)',
    remedy: 'give { title, series: [{ label, points: [{ h, error, standardError }] }] }',
  });
  for (const [s, { points }] of options.series.entries()) {
    const negative = points.findIndex(({ standardError }) => standardError < 0);
    if (negative >= 0)
      throw negativeError(`series[${s}].points[${negative}].standardError`, points[negative].standardError);
  }
  requireSide(options.width, 'plotErrors({ width })');
  requireSide(options.height, 'plotErrors({ height })');
  return drawErrors(options, 'plotErrors({ series })');
}

/** What {@link plotErrors} draws of options that are right; `where` is the door that was called. */
export async function drawErrors(options: ErrorPlotOptions, where: string): Promise<string> {
  if (!options.series.some(({ points }) => points.some(({ error }) => error !== 0 && Number.isFinite(error))))
    throw nothingToDraw(options.series, where);
  const { errorDrawing } = await import('./error-drawing.js');
  return errorDrawing({ ...options, width: options.width ?? 640, height: options.height ?? 440 });
}

const negativeError = (place: string, got: number): SdeError =>
  new SdeError('value', {
    what: 'a standard error below 0',
    where: `plotErrors({ ${place} })`,
    expected: 'a number ≥ 0',
    got: describe(got),
    remedy: 'give 0 for an exact measurement',
  });

const nothingToDraw = (series: readonly ErrorSeries[], where: string): SdeError =>
  new SdeError('value', {
    what: 'no error to draw',
    where,
    expected: 'at least one point whose error is finite and not 0',
    got: describe(series.flatMap((one) => one.points)),
    remedy: 'a logarithmic axis has no zero: give points with errors',
  });
