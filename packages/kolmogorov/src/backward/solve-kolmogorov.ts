import { requireBoolean } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { requireWatch, watchWords } from '../linear/watch.js';
import { equationWords } from './discretization.js';
import { extrapolatedField } from './extrapolated-field.js';
import { type Field, field } from './field.js';
import { type BackwardProblem, backwardKeys, type SolveOptions, solveKeys, solveOnce } from './solve-once.js';

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
 * Without a slope that is given, u obeys a maximum principle, which is watched: what overshoots is in `warnings`, what blows up is refused, and so are steps beyond
 * the stability limit of the stepping, before the first.
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
  return atOnce('solveKolmogorov', options, (where) => asked(problem, options, where));
}

/**
 * {@link solveKolmogorov} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link solveKolmogorov}; `cancelled` by the signal.
 */
export function solveKolmogorovAsync(problem: BackwardProblem, options: SolveOptions): Promise<Field> {
  return turnByTurn('solveKolmogorovAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: BackwardProblem, options: SolveOptions, where: string): Work<Field> {
  requireFields<BackwardProblem>(problem, backwardKeys, `${where}(problem)`, equationWords);
  requireFields<SolveOptions>(options, solveKeys, `${where}(…, options)`, watchWords);
  requireWatch(options);
  requireBoolean(options.extrapolate, `${where}(…, { extrapolate })`);
  return yield* kolmogorov(problem, options, where);
}

function* kolmogorov(problem: BackwardProblem, options: SolveOptions, where: string): Work<Field> {
  if (options.extrapolate) return yield* extrapolatedField(problem, options, where);
  const { grid, snapshots, warnings } = yield* solveOnce(problem, options, where);
  return field(grid, snapshots, undefined, warnings);
}
