import { type DataShape, fields, maybe, positive, requireShape, text } from '../data/data-shape.js';
import { requireFinite, requireInteger, requireLength } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { requireSide } from './doors.js';
import { svgText } from './svg-text.js';

/** A picture of a function with both signs on a rectangle. */
export interface MapPlotOptions {
  /** Horizontal points, increasing; shape (n). */
  readonly x: ArrayLike<number>;
  /** Vertical points, increasing; shape (k). */
  readonly y: ArrayLike<number>;
  /** Shape (n, k), row-major. */
  readonly values: ArrayLike<number>;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** What the colors measure. */
  readonly valueLabel: string;
  /** Values beyond ± this have the last color. Default: the largest |value|. */
  readonly limit?: number;
  /** In pixels. Default 640 × 440. */
  readonly width?: number;
  readonly height?: number;
}

const KNOWN: KnownKeys<MapPlotOptions> = {
  x: true,
  y: true,
  values: true,
  title: true,
  xLabel: true,
  yLabel: true,
  valueLabel: true,
  limit: true,
  width: true,
  height: true,
};

const numbers: DataShape = (value, place) =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
    ? undefined
    : { place, expected: 'a list of numbers', got: value };

const OPTIONS = fields({
  x: numbers,
  y: numbers,
  values: numbers,
  title: text,
  xLabel: text,
  yLabel: text,
  valueLabel: text,
  limit: maybe(positive),
  width: maybe(positive),
  height: maybe(positive),
});

const FONT = 'DejaVu Sans, sans-serif';
/** Levels of color on each side of zero, and points an axis that are drawn: empirical, for a file of some tens of kilobytes. */
const LEVELS = 8;
const RESOLUTION = 160;

/**
 * An SVG of a function of two variables: filled contours, orange above zero, violet below, pale around it.
 *
 * The drawing library is loaded on the first call.
 *
 * @throws SdeError `shape` for values that do not fit the points, `value` for fewer than two points an axis or values that are not finite.
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
  const { x, y, values, title, xLabel, yLabel, valueLabel, width = 640, height = 440 } = options;
  const where = 'plotMap({ x, y, values })';
  for (const points of [x, y]) {
    requireInteger(points.length, 2, where, 'give at least two points an axis');
    for (let i = 0; i < points.length; i++) requirePoint(points, i, where);
  }
  requireLength(values, x.length * y.length, where, 'give a value for each pair of points, x outermost');
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    most = Math.max(most, Math.abs(requireFinite(values[i], `${where}[${i}]`, 'give finite values')));
  }
  const limit = (options.limit ?? most) || 1;
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const raster = evenly(x, y, values, limit);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const caption = { frameAnchor: 'top-left', textAnchor: 'start', fill: 'black' } as const;
  // Bands around 0, ± step, …, ± limit; a band has the color of its middle.
  const step = limit / LEVELS;
  const thresholds = Array.from({ length: 2 * LEVELS + 1 }, (_, k) => (k - LEVELS - 1 / 2) * step);
  const ends = (points: ArrayLike<number>): [number, number] => [points[0], points[points.length - 1]];
  const [[x1, x2], [y1, y2]] = [ends(x), ends(y)];
  const svg = Plot.plot({
    width,
    height,
    marginTop: 56,
    marginLeft: 74,
    marginRight: 104,
    marginBottom: 48,
    document: document as unknown as NonNullable<Parameters<typeof Plot.plot>[0]>['document'], // linkedom's does what Plot asks of a browser's
    style: { fontFamily: FONT, fontSize: '12px', color: 'black', background: 'white' },
    x: { domain: [x1, x2], label: xLabel, labelAnchor: 'center', labelArrow: 'none' },
    y: { domain: [y1, y2], label: null, nice: false },
    color: { type: 'diverging', scheme: 'PuOr', domain: [-limit, limit], pivot: 0 },
    marks: [
      Plot.contour(raster, {
        width: RESOLUTION,
        height: RESOLUTION,
        x1,
        x2,
        y1,
        y2,
        value: (value: number) => value,
        fill: (band: { readonly value: number }) => band.value + step / 2,
        thresholds,
        smooth: true,
        clip: true,
      }),
      Plot.frame({ stroke: '#888' }),
      ...legend(limit).flatMap(({ value, top, size }) => [
        Plot.dot([value], {
          frameAnchor: 'top-right',
          dx: 20,
          dy: top + size / 2,
          r: size / 2,
          symbol: 'square',
          fill: [value],
          stroke: '#888',
        }),
        Plot.text([value.toPrecision(2).replace('-', '−')], {
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 34,
          dy: top + 2,
          text: (d: string) => d,
        }),
      ]),
      Plot.text([yLabel], { ...caption, dx: 0, dy: -20, text: (d: string) => d }),
      Plot.text([valueLabel], {
        frameAnchor: 'top-right',
        textAnchor: 'end',
        dx: 96,
        dy: -20,
        text: (d: string) => d,
      }),
      Plot.text([title], { ...caption, dx: 0, dy: -46, text: (d: string) => d, fontSize: 14, fontWeight: 'bold' }),
    ],
  });
  return svgText(svg, title, 'map');
}

/** Refuses a point that is not above the one before it. */
function requirePoint(points: ArrayLike<number>, i: number, where: string): void {
  requireFinite(points[i], where, 'give finite points');
  if (i === 0 || points[i] > points[i - 1]) return;
  throw new SdeError('value', {
    what: 'points that do not increase',
    where,
    expected: 'increasing points on each axis',
    got: `${points[i]} after ${points[i - 1]}`,
    remedy: 'sort them, each once, and the values with them',
  });
}

/** The values on evenly spaced points, bilinear, cut at ± limit; rows from the bottom up. */
function evenly(x: ArrayLike<number>, y: ArrayLike<number>, values: ArrayLike<number>, limit: number): Float64Array {
  const places = (points: ArrayLike<number>): readonly (readonly [number, number])[] => {
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
      out[row * RESOLUTION + column] = Math.min(Math.max(blended, -limit), limit);
    });
  });
  return out;
}

/** Five squares from the largest value down. */
const legend = (limit: number): { readonly value: number; readonly top: number; readonly size: number }[] =>
  [1, 1 / 2, 0, -1 / 2, -1].map((part, k) => ({ value: part * limit, top: 22 * k, size: 14 }));
