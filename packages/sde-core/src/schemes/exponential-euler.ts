import { describe, requireArray, requireFinite } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Algebra } from '../expression/algebra.js';
import { powerOfTwo } from '../numerics/bits.js';
import { log2 } from '../numerics/elementary.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, total } from './stage.js';

type Matrix<V> = readonly (readonly V[])[];

/**
 * Exponential Euler for semi-linear drifts b(t, x) = A x + F(t, x): Y' = e^(A h) (Y + F(t, Y) h + Σ_k σ_k ΔW^k).
 *
 * Weak order 1 and strong order ½ for general noise. The linear part is solved exactly, so a stiff A costs no stability: the step is
 * decided by F and σ. Without F and σ it is exact. One evaluation of b and σ a step, and a product with e^(Ah), which is made once
 * where the step is compiled. Not for stiffness that sits in F.
 *
 * @param options - `linear`: A, shape (d, d) by its rows.
 * @throws SdeError `shape` for a matrix that is not square, or not of the model's dimension when it is discretized.
 * @see [komori2014]
 */
export function exponentialEuler(options: {
  readonly linear: readonly (readonly number[])[];
}): TracedScheme<'coefficients'> {
  const where = 'exponentialEuler({ linear })';
  requireKeys<typeof options>(options ?? null, { linear: true }, where, { A: 'linear', matrix: 'linear' });
  requireArray(options.linear, where, 'give A by its rows');
  for (const line of Array.from(options.linear)) requireArray(line, where, 'give A by its rows');
  const A = options.linear.map((row) => Object.freeze([...row]));
  if (A.length === 0 || A.some((row) => row.length !== A.length)) {
    throw notSquare(where, 'as many columns as rows', `rows of ${A.map((row) => row.length).join(', ') || 'nothing'}`);
  }
  for (const entry of A.flat()) requireFinite(entry, where, 'give the matrix of the linear part of the drift');
  return defineScheme({
    name: 'exponential Euler',
    citation: 'komori2014',
    order: { weak: 1, strong: 1 / 2, ode: 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: incrementsAlone('gaussian'),
    step({ algebra, dimension, h, y, dW, time, drift, diffusion }) {
      if (dimension !== A.length)
        throw notSquare(where, `shape (${dimension}, ${dimension})`, `shape (${A.length}, ${A.length})`);
      const { constant, subtract, multiply } = algebra;
      const linear = A.map((row) => row.map(constant));
      const rest = drift(time(0), y).map((value, i) => subtract(value, row(algebra, linear[i], y)));
      const columns = diffusion(time(0), y);
      const moved = combine(algebra, y, [[h, rest], ...dW.map((increment, k) => [increment, columns[k]] as const)]);
      const flow = exponential(
        algebra,
        linear.map((entries) => entries.map((entry) => multiply(entry, h))),
        A,
      );
      return flow.map((entries) => row(algebra, entries, moved));
    },
  });
}

const row = <V>(algebra: Algebra<V>, entries: readonly V[], x: readonly V[]): V =>
  total(
    algebra,
    entries.map((entry, j) => algebra.multiply(entry, x[j])),
  );

/** Terms of the exponential series; with an argument below 1/8 the next one is below rounding. */
const TERMS = 12;

/** e^M by scaling and squaring. `scale` has the size of M for a step of 1; steps up to 8 keep full accuracy. */
function exponential<V>(algebra: Algebra<V>, M: Matrix<V>, scale: Matrix<number>): Matrix<V> {
  const { constant, add, multiply } = algebra;
  const size = Math.max(...scale.map((entries) => entries.reduce((sum, entry) => sum + Math.abs(entry), 0)));
  const squarings = 6 + Math.max(0, Math.ceil(log2(Math.max(size, 1))));
  const small = M.map((entries) => entries.map((entry) => multiply(entry, constant(powerOfTwo(-squarings)))));
  const product = (P: Matrix<V>, Q: Matrix<V>): Matrix<V> =>
    P.map((entries) =>
      Q[0].map((_, j) =>
        row(
          algebra,
          entries,
          Q.map((line) => line[j]),
        ),
      ),
    );
  const identity = M.map((_, i) => M.map((_, j) => constant(i === j ? 1 : 0)));
  // Horner: I + M (I + M/2 (I + M/3 (…))).
  let sum: Matrix<V> = identity;
  for (let k = TERMS; k >= 1; k--) {
    const scaled = small.map((entries) => entries.map((entry) => multiply(entry, constant(1 / k))));
    const next = product(scaled, sum);
    sum = identity.map((entries, i) => entries.map((entry, j) => add(entry, next[i][j])));
  }
  for (let k = 0; k < squarings; k++) sum = product(sum, sum);
  return sum;
}

const notSquare = (where: string, expected: string, got: string): SdeError =>
  new SdeError('shape', {
    what: 'the matrix of the linear part does not fit',
    where,
    expected,
    got: describe(got),
    remedy: 'give A by its rows, one for each state of the model',
  });
