import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoints } from '#studies/run-folder/checkpoints';
import { exactJson } from '#studies/run-folder/exact-json';
import { FILES, type Files } from '#studies/run-folder/files';
import { sha256 } from '#studies/run-folder/manifest';
import { openRunFolder } from '#studies/run-folder/run-folder';
import { fields, float64, number } from '#studies/run-folder/shape';

let out: string;
let said: string[];
beforeEach(() => {
  out = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'weak-limit-checkpoints-'));
  said = [];
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const shape = fields({ value: number, list: float64 });
const value = { value: -0, list: Float64Array.of(1 / 3, Number.NaN) };

/** Opens a run, lets it use its checkpoints, and ends it without publishing, as one that is stopped. */
async function stopped<T>(
  use: (checkpoints: Checkpoints) => Promise<T>,
  how: { readonly identity?: unknown; readonly fresh?: boolean; readonly files?: Files } = {},
): Promise<T> {
  const { identity = { options: 1 }, fresh = false, files = FILES } = how;
  const folder = await openRunFolder(out, 'run', files);
  try {
    return await use(await folder.checkpoints(identity, { fresh, say: (words) => said.push(words) }));
  } finally {
    await folder.discard();
  }
}

/** Asks for the part, and says whether it was computed. */
const ask =
  (name = 'part') =>
  async (checkpoints: Checkpoints) => {
    let computed = false;
    const found = await checkpoints.part(name, shape, () => {
      computed = true;
      return value;
    });
    expect(found).toStrictEqual(value);
    return computed;
  };

const folderOf = (): string => join(out, readdirSync(out).find((file) => file.startsWith('.run.checkpoint-')) ?? '');
const fileOf = (): string => join(folderOf(), readdirSync(folderOf())[0]);

describe('checkpoints', () => {
  it('are gone on from by the same run, and said', async () => {
    expect(await stopped(ask())).toBe(true);
    expect(said).toEqual([]);
    expect(await stopped(ask())).toBe(false);
    expect(said).toEqual([
      expect.stringMatching(/^Going on from checkpoints in .+: --fresh computes everything again/),
    ]);
  });

  it('are not those of other options, of another name, or of a run that asks for none', async () => {
    await stopped(ask());
    expect(await stopped(ask(), { identity: { options: 2 } })).toBe(true);
    expect(await stopped(ask('other'))).toBe(true);
    expect(await stopped(ask('part'))).toBe(false);
    expect(await stopped(ask(), { fresh: true })).toBe(true);
  });

  it('keep a state of a part, not every one of many', async () => {
    await stopped(async (checkpoints) => {
      for (let i = 0; i < 3; i++) checkpoints.keep('state', { ...value, value: i });
      checkpoints.keep('other', value);
    });
    const resume = (name: string) => stopped((checkpoints) => checkpoints.goOn(name, shape, (found) => found));
    const latest = await resume('state');
    expect(latest).toStrictEqual({ ...value, value: 0 });
    expect(await resume('none')).toBeUndefined();
  });

  it('that a computation refuses to resume with are left, and said', async () => {
    await stopped(async (checkpoints) => checkpoints.keep('state', value));
    const refusing = (where: string) =>
      stopped((checkpoints) =>
        checkpoints.goOn('state', shape, (resume) => {
          const details = { what: 'of another search', where, expected: '', got: 'this', remedy: '' };
          if (resume) throw new SdeError('value', details);
          return 'from the start';
        }),
      );
    await expect(refusing('fit(…), key')).rejects.toThrow(SdeError);
    said = [];
    expect(await refusing('fit(…), resume')).toBe('from the start');
    expect(said.at(-1)).toMatch(/A checkpoint is not used.+of another search: this$/);
  });

  it('go when the run is published, of other versions as well, and nothing that is not theirs', async () => {
    await stopped(ask(), { identity: 'before' });
    writeFileSync(join(folderOf(), 'mine.txt'), 'mine');
    const folder = await openRunFolder(out, 'run');
    await ask()(await folder.checkpoints('now', { fresh: false, say: () => {} }));
    await folder.publish();
    const [left, ...others] = readdirSync(out);
    expect(others).toEqual(['run']);
    expect(readdirSync(join(out, left))).toEqual(['mine.txt']);
  });

  it('that are damaged anywhere are computed again, and said', async () => {
    await stopped(ask());
    const whole = readFileSync(fileOf());
    let refused = 0;
    // Steps that share no factor with what a line is made of.
    for (let i = 0; i < whole.length; i += 13) {
      for (const damaged of [
        Buffer.from(whole).fill(whole[i] ^ 1, i, i + 1),
        whole.subarray(0, i),
        Buffer.concat([whole.subarray(0, i), Buffer.from([whole[i]]), whole.subarray(i)]),
      ]) {
        if (damaged.equals(whole)) continue;
        said = [];
        writeFileSync(fileOf(), damaged);
        expect(await stopped(ask())).toBe(true);
        expect(said[0]).toMatch(/^A checkpoint is not used, and its part computed again: .+\.checkpoint: ./);
        expect(said[0]).not.toContain('\n');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(whole.length / 6);
  });

  it.each<readonly [string, (text: string, line: Record<string, unknown>) => string]>([
    ['of another shape', () => exactJson({ value: 1 })],
    ['with a field more', () => exactJson({ ...value, more: 1 })],
    ['with other kinds of numbers', () => exactJson({ ...value, list: [1] })],
    ['that are no JSON', () => 'alert(1)'],
    ['with a prototype', () => '{"__proto__":{"value":1}}'],
    ['of another version', (text, line) => Object.assign(line, { version: 2 }) && text],
    ['of another run', (text, line) => Object.assign(line, { identity: 'x' }) && text],
    ['with more in the first line', (text, line) => Object.assign(line, { more: 1 }) && text],
    ['of another part', (text, line) => Object.assign(line, { part: '../../x' }) && text],
  ])('%s are computed again, though their hash is right', async (_, edit) => {
    await stopped(ask());
    const [head, text] = readFileSync(fileOf(), 'utf8').split('\n');
    const line = JSON.parse(head);
    const edited = edit(text, line);
    writeFileSync(fileOf(), `${JSON.stringify({ ...line, sha256: sha256(edited) })}\n${edited}\n`);
    expect(await stopped(ask())).toBe(true);
    expect(said.some((words) => words.startsWith('A checkpoint is not used'))).toBe(true);
    said = [];
    expect(await stopped(ask())).toBe(false);
  });

  it('under another part’s name, or that are no files, are computed again', async () => {
    await stopped(ask());
    const file = fileOf();
    renameSync(file, file.replace('part-', 'trap-'));
    mkdirSync(file);
    expect(await stopped(ask('else'))).toBe(true);
    expect(said.filter((words) => words.startsWith('A checkpoint is not used'))).toHaveLength(2);
  });

  it('that cannot be written are said once, and the run goes on', async () => {
    const files: Files = {
      ...FILES,
      write: async (path, content) => {
        if (path.includes('.checkpoint-')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        await FILES.write(path, content);
      },
    };
    await stopped(
      async (checkpoints) => {
        await ask('one')(checkpoints);
        await ask('two')(checkpoints);
      },
      { files },
    );
    expect(said).toEqual([expect.stringMatching(/^Checkpoints cannot be written.+no space is left on the device/)]);
    expect(existsSync(join(out, 'run'))).toBe(false);
  });
});
