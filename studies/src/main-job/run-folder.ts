import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SdeError } from 'sde-core';

/** A folder that appears whole or not at all. */
export interface RunFolder {
  /** Where it will stand. */
  readonly path: string;
  /** Writes a file into the hidden folder that it is until it is published; `name` may hold folders. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Puts the folder in its place; what stood there before is gone. */
  publish(): Promise<void>;
  /** Removes the hidden folder, if it was not published. */
  discard(): Promise<void>;
}

/**
 * Opens out/name, by making a hidden folder beside it: whether one can write there is known before anything is computed.
 *
 * @throws SdeError `file` if nothing can be written there.
 */
export async function openRunFolder(out: string, name: string): Promise<RunFolder> {
  const path = resolve(out, name);
  const hidden = await orRefuse(out, async () => {
    await mkdir(out, { recursive: true });
    const made = await mkdtemp(join(resolve(out), `.${name.slice(0, 80)}-`));
    await chmod(made, 0o755); // mkdtemp makes it its owner's alone
    return made;
  });
  return {
    path,
    write: (file, content) =>
      orRefuse(out, async () => {
        await mkdir(dirname(join(hidden, file)), { recursive: true });
        await writeFile(join(hidden, file), content);
      }),
    publish: () =>
      orRefuse(out, async () => {
        const old = `${hidden}-old`;
        const stood = await rename(path, old).then(
          () => true,
          () => false,
        );
        await rename(hidden, path);
        if (stood) await rm(old, { recursive: true, force: true });
      }),
    discard: () => rm(hidden, { recursive: true, force: true }),
  };
}

async function orRefuse<T>(out: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new SdeError(
      'file',
      {
        what: 'the output folder cannot be written',
        where: '--out',
        expected: 'a folder, or a place to make one',
        got: `${out}: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: 'choose another folder, or make this one writable',
      },
      { cause },
    );
  }
}
