import { dot, line, text } from '@observablehq/plot';
import { drawing, INK } from 'sde-plots/drawing';
import type { NoiseResult, PlanePath } from '../main-job/main-result.js';
import type { Figure } from './figure.js';
import { LEADING, MODIFIED } from './palette.js';

const PANELS = ['the network', 'its modified SDE'] as const;

/** Random paths of one test image: of the network, of its modified SDE, and the flow in front of both. */
export function pathsFigure({ noise, title, paths }: NoiseResult): Figure {
  const rows = (panel: string, family: readonly PlanePath[]): Point[] =>
    family.flatMap((path, index) => path.map(([x, y]) => ({ panel, index, x, y })));
  const flow = PANELS.flatMap((panel) => rows(panel, [paths.flow]));
  const svg = drawing({
    name: `paths-${noise}`,
    height: 360,
    x: { label: 'along the flow', labelAnchor: 'center', labelArrow: 'none', ticks: 4, nice: true, inset: 6 },
    y: { label: null, ticks: 5, grid: true, inset: 6 },
    fx: { label: null, axis: null, domain: PANELS },
    marginTop: 58,
    vertical: 'across the flow, where the ends spread most',
    note: title,
    legend: [
      { label: 'network, a step a layer', color: LEADING.color, stroke: 'solid' },
      { label: 'modified SDE', color: MODIFIED.color, stroke: 'solid' },
      { label: 'flow, without noise', color: INK, stroke: 'solid' },
    ],
    marks: [
      line(rows(PANELS[0], paths.network), family(LEADING.color)),
      dot(
        rows(
          PANELS[0],
          paths.network.map((p) => p.slice(-1)),
        ),
        { fx: 'panel', x: 'x', y: 'y', r: 2, fill: LEADING.color },
      ),
      line(rows(PANELS[1], paths.modified), family(MODIFIED.color)),
      dot(
        rows(
          PANELS[1],
          paths.modified.map((p) => p.slice(-1)),
        ),
        { fx: 'panel', x: 'x', y: 'y', r: 2, fill: MODIFIED.color },
      ),
      line(flow, { fx: 'panel', x: 'x', y: 'y', stroke: 'white', strokeWidth: 4.5 }),
      line(flow, { fx: 'panel', x: 'x', y: 'y', stroke: INK, strokeWidth: 2.2 }),
      text(PANELS, { fx: (d) => d, text: (d) => d, frameAnchor: 'top', dy: -16, fontWeight: 'bold' }),
    ],
  });
  return {
    name: `paths-${noise}`,
    svg,
    alternative: `Sample paths of the network and of its modified SDE for one test image, with ${title}`,
    caption:
      `An image of a ${paths.digit} on its way through the layers (${title}), in the plane of the flow’s displacement and of the widest spread of the ends. ` +
      'Lengths are those of the state, whose components enter with variance 1 on average over the images. ' +
      'Single paths do not agree and need not: look at whether the two clouds of end points have the same place and width.',
  };
}

interface Point {
  readonly panel: string;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

const family = (stroke: string): Record<string, unknown> => ({
  fx: 'panel',
  x: 'x',
  y: 'y',
  z: 'index',
  stroke,
  strokeOpacity: 0.45,
  strokeWidth: 1,
});
