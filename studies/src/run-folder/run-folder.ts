import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SdeError } from 'sde-core';
import { type Checkpoints, openCheckpoints } from './checkpoints.js';
import { claimFolder } from './claim.js';
import { causeOf, FILES, type Files } from './files.js';
import { hiddenName } from './hidden-name.js';
import { keepForeign, retire } from './keeping.js';
import { sweep } from './left-behind.js';
import { MANIFEST, manifestText, sha256 } from './manifest.js';

/** A folder that appears whole or not at all, and that one run at a time writes. */
export interface RunFolder {
  /** Where it will stand. */
  readonly path: string;
  /** Writes a file into the hidden folder that it is until it is published; `name` may hold folders. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /**
   * Puts the folder in its place, with a list of its files. What the program wrote there before is gone; what it did not, or what was changed since, is
   * kept. The run is then done: its checkpoints are gone, and the name is free. Returns the names of what was kept under another one.
   */
  publish(): Promise<readonly string[]>;
  /** Parts of the work that are done, for a run that goes on from them; `identity` is all that decides their values. */
  checkpoints(identity: unknown, how: { readonly fresh: boolean; say(words: string): void }): Promise<Checkpoints>;
  /** Removes the hidden folder, if it was not published, and lets other runs have the name. Checkpoints stay. */
  discard(): Promise<void>;
}

/** Longer names leave no room for what hidden ones add to them. */
const LONGEST_NAME = 160;

/**
 * Opens out/name for this run alone: whether one can write there, and whether another run does, is known before anything is computed.
 *
 * What killed runs left in `out` is cleared away.
 *
 * @throws SdeError `file` if nothing can be written there, or another run is writing it.
 */
export async function openRunFolder(out: string, name: string, files: Files = FILES): Promise<RunFolder> {
  if (name === '' || Buffer.byteLength(name) > LONGEST_NAME || name !== basename(name) || name.startsWith('.')) {
    throw new SdeError('value', {
      what: 'not a name for a run’s folder',
      where: '--out',
      expected: `a name of 1 to ${LONGEST_NAME} bytes that is not hidden`,
      got: `'${name}'`,
      remedy: 'give a plain name',
    });
  }
  const shown = resolve(out, name);
  const refusing = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw cause instanceof SdeError ? cause : refused(path, cause);
    }
  };
  const { parent, base } = await refusing(out, () => placeOf(files, out, shown));
  const claim = await refusing(shown, () => claimFolder(files, parent, base));
  const path = join(parent, base);
  const hidden = join(parent, hiddenName(base, 'new', claim.owner));
  try {
    await refusing(shown, async () => {
      await sweep(files, parent, claim.owner);
      await requirePlace(files, path);
      await files.makeFolder(hidden);
    });
  } catch (error) {
    await claim.release().catch(() => undefined);
    throw error;
  }
  const written = new Map<string, string>();
  let published = false;
  let checkpoints: Checkpoints | undefined;
  return {
    path: shown,
    write: (file, content) =>
      refusing(join(shown, file), async () => {
        await files.makeFolders(dirname(join(hidden, file)));
        await files.write(join(hidden, file), content);
        written.set(file, sha256(content));
      }),
    publish: () =>
      refusing(shown, async () => {
        if (!(await claim.held())) throw lost(shown);
        await requirePlace(files, path);
        const stood = (await files.look(path)) !== undefined;
        await files.write(join(hidden, MANIFEST), manifestText(written));
        const kept = stood ? await keepForeign(files, path, hidden) : [];
        const old = join(parent, hiddenName(base, 'old', claim.owner));
        await exchange(files, { hidden, path, old: stood ? old : undefined });
        published = true;
        await files.settle(parent);
        // The new folder stands. If the old one cannot be removed now, it is when the next run opens.
        if (stood) await retire(files, old, path).catch(() => undefined);
        await checkpoints?.clear().catch(() => undefined);
        await claim.release().catch(() => undefined);
        return kept;
      }),
    checkpoints: (identity, how) =>
      refusing(shown, async () => {
        checkpoints = await openCheckpoints(files, parent, base, identity, how);
        return checkpoints;
      }),
    async discard() {
      // What cannot be removed now is when the next run opens; an error here would hide the one that led here.
      if (published) return;
      await files.removeTree(hidden).catch(() => undefined);
      await claim.release().catch(() => undefined);
    },
  };
}

/** The folder's place with links followed, so that two names of one folder are claimed as one. */
async function placeOf(
  files: Files,
  out: string,
  shown: string,
): Promise<{ readonly parent: string; readonly base: string }> {
  await files.makeFolders(out);
  const real =
    (await files.look(shown))?.kind === 'other' ? await realpath(shown) : join(await realpath(out), basename(shown));
  return { parent: dirname(real), base: basename(real) };
}

async function requirePlace(files: Files, path: string): Promise<void> {
  const there = await files.look(path);
  if (!there || there.kind === 'folder') return;
  throw new SdeError('file', {
    what: 'a file stands where the run’s folder should be',
    where: '--out',
    expected: 'a folder, or nothing yet',
    got: path,
    remedy: 'move the file away, or choose another folder',
  });
}

/** Two renames: for the moment between them nothing stands there, and if the second fails the first is undone. */
async function exchange(
  files: Files,
  { hidden, path, old }: { readonly hidden: string; readonly path: string; readonly old?: string },
): Promise<void> {
  if (old) await files.rename(path, old);
  try {
    await files.rename(hidden, path);
  } catch (error) {
    if (old) await files.rename(old, path);
    throw error;
  }
}

function refused(path: string, cause: unknown): SdeError {
  return new SdeError(
    'file',
    {
      what: 'the output folder cannot be written',
      where: '--out',
      expected: 'a folder with room, or a place to make one',
      got: `${path}: ${causeOf(cause)}`,
      remedy: 'choose another folder, or make this one writable',
    },
    { cause },
  );
}

function lost(path: string): SdeError {
  return new SdeError('file', {
    what: 'this run’s claim on its folder was removed, and nothing was published',
    where: '--out',
    expected: 'the claim that was made when the run began',
    got: `${path}, which another run may be writing`,
    remedy: 'run it again: it goes on from its checkpoints',
  });
}
