import { join } from 'node:path';
import { exactJson } from './exact-json.js';
import { causeOf, type Files } from './files.js';
import { checkpointName, isCheckpointName } from './hidden-name.js';
import { sha256 } from './manifest.js';
import { type Parts, partsOver } from './parts.js';
import { programHash } from './program-hash.js';

const FORMAT = 'weak-limit/checkpoint';
const VERSION = 1;
/** No part is larger; a file that is, is none of ours. */
const LARGEST = 1 << 29;

/** Parts of a run that are done, in files beside its folder. */
export interface Checkpoints extends Parts {
  /** Texts of all parts that are kept and whole, by name. */
  texts(): Promise<ReadonlyMap<string, string>>;
  /** Keeps a part's text. A disk that does not take it is said once, and the run goes on. */
  save(name: string, text: string): Promise<void>;
  refuse(name: string, reason: string): void;
  /** How many parts were kept, before this run and in it. */
  kept(): number;
  /** Where they are. */
  readonly path: string;
  /** Removes them, those of other versions of the program as well: the run is done. */
  clear(): Promise<void>;
}

/** What a run that is stopped leaves, in a sentence. */
export function keptWords(checkpoints: Checkpoints | undefined): string {
  const kept = checkpoints?.kept() ?? 0;
  if (kept === 0) return 'Stopped; nothing was written.';
  return `Stopped; ${kept} ${kept === 1 ? 'part is' : 'parts are'} kept in ${checkpoints?.path}, and the same command goes on from there.`;
}

/** Opens the checkpoints of a run, which are those of the same options, program and version of Node. */
export async function openCheckpoints(
  files: Files,
  parent: string,
  base: string,
  identity: unknown,
  { fresh, say }: { readonly fresh: boolean; say(words: string): void },
): Promise<Checkpoints> {
  const hash = sha256(exactJson({ identity, program: programHash(), node: process.version, arch: process.arch }));
  const path = join(parent, checkpointName(base, hash));
  if (fresh) await empty(files, path);
  const known = new Map<string, string>();
  const refuse = (name: string, reason: string): void => {
    known.delete(name);
    say(`A checkpoint is not used, and its part computed again: ${join(path, fileOf(name))}: ${reason}`);
  };
  for (const file of fresh ? [] : await checkpointFiles(files, path)) {
    try {
      const { part, text } = read(await whole(files, join(path, file)), hash);
      if (fileOf(part) !== file) throw new Error('it is of another part');
      known.set(part, text);
    } catch (error) {
      say(`A checkpoint is not used, and its part computed again: ${join(path, file)}: ${causeOf(error)}`);
    }
  }
  if (known.size > 0) say(`Going on from checkpoints in ${path}: --fresh computes everything again.`);
  let failed = false;
  let number = 0;
  const trouble = (error: unknown): void => {
    if (!failed) say(`Checkpoints cannot be written, and the run goes on without: ${path}: ${causeOf(error)}`);
    failed = true;
  };
  const saveNow = (name: string, text: string): void => {
    try {
      files.replaceNow(join(path, fileOf(name)), written(name, text, hash));
      known.set(name, text);
    } catch (error) {
      trouble(error);
    }
  };
  const save = async (name: string, text: string): Promise<void> => {
    try {
      await files.makeFolders(path);
      const part = join(path, `${fileOf(name)}.${process.pid}-${number++}.part`);
      await files.write(part, written(name, text, hash));
      await files.rename(part, join(path, fileOf(name)));
      known.set(name, text);
    } catch (error) {
      trouble(error);
    }
  };
  const parts = partsOver({ load: async (name) => known.get(name), save, saveNow, refuse });
  return {
    ...parts,
    path,
    save,
    refuse,
    texts: async () => known,
    kept: () => known.size,
    async clear() {
      for (const file of await files.list(parent)) {
        if (isCheckpointName(file, base)) await empty(files, join(parent, file)).catch(() => undefined);
      }
    },
  };
}

/** A readable start and a hash of the whole name: two parts never share a file. */
function fileOf(name: string): string {
  return `${name.replaceAll(/[^\w.+-]+/g, '-').slice(0, 60)}-${sha256(name).slice(0, 12)}.checkpoint`;
}

const OURS = /-[0-9a-f]{12}\.checkpoint(\.\d+-(\d+|now)\.part)?$/;

async function checkpointFiles(files: Files, path: string): Promise<readonly string[]> {
  if ((await files.look(path))?.kind !== 'folder') return [];
  return (await files.list(path)).filter((file) => OURS.test(file) && file.endsWith('.checkpoint')).sort();
}

/** Removes checkpoints, and the folder if nothing else is in it. */
async function empty(files: Files, path: string): Promise<void> {
  if ((await files.look(path))?.kind !== 'folder') return;
  for (const file of await files.list(path)) if (OURS.test(file)) await files.remove(join(path, file));
  await files.removeFolder(path).catch(() => undefined);
}

/** What a file holds: a line on what it is, with the hash of the next, which is the part. */
function written(part: string, text: string, identity: string): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, identity, part, sha256: sha256(text) })}\n${text}\n`;
}

function read(content: string, identity: string): { readonly part: string; readonly text: string } {
  const end = content.indexOf('\n');
  const text = content.slice(end + 1, -1);
  if (end < 0 || !content.endsWith('\n')) throw new Error('it is cut short');
  const head: unknown = JSON.parse(content.slice(0, end));
  if (typeof head !== 'object' || head === null) throw new Error('it is no checkpoint');
  const { format, version, part, sha256: hash, ...rest } = head as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION || typeof part !== 'string') throw new Error('it is no checkpoint');
  if (rest.identity !== identity || Object.keys(rest).length !== 1) throw new Error('it is of another run');
  if (hash !== sha256(text)) throw new Error('it is damaged: its hash is another');
  return { part, text };
}

async function whole(files: Files, path: string): Promise<string> {
  const entry = await files.look(path);
  if (entry?.kind !== 'file' || entry.size > LARGEST) throw new Error('it is no file of ours');
  return (await files.read(path)).toString('utf8');
}
