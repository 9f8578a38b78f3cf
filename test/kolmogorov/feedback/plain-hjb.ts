import {
  type Axis,
  type BoundaryInput,
  type DiffusionDifference,
  type DriftDifference,
  generatorMatrix,
  implicitEuler,
  solveKolmogorov,
} from 'kolmogorov';
import { expression, model, symbolic } from 'sde-core';

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

/** The step by which it is found what is paid at the nodes: short, so that matrices without order blow up no value. */
const SHORT = 2 ** -8;

/** The model with its controls at hand, and what it pays: closures, so that nothing is compiled for every control. */
function open({ state, control, drift, diffusion, killing, running }: Plain) {
  const names = { state: [...state, ...control], time: 't' };
  const [d, m] = [state.length, diffusion[0].length];
  const formulas = [...drift, ...diffusion.flat(), killing, running].map((text) => expression(text, names));
  const point = new Float64Array(d + control.length);
  const at = (i: number, t: number, x: ArrayLike<number>): number => {
    for (let k = 0; k < d; k++) point[k] = x[k];
    return formulas[i].evaluate(t, point);
  };
  const write = (from: number, count: number) => (t: number, x: Float64Array, out: Float64Array) => {
    for (let i = 0; i < count; i++) out[i] = at(from + i, t, x);
  };
  return {
    controls: point.subarray(d),
    model: model({ dimension: d, noiseDimension: m, drift: write(0, d), diffusion: write(d, d * m) }),
    killing: (t: number, x: ArrayLike<number>) => at(d + d * m, t, x),
    running: (t: number, x: ArrayLike<number>) => at(d + d * m + 1, t, x),
  };
}
const opened = new Map<Plain, ReturnType<typeof open>>();

/** The same as formulas, which are averaged where they jump or kink. */
function asFormulas({ state, control, drift, diffusion, killing, running }: Plain, a: readonly number[]) {
  const parameters = Object.fromEntries(control.map((name, j) => [name, a[j]]));
  return { model: symbolic({ state, drift, diffusion, parameters, time: 't' }), killing, running };
}

/**
 * A^a as a dense matrix, and what is paid at the nodes, r with what the sides bring, with the same controls at all of them: what the solver of the linear equation
 * makes of it. One implicit step from 0 has (1 − dt A) u = dt r.
 */
export function under(
  plain: Plain,
  how: Differenced,
  a: readonly number[],
  t: number,
  averaged = false,
): { A: number[][]; r: number[] } {
  const known = opened.get(plain) ?? open(plain);
  opened.set(plain, known);
  known.controls.set(a);
  const { model: own, killing, running } = averaged ? asFormulas(plain, a) : known;
  const discretization = { ...how, stepping: implicitEuler({ steps: 1 }) };
  const equation = { model: own, T: t + SHORT, t0: t, killing };
  const { rowStart, column, value, size } = generatorMatrix(equation, discretization, t);
  const A = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let p = 0; p < size; p++) for (let e = rowStart[p]; e < rowStart[p + 1]; e++) A[p][column[e]] += value[e];
  const brings = averaged || JSON.stringify(how.boundary).includes('slope');
  if (!brings) return { A, r: nodesOf(how.grid).map((x) => known.running(t, x)) };
  const u = solveKolmogorov({ ...equation, terminal: 0, source: running }, discretization).slice(t).data;
  return { A, r: A.map((row, p) => u[p] / SHORT - row.reduce((sum, entry, j) => sum + entry * u[j], 0)) };
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
