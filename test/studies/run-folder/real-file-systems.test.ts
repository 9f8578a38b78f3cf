import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { afterAll, describe, expect, it } from 'vitest';
import { openRunFolder } from '#studies/run-folder/run-folder';
import { ROOT } from '../../architecture/source-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-disks-'));
const mounts: string[] = [];
afterAll(() => {
  for (const mount of mounts) execFileSync('umount', [mount]);
  rmSync(scratch, { recursive: true, force: true });
});

/** A file system of 1 MB in memory; undefined where none can be made. */
function smallDisk(name: string): string | undefined {
  const path = join(scratch, name);
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', path]).status !== 0) return undefined;
  mounts.push(path);
  return path;
}

const OLD = { 'result.json': 'old', 'plots/a.svg': 'old plot' };

async function publish(out: string, contents: Readonly<Record<string, string>>): Promise<void> {
  const folder = await openRunFolder(out, 'run');
  try {
    for (const [name, content] of Object.entries(contents)) await folder.write(name, content);
    await folder.publish();
  } finally {
    await folder.discard();
  }
}

/** Refused in a message that names the place and the cause, with what was published before as it was, and nothing beside it. */
async function expectRefused(out: string, contents: Readonly<Record<string, string>>, cause: RegExp): Promise<void> {
  const ending = publish(out, contents);
  await expect(ending).rejects.toThrow(SdeError);
  await expect(ending).rejects.toMatchObject({
    code: 'file',
    details: { where: '--out', got: expect.stringMatching(cause) },
  });
  await expect(ending).rejects.toMatchObject({ details: { got: expect.stringContaining(out) } });
  expect(readdirSync(out)).toEqual(['run']);
  for (const [name, content] of Object.entries(OLD)) expect(readFileSync(join(out, 'run', name), 'utf8')).toBe(content);
}

describe('a file system that refuses', () => {
  it('a full disk, at every page that may be the last', async (context) => {
    const disk = smallDisk('full');
    if (!disk) return context.skip('a file system in memory can be mounted by root alone');
    const out = join(disk, 'out');
    await publish(out, OLD);
    const page = statfsSync(disk).bsize;
    const large = { 'result.json': 'n'.repeat(3 * page), 'plots/b.svg': 'n'.repeat(2 * page), 'report.html': 'new' };
    let [refused, published] = [0, 0];
    for (let pages = 0; pages <= 12 && published === 0; pages++) {
      rmSync(join(disk, 'filler'), { force: true });
      writeFileSync(join(disk, 'filler'), Buffer.alloc((statfsSync(disk).bavail - pages) * page));
      const before = published;
      await publish(out, large).then(
        () => published++,
        () => undefined,
      );
      if (published > before) break;
      await expectRefused(out, large, /no space is left on the device \(ENOSPC\)/);
      refused++;
    }
    expect(refused).toBeGreaterThan(4);
    expect(published).toBe(1);
    expect(readdirSync(join(out, 'run')).sort()).toEqual(['manifest.json', 'plots', 'report.html', 'result.json']);
  });

  it('a mount without write permission', async (context) => {
    const disk = smallDisk('read-only');
    if (!disk) return context.skip('a file system in memory can be mounted by root alone');
    await publish(join(disk, 'out'), OLD);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expectRefused(join(disk, 'out'), { a: 'new' }, /the file system is read-only \(EROFS\)/);
  });

  it('a folder without write permission', async (context) => {
    const out = join(scratch, 'no-permission');
    await publish(out, OLD);
    chmodSync(out, 0o555);
    const root = process.getuid?.() === 0;
    if (root && !process.seteuid)
      return context.skip('root may write anywhere, and this thread cannot be another user');
    chmodSync(scratch, 0o755);
    // Root may write anywhere: another user tries.
    if (root) process.seteuid?.(65_534);
    try {
      await expectRefused(out, { a: 'new' }, /permission is denied \(EACCES\)/);
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it('a file, or a device, where a folder should be', async () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, 'mine');
    for (const out of [file, join(file, 'below'), '/dev/full', '/dev/null/out']) {
      await expect(openRunFolder(out, 'run')).rejects.toMatchObject({
        code: 'file',
        details: {
          got: expect.stringMatching(/^\/\S+: (a file stands where a folder should be|something stands there)/),
        },
      });
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('a limit on the size of files, at a ladder of sizes', async (context) => {
    const out = join(scratch, 'limited');
    const program = join(ROOT, 'test/studies/run-folder/publisher.mjs');
    const word = 'w'.repeat(1500);
    const runs = [1, 2, 3, 4].map((blocks) => {
      // Of 512 bytes each; the files have 1502.
      const script = `ulimit -f ${blocks} && exec "$0" "$@"`;
      return spawnSync('bash', ['-c', script, process.execPath, program, out, word, '1'], { encoding: 'utf8' });
    });
    if (runs[0].error) return context.skip('bash is not installed');
    const [refused, through] = [runs.filter(({ status }) => status === 1), runs.filter(({ status }) => status === 0)];
    expect(refused.length).toBeGreaterThan(0);
    expect(through.length).toBeGreaterThan(0);
    for (const { stderr } of refused)
      expect(stderr).toMatch(/got: +\S+one: the file is larger than is allowed \(EFBIG\)/);
    expect(readdirSync(out)).toEqual(['run']);
    expect(readdirSync(join(out, 'run')).sort()).toEqual(['manifest.json', 'one', 'three', 'two']);
  });

  it('standard output on a full device ends a command in one line', (context) => {
    if (!existsSync('/dev/full')) return context.skip('there is no /dev/full');
    const program = join(ROOT, 'studies/dist/main-job/command.js');
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, '--help'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toBe(
      'What was computed cannot be shown: standard output: no space is left on the device (ENOSPC)\n',
    );
    // Nor does one that cannot say anything crash: here it is refused, and says so to nobody.
    const silent = spawnSync(process.execPath, [program, '--epochs', '0'], { stdio: ['ignore', 'pipe', full] });
    expect(silent.status).toBe(2);
  });

  it.skipIf(!existsSync('/proc/self'))('a place where the system makes no folder', async () => {
    // Where the engine's own way of making folders one in another does not return.
    await expect(openRunFolder('/proc/weak-limit/out', 'run')).rejects.toMatchObject({
      code: 'file',
      details: { where: '--out', got: expect.stringContaining('/proc/weak-limit') },
    });
  });
});
