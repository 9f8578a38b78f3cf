import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { chmod, link, lstat, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What stands under a name. */
export interface Entry {
  readonly kind: 'file' | 'folder' | 'other';
  /** In bytes. */
  readonly size: number;
  /** When it was last written or touched, in ms of the file system's clock. */
  readonly touched: number;
  /** The same for two names of one file. */
  readonly identity: string;
}

/** Everything that a run does to a file system, so that a test can let any of it fail at any byte. */
export interface Files {
  /** Makes a folder and those above it; one that is there is left. */
  makeFolders(path: string): Promise<void>;
  /** Makes a folder, which must not be there. */
  makeFolder(path: string): Promise<void>;
  /** Writes a new file and has it on the disk when it returns; what is there already is an error. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  read(path: string): Promise<Buffer>;
  /** What stands there, links not followed; undefined for nothing. */
  look(path: string): Promise<Entry | undefined>;
  list(path: string): Promise<readonly string[]>;
  rename(from: string, to: string): Promise<void>;
  /** Puts a small file in the place of one that may be there, whole, before it returns: for work that does not wait. */
  replaceNow(path: string, content: string): void;
  /** Gives a file a second name; where a file system has no such names, copies it. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes a folder, which must be empty. */
  removeFolder(path: string): Promise<void>;
  /** Removes a folder with all that is in it. */
  removeTree(path: string): Promise<void>;
  /** Gives a folder the permissions of another, where a file system has them. */
  alike(from: string, to: string): Promise<void>;
  /** Says that a file is still in use. */
  touch(path: string): Promise<void>;
  /** Has the names in a folder on the disk, where a file system can. */
  settle(path: string): Promise<void>;
}

/**
 * Makes a folder, with those above it. Not the engine's way of making all at once, which does not return where a folder cannot be made and the
 * system says that it has no parent, as under /proc.
 */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await mkdir(path).catch(async (again: unknown) => {
      if (codeOf(again) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw again;
    });
  }
}

/** The same before it returns. */
function makeFoldersNow(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFoldersNow(dirname(path));
    mkdirSync(path);
  }
}

/** The machine's own file system. */
export const FILES: Files = {
  makeFolders,
  makeFolder: (path) => mkdir(path),
  async write(path, content) {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  read: (path) => readFile(path),
  async look(path) {
    try {
      const found = await lstat(path, { bigint: true });
      return {
        kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other',
        size: Number(found.size),
        touched: Number(found.mtimeMs),
        identity: `${found.dev}:${found.ino}`,
      };
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  list: (path) => readdir(path),
  rename: (from, to) => rename(from, to),
  replaceNow(path, content) {
    const part = `${path}.${process.pid}-now.part`;
    makeFoldersNow(dirname(path));
    writeFileSync(part, content);
    renameSync(part, path);
  },
  async link(from, to) {
    try {
      await link(from, to);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
      await FILES.write(to, await readFile(from));
    }
  },
  remove: (path) => unlink(path),
  removeFolder: (path) => rmdir(path),
  removeTree: (path) => rm(path, { recursive: true, force: true }),
  async alike(from, to) {
    await chmod(to, (await stat(from)).mode & 0o7777).catch(() => undefined);
  },
  async touch(path) {
    // Written, so that the time is by the clock of the file system.
    const file = await open(path, 'r+');
    await file.write('.', 0).finally(() => file.close());
  },
  async settle(path) {
    // Not every system opens a folder; the names are then on the disk when the system sees fit.
    const folder = await open(path, 'r').catch(() => undefined);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  },
};

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** ENOSPC and the like; undefined for an error of another kind. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file is larger than is allowed',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  ENOTDIR: 'a file stands where a folder should be',
  EISDIR: 'a folder stands where a file should be',
  EEXIST: 'something stands there already',
  ENOENT: 'there is no such place',
  ENOTEMPTY: 'the folder is not empty',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links go round in a circle',
  EIO: 'the device failed',
};

/** Why a file system refused, on one line: `no space is left on the device (ENOSPC)`. */
export function causeOf(error: unknown): string {
  const code = codeOf(error);
  if (code && WORDS[code]) return `${WORDS[code]} (${code})`;
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
