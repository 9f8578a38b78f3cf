import { SdeError } from 'sde-core';

/** How far a solve is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What a long solve tells and hears. */
export interface Watch {
  /** Called after every step. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Read between steps, and within a step while a matrix is factored. A solve is synchronous, so what aborts it is a callback: `onProgress`, or that of
   * {@link sparseLU} where one factorization takes long.
   */
  readonly signal?: AbortSignal;
}

/** @throws SdeError `cancelled` if the signal has aborted; its reason is the error's cause. */
export function requireNotCancelled(signal: AbortSignal | undefined, where = ''): void {
  if (!signal?.aborted) return;
  throw new SdeError(
    'cancelled',
    {
      what: 'the solve was cancelled',
      where: where ? `${where}(…, { signal })` : '{ signal }',
      expected: 'a signal that is not aborted',
      got: 'an aborted signal',
      remedy: 'solve again without aborting; nothing was kept',
    },
    { cause: signal.reason },
  );
}
