import { dirname, join } from 'node:path';
import type { Files } from './files.js';
import { MANIFEST, readManifest, sha256, type Written } from './manifest.js';

/** A file of the user's, or a folder with nothing in it, by its name in the run's folder. */
interface Foreign {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What a folder holds: files of the program's own that are as it wrote them, and everything else. */
interface Sorted {
  readonly ours: readonly string[];
  readonly foreign: readonly Foreign[];
  /** From the innermost out. */
  readonly folders: readonly string[];
}

/**
 * Sees to it that whatever the program did not write into `from` stands in `to` as well: under its own name, or with `.kept` after it where the
 * program has written that name. Done twice, it is as if done once. Returns those other names.
 */
export async function keepForeign(files: Files, from: string, to: string): Promise<string[]> {
  const { foreign, folders } = await sorted(files, from, await readManifest(files, from));
  const kept: string[] = [];
  // Those whose names are free first: what was kept under another name before stays under it.
  const taken = new Map<Foreign, boolean>();
  for (const one of foreign) taken.set(one, (await files.look(join(to, one.name))) !== undefined);
  for (const one of [...foreign].sort((a, b) => Number(taken.get(a)) - Number(taken.get(b)))) {
    const name = await keepOne(files, from, to, one);
    if (name !== one.name) kept.push(name);
  }
  for (const folder of ['', ...folders]) {
    if ((await files.look(join(to, folder)))?.kind === 'folder')
      await files.alike(join(from, folder), join(to, folder));
  }
  return kept;
}

/**
 * Removes a folder of which everything that is not the program's own stands elsewhere: what came into it meanwhile is brought there too, and what
 * can still not be removed is left.
 */
export async function retire(files: Files, old: string, published: string): Promise<void> {
  const { ours, foreign, folders } = await sorted(files, old, await readManifest(files, old));
  for (const one of foreign) {
    await keepOne(files, old, published, one);
    if (one.kind === 'file') await files.remove(join(old, one.name));
  }
  for (const name of ours) if (name !== MANIFEST) await files.remove(join(old, name));
  for (const name of folders) await files.removeFolder(join(old, name));
  // Last, so that a removal that was cut short can be gone on with.
  if (ours.includes(MANIFEST)) await files.remove(join(old, MANIFEST));
  await files.removeFolder(old);
}

async function sorted(files: Files, root: string, written: Written): Promise<Sorted> {
  const ours: string[] = [];
  const foreign: Foreign[] = [];
  const folders: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const file of [...(await files.list(join(root, folder)))].sort()) {
      const name = folder ? `${folder}/${file}` : file;
      const entry = await files.look(join(root, name));
      if (!entry) continue;
      if (entry.kind === 'folder') {
        await visit(name);
        folders.push(name);
        if ((await files.list(join(root, name))).length === 0) foreign.push({ name, kind: 'folder' });
        continue;
      }
      const hash = written.get(name);
      // A list that could be read is the program's own.
      const own = name === MANIFEST ? written.size > 0 : hash !== undefined && entry.kind === 'file';
      if (own && (name === MANIFEST || hash === sha256(await files.read(join(root, name))))) ours.push(name);
      else foreign.push({ name, kind: 'file' });
    }
  };
  await visit('');
  return { ours, foreign, folders };
}

/** Returns the name under which it stands now, or stood before. */
async function keepOne(files: Files, from: string, to: string, one: Foreign): Promise<string> {
  const at = await placeBelow(files, to, one.name);
  if (one.kind === 'folder') {
    for (const name of candidates(at)) {
      const there = await files.look(join(to, name));
      if (!there) await files.makeFolders(join(to, name));
      if (!there || there.kind === 'folder') return name;
    }
  }
  for (const name of candidates(at)) {
    const there = await files.look(join(to, name));
    if (!there) {
      await files.makeFolders(dirname(join(to, name)));
      await files.link(join(from, one.name), join(to, name));
      return name;
    }
    if (await same(files, join(from, one.name), join(to, name))) return name;
  }
  throw new Error('unreachable: there is always another name');
}

/** The name, in folders that are none of the program's files: a folder of the user's where such a file stands is kept as well. */
async function placeBelow(files: Files, to: string, name: string): Promise<string> {
  const parts = name.split('/');
  let folder = '';
  for (const part of parts.slice(0, -1)) {
    for (const candidate of candidates(folder ? `${folder}/${part}` : part)) {
      folder = candidate;
      const there = await files.look(join(to, candidate));
      if (!there || there.kind === 'folder') break;
    }
  }
  const last = parts[parts.length - 1];
  return folder ? `${folder}/${last}` : last;
}

function* candidates(name: string): Generator<string> {
  yield name;
  yield `${name}.kept`;
  for (let i = 2; ; i++) yield `${name}.kept-${i}`;
}

async function same(files: Files, a: string, b: string): Promise<boolean> {
  const [one, other] = [await files.look(a), await files.look(b)];
  if (!one || !other) return false;
  if (one.identity === other.identity) return true;
  if (one.kind !== 'file' || other.kind !== 'file' || one.size !== other.size) return false;
  return (await files.read(a)).equals(await files.read(b));
}
