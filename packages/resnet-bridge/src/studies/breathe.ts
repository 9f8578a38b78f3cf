import { SdeError } from 'sde-core';

/** Lets timers and signals run, so that a long study stays responsive; throws `cancelled` once the signal is aborted. */
export async function breathe(signal: AbortSignal | undefined, where: string): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (signal?.aborted) {
    throw new SdeError('cancelled', {
      what: 'cancelled',
      where,
      expected: 'to run to the end',
      got: 'an aborted signal',
      remedy: 'start it again; nothing was written',
    });
  }
}
