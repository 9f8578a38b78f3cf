import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checked } from '#studies/files/read-checked';
import { DEFAULTS, QUICK } from '#studies/main-job/options';
import { optionsSchema, work } from '#studies/main-job/options-schema';
import { readResult, resultText } from '#studies/main-job/result-file';
import { madeUpResult } from '../made-up-result.js';

const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-files-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const text = resultText(madeUpResult());
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
};

describe('readChecked', () => {
  it('gives the text, and the data in it with the numbers that JSON cannot write', async () => {
    const read = await readResult(file('good.json', text));
    expect(read.text).toBe(text);
    expect(read.data.noises[0].study.orders.flow.localSlopes[2]).toBeNaN();
    expect(read.data.options).toEqual(DEFAULTS);
  });

  it.each([
    ['a file that is not there', () => join(scratch, 'nowhere.json'), 'the result cannot be read'],
    ['a folder', () => scratch, 'not a regular file'],
    ['a device without end', () => '/dev/zero', 'not a regular file'],
    ['bytes that are no text', () => file('binary.json', Uint8Array.of(0xff, 0xfe, 0, 1)), 'the file is no text'],
    ['a text in UTF-16', () => file('utf16.json', Buffer.from(`\uFEFF${text}`, 'utf16le')), 'the file is no text'],
    ['a file that is too large', () => file('large.json', `${' '.repeat(2 ** 26)}{}`), 'the file is too large'],
  ])('refuses %s', async (_, path, what) => {
    await expect(readResult(path())).rejects.toMatchObject({ name: 'SdeError', code: 'file', details: { what } });
  });

  it('does not wait for the other end of a pipe', async (context) => {
    const path = join(scratch, 'pipe');
    try {
      execFileSync('mkfifo', [path]);
    } catch {
      return context.skip('no mkfifo here');
    }
    await expect(readResult(path)).rejects.toMatchObject({ details: { what: 'not a regular file' } });
  });

  it('names the field, what it should be and what it is', async () => {
    mkdirSync(join(scratch, 'run'));
    const path = file('run/result.json', text.replace('"survival": 0.8,\n  "keep"', '"survival": 1.8,\n  "keep"'));
    await expect(readResult(path)).rejects.toMatchObject({
      code: 'data',
      details: { where: 'result.json: options.survival', expected: 'a number ≤ 1', got: '1.8' },
    });
    const older = file('older.json', text.replace('"version": 1', '"version": 9'));
    await expect(readResult(older)).rejects.toMatchObject({
      details: { where: 'older.json: version', expected: '1', got: '9' },
    });
  });
});

describe('the options of a job', () => {
  const refusal = (change: object): unknown => {
    try {
      return checked({ ...DEFAULTS, ...change }, optionsSchema, 'options');
    } catch (error) {
      return (error as { readonly details: unknown }).details;
    }
  };

  it('may be the default ones, the quick ones, and a hundred times the work', () => {
    expect(refusal({})).toEqual(DEFAULTS);
    expect(refusal(QUICK)).toEqual(QUICK);
    expect(refusal({ epochs: 300, draws: 4000, refinements: [1, 2, 4, 8, 16] })).toMatchObject({ draws: 4000 });
    expect(work({ ...DEFAULTS, noises: [...DEFAULTS.noises] } as never)).toBeGreaterThan(100 * work(QUICK as never));
  });

  it.each([
    [{ draws: 1e12 }, 'draws'],
    [{ epochs: 1e9 }, 'epochs'],
    [{ depth: 1e6 }, 'depth'],
    [{ components: 65 }, 'components'],
    [{ images: 361 }, 'images'],
    [{ refinements: [1, 2, 2] }, 'refinements'],
    [{ refinements: [1, 2, 1e9] }, 'refinements[2]'],
    [{ threeWays: { ...DEFAULTS.threeWays, points: 1e6 } }, 'threeWays.points'],
    [{ threeWays: { ...DEFAULTS.threeWays, points: 100 } }, 'threeWays.points'],
    [{ noises: ['stochastic-depth', 'stochastic-depth'] }, 'noises'],
    [{ key: 'k'.repeat(257) }, 'key'],
    [{ rate: 1 }, 'rate'],
    [{ keep: 0 }, 'keep'],
  ])('%o is refused', (change, place) => {
    expect(refusal(change)).toMatchObject({ where: `options: ${place}` });
  });

  it('are refused together, where each is in range and the work is not', () => {
    expect(refusal({ epochs: 50_000, draws: 100_000 })).toMatchObject({
      where: 'options',
      expected: 'at most 1000 times the work of the job without options',
      got: expect.stringMatching(/^about [\d.e+]+ times$/),
    });
  });
});
