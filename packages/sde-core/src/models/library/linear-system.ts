import { describe, requireArray, requireFinite } from '../../errors/at-the-door.js';
import { requireKeys } from '../../errors/options.js';
import { SdeError } from '../../errors/sde-error.js';
import { type Node, graph as newGraph } from '../../expression/graph.js';
import { requireNames } from '../../expression/names.js';
import { linearMoments } from '../linear-moments.js';
import { symbolicModel } from '../symbolic.js';
import { linearTransition } from '../transition.js';
import { type MomentModel, withMixedMoments } from './exact-moments.js';

/** The matrices of {@link linearSystem}, by rows. */
export interface LinearSystemOptions {
  /** Shape (d, d). */
  readonly A: readonly (readonly number[])[];
  /** Shape (d); default 0. */
  readonly a?: readonly number[];
  /** Shape (m, d, d): one matrix a Wiener process; default 0. */
  readonly B?: readonly (readonly (readonly number[])[])[];
  /** Shape (d, m): the part of σ that does not depend on the state; default 0. */
  readonly b?: readonly (readonly number[])[];
  /** Names of the states, shape (d); default x1 … xd. */
  readonly state?: readonly string[];
}

/**
 * A linear system: dX = (A X + a) dt + Σ_k (B_k X + b_k) dW_k, Itô.
 *
 * E X and E X Xᵀ solve linear equations, whose matrix exponential `exactMoments` takes: exact to rounding, at a cost of (1 + d + d²)³.
 * With additive noise (B = 0) transitions are Gaussian, and `transition` is there.
 *
 * @throws SdeError `shape` for matrices that do not fit A or each other; `value` for entries that are not finite.
 * @see [arnold1974, chapter 8]
 *
 * @example
 * import { linearSystem } from 'sde-core';
 * const oscillator = linearSystem({ A: [[0, 1], [-1, 0]], B: [[[0, 0], [0.5, 0]]] });
 * oscillator.exactMoments(Math.PI, [1, 0]).mean; // → [ -1.000000000000, 0.000000000000 ]
 */
export function linearSystem(options: LinearSystemOptions): MomentModel {
  const keys = { A: true, a: true, B: true, b: true, state: true } as const;
  requireKeys<LinearSystemOptions>(options ?? null, keys, 'linearSystem({ … })');
  requireArray(options.A, 'linearSystem({ A })', 'give A by its rows');
  if (options.B !== undefined)
    requireArray(options.B, 'linearSystem({ B })', 'give one matrix (d, d) a Wiener process');
  const d = options.A.length;
  const m = options.B?.length ?? options.b?.[0]?.length ?? 0;
  const { A, a = zeros(d), B = Array.from({ length: m }, () => zeroMatrix(d, d)), b = zeroMatrix(d, m) } = options;
  const state = options.state !== undefined ? options.state : Array.from({ length: d }, (_, i) => `x${i + 1}`);
  if (d === 0) throw wrongShape('A', 'shape (d, d), d ≥ 1', 'no rows');
  requireRow(state, 'state', d, `shape (${d})`);
  requireNames([...state, 't'], 'linearSystem({ state })');
  requireMatrix(A, 'A', d, d);
  requireRow(a, 'a', d, `shape (${d})`);
  for (const [k, matrix] of B.entries()) requireMatrix(matrix, `B[${k}]`, d, d);
  requireMatrix(b, 'b', d, m);
  // Spread, not flat, which passes over holes.
  const rows = [...A, a, ...B.flatMap((matrix) => [...matrix]), ...b];
  for (const entry of rows.flatMap((row) => [...row]))
    requireFinite(entry, 'linearSystem({ A, a, B, b })', 'give matrices of numbers');

  const graph = newGraph();
  const x = state.map((name) => graph.symbol(name));
  const affine = (row: readonly number[], constant: number): Node => {
    let sum = graph.constant(constant);
    for (const [j, entry] of row.entries()) {
      if (entry !== 0) sum = graph.add(sum, graph.multiply(graph.constant(entry), x[j]));
    }
    return sum;
  };
  const model = symbolicModel({
    graph,
    state: [...state],
    time: 't',
    parameters: {},
    calculus: 'ito',
    driftNodes: A.map((row, i) => affine(row, a[i])),
    diffusionNodes: A.flatMap((_, i) => B.map((matrix, k) => affine(matrix[i], b[i][k]))),
    noiseDimension: m,
  });
  const coefficients = {
    d,
    A: Float64Array.from(A.flat()),
    a: Float64Array.from(a),
    B: B.map((matrix) => Float64Array.from(matrix.flat())),
    b: B.map((_, k) => Float64Array.from(b, (row) => row[k])),
  };
  const additive = B.every((matrix) => matrix.every((row) => row.every((entry) => entry === 0)));
  return withMixedMoments(
    model,
    'linearSystem(…)',
    (t, x0) => linearMoments(coefficients, t, x0),
    additive ? (h) => linearTransition(coefficients, h) : undefined,
  );
}

const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);
const zeroMatrix = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => zeros(columns));

function requireMatrix(matrix: readonly (readonly number[])[], name: string, rows: number, columns: number): void {
  const expected = `shape (${rows}, ${columns})`;
  requireRow(matrix, name, rows, expected);
  for (const row of Array.from(matrix)) requireRow(row, name, columns, expected);
}

function requireRow(row: readonly unknown[], name: string, length: number, expected: string): void {
  if (!Array.isArray(row)) throw wrongShape(name, expected, describe(row));
  if (row.length !== length) throw wrongShape(name, expected, `${row.length} where ${length} belong`);
}

const wrongShape = (name: string, expected: string, got: string): SdeError =>
  new SdeError('shape', {
    what: `'${name}' does not fit`,
    where: `linearSystem({ ${name} })`,
    expected,
    got,
    remedy: 'give A of shape (d, d), a (d), each B_k (d, d), b (d, m), all by rows',
  });
