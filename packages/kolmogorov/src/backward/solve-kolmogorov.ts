import { SdeError } from 'sde-core';
import type { Watch } from '../stepping/sweep.js';
import { sweepBackward } from '../stepping/sweep.js';
import { type Discretization, discrete, type Equation } from './discretization.js';
import { type Field, field } from './field.js';
import { nodeValues, type StateInput } from './node-values.js';

/** u_t + L u − c u + f = 0 on [t0, T] with u(T, ·) = terminal. */
export interface BackwardProblem extends Equation {
  /** φ. */
  readonly terminal: StateInput;
}

/** A discretization with what a solve keeps and tells. */
export interface SolveOptions extends Discretization, Watch {
  /** The times whose values are kept: `all` (default), or `ends`, t0 and T. */
  readonly keep?: 'all' | 'ends';
}

/** The most numbers a field keeps: 4 GiB. */
const MOST_KEPT = 2 ** 29;

/**
 * Solves the backward Kolmogorov equation.
 *
 *   u_t + Σ b_k ∂_k u + ½ Σ a_kl ∂_k ∂_l u − c u + f = 0,   u(T, ·) = φ,   so that
 *   u(t, x) = E[ e^(−∫c) φ(X_T) + ∫ e^(−∫c) f ds | X_t = x ].
 *
 * Second order in space on smoothly spaced points, with no artificial viscosity, so σσᵀ may be singular; the order in time
 * is the stepping's. Where the model has breakpoints the steps end on them. What does not depend on time (`model.autonomous`)
 * is assembled and factored once. Cost: about 10 ns a node and step in one dimension, 40 ns in two with hundsdorferVerwer.
 *
 * @throws SdeError `shape` if the grid, the boundary or an array does not fit the model; `value` if T ≤ t0, a condition is
 * not known, or a number is not finite; `unsupported` if the stepping does not go in this dimension; `cancelled` by the signal.
 * @see [pages2018, §7], [inthout2010]
 */
export function solveKolmogorov(problem: BackwardProblem, options: SolveOptions): Field {
  const where = 'solveKolmogorov';
  const equation = discrete(problem, options, where);
  const { grid, mesh, t0, T } = equation;
  const u = nodeValues(problem.terminal, grid, problem.model, T, `${where}({ terminal })`);
  const kept = options.keep === 'ends' ? 2 : mesh.length + 1;
  if (kept * grid.size > MOST_KEPT) throw tooMuch(kept, grid.size);
  const times: number[] = [];
  const values: Float64Array[] = [];
  equation.generator.fix(T, u);
  times.push(T);
  values.push(u.slice());
  sweepBackward(
    equation,
    u,
    (t, now) => {
      if (options.keep === 'ends' && t !== t0) return;
      times.push(t);
      values.push(now.slice());
    },
    options,
  );
  if (u.some((value) => !Number.isFinite(value))) throw blewUp();
  return field(grid, { times: Float64Array.from(times).reverse(), values: values.reverse() });
}

function tooMuch(times: number, size: number): SdeError {
  return new SdeError('value', {
    what: 'the solution at all times does not fit in memory',
    where: 'solveKolmogorov(…, { keep })',
    expected: `at most ${MOST_KEPT} numbers`,
    got: `${times} times × ${size} nodes`,
    remedy: "pass { keep: 'ends' }, or use fewer points or steps",
  });
}

function blewUp(): SdeError {
  return new SdeError('value', {
    what: 'the solution overflowed',
    where: 'solveKolmogorov(…, { stepping })',
    expected: 'a stable combination of grid, boundary and stepping',
    got: 'values that are not finite at t0',
    remedy: 'use more steps, a larger θ, or a boundary that the drift does not leave through',
  });
}
