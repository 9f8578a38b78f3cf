import { SdeError } from 'sde-core';
import { nodeAt } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import { type DifferenceMatrices, termsOf } from '../operators/difference-matrices.js';
import type { NodeRows } from '../operators/node-rows.js';
import { type AddEntry, matrixOfRows, type RowEntries } from '../operators/sparse-rows.js';
import type { NodeEquation } from './averaged-equation.js';

/** A^a and g^a under a policy. */
export interface Frozen {
  readonly matrix: SparseMatrix;
  /** Shape (size). */
  readonly forcing: Float64Array;
}

/** H_p(a), and what it was computed from. */
export interface HamiltonianValue {
  /** NaN where a coefficient is none, or the control may not be chosen at the node. */
  value: number;
  /** Whether the control may be chosen at the node. */
  admitted: boolean;
  /** The sum of the sizes of the terms: what the rounding of the value is relative to. */
  scale: number;
  /** The terms of first differences that were taken, shape (d). */
  readonly chosen: Int32Array;
}

/** H_p(a) = (A^a u + g^a)_p for one u at one time: the discrete Hamiltonian as a function of the node and the controls there. */
export interface NodeHamiltonian {
  readonly t: number;
  readonly u: Float64Array;
  /** Writes H_p(a), a of shape (q), and what it was computed from; returns H_p(a). */
  evaluate(p: number, a: Float64Array, out: HamiltonianValue): number;
  /**
   * What the numbers of the equation are multiplied by in H_p where the axes take given terms, shape (count).
   *
   * Where rows are not linear in a, second derivatives are central ones, whose H_p is near the true one only.
   */
  derivatives(p: number, chosen: ArrayLike<number>, out: Float64Array): void;
}

/** An equation on differences: its Hamiltonian at a u, and its matrix under a policy. */
export interface DiscreteHamiltonian {
  /** Rows are linear in σσᵀ. */
  readonly linear: boolean;
  /** The Hamiltonian of u at time t; u is not copied. */
  of(t: number, u: Float64Array): NodeHamiltonian;
  /** A^a and g^a of one control vector a node, shape (size, q). */
  assemble(t: number, policy: Float64Array): Frozen;
}

/** Room for what {@link NodeHamiltonian.evaluate} writes, in d dimensions. */
export function hamiltonianValue(dimension: number): HamiltonianValue {
  return { value: Number.NaN, admitted: false, scale: 0, chosen: new Int32Array(dimension) };
}

/** The Hamiltonian of an equation on differences, with their rows as a function of the coefficients. */
export function nodeHamiltonian(
  { equation, numbers: numbersAt }: NodeEquation,
  differences: DifferenceMatrices,
  rows: NodeRows,
): DiscreteHamiltonian {
  const { dimension: d, controls: q, count } = equation;
  const { halfVariance, killing, source } = coefficientLayout(d);
  const termOf = termsOf(d);
  const { grid, fixed, pattern, diagonal, terms } = differences;
  const { rowStart, column, size } = pattern;
  const width = terms.length;
  const { linear } = rows;
  const numbers = new Float64Array(count);
  const given = new Float64Array(count);
  const point = new Float64Array(d + q);
  let placed = -1;
  /** What is in g_p beside what slopes bring to terms, and the sum of the sizes of its parts. */
  const forced = { value: 0, size: 0 };
  /**
   * The row under a: writes the numbers, as they multiply the terms, into `numbers`, and into `forced` what slopes bring to those that the rows keep from the
   * terms; returns the entries that are in no term.
   */
  const rowOf = (p: number, a: Float64Array, { t, slopes }: Moment, out: HamiltonianValue): RowEntries | undefined => {
    const { chosen } = out;
    if (p !== placed) nodeAt(grid, p, point);
    placed = p;
    for (let c = 0; c < q; c++) point[d + c] = a[c];
    numbersAt(p, t, point, numbers);
    out.admitted = differences.admits(p, numbers);
    const kept = linear ? undefined : slopes;
    if (kept) given.set(numbers);
    const beside = rows.take(p, numbers, chosen);
    forced.value = numbers[source];
    forced.size = Math.abs(forced.value);
    if (!kept) return beside;
    for (let i = halfVariance; i < killing; i++) {
      if (numbers[i] === given[i]) continue;
      const part = (given[i] - numbers[i]) * kept[termOf(i, chosen)][p];
      forced.value += part;
      forced.size += Math.abs(part);
    }
    return beside;
  };
  const assembled = hamiltonianValue(d);
  /** Calls `see` with what multiplies each term of the row in `assembled`. */
  const eachTerm = (see: (factor: number, term: number) => void): void => {
    for (let i = 0; i < killing; i++) if (numbers[i] !== 0) see(numbers[i], termOf(i, assembled.chosen));
  };
  return {
    linear,
    of: (t, u) => {
      const slopes = differences.forcing(t)?.map((value) => value.slice());
      const moment = { t, slopes };
      const { products, sizes } = productsOf(differences, u, slopes);
      return {
        t,
        u,
        evaluate: (p, a, out) => {
          const beside = rowOf(p, a, moment, out);
          let sum = forced.value - numbers[killing] * u[p];
          let scale = forced.size + Math.abs(numbers[killing] * u[p]);
          for (let i = 0; i < killing; i++) {
            const place = p * width + termOf(i, out.chosen);
            sum += numbers[i] * products[place];
            scale += Math.abs(numbers[i]) * sizes[place];
          }
          if (beside) {
            sum += beside.product(u);
            scale += beside.size(u);
          }
          out.scale = scale;
          out.value = out.admitted ? sum : Number.NaN;
          return out.value;
        },
        derivatives: (p, chosen, out) => {
          for (let i = 0; i < killing; i++) out[i] = products[p * width + termOf(i, chosen)];
          out[killing] = -u[p];
          out[source] = 1;
        },
      };
    },
    assemble: (t, policy) => {
      const forcing = new Float64Array(size);
      const slopes = differences.forcing(t);
      const moment = { t, slopes };
      const takeRow = (p: number): RowEntries | undefined => {
        const beside = rowOf(p, policy.subarray(p * q, (p + 1) * q), moment, assembled);
        requireFiniteNumbers(numbers, point, d, t);
        forcing[p] = forced.value;
        if (slopes) {
          eachTerm((factor, term) => {
            forcing[p] += factor * slopes[term][p];
          });
        }
        return beside;
      };
      if (!linear) {
        const fill = (p: number, add: AddEntry): void => {
          if (fixed[p]) return;
          const beside = takeRow(p);
          eachTerm((factor, term) => {
            const row = terms[term];
            for (let e = rowStart[p]; e < rowStart[p + 1]; e++) if (row[e] !== 0) add(column[e], factor * row[e]);
          });
          beside?.addTo(add);
          add(p, -numbers[killing]);
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
        value[diagonal[p]] -= numbers[killing];
      }
      return { matrix: { ...pattern, value }, forcing };
    },
  };
}

/** A time, and what slopes bring to the terms then; undefined where they bring nothing. */
interface Moment {
  readonly t: number;
  readonly slopes: readonly Float64Array[] | undefined;
}

/** Every term times u with what slopes bring to it, and the sum of the sizes of the parts, node by node so that all that a node needs lies together: shape (size, terms). */
function productsOf(
  { pattern: { size, rowStart, column }, terms }: DifferenceMatrices,
  u: Float64Array,
  slopes: Moment['slopes'],
): { readonly products: Float64Array; readonly sizes: Float64Array } {
  const width = terms.length;
  const products = new Float64Array(size * width);
  const sizes = new Float64Array(size * width);
  terms.forEach((value, term) => {
    for (let p = 0; p < size; p++) {
      let sum = slopes ? slopes[term][p] : 0;
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
  return { products, sizes };
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
