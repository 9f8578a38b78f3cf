import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { normalQuantile } from '../numerics/distributions.js';
import type { ErrorPoint } from './error-point.js';
import type { StrongOrderStudy } from './strong-order.js';
import type { OrderStudy } from './weak-order.js';
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
  /** Default `|weak error|`. */
  readonly yLabel?: string;
  /** Of the bars. Default 0.95. */
  readonly confidence?: number;
  /** In pixels. Default 640 × 440. */
  readonly width?: number;
  readonly height?: number;
}

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
  const { series, slopes = [], title, xLabel = 'step h', yLabel = '|weak error|', confidence = 0.95 } = options;
  const { width = 640, height = 440 } = options;
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
  const color = (s: number): string => COLORS[s % COLORS.length];
  const symbol = (s: number): (typeof SYMBOLS)[number] => SYMBOLS[s % SYMBOLS.length];
  const curve = (constant: number, order: number): { h: number; y: number }[] =>
    ends.map((h) => ({ h, y: Math.abs(constant) * h ** order }));
  const fine = drawn.reduce((least, p) => (p.h < least.h ? p : least));
  const text = { frameAnchor: 'top-left', textAnchor: 'start', fill: 'black' } as const;

  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    width,
    height,
    marginTop: 56,
    marginLeft: 74,
    marginRight: 62,
    marginBottom: 48,
    document: document as unknown as NonNullable<Parameters<typeof Plot.plot>[0]>['document'], // linkedom's does what Plot asks of a browser's
    style: { fontFamily: FONT, fontSize: '12px', color: 'black', background: 'white' },
    x: {
      type: 'log',
      domain: ends,
      ticks: thinned(steps),
      tickFormat: stepName,
      label: xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { type: 'log', domain: [low, high], tickFormat: decade, grid: true, label: null },
    marks: [
      Plot.frame({ stroke: '#888' }),
      ...slopes.flatMap((order) => {
        const constant = (0.6 * fine.size) / fine.h ** order;
        const reference = curve(constant, order);
        const name = `order ${order}`;
        const leaves = reference[1].y > high && order > 0;
        const place = leaves ? { h: (high / constant) ** (1 / order), y: high } : { h: ends[1], y: reference[1].y };
        const beside = leaves ? { dy: -8, textAnchor: 'middle' as const } : { dx: 4, textAnchor: 'start' as const };
        return [
          Plot.line(reference, { x: 'h', y: 'y', stroke: '#777', strokeDasharray: '5 4', clip: true }),
          ...(place.y >= low
            ? [Plot.text([place], { x: 'h', y: 'y', text: () => name, fill: '#555', ...beside })]
            : []),
        ];
      }),
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
          frameAnchor: 'top-left',
          dx: 16,
          dy: 16 + 18 * s,
          r: 4,
          fill: color(s),
          stroke: color(s),
          symbol: symbol(s),
        }),
        Plot.text([label], {
          ...text,
          dx: 28,
          dy: 9 + 18 * s,
          text: (d: string) => d,
          stroke: 'white',
          strokeWidth: 3,
        }),
      ]),
      Plot.text([yLabel], { ...text, dx: 0, dy: -20, text: (d: string) => d }),
      Plot.text([title], { ...text, dx: 0, dy: -46, text: (d: string) => d, fontSize: 14, fontWeight: 'bold' }),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('aria-label', title);
  return stable(svg.outerHTML);
}

/** A study drawn: its errors with intervals, the line of its fitted constant, and reference slopes; SVG. */
export async function plot(study: OrderStudy | StrongOrderStudy | WorkPrecisionStudy): Promise<string> {
  if (study.kind === 'work-precision-study') return plotWork(study);
  const { fit, levels, verdict } = study;
  const points = levels.filter((level) => level.resolved && level.error !== 0);
  const strong = study.kind === 'strong-order-study';
  const label = strong
    ? `strong order ${study.order.toFixed(2)}: ${verdict}`
    : `E ${study.functional.name}: ${verdict}, order ${fit.order.toFixed(2)}`;
  return plotErrors({
    series: [{ label, points, predicted: { constant: fit.constant, order: fit.expected } }],
    slopes: [...new Set([1, 2, fit.expected])],
    title: strong ? `Strong error of ${study.scheme}` : `Weak error of ${study.chain.replace(/, \d+ steps?$/, '')}`,
    ...(strong ? { yLabel: 'E |X_h − X_(h/2)|²' } : {}),
    confidence: fit.confidence,
  });
}

/** Errors over the work of a path: its steps times the work of each. */
function plotWork({ rows, functional, verdict }: WorkPrecisionStudy): Promise<string> {
  const series = rows.map(({ name, workPerStep, study }) => {
    const levels = study.levels.filter((level) => level.resolved && level.error !== 0);
    const points = levels.map(({ steps, error, standardError }) => ({ h: workPerStep * steps, error, standardError }));
    const { h, steps } = study.levels[0];
    const { constant, expected } = study.fit;
    const predicted = { constant: constant * (h * steps * workPerStep) ** expected, order: -expected };
    return { label: name, points, predicted };
  });
  const title = `Weak error of E ${functional.name}: ${verdict}`;
  const { confidence } = rows[0].study.fit;
  return plotErrors({ series, title, xLabel: 'work of a path (operations)', confidence });
}

/** The library numbers its clip paths a process: number them a picture. */
function stable(svg: string): string {
  const seen: string[] = [];
  return svg.replace(/plot-clip-\d+/g, (id) => {
    if (!seen.includes(id)) seen.push(id);
    return `errors-clip-${seen.indexOf(id) + 1}`;
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

const decade = (value: number): string => {
  const exponent = Math.log10(value);
  if (Math.abs(exponent - Math.round(exponent)) > 1e-9) return '';
  const digits = String(Math.round(exponent)).replace('-', '⁻');
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
