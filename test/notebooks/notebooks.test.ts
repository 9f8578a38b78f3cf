import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-file.js';

const script = join(ROOT, 'notebooks/execute.py');
const scratch = join(ROOT, 'notebooks/.examples');
const out = mkdtempSync(join(tmpdir(), 'weak-limit-notebooks-'));

function python(...args: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('python3', [script, ...args], { cwd: ROOT, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

const probe = python('--help');
const absent = probe.status !== 0 || probe.said.includes('skipped:');
const committed = readdirSync(join(ROOT, 'notebooks')).filter((name) => name.endsWith('.ipynb'));

function notebook(name: string, cells: readonly string[]): string {
  const path = join(scratch, `${name}.ipynb`);
  mkdirSync(scratch, { recursive: true });
  const code = cells.map((source) => ({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source }));
  writeFileSync(path, JSON.stringify({ cells: code, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
  return path;
}

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
});

describe.skipIf(absent)('notebooks in tslab (needs jupyter-nbconvert)', () => {
  it.each(committed)('%s runs from top to bottom', { timeout: 240_000 }, (name) => {
    const { status, said } = python(join(ROOT, 'notebooks', name), '--out', out);
    expect(said).toContain('executed');
    expect(status).toBe(0);
  });

  it.each([
    ['an exception', ["throw new RangeError('now');"], 'RangeError: now'],
    [
      'an exception thrown late',
      ["setTimeout(() => { throw new RangeError('late'); }, 50);"],
      'thrown late: RangeError',
    ],
    ['a type error', ["const n: number = 'a';"], "Type 'string' is not assignable to type 'number'"],
  ])('%s makes the run fail and is shown', { timeout: 60_000 }, (name, cells, words) => {
    const { status, said } = python(notebook(name.replaceAll(' ', '-'), cells), '--out', out);
    expect(status).toBe(1);
    expect(said).toContain(words);
  });
});
