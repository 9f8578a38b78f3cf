import { inspectedAs } from 'sde-core/errors';
import type { Grid } from './grid.js';
import type { Snapshots } from './snapshots.js';

/** What was computed on a grid over time, as plain data. */
export interface GridData {
  /** The points of each axis. */
  readonly grid: readonly (readonly number[])[];
  readonly times: readonly number[];
  /** At each of `times` the values at the nodes, row-major. */
  readonly values: readonly (readonly number[])[];
}

/** The data behind a function on a grid. */
export const gridData = ({ axes }: Grid, { times, values }: Snapshots): GridData => ({
  grid: axes.map(({ points }) => Array.from(points)),
  times: Array.from(times),
  values: values.map((at) => Array.from(at)),
});

/** What is printed of a function on a grid. */
interface Printed {
  readonly grid: Grid;
  readonly snapshots: Snapshots;
  readonly warnings: readonly { readonly kind: string }[];
}

/** The object with its data as JSON, which Node prints in one line: its noun, its grid and its times. */
export const shortly = <T extends object>(
  made: T,
  noun: string,
  { grid, snapshots, warnings }: Printed,
): T & { toJSON(): GridData } =>
  inspectedAs(
    made,
    () => {
      const { times } = snapshots;
      const axes = grid.axes.map(
        ({ points }) => `${points.length} points in [${points[0]}, ${points[points.length - 1]}]`,
      );
      const kinds = warnings.map(({ kind }) => kind).join(', ');
      const over = `${times.length} times in [${times[0]}, ${times[times.length - 1]}]`;
      return `${noun}(${axes.join(' × ')}, ${over}${kinds ? `, warnings: ${kinds}` : ''})`;
    },
    { toJSON: () => gridData(grid, snapshots) },
  );
