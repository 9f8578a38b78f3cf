import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from './files.js';

/** The file that lists what the program wrote into a folder. */
export const MANIFEST = 'manifest.json';

const FORMAT = 'weak-limit/manifest';
const VERSION = 1;
/** A list of more bytes is none of ours. */
const LARGEST = 1 << 24;

/** Files by name, with the SHA-256 of their bytes. */
export type Written = ReadonlyMap<string, string>;

/** The list as a file: names in order, so that the same files give the same bytes. */
export function manifestText(written: Written): string {
  const files = Object.fromEntries([...written].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, sha256: files }, null, 1)}\n`;
}

/** What a folder's list says; nothing where there is none, or one that is not as the program writes it: then every file counts as the user's. */
export async function readManifest(files: Files, folder: string): Promise<Written> {
  const path = join(folder, MANIFEST);
  const entry = await files.look(path);
  if (entry?.kind !== 'file' || entry.size > LARGEST) return new Map();
  const text = (await files.read(path)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
    const { format, version, sha256, ...rest } = value as Record<string, unknown>;
    if (format !== FORMAT || version !== VERSION || Object.keys(rest).length > 0) return new Map();
    if (typeof sha256 !== 'object' || sha256 === null || Array.isArray(sha256)) return new Map();
    const entries = Object.entries(sha256);
    const valid = entries.every(([, hash]) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash));
    return valid ? new Map(entries) : new Map();
  } catch {
    return new Map();
  }
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
