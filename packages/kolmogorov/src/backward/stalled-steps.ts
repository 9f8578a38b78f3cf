import type { Warning } from 'sde-core';

/** Iterations that were used up: in some steps what they look for still changed, so what is given is not the solution of the discrete equation. */
export type StalledWarning = Warning<'stalled'>;

/** How many steps of how many did not end, and by how much it matters where that is known. */
export interface Stalled {
  readonly steps: number;
  readonly of: number;
  /** Allowed in each. */
  readonly iterations: number;
  readonly residual?: number;
}

/** The warning of so many steps that did not end. */
export function stalledSteps(what: string, { steps, of, iterations, residual }: Stalled): readonly StalledWarning[] {
  if (steps === 0) return [];
  const left = residual === undefined ? '' : `, and the equation is left by ${residual}`;
  const message = `The ${what} still changed after ${iterations} iterations in ${steps} of ${of} solves${left}. Allow more ({ iterations }), or take differences that are monotone; see matrices.`;
  return [{ kind: 'stalled', message, steps, of, iterations, ...(residual !== undefined && { residual }) }];
}
