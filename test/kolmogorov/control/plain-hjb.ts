import {
  type Axis,
  type BoundaryInput,
  type DiffusionDifference,
  type DriftDifference,
  generatorMatrix,
  implicitEuler,
} from 'kolmogorov';
import { expression, symbolic } from 'sde-core';

/** A controlled equation as texts, with the controls as names among them. */
export interface Plain {
  readonly state: readonly string[];
  readonly control: readonly string[];
  readonly drift: readonly string[];
  readonly diffusion: readonly (readonly string[])[];
  readonly killing: string;
  readonly running: string;
}

/** How it is differenced. */
export interface Differenced {
  readonly grid: readonly Axis[];
  readonly boundary: BoundaryInput;
  readonly drift: DriftDifference;
  readonly diffusion?: DiffusionDifference;
}

/** Nodes of a tensor grid, the last axis fastest. */
export function nodesOf(grid: readonly Axis[]): number[][] {
  return grid.reduce<number[][]>(
    (heads, { points }) => heads.flatMap((head) => Array.from(points, (x) => [...head, x])),
    [[]],
  );
}

/** A^a as a dense matrix, and r at the nodes, with the same controls at all of them: what the solver of the linear equation makes of it. */
export function under(plain: Plain, how: Differenced, a: readonly number[], t: number): { A: number[][]; r: number[] } {
  const parameters = Object.fromEntries(plain.control.map((name, j) => [name, a[j]]));
  const model = symbolic({ state: plain.state, drift: plain.drift, diffusion: plain.diffusion, parameters });
  const { rowStart, column, value, size } = generatorMatrix(
    { model, T: 10, t0: -10, killing: plain.killing },
    { ...how, stepping: implicitEuler({ steps: 1 }) },
    t,
  );
  const A = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let p = 0; p < size; p++) for (let e = rowStart[p]; e < rowStart[p + 1]; e++) A[p][column[e]] += value[e];
  const running = expression(plain.running, { state: plain.state, time: 't', parameters });
  return { A, r: nodesOf(how.grid).map((x) => running.evaluate(t, Float64Array.from(x))) };
}

/** The solution of a dense system, by elimination with exchanged rows. */
export function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let k = 0; k < n; k++) {
    const best = rows.slice(k).reduce((at, row, i) => (Math.abs(row[k]) > Math.abs(rows[at][k]) ? k + i : at), k);
    [rows[k], rows[best]] = [rows[best], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let c = k; c <= n; c++) rows[i][c] -= factor * rows[k][c];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    x[k] = (rows[k][n] - rows[k].slice(k + 1, n).reduce((sum, entry, j) => sum + entry * x[k + 1 + j], 0)) / rows[k][k];
  }
  return x;
}

/** (A u + r)_p. */
export const rate = ({ A, r }: { A: number[][]; r: number[] }, u: ArrayLike<number>, p: number): number =>
  A[p].reduce((sum, entry, j) => sum + entry * u[j], r[p]);

/** Every combination of lists, the last fastest. */
export const combinations = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((heads, list) => heads.flatMap((head) => list.map((value) => [...head, value])), [[]]);
