import {
  fields,
  finite,
  list,
  maybe,
  notNegative,
  oneOf,
  positive,
  requireShape,
  share,
  someNumber,
  text,
} from '../data/data-shape.js';
import { describe } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import { normalQuantile } from '../numerics/distributions.js';
import { requireSide } from './doors.js';
import type { ErrorPoint } from './error-point.js';
import { requireStudy } from './require-study.js';
import type { StrongOrderStudy } from './strong-order.js';
import type { Study } from './study.js';
import { svgText } from './svg-text.js';
import type { WorkPrecisionStudy } from './work-precision.js';

/** One set of errors in a picture. */
export interface ErrorSeries {
  readonly label: string;
  readonly points: readonly ErrorPoint[];
  /** What theory says of |error|, drawn as a solid line: constant · h^order. */
  readonly predicted?: { readonly constant: number; readonly order: number };
}

/** A log–log picture of errors over steps. */
export interface ErrorPlotOptions {
  readonly series: readonly ErrorSeries[];
  /** Orders drawn as dashed reference lines. Default none. */
  readonly slopes?: readonly number[];
  readonly title: string;
  /** Default `step h`. */
  readonly xLabel?: string;
  /** What the ticks of the first axis are: the steps that were taken (`steps`, the default), or round numbers. */
  readonly xTicks?: 'steps' | 'round';
  /** Drawn as a dotted horizontal line, for what errors are held against. Default none. */
  readonly tolerance?: number;
  /** Default `|weak error|`. */
  readonly yLabel?: string;
  /** Of the bars. Default 0.95. */
  readonly confidence?: number;
  /** In pixels. Default 640 × 440. */
  readonly width?: number;
  readonly height?: number;
}

const KNOWN: KnownKeys<ErrorPlotOptions> = {
  series: true,
  slopes: true,
  title: true,
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
  series: list(
    fields({
      label: text,
      points: list(fields({ h: positive, error: finite, standardError: notNegative })),
      predicted: maybe(fields({ constant: someNumber, order: someNumber })),
    }),
    1,
  ),
  slopes: maybe(list(finite)),
  xLabel: maybe(text),
  xTicks: maybe(oneOf('steps', 'round')),
  tolerance: maybe(positive),
  yLabel: maybe(text),
  confidence: maybe(share),
  width: maybe(positive),
  height: maybe(positive),
});

const FONT = 'DejaVu Sans, sans-serif';
// Okabe and Ito's colors, which remain apart for most color-blind readers on white.
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye'] as const;

/**
 * An SVG of |error| over h, doubly logarithmic: points with their intervals, predicted lines, reference slopes.
 *
 * A hollow symbol is a negative error; a bar that reaches the lower edge includes zero. The drawing library is loaded on the first call.
 *
 * @throws SdeError `value` if no point has an error other than 0.
 */
export async function plotErrors(options: ErrorPlotOptions): Promise<string> {
  requireKeys<ErrorPlotOptions>(options, KNOWN, 'plotErrors(options)', { level: 'confidence', points: 'series' });
  requireShape(options, OPTIONS, {
    what: 'nothing that can be drawn',
    where: 'plotErrors(options)',
    remedy: 'give { title, series: [{ label, points: [{ h, error, standardError }] }] }',
  });
  requireSide(options.width, 'plotErrors({ width })');
  requireSide(options.height, 'plotErrors({ height })');
  const { series, slopes = [], title, xLabel = 'step h', yLabel = '|weak error|', confidence = 0.95 } = options;
  const { width = 640, height = 440, xTicks = 'steps', tolerance } = options;
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const z = normalQuantile(0.5 + confidence / 2);
  const points = series.flatMap(({ points: own }, s) =>
    own.map(({ h, error, standardError }) => ({ s, h, error, size: Math.abs(error), half: z * standardError })),
  );
  const drawn = points.filter((p) => p.size > 0);
  if (drawn.length === 0) throw nothingToDraw(series);
  const steps = [...new Set(points.map((p) => p.h))].sort((a, b) => a - b);
  const ends = [steps[0] / 1.25, steps[steps.length - 1] * 1.25];
  const high = 2.5 * Math.max(...drawn.map((p) => p.size + p.half));
  const low = Math.max(
    1e-6 * high,
    Math.min(...drawn.map((p) => (p.size > 2 * p.half ? p.size - p.half : p.size))) / 2.5,
  );
  // The legend stands at the top of the side on which errors are small.
  const side = (h: number): number => Math.max(...drawn.filter((p) => p.h === h).map(({ size }) => size), low);
  const right = side(steps[0]) > side(steps[steps.length - 1]);
  const [edge, frameAnchor, textAnchor] = right
    ? ([-1, 'top-right', 'end'] as const)
    : ([1, 'top-left', 'start'] as const);
  const color = (s: number): string => COLORS[s % COLORS.length];
  const symbol = (s: number): (typeof SYMBOLS)[number] => SYMBOLS[s % SYMBOLS.length];
  const curve = (constant: number, order: number): { h: number; y: number }[] =>
    ends.map((h) => ({ h, y: Math.abs(constant) * numbers.power(h, order) }));
  const fine = drawn.reduce((least, p) => (p.h < least.h ? p : least));
  const caption = { frameAnchor: 'top-left', textAnchor: 'start', fill: 'black' } as const;

  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    width,
    height,
    marginTop: 56,
    marginLeft: 74,
    marginRight: 70,
    marginBottom: 48,
    document: document as unknown as NonNullable<Parameters<typeof Plot.plot>[0]>['document'], // linkedom's does what Plot asks of a browser's
    style: { fontFamily: FONT, fontSize: '12px', color: 'black', background: 'white' },
    x: {
      type: 'log',
      domain: ends,
      ...(xTicks === 'steps'
        ? { ticks: thinned(steps), tickFormat: stepName }
        : { ticks: 12, tickFormat: rounded(ends[1] / ends[0]) }),
      label: xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { type: 'log', domain: [low, high], tickFormat: rounded(high / low), grid: true, label: null },
    marks: [
      Plot.frame({ stroke: '#888' }),
      ...slopes.flatMap((order) => {
        const constant = (0.6 * fine.size) / numbers.power(fine.h, order);
        const reference = curve(constant, order);
        const name = `order ${order}`;
        const leaves = reference[1].y > high && order > 0;
        const place = leaves
          ? { h: numbers.power(high / constant, 1 / order), y: high }
          : { h: ends[1], y: reference[1].y };
        const beside = leaves ? { dy: -8, textAnchor: 'middle' as const } : { dx: 4, textAnchor: 'start' as const };
        return [
          Plot.line(reference, { x: 'h', y: 'y', stroke: '#777', strokeDasharray: '5 4', clip: true }),
          ...(place.y >= low
            ? [Plot.text([place], { x: 'h', y: 'y', text: () => name, fill: '#555', ...beside })]
            : []),
        ];
      }),
      ...(tolerance !== undefined && tolerance >= low && tolerance <= high
        ? [
            Plot.ruleY([tolerance], { stroke: 'black', strokeDasharray: '1 3' }),
            Plot.text([{ h: ends[1], y: tolerance }], {
              x: 'h',
              y: 'y',
              text: () => 'tolerance',
              dx: 4,
              textAnchor: 'start',
            }),
          ]
        : []),
      ...series.flatMap(({ predicted }, s) =>
        predicted
          ? [Plot.line(curve(predicted.constant, predicted.order), { x: 'h', y: 'y', stroke: color(s), clip: true })]
          : [],
      ),
      Plot.ruleX(
        drawn.filter((p) => p.half > 0),
        {
          x: 'h',
          y1: (p) => Math.max(low, p.size - p.half),
          y2: (p) => Math.min(high, p.size + p.half),
          stroke: (p) => color(p.s),
          strokeWidth: 1.5,
        },
      ),
      ...series.flatMap((_, s) =>
        [drawn.filter((p) => p.s === s)].map((own) =>
          Plot.dot(own, {
            x: 'h',
            y: 'size',
            stroke: color(s),
            fill: (p) => (p.error < 0 ? 'white' : color(s)),
            symbol: symbol(s),
            r: 4,
            strokeWidth: 1.5,
          }),
        ),
      ),
      ...series.flatMap(({ label }, s) => [
        Plot.dot([s], {
          frameAnchor,
          dx: 16 * edge,
          dy: 16 + 18 * s,
          r: 4,
          fill: color(s),
          stroke: color(s),
          symbol: symbol(s),
        }),
        Plot.text([label], {
          ...caption,
          frameAnchor,
          textAnchor,
          dx: 28 * edge,
          dy: 9 + 18 * s,
          text: (d: string) => d,
          stroke: 'white',
          strokeWidth: 3,
        }),
      ]),
      Plot.text([yLabel], { ...caption, dx: 0, dy: -20, text: (d: string) => d }),
      Plot.text([title], { ...caption, dx: 0, dy: -46, text: (d: string) => d, fontSize: 14, fontWeight: 'bold' }),
    ],
  });
  return svgText(svg, title, 'errors');
}

/** A study drawn: its errors with intervals, the line of its fitted constant, and reference slopes; SVG. */
export async function plot(study: Study): Promise<string> {
  requireStudy(study, 'plot(study)');
  if (study.kind === 'work-precision-study') return plotWork(study);
  if (study.kind === 'strong-order-study') return plotStrong(study);
  const { chain, functional, fit, levels, verdict } = study;
  const points = levels.filter((level) => level.resolved && level.error !== 0);
  const label = `E ${functional.name}: ${verdict}, order ${fit.value.toFixed(2)}`;
  return plotErrors({
    series: [{ label, points, predicted: { constant: fit.constant.value, order: fit.expected } }],
    slopes: [...new Set([1, 2, fit.expected])],
    title: `Weak error of ${chain.replace(/, \d+ steps?$/, '')}`,
    confidence: fit.interval.level,
  });
}

/** Roots of the mean squares, whose order is the strong one; their bars to first order. */
function plotStrong({ scheme, levels, fit, order, verdict }: StrongOrderStudy): Promise<string> {
  const points = levels
    .filter((level) => level.resolved && level.error > 0)
    .map(({ h, error, standardError }) => {
      const root = Math.sqrt(error);
      return { h, error: root, standardError: standardError / (2 * root) };
    });
  const predicted = { constant: Math.sqrt(Math.abs(fit.constant.value)), order: fit.expected / 2 };
  return plotErrors({
    series: [{ label: `${verdict}, strong order ${order.toFixed(2)}`, points, predicted }],
    slopes: [...new Set([1 / 2, 1, fit.expected / 2])],
    title: `Strong error of ${scheme}`,
    yLabel: '√ E |X_h − X_(h/2)|²',
    confidence: fit.interval.level,
  });
}

/** Errors over the work of a path: its steps times the work of each. */
function plotWork({ rows, functional, tolerance, verdict, cheapest }: WorkPrecisionStudy): Promise<string> {
  const series = rows.map(({ name, workPerStep, study }) => {
    const levels = study.levels.filter((level) => level.resolved && level.error !== 0);
    const points = levels.map(({ steps, error, standardError }) => ({ h: workPerStep * steps, error, standardError }));
    const { h, steps } = study.levels[0];
    const { constant, expected } = study.fit;
    const predicted = { constant: constant.value * numbers.power(h * steps * workPerStep, expected), order: -expected };
    return { label: name, points, predicted };
  });
  const title = `Work to a weak error of E ${functional.name}: ${cheapest ? `least with ${cheapest}` : verdict}`;
  const confidence = rows[0].study.fit.interval.level;
  return plotErrors({
    series,
    title,
    xLabel: 'work of a path (operations)',
    xTicks: 'round',
    tolerance,
    confidence,
  });
}

/** At most eight ticks. */
const thinned = (steps: readonly number[]): number[] => {
  const every = Math.ceil(steps.length / 8);
  return steps.filter((_, i) => (steps.length - 1 - i) % every === 0);
};

const stepName = (h: number): string => {
  const inverse = 1 / h;
  return Math.abs(inverse - Math.round(inverse)) < 1e-9 ? `1/${Math.round(inverse)}` : h.toPrecision(2);
};

/** Powers of ten; over a ratio of less than a hundred also twice and five times them. */
const rounded =
  (ratio: number) =>
  (value: number): string => {
    const exponent = Number(value.toExponential(8).split('e')[1]);
    const mantissa = Math.round(value / Number(`1e${exponent}`));
    if (mantissa === 1) return decade(exponent);
    return ratio < 100 && (mantissa === 2 || mantissa === 5) ? `${mantissa}·${decade(exponent)}` : '';
  };

const decade = (exponent: number): string => {
  const digits = String(exponent).replace('-', '⁻');
  return `10${digits.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])}`;
};

const nothingToDraw = (series: readonly ErrorSeries[]): SdeError =>
  new SdeError('value', {
    what: 'no error to draw',
    where: 'plotErrors({ series })',
    expected: 'at least one point whose error is not 0',
    got: describe(series.flatMap((one) => one.points)),
    remedy: 'a logarithmic axis has no zero: give points with errors',
  });
