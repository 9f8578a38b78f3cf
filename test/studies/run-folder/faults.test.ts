import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { afterAll, describe, expect, it } from 'vitest';
import { FILES, type Files } from '#studies/run-folder/files';
import { openRunFolder } from '#studies/run-folder/run-folder';
import { faultyFiles } from './faulty-files.js';

// In memory where there is such a place: every write is waited for until it is on the disk.
const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'weak-limit-faults-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What a run writes: the new one has other files, and one in the place of a folder. */
const OLD = { 'result.json': 'old result', 'plots/a.svg': 'old plot', 'networks/x.json': 'old network' };
const NEW = { 'result.json': 'the new result', 'plots/b.svg': 'new plot', 'report.html': 'new report' };
/** What the user put there: beside, in a folder of the program's, in one of their own, and empty. */
const USERS = { 'notes.md': 'mine', 'plots/mine.svg': 'my plot', 'thoughts/deep/one.txt': 'my thought' };

async function publish(out: string, contents: Readonly<Record<string, string>>, files?: Files): Promise<void> {
  const folder = await openRunFolder(out, 'run', files);
  try {
    for (const [name, content] of Object.entries(contents)) await folder.write(name, content);
    await folder.publish();
  } finally {
    await folder.discard();
  }
}

function contentsOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) found[path.slice(folder.length + 1)] = readFileSync(path, 'utf8');
  }
  return found;
}

/** The published folder is the old one or the new one, and the user's files are in it; returns which. */
function oneOf(folder: string): 'old' | 'new' {
  const { 'manifest.json': manifest, ...found } = contentsOf(folder);
  expect(manifest).toContain('weak-limit/manifest');
  const which = found['result.json'] === OLD['result.json'] ? 'old' : 'new';
  expect(found).toEqual({ ...(which === 'old' ? OLD : NEW), ...USERS });
  return which;
}

/** A published folder with the user's files, ready to be copied. */
const template = join(scratch, 'template');
async function prepared(): Promise<string> {
  if (!existsSync(template)) {
    await publish(template, OLD);
    for (const [name, content] of Object.entries(USERS)) {
      mkdirSync(join(template, 'run', name, '..'), { recursive: true });
      writeFileSync(join(template, 'run', name), content);
    }
  }
  const out = mkdtempSync(join(scratch, 'out-'));
  cpSync(template, out, { recursive: true });
  return out;
}

/** The steps of a run to which nothing happens. */
async function stepsOf(contents: Readonly<Record<string, string>>): Promise<number> {
  const files = faultyFiles({ at: Number.POSITIVE_INFINITY, killed: false });
  await publish(await prepared(), contents, files);
  return files.steps.length;
}

describe('a run that fails or is killed at any step', () => {
  it.each([
    ['a step fails', false],
    ['the process is killed', true],
  ])('where %s: the folder is the old or the new one, whole, with the user’s files', async (_, killed) => {
    const steps = await stepsOf(NEW);
    expect(steps).toBeGreaterThan(60);
    const seen = { old: 0, new: 0, between: 0 };
    for (let at = 0; at < steps; at++) {
      const out = await prepared();
      const files = faultyFiles({ at, killed, bytes: at % 7, code: at % 2 ? 'ENOSPC' : 'EIO' });
      const ended = await publish(out, NEW, files).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (ended !== undefined) expect(ended).toBeInstanceOf(SdeError);
      const step = files.steps[at];
      if (existsSync(join(out, 'run'))) {
        const which = oneOf(join(out, 'run'));
        seen[which]++;
        // A run that says nothing has published.
        if (ended === undefined) expect({ step, which }).toEqual({ step, which: 'new' });
      } else {
        // Between the two renames, and there alone, a kill leaves no folder until the next run opens.
        expect({ killed, step: step.verb }).toEqual({ killed: true, step: 'rename' });
        seen.between++;
      }
      // The process of the claims that are left is this one, which lives: their owner is made one that is not.
      for (const file of readdirSync(out)) {
        if (!file.startsWith('.')) continue;
        const [start, place] = [file.slice(0, file.lastIndexOf('-')), file.slice(file.lastIndexOf('-'))];
        cpSync(join(out, file), join(out, `${start.replace(/-\d+-(\d+|x)$/, '-4194303-1')}${place}`), {
          recursive: true,
        });
        rmSync(join(out, file), { recursive: true });
      }
      const next = await openRunFolder(out, 'run', FILES);
      await next.discard();
      oneOf(join(out, 'run'));
      expect({ step, left: readdirSync(out) }).toEqual({ step, left: ['run'] });
      rmSync(out, { recursive: true });
    }
    expect(seen.old).toBeGreaterThan(30);
    expect(seen.new).toBeGreaterThan(10);
    expect(seen.between).toBe(killed ? 1 : 0);
  });

  it('where a write fails at any byte: what stood there stands, and nothing else', async () => {
    const bytes = Object.values(NEW).reduce((sum, content) => sum + content.length, 0);
    let failed = 0;
    for (let limit = 0; limit <= bytes; limit++) {
      const out = await prepared();
      const before = contentsOf(out);
      // A disk with room for so many bytes of the run's files.
      let left = limit;
      const files: Files = {
        ...FILES,
        async write(path, content) {
          const fits = Buffer.byteLength(content) <= left || path.includes('.claim-');
          if (!path.includes('.claim-')) left -= Buffer.byteLength(content);
          if (fits) return FILES.write(path, content);
          writeFileSync(path, Buffer.from(content).subarray(0, left + Buffer.byteLength(content)));
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        },
      };
      // The list of files comes on top of the files.
      const ending = publish(out, NEW, files);
      await expect(ending).rejects.toThrow(SdeError);
      await expect(ending).rejects.toThrow(/run\S*: no space is left on the device \(ENOSPC\)/);
      failed++;
      expect(contentsOf(out)).toEqual(before);
      rmSync(out, { recursive: true });
    }
    expect(failed).toBe(bytes + 1);
  });
});
