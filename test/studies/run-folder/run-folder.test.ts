import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#studies/run-folder/manifest';
import { openRunFolder } from '#studies/run-folder/run-folder';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'weak-limit-run-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** Publishes files and returns the names of what was kept under another one. */
async function publish(contents: Readonly<Record<string, string>>, name = 'run'): Promise<readonly string[]> {
  const folder = await openRunFolder(out, name);
  try {
    for (const [file, content] of Object.entries(contents)) await folder.write(file, content);
    return await folder.publish();
  } finally {
    await folder.discard();
  }
}

const at = (...parts: string[]): string => join(out, 'run', ...parts);
const text = (...parts: string[]): string => readFileSync(at(...parts), 'utf8');
const names = (...parts: string[]): string[] => readdirSync(at(...parts)).sort();

describe('a run folder', () => {
  it('appears whole, and takes the place of the one before', async () => {
    for (const content of ['first', 'second']) {
      const folder = await openRunFolder(join(out, 'deep'), 'run');
      await folder.write('plots/a.svg', content);
      await folder.publish();
      await folder.discard();
      expect(readFileSync(join(folder.path, 'plots/a.svg'), 'utf8')).toBe(content);
      expect(readdirSync(join(out, 'deep'))).toEqual(['run']);
    }
  });

  it('leaves nothing when it is discarded, and what stood there before stays', async () => {
    const before = await openRunFolder(out, 'run');
    await before.write('a', 'kept');
    await before.publish();
    const folder = await openRunFolder(out, 'run');
    await folder.write('a', 'half written');
    await folder.discard();
    expect(readdirSync(out)).toEqual(['run']);
    expect(readFileSync(join(out, 'run', 'a'), 'utf8')).toBe('kept');
  });

  it('lists what the program wrote, with hashes', async () => {
    await publish({ 'b/c': '2', a: '1' });
    expect(JSON.parse(text('manifest.json'))).toEqual({
      format: 'weak-limit/manifest',
      version: 1,
      sha256: { a: sha256('1'), 'b/c': sha256('2') },
    });
  });

  it('refuses a place where nothing can be written', async () => {
    writeFileSync(join(out, 'file'), '');
    const opening = openRunFolder(join(out, 'file'), 'run');
    await expect(opening).rejects.toThrow(SdeError);
    await expect(opening).rejects.toMatchObject({ code: 'file', details: { where: '--out' } });
    expect(existsSync(join(out, 'run'))).toBe(false);
  });

  it('refuses a file where the folder should be, and leaves it', async () => {
    writeFileSync(at(), 'a file of the user’s');
    await expect(openRunFolder(out, 'run')).rejects.toThrow(/a file stands where the run’s folder should be/);
    expect(readdirSync(out)).toEqual(['run']);
    expect(text()).toBe('a file of the user’s');
  });
});

describe('the name of a run folder', () => {
  it.each(['', '.', '..', '.hidden', 'a/b', 'x'.repeat(161)])('is not %j', async (name) => {
    await expect(openRunFolder(out, name)).rejects.toThrow(SdeError);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('what the program did not write', () => {
  it('stays: beside its files, in its folders, in folders of the user’s, links and empty folders', async () => {
    await publish({ 'result.json': '1', 'plots/a.svg': 'a', 'gone/b': 'b' });
    writeFileSync(at('notes.md'), 'mine');
    writeFileSync(at('plots', 'mine.svg'), 'mine too');
    writeFileSync(at('gone', 'mine'), 'and this');
    mkdirSync(at('empty', 'folder'), { recursive: true });
    symlinkSync('/nowhere', at('link'));
    for (const folder of ['', 'gone', 'empty/folder']) chmodSync(at(folder), 0o750);
    expect(await publish({ 'result.json': '2', 'plots/a.svg': 'a' })).toEqual([]);
    expect(names()).toEqual(['empty', 'gone', 'link', 'manifest.json', 'notes.md', 'plots', 'result.json']);
    expect([text('notes.md'), text('plots', 'mine.svg'), text('gone', 'mine'), text('result.json')]).toEqual([
      'mine',
      'mine too',
      'and this',
      '2',
    ]);
    expect(names('gone')).toEqual(['mine']);
    expect(names('empty')).toEqual(['folder']);
    expect(readlinkSync(at('link'))).toBe('/nowhere');
    for (const folder of ['', 'gone', 'empty/folder']) expect(statSync(at(folder)).mode & 0o777).toBe(0o750);
  });

  it('stays under another name where the program writes that one: changed files, and names that were taken', async () => {
    await publish({ 'report.html': 'as written', 'same.svg': 'the same' });
    writeFileSync(at('report.html'), 'with my remarks');
    mkdirSync(at('plots'));
    writeFileSync(at('plots', 'a.svg'), 'mine');
    writeFileSync(at('data'), 'a file, where a folder is to be');
    const next = { 'report.html': 'new', 'same.svg': 'the same', 'plots/a.svg': 'new', 'data/x': 'new' };
    expect([...(await publish(next))].sort()).toEqual(['data.kept', 'plots/a.svg.kept', 'report.html.kept']);
    expect(text('report.html.kept')).toBe('with my remarks');
    expect(text('plots', 'a.svg.kept')).toBe('mine');
    expect(text('data.kept')).toBe('a file, where a folder is to be');
    // Kept once: it is now a file of the user's like any other.
    expect(await publish(next)).toEqual([]);
    writeFileSync(at('report.html'), 'with other remarks');
    expect(await publish(next)).toEqual(['report.html.kept-2']);
    expect([text('report.html'), text('report.html.kept')]).toEqual(['new', 'with my remarks']);
  });

  it('is everything in a folder without a list of the program’s, or with one that was changed', async () => {
    for (const manifest of [undefined, '{', '[]', 'null', '{"format":"weak-limit/manifest","version":2,"sha256":{}}']) {
      rmSync(at(), { recursive: true, force: true });
      await publish({ a: 'old', b: 'old', c: 'the same' });
      if (manifest === undefined) rmSync(at('manifest.json'));
      else writeFileSync(at('manifest.json'), manifest);
      const kept = await publish({ a: 'new', c: 'the same' });
      const list = manifest === undefined ? [] : ['manifest.json.kept'];
      expect([...kept].sort()).toEqual(['a.kept', ...list]);
      expect(names()).toEqual(['a', 'a.kept', 'b', 'c', 'manifest.json', ...list]);
    }
  });

  it('is a folder that a link names, which stays where it is', async () => {
    const elsewhere = join(out, 'elsewhere');
    mkdirSync(join(elsewhere, 'target'), { recursive: true });
    writeFileSync(join(elsewhere, 'target', 'notes'), 'mine');
    symlinkSync(join(elsewhere, 'target'), at());
    await publish({ a: '1' });
    expect(readlinkSync(at())).toBe(join(elsewhere, 'target'));
    expect(names()).toEqual(['a', 'manifest.json', 'notes']);
    expect(readdirSync(elsewhere)).toEqual(['target']);
  });

  it('is every hidden name of another make', async () => {
    const others = ['.run.new-1', '.run.old-x', '.run-Ab12Cd', '.run.checkpoint-zz', '.run.claim-'];
    for (const name of others) mkdirSync(join(out, name));
    await publish({ a: '1' });
    expect(readdirSync(out).sort()).toEqual([...others, 'run'].sort());
  });
});
