import { dot, frame, line, link, type Markish, ruleX, ruleY, text } from '@observablehq/plot';
import { numbers } from 'sde-core/numerics';
import { axes } from '../drawing/axes.js';
import { drawing, WIDTH } from '../drawing/drawing.js';
import type { LegendItem } from '../drawing/legend.js';
import { INK, lookOf, QUIET, repeatedLooks } from '../drawing/palette.js';
import { logTicks, stepTicks, tickRoom } from '../drawing/ticks.js';
import type { ErrorPlotOptions, ErrorSeries } from '../results/error-series.js';
import { halfWidth } from '../results/noise-floor.js';
import { counted } from '../results/plural.js';
import { thinned } from './thinning.js';

/** Of one series, so that a picture stays of some hundred kilobytes: empirical. */
const MOST_POINTS = 1000;
/** With more points than this they are drawn small. */
const CROWD = 200;
/** Room for the names of reference lines at the right. */
const RIGHT = 70;
/** Between bars of several series at one h, and half a cap of a bar: pixels. */
const [APART, CAP] = [8, 3];

interface Point {
  readonly s: number;
  readonly h: number;
  /** h, moved aside where bars of several series would hide one another. */
  readonly x: number;
  readonly error: number;
  readonly size: number;
  readonly half: number;
  readonly resolved: boolean;
}

/** The picture that `plotErrors` gives, at once, with ids that begin with `name`. */
export function errorDrawing(options: ErrorPlotOptions & { readonly name?: string }): string {
  const { series, slopes = [], title, note, xLabel = 'step h', yLabel = '|weak error|', confidence = 0.95 } = options;
  const { name = 'errors', width = WIDTH, height, xTicks = 'steps', tolerance } = options;
  const all = series.map(({ points }) => points.filter(({ error }) => error !== 0 && Number.isFinite(error)));
  const taken = all.map((points) => thinned(points, MOST_POINTS));
  const steps = [...new Set(taken.flat().map(({ h }) => h))].sort((a, b) => a - b);
  const [first, last] = [steps[0], steps[steps.length - 1]];
  const margin = last > first ? 1.25 : 2;
  const ends: [number, number] = [first / margin, last * margin];
  const stretch = numbers.log(ends[1] / ends[0]) / Math.max(width - 140 - 10, 100);
  const aside = barsMeet(taken) ? APART : 0;
  const placed = taken.flatMap((points, s) =>
    points.map(({ h, error, standardError, resolved = true }): Point => {
      const half = halfWidth(standardError, confidence);
      const x = h * numbers.exp((s - (series.length - 1) / 2) * aside * stretch);
      return { s, h, x, error, size: Math.abs(error), half: Number.isFinite(half) ? half : 0, resolved };
    }),
  );
  const [low, high] = range(placed);
  const drawn = placed.filter((p) => p.size >= low);
  const vertical = logTicks(low, high);
  const horizontal = xTicks === 'steps' ? stepTicks(steps, ends, width - 140) : logTicks(...ends);
  const color = ({ s }: Point): string => lookOf(s).color;
  const radius = drawn.length > CROWD ? 1.5 : 4;
  const shade = ({ resolved }: Point): number => (resolved ? 1 : 0.4);
  const bars = drawn.filter((p) => p.half > 0);
  const cap = (y: (p: Point) => number, of: readonly Point[]): Markish =>
    link([...of], {
      x1: (p: Point) => p.x * numbers.exp(-CAP * stretch),
      x2: (p: Point) => p.x * numbers.exp(CAP * stretch),
      y1: y,
      y2: y,
      stroke: color,
      strokeOpacity: shade,
      strokeWidth: 1.5,
      clip: true,
    });
  return drawing({
    name,
    title,
    note,
    vertical: yLabel,
    horizontal: xLabel,
    width,
    ...(height === undefined ? { height: 430 } : { totalHeight: height }),
    marginLeft: Math.max(56, tickRoom(vertical)),
    marginRight: RIGHT,
    x: { type: 'log', domain: ends },
    y: { type: 'log', domain: [low, high] },
    legend: series.flatMap((one, s) => legendOf(one, s)),
    remarks: remarks(series, drawn, {
      thin: all.reduce((sum, points, s) => sum + points.length - taken[s].length, 0),
      below: placed.length - drawn.length,
      low,
    }),
    marks: [
      ...axes(horizontal, vertical),
      frame({ stroke: QUIET, strokeOpacity: 0.6 }),
      ...references(slopes, drawn, { ends, low, high }),
      ...(tolerance !== undefined && tolerance >= low && tolerance <= high
        ? [
            ruleY([tolerance], { stroke: INK, strokeDasharray: '1 3' }),
            text([[ends[1], tolerance]], { text: () => 'tolerance', dx: 4, textAnchor: 'start' }),
          ]
        : []),
      ...series.flatMap(({ predicted }, s) =>
        predicted && predicted.constant !== 0 && Number.isFinite(predicted.constant * predicted.order)
          ? [
              line(curve(predicted.constant, predicted.order, ends), {
                stroke: lookOf(s).color,
                strokeDasharray: lookOf(s).dash,
                clip: true,
              }),
            ]
          : [],
      ),
      ruleX(bars, {
        x: 'x',
        y1: (p: Point) => Math.max(low, p.size - p.half),
        y2: (p: Point) => Math.min(high, p.size + p.half),
        stroke: color,
        strokeOpacity: shade,
        strokeWidth: 1.5,
      }),
      cap((p) => p.size + p.half, bars),
      cap(
        (p) => p.size - p.half,
        bars.filter((p) => p.size - p.half > low),
      ),
      ...series.map((_, s) =>
        dot(
          drawn.filter((p) => p.s === s),
          {
            x: 'x',
            y: 'size',
            stroke: color,
            strokeOpacity: shade,
            fill: (p: Point) => (p.error < 0 ? 'white' : color(p)),
            fillOpacity: (p: Point) => (p.error < 0 ? 1 : shade(p)),
            symbol: lookOf(s).symbol,
            r: radius,
            strokeWidth: 1.5,
          },
        ),
      ),
    ],
  });
}

/** Whether two series have bars at one h. */
function barsMeet(taken: readonly (readonly { readonly h: number; readonly standardError: number }[])[]): boolean {
  const barred = taken.map((points) => new Set(points.filter((p) => p.standardError > 0).map(({ h }) => h)));
  const every = barred.reduce((sum, { size }) => sum + size, 0);
  return taken.length <= 6 && new Set(barred.flatMap((set) => [...set])).size < every;
}

/** From below the least error that is told from 0, or its interval where that stays away from zero, to above the greatest. */
function range(drawn: readonly Point[]): [number, number] {
  const high = 2 * drawn.reduce((most, p) => Math.max(most, p.size + p.half), 0);
  const told = drawn.filter(({ resolved }) => resolved);
  const least = (told.length > 0 ? told : drawn).reduce(
    (low, p) => Math.min(low, p.size > 2 * p.half ? p.size - p.half : p.size),
    Number.POSITIVE_INFINITY,
  );
  // Of those that are not told from 0 there is room for some; what can be told apart in doubles is below 16 decades.
  const pale = drawn.reduce((low, p) => Math.min(low, p.size), least);
  const low = Math.max(1e-16 * high, Math.max(pale, 0.03 * least) / 2, 4 * Number.MIN_VALUE);
  return [low, Math.min(Math.max(high, 2 * low), Number.MAX_VALUE / 4)];
}

const curve = (constant: number, order: number, ends: readonly [number, number]): [number, number][] =>
  ends.map((h) => [h, Math.abs(constant) * numbers.power(h, order)]);

/** Dashed lines of given orders through 0.6 of the error at the finest step, each named where it leaves the frame. */
function references(
  slopes: readonly number[],
  drawn: readonly Point[],
  { ends, low, high }: { readonly ends: [number, number]; readonly low: number; readonly high: number },
): Markish[] {
  const fine = drawn.reduce((least, p) => (p.h < least.h ? p : least));
  return slopes.flatMap((order) => {
    const constant = (0.6 * fine.size) / numbers.power(fine.h, order);
    const reference = curve(constant, order, ends);
    const leaves = reference[1][1] > high && order > 0;
    const place = leaves ? [numbers.power(high / constant, 1 / order), high] : reference[1];
    const beside = leaves ? { dy: -8, textAnchor: 'middle' as const } : { dx: 4, textAnchor: 'start' as const };
    return [
      line(reference, { stroke: QUIET, strokeDasharray: '5 4', clip: true }),
      ...(place[1] >= low ? [text([place], { text: () => `order ${order}`, fill: QUIET, ...beside })] : []),
    ];
  });
}

function legendOf({ label, predicted }: ErrorSeries, s: number): readonly LegendItem[] {
  const { color, symbol, dash = 'solid' } = lookOf(s);
  const item = { label, color, symbol };
  if (predicted === undefined) return [item];
  if (predicted.label === undefined) return [{ ...item, stroke: dash }];
  return [item, { label: predicted.label, color, stroke: dash }];
}

/** What is not drawn, and how to read what is. */
function remarks(
  series: readonly ErrorSeries[],
  drawn: readonly Point[],
  { thin, below, low }: { readonly thin: number; readonly below: number; readonly low: number },
): readonly string[] {
  const points = series.flatMap((one) => one.points);
  const zeros = points.filter(({ error }) => error === 0).length;
  const lost = points.filter(({ error }) => !Number.isFinite(error)).length;
  const barless = points.filter(
    ({ error, standardError }) => Number.isFinite(error) && !Number.isFinite(standardError),
  ).length;
  const reading = [
    ...(drawn.some(({ error }) => error < 0) ? ['a hollow symbol is a negative error'] : []),
    ...(drawn.some((p) => p.half > 0 && p.size - p.half <= low)
      ? ['a bar that reaches the lower edge includes 0']
      : []),
    ...(drawn.some(({ resolved }) => !resolved) ? ['a pale point is not told from 0'] : []),
  ].join('; ');
  const missing = [
    ...(zeros > 0 ? [`${counted(zeros, 'error that is', 'errors that are')} 0`] : []),
    ...(lost > 0 ? [`${counted(lost, 'error that is', 'errors that are')} not finite`] : []),
    ...(below > 0 ? [`${counted(below, 'error')} below the frame`] : []),
    ...(barless > 0 ? [`${counted(barless, 'bar')} of no finite length`] : []),
    ...(thin > 0 ? [`${thin} of ${points.length} points, evenly left out`] : []),
  ].join(', ');
  return [
    ...(reading ? [`${reading[0].toUpperCase()}${reading.slice(1)}.`] : []),
    ...(missing ? [`Not drawn: ${missing}.`] : []),
    ...repeatedLooks(series.length, 'series'),
  ];
}
