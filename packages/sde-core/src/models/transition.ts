import { requireFinite } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Algebra } from '../expression/algebra.js';
import { exp } from '../numerics/elementary.js';
import { matrixExponential } from '../numerics/matrix-exponential.js';
import { normalCdf } from '../numerics/normal.js';
import { type LinearCoefficients, linearMoments } from './linear-moments.js';
import type { SymbolicModel } from './symbolic.js';

/** A variable that a draw takes: N(0, 1), or uniform on (0, 1). */
export type TransitionVariable = 'gaussian' | 'uniform';

interface Common {
  /** The independent variables of one draw. */
  readonly variables: readonly TransitionVariable[];
  /** The density of X(t + h) at y given X(t) = x, where there is one. */
  density?(x: readonly number[], y: readonly number[]): number;
  /** P(X(t + h) ≤ y | X(t) = x), for one state. */
  distribution?(x: number, y: number): number;
}

/** A draw written against any algebra: it runs on numbers and is compiled into kernels. */
export interface TracedTransition extends Common {
  readonly kind: 'traced';
  /** X(t + h) from X(t) and the variables; shape (d). */
  draw<V>(algebra: Algebra<V>, x: readonly V[], variables: readonly V[]): readonly V[];
}

/** A draw that must look at values, as the inverse of a distribution does. */
export interface NativeTransition extends Common {
  readonly kind: 'native';
  /** X(t + h) from X(t) and the variables; shape (d). */
  draw(x: readonly number[], variables: readonly number[]): readonly number[];
  /** Text that stands for all numbers inside `draw`. */
  readonly content: string;
}

/** The law of X(t + h) given X(t), exactly, for one h. */
export type Transition = TracedTransition | NativeTransition;

/** A model whose transitions are known exactly; its coefficients do not depend on time. */
export interface TransitionModel extends SymbolicModel {
  /** The law of X(t + h) given X(t); h > 0. */
  transition(h: number): Transition;
}

/** Refuses what is no time to move over. */
export function requireTime(h: number, where: string): void {
  requireFinite(h, where, 'give the time over which the process moves');
  if (h > 0) return;
  throw new SdeError('value', {
    what: 'a transition over no time',
    where,
    expected: 'h > 0',
    got: String(h),
    remedy: 'give the time over which the process moves',
  });
}

/** X⁺ = R x + r + C ξ, ξ standard normal: C is lower triangular with as many columns as it has rank. */
export interface GaussianMap {
  /** Shape (d, d). */
  readonly R: Float64Array;
  /** Shape (d). */
  readonly r: Float64Array;
  /** Columns of C, each of shape (d). */
  readonly columns: readonly Float64Array[];
}

/** The transition of a Gaussian map. */
export function gaussianTransition({ R, r, columns }: GaussianMap): TracedTransition {
  const d = r.length;
  const mean = (x: ArrayLike<number>, i: number): number => {
    let sum = r[i];
    for (let j = 0; j < d; j++) sum += R[i * d + j] * x[j];
    return sum;
  };
  const full = columns.length === d;
  return Object.freeze<TracedTransition>({
    kind: 'traced',
    variables: columns.map(() => 'gaussian' as const),
    draw: ({ add, constant, multiply }, x, variables) =>
      Array.from(r, (shift, i) => {
        let sum = constant(shift);
        const take = (coefficient: number, value: (typeof x)[number]): void => {
          if (coefficient !== 0) sum = add(sum, multiply(constant(coefficient), value));
        };
        for (let j = 0; j < d; j++) take(R[i * d + j], x[j]);
        columns.forEach((column, k) => {
          take(column[i], variables[k]);
        });
        return sum;
      }),
    ...(full && {
      density: (x: readonly number[], y: readonly number[]): number => {
        // C z = y − mean by forward substitution; the density is Π φ(z_i) / C_ii.
        const z = new Float64Array(d);
        let value = 1;
        for (let i = 0; i < d; i++) {
          let left = y[i] - mean(x, i);
          for (let k = 0; k < i; k++) left -= columns[k][i] * z[k];
          z[i] = left / columns[i][i];
          value *= exp(-(z[i] * z[i]) / 2) / (Math.sqrt(2 * Math.PI) * columns[i][i]);
        }
        return value;
      },
    }),
    ...(full &&
      d === 1 && {
        distribution: (x: number, y: number): number => normalCdf((y - mean([x], 0)) / columns[0][0]),
      }),
  });
}

/**
 * The transition of dX = (A X + a) dt + b dW over h: R = e^(Ah), r = ∫ e^(As) a ds, C Cᵀ = ∫ e^(As) b bᵀ e^(Aᵀs) ds.
 *
 * @see [arnold1974, chapter 8]
 */
export function linearTransition(coefficients: Omit<LinearCoefficients, 'B'>, h: number): TracedTransition {
  const { d, A, a, b } = coefficients;
  const start = new Float64Array(d);
  const B = b.map(() => new Float64Array(d * d));
  const R = matrixExponential(
    A.map((entry) => entry * h),
    d,
  );
  const { mean: r } = linearMoments({ d, A, a, B, b }, h, start);
  const { second: covariance } = linearMoments({ d, A, a: start, B, b }, h, start);
  return gaussianTransition({ R, r, columns: rootColumns(covariance, d) });
}

/** The columns of a lower triangular root of a semidefinite matrix; those of pivots that vanish to rounding are left out. */
function rootColumns(covariance: Float64Array, d: number): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let k = 0; k < d; k++) {
    const left = (i: number): number => covariance[i * d + k] - columns.reduce((sum, c) => sum + c[i] * c[k], 0);
    const pivot = left(k);
    if (!(pivot > d * Number.EPSILON * covariance[k * d + k])) continue;
    const root = Math.sqrt(pivot);
    columns.push(Float64Array.from({ length: d }, (_, i) => (i < k ? 0 : left(i) / root)));
  }
  return columns;
}
