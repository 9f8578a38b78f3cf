import { type Grid, nodeAt } from '../grid/grid.js';
import type { Sides } from './boundary.js';
import { finiteAt } from './coefficients.js';
import type { ScalarFunction } from './scalar-function.js';
import { seamsOf } from './seams.js';

/** A grid closed by its sides: which nodes have an equation of their own, and what the others have instead. */
export interface BoundaryClosure {
  readonly grid: Grid;
  readonly sides: Sides;
  /** Which axes end where they begin. */
  readonly cyclic: readonly boolean[];
  /** The nodes on sides where the value is given; where two such sides meet, the earlier axis decides. */
  readonly given: readonly GivenNode[];
  /** 1 where a node is a copy on a periodic axis. Shape (size). */
  readonly copies: Uint8Array;
  /** 1 where the boundary gives the value, or the node is a copy: the rows of L are empty. Shape (size). */
  readonly fixed: Uint8Array;
  /** Writes the given boundary values at time t into u, and closes periodic axes. */
  fix(t: number, u: Float64Array): void;
  /** The transpose of the linear part of `fix`: mass at copies is folded, mass at given values dropped. */
  fixTransposed(rho: Float64Array): void;
  /** Shares mass between nodes and their copies on periodic axes, as a density shows it. */
  spread(rho: Float64Array): void;
}

/** A node, and the value that it is given. */
export interface GivenNode {
  readonly p: number;
  readonly value: ScalarFunction;
}

/** Closes a grid by its sides. Knows no equation. */
export function boundaryClosure(grid: Grid, sides: Sides): BoundaryClosure {
  const given = givenNodes(grid, sides);
  const seams = seamsOf(grid, sides);
  const fixed = seams.copies.slice();
  for (const { p } of given) fixed[p] = 1;
  const x = new Float64Array(grid.dimension);
  return {
    grid,
    sides,
    cyclic: sides.map(([lower]) => lower.kind === 'periodic'),
    given,
    copies: seams.copies,
    fixed,
    fix: (t, u) => {
      for (const { p, value } of given) {
        nodeAt(grid, p, x);
        u[p] = finiteAt(value.at(t, x), 'boundary', t, x);
      }
      seams.copy(u);
    },
    fixTransposed: (rho) => {
      seams.fold(rho);
      for (const { p } of given) rho[p] = 0;
    },
    spread: seams.spread,
  };
}

function givenNodes(grid: Grid, sides: Sides): GivenNode[] {
  const nodes: GivenNode[] = [];
  for (let p = 0; p < grid.size; p++) {
    for (let k = 0; k < grid.dimension; k++) {
      const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
      const side = i === 0 ? sides[k][0] : i === grid.shape[k] - 1 ? sides[k][1] : undefined;
      if (side?.kind !== 'fixed') continue;
      nodes.push({ p, value: side.value });
      break;
    }
  }
  return nodes;
}
