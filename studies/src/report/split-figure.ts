import { barX, dot, type Markish, ruleX, ruleY, text } from '@observablehq/plot';
import { drawing, INK } from 'sde-plots/drawing';
import type { NoiseResult } from '../main-job/main-result.js';
import type { Figure } from './figure.js';
import { percent } from './number.js';
import { FLOW, LEADING, MODIFIED } from './palette.js';

const PARTS = [
  { part: 'euler', label: 'Euler’s own error', color: LEADING.color },
  { part: 'curvature', label: 'curvature, from the noise', color: MODIFIED.color },
  { part: 'total', label: 'C₁, their sum', color: FLOW.color },
] as const;

interface Bar {
  readonly title: string;
  readonly label: string;
  readonly color: string;
  readonly value: number;
}

interface Measured {
  readonly title: string;
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The number at the end of each bar, outside it and outside the interval drawn on it. */
function values(bars: readonly Bar[], textAnchor: 'start' | 'end', x: (bar: Bar) => number): Markish[] {
  if (bars.length === 0) return [];
  const dx = textAnchor === 'start' ? 8 : -8;
  return [text(bars, { x, y: 'label', fy: 'title', text: (b) => signed(b.value), textAnchor, dx })];
}

const signed = (value: number): string => value.toFixed(4).replace('-', '−');

/** The predicted constant C₁ and its two parts, a group of bars a noise, with the measured constant on the sum. */
export function splitFigure(noises: readonly NoiseResult[]): Figure {
  const bars: Bar[] = noises.flatMap(({ title, study }) =>
    PARTS.map(({ part, label, color }) => ({ title, label, color, value: study.predicted[part] })),
  );
  const measured: Measured[] = noises.map(({ title, study }) => ({
    title,
    label: PARTS[2].label,
    value: study.constant.value,
    // Without an interval the value stands alone.
    ...(Number.isFinite(study.constant.interval.low)
      ? study.constant.interval
      : { low: study.constant.value, high: study.constant.value }),
  }));
  const beyond = (bar: Bar): Measured | undefined =>
    measured.find((m) => m.title === bar.title && m.label === bar.label);
  const ends = bars
    .map((b) => b.value)
    .concat(
      measured.flatMap((m) => [m.low, m.high]),
      0,
    );
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least) * 0.14;
  const svg = drawing({
    name: 'split',
    height: 80 + 124 * noises.length,
    marginTop: 36,
    marginLeft: 190,
    x: {
      label: 'change of the loss for each unit of h, in nats',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [least - room, most + room],
      grid: true,
    },
    y: { label: null, domain: PARTS.map((p) => p.label), tickSize: 0 },
    fy: { label: null, domain: noises.map((n) => n.title), axis: null, padding: 0.22 },
    legend: [
      { label: 'predicted', color: '#9a9a9a', swatch: true },
      { label: 'measured: error / h, extrapolated to h = 0', color: INK, symbol: 'circle' },
    ],
    marks: [
      barX(bars, { x: 'value', y: 'label', fy: 'title', fill: 'color', fillOpacity: 0.75 }),
      ruleX([0], { stroke: INK }),
      ruleY(measured, { y: 'label', fy: 'title', x1: 'low', x2: 'high', stroke: INK, strokeWidth: 2 }),
      dot(measured, { y: 'label', fy: 'title', x: 'value', fill: INK, r: 4 }),
      ...values(
        bars.filter((b) => b.value >= 0),
        'start',
        (b) => Math.max(b.value, beyond(b)?.high ?? b.value),
      ),
      ...values(
        bars.filter((b) => b.value < 0),
        'end',
        (b) => Math.min(b.value, beyond(b)?.low ?? b.value),
      ),
      text(noises, { fy: 'title', text: 'title', frameAnchor: 'top-left', dx: -182, dy: -16, fontWeight: 'bold' }),
    ],
  });
  const level = noises[0] ? percent(noises[0].study.orders.flow.interval.level) : '';
  return {
    name: 'split',
    svg,
    alternative: 'Bars of the predicted constant and its two parts for each noise, with the measured constant',
    caption:
      'What the modified equation predicts of the weak error before anything is measured: C₁ is the sum of Euler’s own error, which has nothing to do ' +
      'with noise, and of the curvature penalty that the noise induces. Look at the signs of the two parts, ' +
      `and at whether the dot, measured, lies at the end of the bar of the sum; its line is the ${level} interval.`,
  };
}
