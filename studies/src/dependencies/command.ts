#!/usr/bin/env node
// Prints docs/dependencies.md with dates from the registry: node studies/dist/dependencies/command.js
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { parseChecked } from '../files/read-checked.js';
import { dependencyPage, type ReleaseDates, runtimeDependencies } from './dependency-page.js';
import { installedTree } from './installed-tree.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const words = z.record(z.string().max(256), z.string().max(64));
const schema = z.strictObject({ time: words, 'dist-tags': words });

/** Dates of a package's versions, from the registry by npm. */
async function datesOf(name: string, version: string): Promise<ReleaseDates> {
  const fields = ['view', name, 'time', 'dist-tags', '--json'];
  const { stdout } = await promisify(execFile)('npm', fields, { maxBuffer: 2 ** 24 });
  const { time, 'dist-tags': tags } = parseChecked(stdout, schema, `npm ${fields.join(' ')}`);
  const on = (one: string): string => (time[one] ?? '?').slice(0, 10);
  return { version, released: on(version), latest: `${on(tags.latest)} (${tags.latest})` };
}

async function main(): Promise<void> {
  const dates = new Map<string, ReleaseDates>();
  for (const { of, name, wanted } of runtimeDependencies(root)) {
    const version = installedTree(join(root, of), name)?.manifest.version ?? wanted;
    if (!dates.has(name)) dates.set(name, await datesOf(name, version));
  }
  process.stdout.write(dependencyPage(root, dates));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
