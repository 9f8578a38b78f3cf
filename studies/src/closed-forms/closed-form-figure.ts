import { dot, frame, line, text } from '@observablehq/plot';
import { numbers } from 'sde-core/numerics';
import { drawing, INK, powerLabel, QUIET } from 'sde-plots/drawing';
import type { Figure } from '../report/figure.js';
import { FLOW, LEADING, MODIFIED } from '../report/palette.js';
import type { ClosedFormRow } from './closed-form-study.js';
import type { Rung } from './ladder.js';

const COLUMNS = 4;
/** A panel's height in pixels. */
const PANEL = 132;
/** Of a title's line, in ems. */
const TITLE_WIDTH = 17;
/** Errors below are rounding, and drawn at this. */
const LEAST = 1e-11;

/** |relative error| over spacing, a panel a case, doubly logarithmic, with a line of slope 2 through the finest grid. */
export function closedFormFigure(rows: readonly ClosedFormRow[]): Figure {
  const place = (i: number) => ({ column: i % COLUMNS, row: Math.floor(i / COLUMNS) });
  const relative = (exact: number, rungs: readonly Rung[]) =>
    rungs.map(({ error }, k) => ({ spacing: numbers.power(2, -k), error: Math.max(LEAST, Math.abs(error / exact)) }));
  const of = (pick: (row: ClosedFormRow) => readonly Rung[] | undefined) =>
    rows.flatMap((row, i) => relative(row.exact, pick(row) ?? []).map((point) => ({ ...point, ...place(i) })));
  const slopes = rows.flatMap((row, i) => {
    const fine = relative(row.exact, row.rungs)[2];
    return [1.3, 0.2].map((spacing) => ({
      spacing,
      error: fine.error * numbers.power(spacing / fine.spacing, 2),
      case: i,
      ...place(i),
    }));
  });
  const facet = { x: 'spacing', y: 'error', fx: 'column', fy: 'row' } as const;
  const drawn = { ...facet, r: 3.2, clip: true } as const;
  const height = PANEL * Math.ceil(rows.length / COLUMNS) + 90;
  const svg = drawing({
    name: 'closed-forms',
    height,
    marginLeft: 56,
    marginTop: 54,
    x: {
      type: 'log',
      domain: [0.2, 1.3],
      ticks: [0.25, 0.5, 1],
      tickFormat: (h: number) => (h === 1 ? '1' : `1/${1 / h}`),
      label: 'spacing, relative to the coarsest grid',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      type: 'log',
      domain: [LEAST, 1],
      ticks: [1e-9, 1e-6, 1e-3, 1],
      tickFormat: powerLabel,
      grid: true,
      label: null,
    },
    fx: { axis: null, padding: 0.06 },
    fy: { axis: null, padding: 0.3 },
    vertical: '|relative error| at one point',
    legend: [
      { label: 'the toolkit', color: FLOW.color, symbol: FLOW.symbol },
      { label: 'slope 2', color: QUIET, stroke: '3 3' },
      { label: 'extrapolated', color: MODIFIED.color, symbol: MODIFIED.symbol },
      ...(rows.some((row) => row.quantlib)
        ? [{ label: 'QuantLib, as many points and steps', color: LEADING.color, symbol: LEADING.symbol }]
        : []),
    ],
    marks: [
      frame({ stroke: INK, strokeOpacity: 0.35 }),
      line(slopes, { ...facet, z: 'case', stroke: QUIET, strokeDasharray: '3 3', clip: true }),
      dot(
        of((row) => row.quantlib),
        { ...drawn, symbol: LEADING.symbol, fill: LEADING.color, r: 4.4 },
      ),
      dot(
        of((row) => row.extrapolated),
        { ...drawn, symbol: MODIFIED.symbol, fill: MODIFIED.color },
      ),
      dot(
        of((row) => row.rungs),
        { ...drawn, symbol: FLOW.symbol, fill: FLOW.color },
      ),
      text(
        rows.map((row, i) => ({ label: row.name, ...place(i) })),
        {
          fx: 'column',
          fy: 'row',
          text: 'label',
          frameAnchor: 'top',
          lineAnchor: 'bottom',
          lineWidth: TITLE_WIDTH,
          dy: -4,
          fontSize: 10,
          fill: INK,
        },
      ),
    ],
  });
  return {
    name: 'closed-forms',
    svg,
    alternative:
      'Relative errors of every closed form over the spacing of the grid, doubly logarithmic, a panel a case',
    caption:
      'Relative error at one point against the closed form, over the spacing: circles lie on the line of slope 2 where the order is 2. ' +
      `Triangles are the same grids extrapolated. Errors below ${LEAST} are drawn there.`,
  };
}
