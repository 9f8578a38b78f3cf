import { extrapolatedField } from './extrapolated-field.js';
import { type Field, field } from './field.js';
import { type BackwardProblem, type SolveOptions, solveOnce } from './solve-once.js';

/**
 * Solves the backward Kolmogorov equation.
 *
 *   u_t + Σ b_k ∂_k u + ½ Σ a_kl ∂_k ∂_l u − c u + f = 0,   u(T, ·) = φ,   so that
 *   u(t, x) = E[ e^(−∫c) φ(X_T) + ∫ e^(−∫c) f ds | X_t = x ].
 *
 * Second order in space on smoothly spaced points, with no artificial viscosity, so σσᵀ may be singular; the order in time
 * is the stepping's. With `diffusion: 'wide'` and an implicit step u obeys the maximum principle whatever σσᵀ is, at order 1. Where the model has breakpoints the steps end on them. What does not depend on time (`model.autonomous`)
 * is assembled and factored once a piece. With `extrapolate` the error of second order is measured and taken off. Cost a node and step:
 * two sweeps in one dimension, and with hundsdorferVerwer four solves and six products in two.
 *
 * @throws SdeError `shape` if the grid, the boundary or an array does not fit the model; `value` if T ≤ t0, a condition is
 * not known, or a number is not finite; `unsupported` if the stepping does not go with the dimension or the differences; `cancelled` by the signal.
 * @see [pages2018]
 * @see [inthout2010]
 *
 * @example
 * import { crankNicolson, solveKolmogorov, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const u = solveKolmogorov(
 *   { model, T: 1, terminal: 'x^2' },
 *   { grid: [uniform(-4, 4, 201)], stepping: crankNicolson({ steps: 100 }), extrapolate: true },
 * );
 * u.at(0, [1]); // → 0.24342
 * u.gradient(0, [1])[0]; // → 0.27067…
 */
export function solveKolmogorov(problem: BackwardProblem, options: SolveOptions): Field {
  const where = 'solveKolmogorov';
  if (options?.extrapolate) return extrapolatedField(problem, options, where);
  const { grid, snapshots, warnings } = solveOnce(problem, options, where);
  return field(grid, snapshots, undefined, warnings);
}
