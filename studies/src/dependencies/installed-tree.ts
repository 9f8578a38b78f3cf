import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseChecked } from '../files/read-checked.js';

/** What a package's manifest says that matters here; it says more. */
const names = z.record(z.string().max(256), z.string().max(256)).optional();
const schema = z.object({
  name: z.string().max(256),
  version: z.string().max(64),
  license: z.string().max(256).optional(),
  dependencies: names,
  peerDependencies: names,
});

/** A package as it stands in a folder. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(folder: string): Manifest {
  const path = join(folder, 'package.json');
  return parseChecked<Manifest>(readFileSync(path, 'utf8'), schema, path);
}

/** An installed package with everything that it depends on. */
export interface InstalledTree {
  readonly manifest: Manifest;
  /** Of its own files, in bytes. */
  readonly size: number;
  /** Of all packages: each counts once. */
  readonly all: { readonly packages: number; readonly size: number; readonly licenses: readonly string[] };
}

/** Looks up a dependency of the package in `folder`; undefined where it is not installed. */
export function installedTree(folder: string, name: string): InstalledTree | undefined {
  const found = folderOf(folder, name);
  if (found === undefined) return undefined;
  const folders = new Set<string>();
  collect(found, folders);
  const manifests = [...folders].map(manifestOf);
  const licenses = new Set(manifests.map(({ license }) => license ?? 'not stated'));
  const size = [...folders].reduce((sum, one) => sum + bytesIn(one), 0);
  return {
    manifest: manifestOf(found),
    size: bytesIn(found),
    all: { packages: folders.size, size, licenses: [...licenses].sort() },
  };
}

function collect(folder: string, seen: Set<string>): void {
  if (seen.has(folder)) return;
  seen.add(folder);
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const next = folderOf(folder, name);
    if (next !== undefined) collect(next, seen);
  }
}

/** As Node finds it: in the node_modules of a folder above. */
function folderOf(from: string, name: string): string | undefined {
  const parts = from.split('/');
  for (let i = parts.length; i > 0; i--) {
    const folder = join('/', ...parts.slice(0, i), 'node_modules', name);
    if (statSync(join(folder, 'package.json'), { throwIfNoEntry: false })) return realpathSync(folder);
  }
  return undefined;
}

function bytesIn(folder: string): number {
  let sum = 0;
  for (const name of readdirSync(folder)) {
    if (name === 'node_modules') continue;
    const path = join(folder, name);
    const stat = lstatSync(path);
    sum += stat.isDirectory() ? bytesIn(path) : stat.size;
  }
  return sum;
}
