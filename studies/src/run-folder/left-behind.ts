import { join } from 'node:path';
import type { Files } from './files.js';
import { type Hidden, hiddenName, readHidden } from './hidden-name.js';
import { retire } from './keeping.js';
import { lifeOf } from './owner.js';

/**
 * Clears away what killed runs left in a folder: only what bears a name that the program makes, and only where the run has ended.
 *
 * A run that was killed between taking the old folder away and putting the new one in its place has its old folder put back; one that was
 * killed while it removed the old one has that done. What cannot be cleared away is left.
 */
export async function sweep(files: Files, folder: string): Promise<void> {
  const found = (await files.list(folder)).flatMap((file) => {
    const hidden = readHidden(file);
    return hidden ? [{ file, hidden }] : [];
  });
  const claims = new Map(
    found.filter(({ hidden }) => hidden.kind === 'claim').map((one) => [one.hidden.owner.token, one]),
  );
  // A run claims its folder before it makes anything else, and lets go of it last.
  const ended = ({ owner: { token } }: Hidden): boolean => {
    const claim = claims.get(token);
    return claim === undefined || lifeOf(claim.hidden.owner) === 'dead';
  };
  // First what holds published files, then what was never published, then that nobody claims it.
  for (const kind of ['old', 'new', 'claim'] as const) {
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
    case 'claim':
      await files.remove(path);
      return;
    default:
      kind satisfies never;
  }
}
