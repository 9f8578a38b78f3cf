import type { Grid } from './grid.js';

/** The coordinates of all nodes: one array of shape (size) an axis. */
export function coordinateColumns({ axes, strides, size }: Grid): Float64Array[] {
  return axes.map(({ points }, k) => {
    const column = new Float64Array(size);
    for (let p = 0; p < size; ) {
      for (const x of points) {
        column.fill(x, p, p + strides[k]);
        p += strides[k];
      }
    }
    return column;
  });
}
