import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunFolder } from '#studies/run-folder/run-folder';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'weak-limit-run-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

describe('a run folder', () => {
  it('appears whole, and takes the place of the one before', async () => {
    for (const text of ['first', 'second']) {
      const folder = await openRunFolder(join(out, 'deep'), 'run');
      await folder.write('plots/a.svg', text);
      await folder.publish();
      await folder.discard();
      expect(readFileSync(join(folder.path, 'plots/a.svg'), 'utf8')).toBe(text);
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

  it('refuses a place where nothing can be written', async () => {
    writeFileSync(join(out, 'file'), '');
    const opening = openRunFolder(join(out, 'file'), 'run');
    await expect(opening).rejects.toThrow(SdeError);
    await expect(opening).rejects.toMatchObject({ code: 'file', details: { where: '--out' } });
    expect(existsSync(join(out, 'run'))).toBe(false);
  });
});
