import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchRow } from '#bench/bench-run';
import { agree } from '#bench/benchmark';
import { ROOT } from '../architecture/source-file.js';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-bench-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const compiler = process.env.CXX ?? 'g++';
const compiles = spawnSync(compiler, ['--version']).status === 0;

async function quick(out: string, environment: NodeJS.ProcessEnv = {}) {
  const command = [join(ROOT, 'bench/dist/command.js'), '--quick', '--out', join(scratch, out)];
  const { stdout } = await run(process.execPath, command, { env: { ...process.env, ...environment } });
  const { rows } = JSON.parse(readFileSync(join(scratch, out, 'bench.json'), 'utf8')) as { rows: BenchRow[] };
  return { stdout, rows };
}

// Whether it runs, and whether both sides compute the same; no time is looked at.
describe('a quick benchmark', () => {
  it.skipIf(!compiles)('runs beside C++, which computes the same numbers (needs g++)', async () => {
    const { stdout, rows } = await quick('beside');
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter(({ name }) => name.startsWith('sparse LU'))).toHaveLength(4);
    for (const { name, toolkit, limit } of rows) {
      // Eigen is not ours, and named where it is not installed.
      if (name.startsWith('sparse LU') && stdout.includes('skipped: Eigen is not installed (Debian: libeigen3-dev)')) {
        expect(limit, name).toBeUndefined();
        continue;
      }
      expect(limit, name).toBeDefined();
      expect(limit && agree(toolkit, limit), name).toBe(true);
      expect(stdout).toContain(name);
    }
    expect(stdout).toContain('skipped: QuantLib');
  });

  it('says what is absent, and runs without it', async () => {
    const { stdout, rows } = await quick('alone', { CXX: 'no-such-compiler' });
    expect(stdout).toContain('skipped: no-such-compiler is not installed (Debian: g++)');
    for (const { toolkit, limit } of rows) {
      expect(limit).toBeUndefined();
      expect(Number.isFinite(toolkit.value)).toBe(true);
    }
  });
});

describe('toolkit and limit', () => {
  it('agree to rounding, or to their standard errors', () => {
    expect(agree({ value: 1, error: 0 }, { value: 1 + 1e-11, error: 0 })).toBe(true);
    expect(agree({ value: 1, error: 0 }, { value: 1 + 1e-9, error: 0 })).toBe(false);
    expect(agree({ value: 1, error: 0.003 }, { value: 1.02, error: 0.004 })).toBe(true);
    expect(agree({ value: 1, error: 0.003 }, { value: 1.03, error: 0.004 })).toBe(false);
    expect(agree({ value: 1, error: 0 }, { value: Number.NaN, error: 0 })).toBe(false);
  });
});
