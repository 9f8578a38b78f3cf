import type { Warning } from 'sde-core';

/** Iterations that were used up: in some steps what they look for still changed, so what is given is not the solution of the discrete equation. */
export type StalledWarning = Warning<'stalled'>;

/** The warning of so many steps that did not end; `residual` says by how much it matters, where that is known. */
export function stalledSteps(
  what: string,
  steps: number,
  of: number,
  iterations: number,
  residual?: number,
): readonly StalledWarning[] {
  if (steps === 0) return [];
  const left = residual === undefined ? '' : `, and the equation is left by ${residual}`;
  const message = `The ${what} still changed after ${iterations} iterations in ${steps} of ${of} solves${left}. Allow more ({ iterations }), or take differences that are monotone; see matrices.`;
  return [{ kind: 'stalled', message, steps, of, iterations, ...(residual !== undefined && { residual }) }];
}
