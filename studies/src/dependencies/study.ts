import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SdeError } from 'sde-core';
import * as z from 'zod';
import { type Study, study } from '../command-line/study.js';
import { list, text } from '../files/fields.js';
import { parseChecked } from '../files/read-checked.js';
import { datesOf, dependencyPage, type ReleaseDates, runtimeDependencies } from './dependency-page.js';
import { installedTree } from './installed-tree.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const words = z.record(z.string().max(256), z.string().max(64));
const schema = z.strictObject({ time: words, 'dist-tags': words });

/** Dates of a package's versions, from the registry by npm. */
async function asked(name: string, version: string, signal: AbortSignal): Promise<ReleaseDates> {
  const fields = ['view', name, 'time', 'dist-tags', '--json'];
  const { stdout } = await promisify(execFile)('npm', fields, { maxBuffer: 2 ** 24, signal }).catch(
    (cause: unknown) => {
      if (signal.aborted) throw cause;
      throw new SdeError(
        'file',
        {
          what: 'the registry does not say when a package was released',
          where: `npm ${fields.join(' ')}`,
          expected: 'its dates',
          got: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
          remedy: 'look whether npm reaches its registry, or take --quick, which does not ask',
        },
        { cause },
      );
    },
  );
  const { time, 'dist-tags': tags } = parseChecked(stdout, schema, `npm ${fields.join(' ')}`);
  const on = (one: string): string => (time[one] ?? '?').slice(0, 10);
  return { version, released: on(version), latest: `${on(tags.latest)} (${tags.latest})` };
}

/** The page of the docs on what is required at run time. */
export const dependenciesStudy: Study<object, string[]> = study({
  name: 'dependencies',
  about:
    'Prints docs/dependencies.md: what is required at run time, its size, license and last release, by the registry.',
  common: {
    key: { never: 'nothing in it is random' },
    out: { about: "where the run's own folder is made", otherwise: 'out' },
    json: 'taken',
    threads: { never: 'it computes nothing' },
    quick: { about: 'the registry is not asked, and dates are those of docs/dependencies.md' },
    fresh: { never: 'it keeps nothing on the way' },
    repeat: 'taken',
  },
  options: {},
  version: 1,
  settings: () => ({}),
  settingsSchema: z.strictObject({}),
  resultSchema: list(text, 1, 4096),
  async compute({ quick }, { signal, progress }) {
    const known = quick ? datesOf(readFileSync(join(root, 'docs/dependencies.md'), 'utf8')) : undefined;
    const dates = new Map<string, ReleaseDates>(known);
    const all = known ? [] : runtimeDependencies(root);
    for (const [i, { of, name, wanted }] of all.entries()) {
      signal.throwIfAborted();
      const version = installedTree(join(root, of), name)?.manifest.version ?? wanted;
      if (!dates.has(name)) dates.set(name, await asked(name, version, signal));
      progress({ done: i + 1, of: all.length, words: name });
    }
    return dependencyPage(root, dates);
  },
  result: (page) => page.split('\n'),
  show: (page) => page,
});
