import { SdeError } from '../errors/sde-error.js';

/** The error of a run that its caller ended. */
export const cancelled = (where: string, signal: AbortSignal): SdeError =>
  new SdeError(
    'cancelled',
    {
      what: 'the run was cancelled',
      where,
      expected: 'a signal that is not aborted',
      got: 'an aborted signal',
      remedy: 'nothing to do, if you cancelled it; otherwise look for who aborted the signal',
    },
    { cause: signal.reason },
  );

/** @throws SdeError `cancelled` if the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, where: string): void {
  if (signal?.aborted) throw cancelled(where, signal);
}
