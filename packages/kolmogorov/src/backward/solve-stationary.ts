import { type Model, SdeError } from 'sde-core';
import { sparseLU } from '../linear/sparse-lu.js';
import type { Watch } from '../linear/watch.js';
import type { ScalarInput } from '../operators/scalar-function.js';
import { sparseMatrix } from '../operators/sparse-matrix.js';
import { implicitEuler } from '../stepping/implicit-euler.js';
import { coefficientWarnings } from './coefficient-roughness.js';
import { type Discrete, type Discretization, discrete } from './discretization.js';
import { type Field, field } from './field.js';

/** L u − c u + f = 0. */
export interface StationaryEquation {
  readonly model: Model;
  /** c: a rate of discount or killing. Default 0. */
  readonly killing?: ScalarInput;
  /** f. Default 0. */
  readonly source?: ScalarInput;
}

/** A discretization without time; the signal is read while its matrix is factored. */
export type SpaceDiscretization = Omit<Discretization, 'stepping'> & Pick<Watch, 'signal'>;

/**
 * Solves L u − c u + f = 0 with what the boundary gives: u(x) = E[ ∫ e^(−∫c) f ds + e^(−∫c) g(X_τ) ], τ the time at which X leaves the grid.
 *
 * Mean exit time: f = 1 with absorbing sides. Probability of leaving through a side: `dirichlet` 1 there and 0 elsewhere. Discounted cost: c > 0. The field
 * is the same at all times from 0 to 1. Second order in space. Cost: one factorization of the whole matrix, see {@link sparseLU}.
 *
 * @throws SdeError `unsupported` for a model that depends on time, or a grid that does not fit; `value` if there is no unique solution, as
 * without killing between reflecting sides; `cancelled` by the signal; otherwise as {@link solveKolmogorov}.
 * @see [pages2018]
 *
 * @example
 * import { solveStationary, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
 * // Mean exit time of Brownian motion from (−1, 1).
 * const time = solveStationary({ model, source: 1 }, { grid: [uniform(-1, 1, 21)], boundary: { kind: 'absorbing' } });
 * time.at(0, [0.5]); // → 0.7500000
 */
export function solveStationary(equation: StationaryEquation, options: SpaceDiscretization): Field {
  const where = 'solveStationary';
  const made = stationary(equation, options, where);
  const { grid, generator } = made;
  const operator = generator.at(0, 0);
  const alpha = Float64Array.from(generator.fixed);
  const u = new Float64Array(grid.size);
  operator.addForcing(1, u);
  generator.fix(0, u);
  const factorize = (options.solver ?? sparseLU()).prepare(grid, options.signal);
  factorize(sparseMatrix(operator, grid), alpha, 1).solve(u);
  generator.fix(0, u);
  return field(
    grid,
    { times: Float64Array.of(0, 1), values: [u, u] },
    undefined,
    coefficientWarnings(equation, grid, 0),
  );
}

/** The equation on its grid, with coefficients that do not depend on time. */
export function stationary(equation: StationaryEquation, options: SpaceDiscretization, where: string): Discrete {
  const { model } = equation ?? {};
  if (model?.breakpoints?.length || (model?.kind === 'symbolic' && model.autonomous === false)) {
    throw new SdeError('unsupported', {
      what: 'a stationary problem of a model that depends on time',
      where: `${where}({ model })`,
      expected: 'coefficients without t',
      got: model.breakpoints?.length ? 'a model with breakpoints' : 'coefficients with t',
      remedy: 'fix the time, or solve over a long interval with solveKolmogorov',
    });
  }
  return discrete({ ...equation, T: 1, t0: 0 }, { ...options, stepping: implicitEuler({ steps: 1 }) }, where);
}
