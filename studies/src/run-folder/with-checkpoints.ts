import { SdeError } from 'sde-core';
import { NOTHING_KEPT, type Parts } from './parts.js';
import { openRunFolder } from './run-folder.js';
import { safeName } from './safe-name.js';

/** What a computation that writes nothing else is named by, and where its checkpoints go. */
export interface Kept {
  readonly out: string;
  readonly name: string;
  /** All that decides the values of its parts. */
  readonly identity: unknown;
  readonly fresh: boolean;
  say(words: string): void;
}

/** Computes something of which only checkpoints are written, and those as long as it is not done. Where they cannot be, it is computed without. */
export async function withCheckpoints<T>(
  { out, name, identity, fresh, say }: Kept,
  compute: (parts: Parts) => Promise<T>,
): Promise<T> {
  const folder = await openRunFolder(out, safeName(name)).catch((error: unknown) => {
    if (!(error instanceof SdeError)) throw error;
    say(`Nothing is kept for a run that is stopped: ${error.details.what}: ${error.details.got}`);
  });
  if (!folder) return compute(NOTHING_KEPT);
  try {
    const checkpoints = await folder.checkpoints({ name, identity }, { fresh, say });
    const result = await compute(checkpoints);
    await checkpoints.clear().catch(() => undefined);
    return result;
  } finally {
    await folder.discard();
  }
}
