import { dot, line, ruleX, ruleY } from '@observablehq/plot';
import { numbers } from 'sde-core/numerics';
import { drawing, INK, stepLabel } from 'sde-plots/drawing';
import type { NoiseResult } from '../main-job/main-result.js';
import type { Figure } from './figure.js';
import { percent } from './number.js';
import { FLOW } from './palette.js';

/** Measured error against the flow divided by h: a line whose value at h = 0 is C₁. */
export function constantFigure({ noise, title, study }: NoiseResult, z: number): Figure {
  const points = study.levels.map(({ h, errors }) => ({
    h,
    y: errors.flow.error / h,
    half: (z * errors.flow.standardError) / h,
  }));
  const { value, interval } = study.constant;
  const slope = slopeThrough(points, value);
  const last = Math.max(...points.map((p) => p.h));
  const svg = drawing({
    name: `constant-${noise}`,
    height: 300,
    x: {
      domain: [-0.02 * last, last * 1.08],
      ticks: [0, ...points.map((p) => p.h)],
      tickFormat: (h: number) => (h === 0 ? '0' : stepLabel(h)),
      label: 'step h of a layer',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { label: null, grid: true, nice: true, inset: 8 },
    vertical: 'measured error / h, in nats for each unit of h',
    note: title,
    legend: [
      { label: 'measured / h', color: FLOW.color, symbol: 'circle' },
      { label: 'extrapolated to h = 0', color: INK, symbol: 'square' },
      { label: 'predicted C₁', color: INK, stroke: '7 4' },
    ],
    marks: [
      ruleY([study.predicted.total], { stroke: INK, strokeWidth: 1.5, strokeDasharray: '7 4' }),
      line(
        [
          [0, value],
          [last, value + slope * last],
        ],
        { stroke: FLOW.color, strokeOpacity: 0.5 },
      ),
      ruleX(points, { x: 'h', y1: (p) => p.y - p.half, y2: (p) => p.y + p.half, stroke: FLOW.color, strokeWidth: 2 }),
      dot(points, { x: 'h', y: 'y', fill: FLOW.color, r: 4.5 }),
      // Nothing is claimed where the quotients do not settle.
      ruleX(Number.isFinite(interval.low) ? [0] : [], {
        x: 0,
        y1: interval.low,
        y2: interval.high,
        stroke: INK,
        strokeWidth: 3,
      }),
      dot([value], { x: 0, y: (v) => v, fill: INK, symbol: 'square', r: 5 }),
    ],
  });
  return {
    name: `constant-${noise}`,
    svg,
    alternative: `Measured error divided by h for ${title}, extrapolated to h = 0, against the predicted constant`,
    caption:
      `The same errors against the flow, divided by h (${title}). Theory says that they tend to C₁ as the layers get finer: look at whether ` +
      `the interval at h = 0 holds the broken line, which was computed without any sampling. Bars are ${percent(interval.level)} intervals; the thin line ` +
      'leads from the value at h = 0 through the points, of which coarse layers, on the right, need not lie on it.',
  };
}

/** Of the line through (0, value) that fits best, by weight 1 / half². */
function slopeThrough(points: readonly { h: number; y: number; half: number }[], value: number): number {
  const weight = (half: number): number => 1 / numbers.power(Math.max(half, 1e-300), 2);
  const top = points.reduce((sum, p) => sum + weight(p.half) * p.h * (p.y - value), 0);
  const bottom = points.reduce((sum, p) => sum + weight(p.half) * (p.h * p.h), 0);
  return top / bottom;
}
