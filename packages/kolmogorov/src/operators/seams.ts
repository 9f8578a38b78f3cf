import type { Grid } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import type { Sides } from './boundary.js';

/** What closes the axes whose last point is the first again. */
export interface Seams {
  /** 1 at the nodes that are copies, shape (size). */
  readonly copies: Uint8Array;
  /** u at every copy ← u at what it is a copy of. */
  copy(u: Float64Array): void;
  /** The transpose: the mass at a copy goes to what it is a copy of. */
  fold(rho: Float64Array): void;
  /** Shares the mass of a node with its copy, by the volumes of their cells: a density on the closed axis. */
  spread(rho: Float64Array): void;
}

/** The seams of a grid's periodic axes. */
export function seamsOf(grid: Grid, sides: Sides): Seams {
  const copies = new Uint8Array(grid.size);
  const pairs = sides.flatMap(([lower], k) => (lower.kind === 'periodic' ? [pairsAlong(grid, k)] : []));
  for (const along of pairs) for (const { copy } of along) copies[copy] = 1;
  return {
    copies,
    copy: (u) => {
      for (const along of pairs) for (const { node, copy } of along) u[copy] = u[node];
    },
    fold: (rho) => {
      for (const along of [...pairs].reverse()) {
        for (const { node, copy } of along) {
          rho[node] += rho[copy];
          rho[copy] = 0;
        }
      }
    },
    spread: (rho) => {
      for (const along of pairs) {
        for (const { node, copy } of along) {
          const share = grid.volumes[copy] / (grid.volumes[node] + grid.volumes[copy]);
          rho[copy] = share * rho[node];
          rho[node] -= rho[copy];
        }
      }
    },
  };
}

function pairsAlong(grid: Grid, k: number): { readonly node: number; readonly copy: number }[] {
  const lines = linesAlong(grid, k);
  return Array.from({ length: lines.count }, (_, q) => {
    const node = startOf(lines, q);
    return { node, copy: node + (lines.points - 1) * lines.stride };
  });
}
