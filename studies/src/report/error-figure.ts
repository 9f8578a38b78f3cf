import { dot, frame, line, link, ruleX } from '@observablehq/plot';
import { numbers } from 'sde-core';
import type { NoiseResult } from '../main-job/main-result.js';
import { drawing, type Figure, powerLabel, stepLabel } from './figure.js';
import { percent } from './number.js';
import { FLOW, INK, LEADING, LIMITS, MODIFIED } from './palette.js';

/** The measured weak errors against the three limits over h, doubly logarithmic, with what theory predicts of each. */
export function errorFigure({ noise, title, study }: NoiseResult, z: number): Figure {
  const steps = study.levels.map((level) => level.h);
  const points = LIMITS.flatMap((limit, i) =>
    study.levels.map(({ errors }) => {
      const { h, error, standardError } = errors[limit.name];
      // Side by side, so that intervals of one h can be told apart.
      const x = h * numbers.power(1.035, i - 1);
      return { ...limit.look, x, h, error, size: Math.abs(error), half: z * standardError };
    }),
  );
  const [low, high] = logRange(points.flatMap((p) => [p.size, p.size + p.half, p.size - p.half]).filter((v) => v > 0));
  const ends = [Math.min(...steps) / 1.12, Math.max(...steps) * 1.12];
  const { euler, total } = study.predicted;
  const { constant } = study.orders.modified;
  const predicted = [
    { ...FLOW, at: (h: number) => Math.abs(total) * h },
    { ...LEADING, at: (h: number) => Math.abs(euler) * h },
    { ...MODIFIED, at: (h: number) => Math.abs(constant.value) * (h * h) },
  ].map(({ at, ...limit }) => ({ ...limit, y: ends.map(at) }));
  const svg = drawing({
    name: `error-${noise}`,
    height: 430,
    x: {
      type: 'log',
      domain: ends,
      ticks: steps,
      tickFormat: stepLabel,
      label: 'step h of a layer',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      type: 'log',
      domain: [low, high],
      tickFormat: powerLabel,
      grid: true,
      label: null,
    },
    vertical: '|weak error| of the loss, in nats',
    note: title,
    legend: [
      { label: 'against the flow', color: FLOW.color, symbol: FLOW.symbol },
      { label: 'against the leading SDE', color: LEADING.color, symbol: LEADING.symbol },
      { label: 'against the modified SDE', color: MODIFIED.color, symbol: MODIFIED.symbol },
      { label: 'predicted h·|C₁|', color: FLOW.color, stroke: 'solid' },
      { label: 'predicted h·|euler part|', color: LEADING.color, stroke: '7 4' },
      { label: 'fitted constant · h²', color: MODIFIED.color, stroke: '2 3' },
    ],
    marks: [
      frame({ anchor: 'bottom', stroke: INK }),
      ...predicted.map(({ y, color, dash }) =>
        line(
          ends.map((h, i) => ({ h, y: y[i] })),
          { x: 'h', y: 'y', stroke: color, strokeDasharray: dash, strokeWidth: 1.5, clip: true },
        ),
      ),
      ruleX(points, {
        x: 'x',
        y1: (p) => Math.max(low, p.size - p.half),
        y2: (p) => Math.min(high, p.size + p.half),
        stroke: 'color',
        strokeWidth: 1.5,
      }),
      link(
        points.filter((p) => p.size > p.half),
        {
          x1: (p) => p.x / 1.02,
          x2: (p) => p.x * 1.02,
          y1: (p) => p.size - p.half,
          y2: (p) => p.size - p.half,
          stroke: 'color',
          strokeWidth: 1.5,
          clip: true,
        },
      ),
      link(points, {
        x1: (p) => p.x / 1.02,
        x2: (p) => p.x * 1.02,
        y1: (p) => p.size + p.half,
        y2: (p) => p.size + p.half,
        stroke: 'color',
        strokeWidth: 1.5,
        clip: true,
      }),
      dot(points, {
        x: 'x',
        y: 'size',
        stroke: 'color',
        fill: (p) => (p.error < 0 ? 'white' : p.color),
        symbol: 'symbol',
        r: 4.5,
        strokeWidth: 1.5,
        clip: true,
      }),
    ],
  });
  return {
    name: `error-${noise}`,
    svg,
    alternative: `Weak error of the network with ${title} against three limits, over the step h, doubly logarithmic`,
    caption:
      `Weak error of the network with ${title} against its three limits. Bars are ${percent(study.orders.flow.interval.level)} intervals of the ` +
      'sampling; one that reaches the lower frame includes zero, and a hollow symbol is a negative error. Look at whether circles and squares ' +
      'settle on their lines, which nothing was fitted to, and whether triangles fall twice as steeply.',
  };
}

/** A frame of whole powers of ten is too wide for two decades: the data's range and a margin. */
function logRange(values: readonly number[]): [number, number] {
  const positive = values.length > 0 ? values : [1e-3, 1];
  const high = Math.max(...positive) * 1.6;
  // An interval that reaches near zero would stretch the frame without end.
  const low = Math.max(Math.min(...positive) / 1.6, high * 1e-5);
  return [low, high];
}
