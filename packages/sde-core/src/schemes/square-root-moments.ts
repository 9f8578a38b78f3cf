import type { Algebra } from '../expression/algebra.js';
import type { StepInput } from './step-input.js';

/** dv = (a − κ v) dt + √v c·dW, over the carrier of a step. */
export interface SquareRootProcess<V> {
  readonly a: V;
  readonly kappa: V;
  /** The columns of c, shape (m). */
  readonly c: readonly V[];
  /** |c|². */
  readonly xiSquared: V;
}

/** The numbers of the process that is the last state of a step's model, read off its coefficients at v = 0 and v = 1. */
export function squareRootProcess<V>(input: StepInput<V>): SquareRootProcess<V> {
  const { algebra, dimension, drift, diffusion, time } = input;
  const { constant, add, multiply, subtract } = algebra;
  const at = (v: number): readonly V[] => [...Array.from({ length: dimension - 1 }, () => constant(1)), constant(v)];
  const a = drift(time(0), at(0))[dimension - 1];
  const kappa = subtract(a, drift(time(0), at(1))[dimension - 1]);
  const c = diffusion(time(0), at(1)).map((column) => column[dimension - 1]);
  const squares = c.map((entry) => multiply(entry, entry));
  return { a, kappa, c, xiSquared: squares.reduce((sum, square) => add(sum, square)) };
}

/** (1 − e^(−κt)) / κ, t for κ = 0. */
export function saturation<V>(
  { constant, divide, equal, expm1, multiply, negate, select }: Algebra<V>,
  kappa: V,
  t: V,
): V {
  const zero = equal(kappa, constant(0));
  const divisor = select(zero, constant(1), kappa);
  return select(zero, t, negate(divide(expm1(negate(multiply(kappa, t))), divisor)));
}

/**
 * Mean and variance of v(t + h) given v(t) = v, exactly: v e^(−κh) + a ψ and |c|² ψ (v e^(−κh) + ½ a ψ), ψ = (1 − e^(−κh)) / κ.
 *
 * @see [andersen2008, (17), (18)]
 */
export function squareRootMoments<V>(
  algebra: Algebra<V>,
  { a, kappa, xiSquared }: Omit<SquareRootProcess<V>, 'c'>,
  h: V,
  v: V,
): { readonly mean: V; readonly variance: V } {
  const { add, constant, exp, multiply, negate } = algebra;
  const psi = saturation(algebra, kappa, h);
  const kept = multiply(v, exp(negate(multiply(kappa, h))));
  const gained = multiply(a, psi);
  return {
    mean: add(kept, gained),
    variance: multiply(multiply(xiSquared, psi), add(kept, multiply(constant(1 / 2), gained))),
  };
}
