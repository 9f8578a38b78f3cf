import { SdeError } from './sde-error.js';

/** What was cancelled, and what its caller can do. */
export interface CancelledDetails {
  /** Default 'the run was cancelled'. */
  readonly what?: string;
  /** What came instead. Default the reason. */
  readonly got?: string;
  readonly remedy?: string;
}

/**
 * The error of work that its caller ended: by a signal, whose reason is the error's cause, or by closing what it ran on.
 *
 * @example
 * import { cancelled } from 'sde-core/errors';
 * cancelled('simulate(…, { signal })', new Error('too late')).code; // → cancelled
 */
export function cancelled(where: string, reason: unknown, { what, got, remedy }: CancelledDetails = {}): SdeError {
  return new SdeError(
    'cancelled',
    {
      what: what ?? 'the run was cancelled',
      where,
      expected: 'a signal that is not aborted, and a backend that is open',
      got: got ?? (reason instanceof Error ? reason.message : String(reason)),
      remedy:
        remedy ?? 'nothing to do, if you cancelled it; otherwise look for who aborted the signal or closed the backend',
    },
    { cause: reason },
  );
}

/** @throws SdeError `cancelled` if the signal has aborted; its reason is the error's cause. */
export function requireNotCancelled(signal: AbortSignal | undefined, where: string, details?: CancelledDetails): void {
  if (signal?.aborted) throw cancelled(where, signal.reason, details);
}
