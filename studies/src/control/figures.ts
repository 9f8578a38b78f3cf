import { contour, dot, line, rect, ruleY, text } from '@observablehq/plot';
import { numbers } from 'sde-core/numerics';
import { colorBar, drawing, INK, powerLabel, QUIET, WIDTH } from 'sde-plots/drawing';
import { FLOW, LEADING, MODIFIED } from '../report/palette.js';

/** A function of the plane in one panel. */
export interface Panel {
  readonly title: string;
  at(x: number, y: number): number;
}

/** What lies on top of a panel. */
export interface Marked {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  /** Which class it belongs to, 0 or 1. */
  readonly label: 0 | 1;
}

/** What a picture of functions of the plane shows. */
export interface PlaneOptions {
  readonly name: string;
  readonly panels: readonly Panel[];
  readonly range: readonly [number, number];
  /** Both axes, from and to. */
  readonly extent: readonly [number, number];
  readonly scheme?: 'viridis' | 'blues' | 'oranges';
  /** What the color says, with its unit. */
  readonly color: string;
  readonly x: string;
  readonly y: string;
  readonly points?: readonly Marked[];
  /** Words for the two classes of points. */
  readonly classes?: readonly [string, string];
}

/** Levels of a picture: enough to look smooth. */
const LEVELS = 24;

/** Functions of the plane as filled contours, side by side under one color bar. */
export function planeFigure(options: PlaneOptions): string {
  const { name, panels, range, extent, scheme = 'viridis', points = [], classes } = options;
  const [low, high] = range;
  const [from, to] = extent;
  const bar = colorBar(scheme, range, options.color);
  const gap = 24;
  const side = (WIDTH - 60 - 24 - gap * (panels.length - 1)) / panels.length;
  const domain = panels.map(({ title }) => title);
  const at = (x: number, y: number, { fx }: { readonly fx: string }): number => {
    const panel = panels.find(({ title }) => title === fx);
    // A value on the end of the scale stays inside its last level.
    return Math.min(Math.max(panel?.at(x, y) ?? Number.NaN, low), high);
  };
  const looks = [FLOW, LEADING];
  const symbols = ['circle', 'triangle'] as const;
  const svg = drawing({
    name,
    height: side + 140,
    marginTop: 88,
    marginLeft: 60,
    x: { domain: [from, to], label: options.x, labelAnchor: 'center', labelArrow: 'none', ticks: 5 },
    y: { domain: [from, to], label: options.y, labelAnchor: 'center', labelArrow: 'none', ticks: 5 },
    fx: { label: null, axis: null, domain, padding: gap / (side + gap) },
    color: { ...bar.color, domain: [low, high] },
    legend: classes?.map((label, c) => ({ label, color: looks[c].color, symbol: symbols[c] })),
    marks: [
      rect(domain, { fx: (d: string) => d, x1: from, x2: to, y1: from, y2: to, fill: low }),
      contour({
        fx: domain,
        fill: at,
        x1: from,
        x2: to,
        y1: from,
        y2: to,
        pixelSize: 4,
        thresholds: Array.from({ length: LEVELS }, (_, i) => low + ((high - low) * i) / LEVELS),
        blur: 0,
      } as Parameters<typeof contour>[0]),
      ...symbols.map((symbol, c) =>
        dot(
          points.filter(({ label }) => label === c),
          { fx: 'title', x: 'x', y: 'y', fill: looks[c].color, stroke: 'white', strokeWidth: 0.5, symbol, r: 2.6 },
        ),
      ),
      text(domain, { fx: (d: string) => d, frameAnchor: 'top', dy: -14, text: (d: string) => d, fontWeight: 'bold' }),
    ],
  });
  const row = classes ? 66 : 34;
  return svg.replace(/<\/svg>\s*$/, () => `${bar.draw(WIDTH / 2, row - 20, WIDTH / 2 - 60)}</svg>`);
}

/** One parameter over time. */
export interface ControlCurve {
  readonly parameter: string;
  /** The panel it is drawn in. */
  readonly group: string;
  readonly points: readonly { readonly t: number; readonly value: number }[];
}

/** Colors within a panel, apart for color-blind readers (Okabe and Ito). */
const COLORS = [FLOW.color, LEADING.color, MODIFIED.color, '#a8568f', '#8a6d00', INK];

/** θ(t), a panel for each group of parameters; steps where it is constant on intervals. */
export function thetaFigure(
  curves: readonly ControlCurve[],
  options: { readonly name: string; readonly steps: boolean },
): string {
  const groups = [...new Set(curves.map(({ group }) => group))];
  const colored = groups.flatMap((group) =>
    curves.filter((curve) => curve.group === group).map((curve, i) => ({ ...curve, color: COLORS[i % COLORS.length] })),
  );
  const rows = colored.flatMap(({ points, ...curve }) => points.map((point) => ({ ...point, ...curve })));
  const values = rows.map(({ value }) => value);
  const apart = (Math.max(...values) - Math.min(...values)) * LABEL_GAP;
  const ends = groups.flatMap((group) => {
    const own = colored.filter((curve) => curve.group === group);
    return spacedLabels(
      own.map(({ points, ...curve }) => ({ ...points[points.length - 1], ...curve })),
      apart,
    );
  });
  return drawing({
    name: options.name,
    height: 360,
    marginTop: 64,
    marginRight: 54,
    x: { label: 'time t', labelAnchor: 'center', labelArrow: 'none', ticks: 4, nice: false },
    y: { label: null, grid: true, ticks: 6 },
    fx: { label: null, axis: null, domain: groups, padding: 0.26 },
    vertical: 'weight θ(t)',
    marks: [
      ruleY([0], { stroke: QUIET, strokeOpacity: 0.5 }),
      line(rows, {
        fx: 'group',
        x: 't',
        y: 'value',
        z: 'parameter',
        stroke: (row: { readonly color: string }) => row.color,
        strokeWidth: 1.6,
        curve: options.steps ? 'step-after' : 'linear',
      }),
      text(ends, {
        fx: 'group',
        x: 't',
        y: 'value',
        text: 'parameter',
        textAnchor: 'start',
        dx: 4,
        fill: (row: { readonly color: string }) => row.color,
        fontSize: 11,
      }),
      text(groups, { fx: (d: string) => d, frameAnchor: 'top', dy: -14, text: (d: string) => d, fontWeight: 'bold' }),
    ],
  });
}

/** Between neighboring labels, of the height of a panel: a line of 11 px in 260. */
const LABEL_GAP = 0.05;

/** The labels with values at least `apart`, near where they were. */
function spacedLabels<L extends { readonly value: number }>(labels: readonly L[], apart: number): L[] {
  const sorted = [...labels].sort((a, b) => a.value - b.value);
  const low = sorted.map(({ value }) => value);
  for (let i = 1; i < low.length; i++) low[i] = Math.max(low[i], low[i - 1] + apart);
  const moved = low.reduce((sum, value, i) => sum + value - sorted[i].value, 0) / Math.max(low.length, 1);
  return sorted.map((label, i) => ({ ...label, value: low[i] - moved }));
}

/** What a Taylor test saw: |J(θ + ε δ) − J(θ) − ε ∇J·δ| for falling ε, by the kind of control. */
export interface TaylorSeries {
  readonly label: string;
  readonly points: readonly { readonly size: number; readonly remainder: number }[];
}

/** The remainders of a Taylor test with a line of slope 2. */
export function taylorFigure(series: readonly TaylorSeries[], name: string): string {
  const looks = [FLOW, LEADING];
  const [first] = series[0].points;
  const last = series[0].points[series[0].points.length - 1];
  const guide = [first, last].map(({ size }) => ({
    size,
    remainder: 3 * first.remainder * numbers.power(size / first.size, 2),
  }));
  const remainders = [...guide, ...series.flatMap(({ points }) => points)].map(({ remainder }) => remainder);
  return drawing({
    name,
    height: 380,
    x: {
      type: 'log',
      label: 'ε, the size of the step',
      labelAnchor: 'center',
      labelArrow: 'none',
      tickFormat: powerLabel,
      domain: [last.size / 1.2, first.size * 1.2],
    },
    y: {
      type: 'log',
      label: null,
      grid: true,
      tickFormat: powerLabel,
      domain: [Math.min(...remainders) / 1.5, Math.max(...remainders) * 1.5],
    },
    vertical: '|J(θ + ε δ) − J(θ) − ε ∇J·δ|, in nats',
    legend: [
      ...series.map(({ label }, i) => ({
        label,
        color: looks[i].color,
        symbol: looks[i].symbol,
        stroke: 'solid' as const,
      })),
      { label: 'slope 2', color: QUIET, stroke: '7 4' },
    ],
    marks: [
      line(guide, { x: 'size', y: 'remainder', stroke: QUIET, strokeDasharray: '7 4' }),
      ...series.flatMap(({ points }, i) => [
        line(points, { x: 'size', y: 'remainder', stroke: looks[i].color, strokeWidth: 1.6 }),
        dot(points, { x: 'size', y: 'remainder', fill: looks[i].color, symbol: looks[i].symbol, r: 4 }),
      ]),
    ],
  });
}

/** How training went, in both ways. */
export interface Descent {
  /** The objective after each iterate of the equation's control. */
  readonly equation: readonly number[];
  /** The mean loss of each epoch of stochastic gradients. */
  readonly gradients?: readonly number[];
}

/** The two losses over iterates and epochs. */
export function descentFigure({ equation, gradients = [] }: Descent, name: string): string {
  const points = (losses: readonly number[], from: number) => losses.map((loss, i) => ({ at: i + from, loss }));
  return drawing({
    name,
    height: 340,
    x: { label: gradients.length > 0 ? 'iterate, or epoch' : 'iterate', labelAnchor: 'center', labelArrow: 'none' },
    y: { type: 'log', label: null, grid: true, ticks: 6, tickFormat: (v: number) => String(Number(v.toPrecision(2))) },
    vertical:
      'expected cross-entropy of the training images with noise, for the control with its regularization, in nats',
    legend: [
      { label: 'control of the backward equation', color: FLOW.color, stroke: 'solid' },
      ...(gradients.length > 0
        ? [{ label: 'stochastic gradients, batch means', color: LEADING.color, stroke: '7 4' }]
        : []),
    ],
    marks: [
      line(points(gradients, 1), {
        x: 'at',
        y: 'loss',
        stroke: LEADING.color,
        strokeDasharray: '7 4',
        strokeWidth: 1.8,
      }),
      line(points(equation, 0), { x: 'at', y: 'loss', stroke: FLOW.color, strokeWidth: 1.8 }),
    ],
  });
}
