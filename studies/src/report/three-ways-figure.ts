import { dot, line, ruleX, ruleY } from '@observablehq/plot';
import { drawing, INK, stepLabel, unitOf } from 'sde-plots/drawing';
import type { TwoDigits } from '../main-job/main-result.js';
import type { Figure } from './figure.js';
import { fixed, percent } from './number.js';
import { FLOW, LEADING } from './palette.js';

/** The differences between the three ways over h²: a straight line through zero. */
export function threeWaysFigure({ ways, title }: TwoDigits, z: number, confidence: number): Figure {
  const last = Math.max(...ways.levels.map(({ h }) => h * h));
  const rows = ways.levels.map(({ h, network, difference, monteCarlo }) => ({
    h,
    square: h * h,
    beside: h * h + 0.012 * last,
    difference,
    sampled: network - monteCarlo.mean,
    half: z * monteCarlo.standardError,
  }));
  const { value: constant, verdict } = ways.constant;
  const settled = verdict === 'settled';
  const unit = unitOf(rows.flatMap(({ difference, sampled, half }) => [difference, sampled - half, sampled + half]));
  const svg = drawing({
    name: 'three-ways',
    height: 340,
    x: {
      label: 'h²',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [0, last * 1.08],
      ticks: [0, ...rows.map((row) => row.square)],
      tickFormat: (square: number) => (square === 0 ? '0' : `(${stepLabel(Math.sqrt(square))})²`),
    },
    y: { label: null, grid: true, nice: true, inset: 8, tickFormat: (y: number) => fixed(y / unit.size, 1) },
    vertical: `E ℓ of the network less E ℓ of its modified SDE, in ${unit.label}nats`,
    note: title,
    legend: [
      { label: 'by the Kolmogorov equation', color: FLOW.color, symbol: 'circle' },
      { label: 'by Monte Carlo', color: LEADING.color, symbol: 'square' },
      ...(settled ? [{ label: 'fitted constant · h²', color: INK, stroke: '2 3' }] : []),
    ],
    marks: [
      ruleY([0], { stroke: INK }),
      // A constant that is not claimed is not drawn.
      ...(settled
        ? [
            line(
              [
                [0, 0],
                [last, constant * last],
              ],
              { stroke: INK, strokeDasharray: '2 3', strokeWidth: 1.5 },
            ),
          ]
        : []),
      ruleX(rows, {
        x: 'beside',
        y1: (row) => row.sampled - row.half,
        y2: (row) => row.sampled + row.half,
        stroke: LEADING.color,
        strokeWidth: 1.5,
      }),
      dot(rows, { x: 'beside', y: 'sampled', fill: LEADING.color, symbol: 'square', r: 4.5 }),
      dot(rows, { x: 'square', y: 'difference', fill: FLOW.color, r: 4.5 }),
    ],
  });
  return {
    name: 'three-ways',
    svg,
    alternative: 'Differences of the network from the Kolmogorov equation and from Monte Carlo, over h squared',
    caption:
      `One number three ways, for the trained depth and for its refinements. The network’s loss is exact, over every outcome of its coins; bars are ${percent(confidence)} ` +
      'intervals. Look at whether the circles lie on a straight line through zero as h² falls, which is what weak order 2 of the modified SDE means, and whether each bar reaches the circle beside it.',
  };
}
