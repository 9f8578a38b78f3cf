import { areaY, dot, frame, line, type Markish, rectY, ruleY } from '@observablehq/plot';
import { axes } from '../drawing/axes.js';
import { drawing } from '../drawing/drawing.js';
import type { LegendItem } from '../drawing/legend.js';
import { INK, type Look, QUIET } from '../drawing/palette.js';
import { linearTicks, tickRoom } from '../drawing/ticks.js';
import { extent, roomy } from '../results/number-list.js';
import type { PictureOptions } from '../results/picture-options.js';

type Numbers = ArrayLike<number>;

/** A curve; where a number is not finite it has a gap. */
export interface Curve {
  /** Without one it stands in no legend. */
  readonly label?: string;
  readonly x: Numbers;
  readonly y: Numbers;
  readonly look: Look;
  /** Of many thin ones. */
  readonly faint?: boolean;
}

/** What lies between two curves. */
export interface Band {
  readonly label: string;
  readonly x: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
  readonly color: string;
}

/** Bars that stand side by side on 0. */
export interface Bars {
  readonly label: string;
  /** Shape (n + 1), increasing. */
  readonly edges: Numbers;
  /** Shape (n). */
  readonly heights: Numbers;
  readonly color: string;
}

/** Curves over one axis, with what lies behind them. */
export interface CurvePicture extends PictureOptions {
  readonly name: string;
  readonly curves: readonly Curve[];
  readonly band?: Band;
  readonly bars?: Bars;
  readonly remarks: readonly string[];
  /** The vertical axis begins at 0 where all is above. */
  readonly fromZero?: boolean;
}

/** A picture of curves, each in its look, a band and bars behind them. */
export function curveDrawing(picture: CurvePicture): string {
  const { name, title, xLabel = 'x', yLabel = '', width = 640, height = 440, curves, band, bars, remarks } = picture;
  const xs = extent(...curves.map(({ x }) => x), band?.x ?? [], bars?.edges ?? []) ?? [0, 1];
  const ys = extent(...curves.map(({ y }) => y), band?.low ?? [], band?.high ?? [], bars?.heights ?? []) ?? [0, 1];
  const domain: [number, number] = xs[1] > xs[0] ? [xs[0], xs[1]] : roomy(xs);
  const full = roomy(picture.fromZero ? [Math.min(0, ys[0]), Math.max(0, ys[1])] : ys);
  const range: [number, number] = picture.fromZero && ys[0] >= 0 ? [0, full[1]] : full;
  const [across, up] = [linearTicks(...domain), linearTicks(...range)];
  return drawing({
    name,
    title,
    vertical: `${yLabel}${up.unit}`,
    horizontal: `${xLabel}${across.unit}`,
    remarks,
    width,
    totalHeight: height,
    marginLeft: Math.max(56, tickRoom(up)),
    x: { domain },
    y: { domain: range },
    legend: legendOf(picture),
    marks: [
      ...axes(across, up),
      ...(bars ? [barMark(bars)] : []),
      ...(range[0] <= 0 && range[1] >= 0 ? [ruleY([0], { stroke: QUIET, strokeOpacity: 0.6 })] : []),
      ...(band
        ? [
            areaY(rows(band.x), {
              x: ([x]) => x,
              y1: ([, i]) => band.low[i],
              y2: ([, i]) => band.high[i],
              fill: band.color,
              fillOpacity: 0.2,
            }),
          ]
        : []),
      ...curves.flatMap((curve) => curveMarks(curve)),
      frame({ stroke: INK, strokeOpacity: 0.35 }),
    ],
  });
}

/** Each x with its index. */
const rows = (x: Numbers): [number, number][] => Array.from(x, (value, i) => [value, i]);

function barMark({ edges, heights, color }: Bars): Markish {
  return rectY(rows(heights), {
    x1: ([, i]) => edges[i],
    x2: ([, i]) => edges[i + 1],
    y1: 0,
    y2: ([value]) => value,
    fill: color,
    fillOpacity: 0.35,
    insetLeft: 0.25,
    insetRight: 0.25,
  });
}

function curveMarks({ x, y, look, faint }: Curve): Markish[] {
  const points = rows(x).map(([at, i]) => [at, Number.isFinite(y[i]) ? y[i] : Number.NaN] as const);
  const alone = points.filter(
    ([, value], i) => Number.isFinite(value) && !isDrawn(points, i - 1) && !isDrawn(points, i + 1),
  );
  const strength = faint ? { strokeWidth: 0.8, strokeOpacity: 0.35 } : { strokeWidth: 1.8, strokeDasharray: look.dash };
  return [
    line(points, { x: ([at]) => at, y: ([, value]) => value, stroke: look.color, ...strength, clip: true }),
    ...(alone.length > 0
      ? [dot(alone, { x: ([at]) => at, y: ([, value]) => value, fill: look.color, r: faint ? 1.5 : 3 })]
      : []),
  ];
}

const isDrawn = (points: readonly (readonly [number, number])[], i: number): boolean =>
  i >= 0 && i < points.length && Number.isFinite(points[i][1]);

function legendOf({ curves, band, bars }: CurvePicture): readonly LegendItem[] {
  return [
    ...(bars ? [{ label: bars.label, color: bars.color, swatch: true, opacity: 0.35 }] : []),
    ...(band ? [{ label: band.label, color: band.color, swatch: true, opacity: 0.2 }] : []),
    ...curves.flatMap(({ label, look }) =>
      label === undefined ? [] : [{ label, color: look.color, stroke: look.dash ?? 'solid' }],
    ),
  ];
}
