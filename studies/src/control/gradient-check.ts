import { type ControlDiscretization, type ControlProblem, controlObjective } from 'kolmogorov';
import { numbers } from 'sde-core/numerics';
import type { TaylorSeries } from './figures.js';

/** Where and how a Taylor test is made. */
export interface TaylorSeriesOptions {
  readonly label: string;
  /** ε, falling. */
  readonly sizes: readonly number[];
  /** θ. Default: the model's own parameters at all times. */
  readonly start?: ArrayLike<number>;
}

/** The remainders |J(θ + ε δ) − J(θ) − ε ∇J·δ|: O(ε²) if ∇J is the gradient of the very J that is computed. */
export function taylorSeries(
  problem: ControlProblem,
  discretization: ControlDiscretization,
  options: TaylorSeriesOptions,
): TaylorSeries {
  const objective = controlObjective(problem, discretization);
  const { rows, controls: q, size } = objective;
  const names = [...problem.parameters, ...(problem.constants ?? [])];
  const own = (i: number): number => problem.model.parameters[names[i < rows * q ? i % q : q + i - rows * q]];
  const theta = Float64Array.from({ length: size }, (_, i) => options.start?.[i] ?? own(i));
  const along = Float64Array.from({ length: size }, (_, i) => numbers.cos(5 * i + 2) / Math.sqrt(size));
  const gradient = new Float64Array(size);
  const value = objective.gradient(theta, gradient);
  const slope = gradient.reduce((sum, entry, i) => sum + entry * along[i], 0);
  return {
    label: options.label,
    points: options.sizes.map((epsilon) => {
      const moved = theta.map((entry, i) => entry + epsilon * along[i]);
      return { size: epsilon, remainder: Math.abs(objective.value(moved) - value - epsilon * slope) };
    }),
  };
}

/** The slope of log remainder over log ε between the first and the last step. */
export function taylorSlope({ points }: TaylorSeries): number {
  const [first, last] = [points[0], points[points.length - 1]];
  return numbers.log(first.remainder / last.remainder) / numbers.log(first.size / last.size);
}
