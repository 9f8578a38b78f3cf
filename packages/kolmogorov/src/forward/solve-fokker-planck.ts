import { type Discretization, discrete, type Equation } from '../backward/discretization.js';
import { dropFixed, sweepForward, type Watch } from '../stepping/sweep.js';
import { type Density, density } from './density.js';
import { type Initial, initialMasses } from './initial-masses.js';

/** ρ_t = L* ρ − c ρ on [t0, T] from an initial law. */
export interface ForwardProblem extends Omit<Equation, 'source'> {
  readonly initial: Initial;
}

/**
 * Solves the Fokker–Planck equation as the exact transpose of {@link solveKolmogorov}'s steps, in the opposite order.
 *
 *   ρ_{n+1} = S_nᵀ ρ_n where u_n = S_n u_{n+1},   so   ⟨u_n, ρ_n⟩ is the same number at every step, to rounding,
 *
 * through every boundary, killing, uneven points and splitting. The unknowns are masses at nodes. With conditions that keep constants (reflecting,
 * vanishing curvature) the total is kept; what reaches an absorbing or Dirichlet side leaves it. Being a transpose it is as
 * accurate as the backward solve when tested against smooth functions; a density that starts at a point is rough, and may be negative, until
 * it has spread over a few cells. Cost: that of the backward solve.
 *
 * @throws SdeError as {@link solveKolmogorov}, and `value` if the initial point is outside the grid.
 * @see [pages2018]
 */
export function solveFokkerPlanck(problem: ForwardProblem, options: Discretization & Watch): Density {
  const where = 'solveFokkerPlanck';
  const equation = discrete(problem, options, where);
  const { grid, t0, generator } = equation;
  const rho = initialMasses(problem.initial, grid, problem.model, t0, `${where}({ initial })`);
  dropFixed(generator, rho);
  const times = [t0];
  const values = [rho.slice()];
  sweepForward(
    equation,
    rho,
    (t, now) => {
      const kept = now.slice();
      dropFixed(generator, kept);
      times.push(t);
      values.push(kept);
    },
    options,
  );
  return density(grid, { times: Float64Array.from(times), values });
}
