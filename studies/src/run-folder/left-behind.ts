import { join } from 'node:path';
import type { Files } from './files.js';
import { type Hidden, hiddenName, readHidden } from './hidden-name.js';
import { retire } from './keeping.js';
import { lifeOf, type Owner } from './owner.js';

/** First what holds published files, then what was never published, then that somebody writes there. */
const ORDER = ['old', 'new', 'request', 'claim'] as const;

/**
 * Clears away what killed runs left in a folder: only what bears a name that the program makes, and only where the run has ended.
 *
 * A run that was killed between taking the old folder away and putting the new one in its place has its old folder put back; one that was
 * killed while it removed the old one has that done. What cannot be cleared away is left. `own` is the owner for whom it is done.
 */
export async function sweep(files: Files, folder: string, own: Owner): Promise<void> {
  const found = (await files.list(folder)).flatMap((file) => {
    const hidden = readHidden(file);
    return hidden ? [{ file, hidden }] : [];
  });
  const claims = new Set(found.flatMap(({ hidden: { kind, owner } }) => (kind === 'claim' ? [owner.token] : [])));
  // A run claims its folder before it makes anything else, and lets go of it last.
  const ended = ({ kind, owner }: Hidden): boolean =>
    lifeOf(owner, own) === 'dead' || ((kind === 'old' || kind === 'new') && !claims.has(owner.token));
  for (const kind of ORDER) {
    for (const { file, hidden } of found) {
      if (hidden.kind !== kind || !ended(hidden)) continue;
      await clear(files, folder, file, hidden).catch(() => undefined);
    }
  }
}

async function clear(files: Files, folder: string, file: string, { kind, name, owner }: Hidden): Promise<void> {
  const path = join(folder, file);
  switch (kind) {
    case 'old':
      if (await files.look(join(folder, name))) await retire(files, path, join(folder, name));
      else await files.rename(path, join(folder, name));
      return;
    case 'new': {
      const old = join(folder, hiddenName(name, 'old', owner));
      // While files of the user's stand in the old folder alone.
      if (!(await files.look(old))) await files.removeTree(path);
      return;
    }
    case 'request':
    case 'claim':
      await files.remove(path);
      return;
    default:
      kind satisfies never;
  }
}
