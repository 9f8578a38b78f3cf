import type { Grid } from './grid.js';

/**
 * How the nodes of a grid fall into lines along one axis.
 *
 * Node i of line q has number ⌊q / stride⌋ · points · stride + i · stride + q mod stride: neighboring lines are neighbors in
 * memory unless the axis is the last one.
 */
export interface Lines {
  /** Nodes a line. */
  readonly points: number;
  readonly stride: number;
  /** Number of lines. */
  readonly count: number;
  readonly size: number;
}

/** The lines along axis `k`. */
export function linesAlong(grid: Grid, k: number): Lines {
  const points = grid.shape[k];
  return { points, stride: grid.strides[k], count: grid.size / points, size: grid.size };
}

/** The number of the first node of line `q`. */
export function startOf(lines: Lines, q: number): number {
  const within = q % lines.stride;
  return (q - within) * lines.points + within;
}
