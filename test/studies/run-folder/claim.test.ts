import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SdeError } from 'sde-core';
import { afterAll, describe, expect, it } from 'vitest';
import { hiddenName } from '#studies/run-folder/hidden-name';
import { lifeOf, newOwner, ownerOf, ownerText } from '#studies/run-folder/owner';
import { openRunFolder } from '#studies/run-folder/run-folder';
import { ROOT } from '../../architecture/source-file.js';

const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'weak-limit-claims-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const publisher = join(ROOT, 'test/studies/run-folder/publisher.mjs');
const run = promisify(execFile);

describe('many runs of one folder', () => {
  it('from several processes: none is lost once it computes, and readers see one run’s files', async () => {
    const out = join(scratch, 'processes');
    const [processes, times] = [6, 20];
    let going = true;
    let seen = 0;
    const reading = (async () => {
      while (going) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        try {
          const words = ['one', 'two/deep'].map((name) => readFileSync(join(out, 'run', name), 'utf8'));
          // The folder may be exchanged between two reads; then both are whole.
          for (const word of words) expect(word).toMatch(/^p\d \d+$/);
          seen++;
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        }
      }
    })();
    const ends = await Promise.all(
      Array.from({ length: processes }, (_, i) => run(process.execPath, [publisher, out, `p${i}`, `${times}`])),
    );
    going = false;
    await reading;
    const counts = ends.map(({ stdout }) => JSON.parse(stdout) as { published: number });
    expect(counts.reduce((sum, { published }) => sum + published, 0)).toBe(processes * times);
    expect(seen).toBeGreaterThan(0);
    expect(readdirSync(out)).toEqual(['run']);
    expect(new Set(['one', 'two/deep', 'three'].map((name) => readFileSync(join(out, 'run', name), 'utf8'))).size).toBe(
      1,
    );
  });

  it('from one process, 200 at once: each is refused before it computes, or published', async () => {
    const out = join(scratch, 'at-once');
    const ends = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        let folder: Awaited<ReturnType<typeof openRunFolder>>;
        try {
          folder = await openRunFolder(out, 'run');
        } catch (error) {
          expect(error).toBeInstanceOf(SdeError);
          return 'refused';
        }
        await folder.write('one', `${i}`);
        await folder.publish();
        return 'published';
      }),
    );
    expect(ends.filter((end) => end === 'published').length).toBeGreaterThan(0);
    expect(readdirSync(out)).toEqual(['run']);
  });
});

describe('a claim', () => {
  it('of a living process refuses another run, and of one that was killed does not', async () => {
    const out = join(scratch, 'killed');
    const child = spawn(process.execPath, [publisher, out, 'hold', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const opening = openRunFolder(out, 'run');
    await expect(opening).rejects.toMatchObject({ code: 'file', details: { where: '--out' } });
    await expect(opening).rejects.toThrow(new RegExp(`process ${child.pid} is writing`));
    // Another name in the same place is free, and does not clear away what a living run has.
    const other = await openRunFolder(out, 'other');
    await other.discard();
    expect(readdirSync(out).filter((file) => file.startsWith('.run.new-'))).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Whatever is opened next clears away what the killed run left.
    await (await openRunFolder(out, 'other')).discard();
    expect(readdirSync(out)).toEqual([]);
    const folder = await openRunFolder(out, 'run');
    await folder.write('one', 'after');
    await folder.publish();
    expect(readdirSync(out)).toEqual(['run']);
  });

  it('of a process of another machine holds while it speaks, and for 20 minutes more', async () => {
    const out = join(scratch, 'elsewhere');
    mkdirSync(out);
    const claim = join(out, hiddenName('run', 'claim', { ...newOwner(), place: '00000000' }));
    const staged = join(out, hiddenName('run', 'new', ownerOf(claim.slice(claim.indexOf('00000000')))));
    writeFileSync(claim, '');
    mkdirSync(staged);
    await expect(openRunFolder(out, 'run')).rejects.toThrow(/another run is writing/);
    expect(existsSync(staged)).toBe(true);
    const silent = Date.now() / 1000 - 21 * 60;
    utimesSync(claim, silent, silent);
    await (await openRunFolder(out, 'run')).discard();
    expect(readdirSync(out)).toEqual([]);
  });

  it('knows a process from a later one of the same number', () => {
    const own = newOwner();
    expect(ownerOf(ownerText(own))).toEqual(own);
    expect(lifeOf({ ...own, pid: 4_194_303 }, own)).toBe('dead');
    // On Linux the system says when a process started.
    if (existsSync('/proc/self/stat')) {
      expect(lifeOf(own, own)).toBe('alive');
      expect(lifeOf({ ...own, token: 'other' }, { ...own, started: 'x' })).toBe('alive');
      expect(lifeOf({ ...own, started: '1' }, own)).toBe('dead');
    }
    expect(lifeOf({ ...own, place: '00000000' }, own)).toBe('unknown');
  });

  it('that was removed stops its run from publishing', async () => {
    const out = join(scratch, 'removed');
    const folder = await openRunFolder(out, 'run');
    await folder.write('one', 'lost');
    for (const file of readdirSync(out)) if (file.includes('.claim-')) rmSync(join(out, file));
    await expect(folder.publish()).rejects.toThrow(/claim on its folder was removed/);
    await folder.discard();
    expect(readdirSync(out)).toEqual([]);
  });
});
