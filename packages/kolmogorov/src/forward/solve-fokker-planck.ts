import type { KnownKeys } from 'sde-core';
import {
  type Discretization,
  discrete,
  discretizationKeys,
  type Equation,
  equationKeys,
  equationWords,
} from '../backward/discretization.js';
import { atTheDoor, requireFields } from '../door/at-the-door.js';
import { requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import { sweepForward } from '../stepping/sweep.js';
import { type Density, density } from './density.js';
import { type Initial, initialMasses } from './initial-masses.js';

/** ρ_t = L* ρ − c ρ on [t0, T] from an initial law. */
export interface ForwardProblem extends Omit<Equation, 'source'> {
  readonly initial: Initial;
}

const { source: _, ...unforced } = equationKeys;
const forwardKeys: KnownKeys<ForwardProblem> = { ...unforced, initial: true };
const forwardOptions: KnownKeys<Discretization & Watch> = { ...discretizationKeys, ...watchKeys };

/**
 * Solves the Fokker–Planck equation as the exact transpose of {@link solveKolmogorov}'s steps, in the opposite order.
 *
 *   ρ_{n+1} = S_nᵀ ρ_n where u_n = S_n u_{n+1},   so   ⟨u_n, ρ_n⟩ is the same number at every step, to rounding,
 *
 * through every boundary, killing, uneven points and splitting; with {@link bicgstab}, to its tolerance. The unknowns are masses at nodes.
 * With conditions that keep constants (reflecting,
 * vanishing curvature) the total is kept; what reaches an absorbing or Dirichlet side leaves it. Being a transpose it is as
 * accurate as the backward solve when tested against smooth functions; a density that starts at a point is rough, and may be negative, until
 * it has spread over a few cells. Cost: that of the backward solve.
 *
 * @throws SdeError as {@link solveKolmogorov}, and `value` if the initial point is outside the grid.
 * @see [pages2018]
 *
 * @example
 * import { crankNicolson, solveFokkerPlanck, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const rho = solveFokkerPlanck(
 *   { model, T: 1, initial: [1] },
 *   { grid: [uniform(-4, 4, 201)], stepping: crankNicolson({ steps: 100 }) },
 * );
 * rho.mass; // → 1.000000
 * rho.expectation(1, (x) => x[0]); // → 0.3679
 */
export function solveFokkerPlanck(problem: ForwardProblem, options: Discretization & Watch): Density {
  return atTheDoor('solveFokkerPlanck', (where) => {
    requireFields<ForwardProblem>(problem, forwardKeys, `${where}(problem)`, equationWords);
    requireFields<Discretization & Watch>(options, forwardOptions, `${where}(…, options)`, watchWords);
    requireWatch(options);
    return fokkerPlanck(problem, options, where);
  });
}

function fokkerPlanck(problem: ForwardProblem, options: Discretization & Watch, where: string): Density {
  const equation = discrete(problem, options, where);
  const { grid, t0, generator } = equation;
  const rho = initialMasses(problem.initial, grid, problem.model, t0, `${where}({ initial })`);
  generator.fixTransposed(rho);
  const times = [t0];
  const start = rho.slice();
  generator.spread(start);
  const values = [start];
  sweepForward(
    equation,
    rho,
    (t, now) => {
      const kept = now.slice();
      generator.fixTransposed(kept);
      generator.spread(kept);
      times.push(t);
      values.push(kept);
    },
    options,
  );
  return density(grid, { times: Float64Array.from(times), values });
}
