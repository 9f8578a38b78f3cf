import { dot, line, ruleX, ruleY } from '@observablehq/plot';
import type { ThreeWays } from '../main-job/main-result.js';
import { drawing, type Figure, stepLabel } from './figure.js';
import { percent } from './number.js';
import { FLOW, INK, LEADING } from './palette.js';

/** The differences between the three ways over h²: a straight line through zero. */
export function threeWaysFigure({ points, constant }: ThreeWays, z: number, confidence: number): Figure {
  const rows = points.map(({ h, enumeration, kolmogorov, monteCarlo }) => ({
    h,
    square: h ** 2,
    equation: kolmogorov - enumeration,
    sampled: monteCarlo.mean - enumeration,
    half: z * monteCarlo.standardError,
  }));
  const last = Math.max(...rows.map((row) => row.square));
  const shift = 0.012 * last;
  const svg = drawing({
    name: 'three-ways',
    height: 340,
    x: {
      label: 'h², with h written below each point',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [0, last * 1.08],
      ticks: rows.map((row) => row.square),
      tickFormat: (square: number) => `(${stepLabel(Math.sqrt(square))})²`,
    },
    y: { label: null, grid: true, nice: true, inset: 8 },
    vertical: 'difference from the enumeration, in nats',
    legend: [
      { label: 'Kolmogorov equation', color: FLOW.color, symbol: 'circle' },
      { label: 'Monte Carlo of the SDE', color: LEADING.color, symbol: 'square' },
      { label: 'fitted constant · h²', color: INK, stroke: '2 3' },
    ],
    marks: [
      ruleY([0], { stroke: INK }),
      line(
        [
          [0, 0],
          [last, constant * last],
        ],
        { stroke: INK, strokeDasharray: '2 3', strokeWidth: 1.5 },
      ),
      ruleX(rows, {
        x: (row) => row.square + shift,
        y1: (row) => row.sampled - row.half,
        y2: (row) => row.sampled + row.half,
        stroke: LEADING.color,
        strokeWidth: 1.5,
      }),
      dot(rows, { x: (row) => row.square + shift, y: 'sampled', fill: LEADING.color, symbol: 'square', r: 4.5 }),
      dot(rows, { x: 'square', y: 'equation', fill: FLOW.color, r: 4.5 }),
    ],
  });
  return {
    name: 'three-ways',
    svg,
    alternative: 'Differences of the Kolmogorov equation and of Monte Carlo from the enumeration, over h squared',
    caption:
      `One number three ways. The zero line is the exact expectation over every network that the coins can make; bars are ${percent(confidence)} intervals. ` +
      'Look at whether the circles lie on a straight line through zero, which is what weak order 2 of the modified SDE means, and whether the bars reach them.',
  };
}
