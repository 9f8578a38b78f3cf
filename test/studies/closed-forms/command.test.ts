import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../architecture/source-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-closed-forms-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const command = (...args: string[]) =>
  new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    const program = join(ROOT, 'studies/dist/closed-forms/command.js');
    execFile(process.execPath, [program, ...args], { cwd: scratch }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

describe('the command of the closed forms', () => {
  it('shows its options', async () => {
    expect(await command('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--rounds N'), err: '' });
  });

  it('refuses a bad option in one message, before anything is made', async () => {
    const { code, out, err } = await command('--rounds', '0', '--out', 'bad');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/--rounds/);
    expect(err).not.toContain('    at ');
    expect(existsSync(join(scratch, 'bad'))).toBe(false);
  });
});
