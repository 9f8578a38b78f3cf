import { requireNotCancelled } from 'sde-core/errors';
import { turn } from 'sde-core/turns';

/** Lets timers and signals run, so that a long study stays responsive; throws `cancelled` once the signal is aborted. */
export async function breathe(signal: AbortSignal | undefined, where: string): Promise<void> {
  await turn();
  requireNotCancelled(signal, where, {
    what: 'the study was cancelled',
    remedy: 'run it again with the same key: it comes out the same',
  });
}
