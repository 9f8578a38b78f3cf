import { SdeError } from 'sde-core';
import { nodeAt } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { type DifferenceMatrices, SECOND, TERMS } from '../operators/difference-matrices.js';
import type { NodeRows } from '../operators/node-rows.js';
import { type AddEntry, matrixOfRows } from '../operators/sparse-rows.js';
import type { AveragedEquation } from './averaged-equation.js';

/** H_p(a) = (A^a u + g^a)_p: the discrete Hamiltonian at every node as a function of the controls there. */
export interface NodeHamiltonian {
  /** Takes u at time t; everything below is about it. */
  see(t: number, u: Float64Array): void;
  /** Goes to a node: `at`, `derivatives` and `value` are about it, and the first d entries of `point` are its place. */
  goTo(p: number): void;
  /** (x, a), shape (d + q): x of the node, a as last used. */
  readonly point: Float64Array;
  /** H_p(a), shape (q); NaN where a coefficient is none, or a control that may not be chosen at the node. */
  at(a: Float64Array): number;
  /** Whether the last a may be chosen at the node. */
  admitted(): boolean;
  /** The sum of the sizes of the terms of the last H_p(a): what its rounding is relative to. */
  scale(): number;
  /** The terms of first differences that the last H_p(a) took, shape (d). */
  readonly chosen: Int32Array;
  /**
   * What the numbers of the equation are multiplied by in H_p where the axes take given terms, shape (count).
   *
   * Where rows are not linear in a, second derivatives are central ones, whose H_p is near the true one only.
   */
  derivatives(chosen: ArrayLike<number>, out: Float64Array): void;
  /** Rows are linear in σσᵀ. */
  readonly linear: boolean;
  /** u_p. */
  value(): number;
  /** A^a and g^a of one control vector a node, shape (size, q). */
  assemble(t: number, policy: Float64Array): { readonly matrix: SparseMatrix; readonly forcing: Float64Array };
}

/** The Hamiltonian of an equation on differences, with their rows as a function of the coefficients. */
export function nodeHamiltonian(
  { equation, goTo: move }: AveragedEquation,
  differences: DifferenceMatrices,
  rows: NodeRows,
): NodeHamiltonian {
  const { dimension: d, controls: q, count } = equation;
  const { grid, fixed, pattern, diagonal, terms } = differences;
  const { rowStart, column, size } = pattern;
  // Node by node, so that all that a node needs lies together: shape (size, terms).
  const width = terms.length;
  const products = new Float64Array(size * width);
  const sizes = new Float64Array(size * width);
  const numbers = new Float64Array(count);
  const point = new Float64Array(d + q);
  const chosen = new Int32Array(d);
  let admitted = true;
  const given = new Float64Array(count);
  const { beside } = rows;
  let [now, here, magnitude] = [0, 0, 0];
  let u: Float64Array = new Float64Array(size);
  /** What slopes bring to the terms at the time seen. */
  let brought: readonly Float64Array[] | undefined;
  // What is in g_p beside what slopes bring to terms, for the numbers last taken, and the sum of the sizes of its parts.
  let [forced, forcedSize] = [0, 0];
  /** The term that number i multiplies. */
  const termOf = (i: number, taken: ArrayLike<number>): number =>
    i < d ? taken[i] : i < 2 * d ? TERMS * (i - d) + SECOND : TERMS * d + i - 2 * d;
  /** Writes the numbers, as they multiply the terms, and what slopes bring to those that the rows keep from the terms. */
  const take = (t: number, a: Float64Array, p: number, slopes: readonly Float64Array[] | undefined): void => {
    for (let c = 0; c < q; c++) point[d + c] = a[c];
    equation.numbers(t, point, numbers);
    admitted = differences.admits(p, numbers);
    const kept = beside && slopes;
    if (kept) given.set(numbers);
    rows.take(p, numbers, chosen);
    forced = numbers[count - 1];
    forcedSize = Math.abs(forced);
    if (!kept) return;
    for (let i = d; i < count - 2; i++) {
      if (numbers[i] === given[i]) continue;
      const part = (given[i] - numbers[i]) * slopes[termOf(i, chosen)][p];
      forced += part;
      forcedSize += Math.abs(part);
    }
  };
  /** Calls `see` with what multiplies each term of the row last taken. */
  const eachTerm = (see: (factor: number, term: number) => void): void => {
    for (let i = 0; i < count - 2; i++) if (numbers[i] !== 0) see(numbers[i], termOf(i, chosen));
  };
  return {
    linear: beside === undefined,
    chosen,
    point,
    see: (t, values) => {
      [now, u] = [t, values];
      brought = differences.forcing(t)?.map((value) => value.slice());
      terms.forEach((value, term) => {
        for (let p = 0; p < size; p++) {
          let sum = brought ? brought[term][p] : 0;
          let total = Math.abs(sum);
          for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
            const part = value[e] * u[column[e]];
            sum += part;
            total += Math.abs(part);
          }
          products[p * width + term] = sum;
          sizes[p * width + term] = total;
        }
      });
    },
    goTo: (p) => {
      here = p;
      move(p);
      nodeAt(grid, p, point);
    },
    at: (a) => {
      take(now, a, here, brought);
      let sum = forced - numbers[count - 2] * u[here];
      magnitude = forcedSize + Math.abs(numbers[count - 2] * u[here]);
      for (let i = 0; i < count - 2; i++) {
        const place = here * width + termOf(i, chosen);
        sum += numbers[i] * products[place];
        magnitude += Math.abs(numbers[i]) * sizes[place];
      }
      if (beside) {
        sum += beside.product(u);
        magnitude += beside.size(u);
      }
      return admitted ? sum : Number.NaN;
    },
    admitted: () => admitted,
    scale: () => magnitude,
    derivatives: (taken, out) => {
      for (let i = 0; i < count - 2; i++) out[i] = products[here * width + termOf(i, taken)];
      out[count - 2] = -u[here];
      out[count - 1] = 1;
    },
    value: () => u[here],
    assemble: (t, policy) => {
      const forcing = new Float64Array(size);
      const slopes = differences.forcing(t);
      const takeRow = (p: number): void => {
        move(p);
        nodeAt(grid, p, point);
        take(t, policy.subarray(p * q, (p + 1) * q), p, slopes);
        requireFiniteNumbers(numbers, point, d, t);
        forcing[p] = forced;
        if (slopes) {
          eachTerm((factor, term) => {
            forcing[p] += factor * slopes[term][p];
          });
        }
      };
      if (beside) {
        const fill = (p: number, add: AddEntry): void => {
          if (fixed[p]) return;
          takeRow(p);
          eachTerm((factor, term) => {
            const row = terms[term];
            for (let e = rowStart[p]; e < rowStart[p + 1]; e++) if (row[e] !== 0) add(column[e], factor * row[e]);
          });
          beside.addTo(add);
          add(p, -numbers[count - 2]);
        };
        return { matrix: matrixOfRows(size, fill), forcing };
      }
      const value = new Float64Array(column.length);
      for (let p = 0; p < size; p++) {
        if (fixed[p]) continue;
        takeRow(p);
        eachTerm((factor, term) => {
          const row = terms[term];
          for (let e = rowStart[p]; e < rowStart[p + 1]; e++) value[e] += factor * row[e];
        });
        value[diagonal[p]] -= numbers[count - 2];
      }
      return { matrix: { ...pattern, value }, forcing };
    },
  };
}

function requireFiniteNumbers(numbers: Float64Array, point: Float64Array, d: number, t: number): void {
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new SdeError('value', {
    what: 'a coefficient of the equation is not finite on the grid',
    where: `t = ${t}, x = (${Array.from(point.subarray(0, d)).join(', ')}), controls (${Array.from(point.subarray(d)).join(', ')})`,
    expected: 'finite drift, diffusion, discount and running cost at every node',
    got: String(numbers[bad]),
    remedy: 'keep the grid inside the domain of the model, and bound the controls to where it is defined',
  });
}
