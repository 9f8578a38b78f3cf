import { contour, dot, frame, text } from '@observablehq/plot';
import { axes } from '../drawing/axes.js';
import { drawing } from '../drawing/drawing.js';
import { shortNumber } from '../drawing/number.js';
import { BOTH_SIGNS, ONE_SIGN, QUIET } from '../drawing/palette.js';
import { textWidth } from '../drawing/text-width.js';
import { linearTicks, tickRoom } from '../drawing/ticks.js';
import type { MapPlotOptions } from '../results/map-values.js';
import { countNonFinite, extent } from '../results/number-list.js';
import { are, counted } from '../results/plural.js';

/** Levels of color on each side of zero, and points an axis that are drawn: empirical, for a file of some tens of kilobytes. */
const LEVELS = 8;
const RESOLUTION = 160;

type Numbers = ArrayLike<number>;

/** The picture that `plotMap` gives, at once. */
export function mapDrawing(
  options: Omit<MapPlotOptions, 'x' | 'y' | 'values'> & {
    readonly x: Numbers;
    readonly y: Numbers;
    readonly values: Numbers;
  },
): string {
  const { x, y, values, title, xLabel, yLabel, valueLabel, width = 640, height = 440, range, remarks = [] } = options;
  const most = (extent(values) ?? [0, 0]).reduce((size, end) => Math.max(size, Math.abs(end)), 0);
  const limit = (options.limit ?? most) || 1;
  const [low, high] = range ?? [-limit, limit];
  const raster = evenly(x, y, values, [low, high]);
  // Bands around 0, ± step, …, ± limit; a band has the color of its middle. Of one sign, as many between its ends.
  const step = range ? (high - low) / (2 * LEVELS) : limit / LEVELS;
  const thresholds = range
    ? Array.from({ length: 2 * LEVELS }, (_, k) => (k === 0 ? low - step : low + k * step))
    : Array.from({ length: 2 * LEVELS + 1 }, (_, k) => (k - LEVELS - 1 / 2) * step);
  const middle = (value: number): number => Math.max(value, low - step / 2) + step / 2;
  const ends = (points: Numbers): [number, number] => [points[0], points[points.length - 1]];
  const [[x1, x2], [y1, y2]] = [ends(x), ends(y)];
  const [across, up] = [linearTicks(x1, x2), linearTicks(y1, y2)];
  const key = legend(low, high);
  const lost = countNonFinite(values);
  return drawing({
    name: 'map',
    title,
    vertical: `${yLabel}${up.unit}`,
    note: valueLabel,
    horizontal: `${xLabel}${across.unit}`,
    remarks: [...remarks, ...(lost > 0 ? [`Blank: ${counted(lost, 'value')} that ${are(lost)} not finite.`] : [])],
    width,
    totalHeight: height,
    marginLeft: Math.max(56, tickRoom(up)),
    marginRight: 44 + key.reduce((room, { value }) => Math.max(room, textWidth(shortNumber(value))), 0),
    x: { domain: [x1, x2] },
    y: { domain: [y1, y2] },
    color: range
      ? { type: 'linear', scheme: ONE_SIGN, domain: [low, high] }
      : { type: 'diverging', scheme: BOTH_SIGNS, domain: [-limit, limit], pivot: 0 },
    marks: [
      ...axes(across, up, { grid: false }),
      contour(raster, {
        width: RESOLUTION,
        height: RESOLUTION,
        x1,
        x2,
        y1,
        y2,
        // What is not finite is left out: by default Plot would take the nearest that is.
        interpolate: 'none',
        value: (value: number) => value,
        fill: (band: { readonly value: number }) => middle(band.value),
        thresholds,
        smooth: true,
        clip: true,
      }),
      frame({ stroke: QUIET, strokeOpacity: 0.6 }),
      ...key.flatMap(({ value, top, size }) => [
        dot([value], {
          frameAnchor: 'top-right',
          dx: 20,
          dy: top + size / 2,
          r: size / 2,
          symbol: 'square',
          fill: [value],
          stroke: '#888',
        }),
        text([shortNumber(value)], {
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 34,
          dy: top + 2,
          text: (label: string) => label,
        }),
      ]),
    ],
  });
}

/** The values on evenly spaced points, bilinear, cut at the ends of the range; rows from the bottom up. */
function evenly(x: Numbers, y: Numbers, values: Numbers, [low, high]: readonly [number, number]): Float64Array {
  const places = (points: Numbers): readonly (readonly [number, number])[] => {
    const last = points.length - 1;
    let i = 0;
    return Array.from({ length: RESOLUTION }, (_, k) => {
      const at = points[0] + ((k + 1 / 2) / RESOLUTION) * (points[last] - points[0]);
      while (i < last - 1 && points[i + 1] <= at) i++;
      return [i, (at - points[i]) / (points[i + 1] - points[i])];
    });
  };
  const [across, up] = [places(x), places(y)];
  const out = new Float64Array(RESOLUTION * RESOLUTION);
  up.forEach(([j, v], row) => {
    across.forEach(([i, u], column) => {
      const value = (a: number, b: number): number => values[(i + a) * y.length + j + b];
      const blended =
        (1 - u) * ((1 - v) * value(0, 0) + v * value(0, 1)) + u * ((1 - v) * value(1, 0) + v * value(1, 1));
      // An infinity has no color.
      out[row * RESOLUTION + column] = Number.isFinite(blended) ? Math.min(Math.max(blended, low), high) : Number.NaN;
    });
  });
  return out;
}

/** Five squares from the largest value down. */
const legend = (low: number, high: number): { readonly value: number; readonly top: number; readonly size: number }[] =>
  [1, 3 / 4, 1 / 2, 1 / 4, 0].map((part, k) => ({ value: low + part * (high - low), top: 22 * k, size: 14 }));
