import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkFromJSON } from 'resnet-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MainResult } from '#studies/main-job/main-result';
import { resultText } from '#studies/main-job/result-file';
import { ROOT } from '../../architecture/source-file.js';
import { madeUpResult } from '../made-up-result.js';

const program = join(ROOT, 'studies/dist/main-job/command.js');
const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-command-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function command(
  args: readonly string[],
  interrupt?: (err: string) => boolean,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: scratch });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    const timer = setInterval(() => {
      if (!interrupt?.(err)) return;
      clearInterval(timer);
      child.kill(signal);
    }, 20);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, out, err });
    });
  });
}

describe('the command', () => {
  it('shows its options', async () => {
    expect(await command(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--survival P'), err: '' });
  });

  it('refuses a bad option in one message, before anything is made', async () => {
    const { code, out, err } = await command(['--survival', '1.2', '--out', 'bad-option']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/--survival[\s\S]+expected: a number in \(0, 1\][\s\S]+got: +'1.2'/);
    expect(err).not.toContain('    at ');
    expect(existsSync(join(scratch, 'bad-option'))).toBe(false);
  });

  it('refuses an output folder that cannot be written, before it trains', async () => {
    writeFileSync(join(scratch, 'a-file'), '');
    const { code, out, err } = await command(['--out', join('a-file', 'below')]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('the output folder cannot be written');
    expect(err).not.toContain('trained');
  });

  it('refuses a result that is not there, and one that is damaged', async () => {
    writeFileSync(join(scratch, 'damaged.json'), '{"kind":"main-result"');
    for (const [file, words] of [
      ['nowhere.json', 'the result cannot be read'],
      ['damaged.json', 'not a result'],
    ]) {
      const { code, err } = await command(['--repeat', file]);
      expect(code).toBe(2);
      expect(err).toContain(words);
    }
  });

  it.each([
    ['a job without end', (text: string) => text.replace('"draws": 48', '"draws": 1000000000000'), 'options.draws'],
    ['another version', (text: string) => text.replace('"version": 1', '"version": 2'), 'version'],
    ['brackets without end', () => '['.repeat(1e6), 'levels of lists'],
  ])('refuses a result with %s in one message', async (_, edit, words) => {
    writeFileSync(join(scratch, 'edited.json'), edit(resultText(madeUpResult())));
    const { code, out, err } = await command(['--repeat', 'edited.json']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toMatch(/^not a result, or a damaged one \(edited\.json/);
    expect(err).not.toContain('    at ');
    expect(err.trim().split('\n')).toHaveLength(4);
  });

  it('refuses by the command line what it would refuse from a file', async () => {
    const { code, err } = await command(['--draws', '1000000000000', '--out', 'too-much']);
    expect(code).toBe(2);
    expect(err).toMatch(/--draws[\s\S]+expected: a whole number from 2 to 1000000/);
    expect(existsSync(join(scratch, 'too-much'))).toBe(false);
  });

  it('ends cleanly when it is interrupted', async () => {
    const out = join(scratch, 'interrupted');
    const { code, err } = await command(['--out', out], () => existsSync(out) && readdirSync(out).length > 0);
    expect(code).toBe(130);
    expect(err).toBe('Stopped; nothing was written.\n');
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('a quick run', { timeout: 120_000 }, () => {
  const args = ['--quick', '--key', '11'];
  let first: Ended;
  let folder: string;
  beforeAll(async () => {
    first = await command([...args, '--out', 'one']);
    folder = join(scratch, 'one', 'quick-key-11');
  }, 120_000);

  it('writes report, plots, weights and result, and nothing else', () => {
    expect(first.err).toContain('trained');
    expect(readdirSync(join(scratch, 'one'))).toEqual(['quick-key-11']);
    expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'networks', 'plots', 'report.html', 'result.json']);
    const names = readdirSync(join(folder, 'plots'));
    expect(names.filter((name) => name.endsWith('.svg')).length).toBeGreaterThan(5);
    expect(names.filter((name) => name.endsWith('.png')).length).toBe(names.length / 2);
    const network = networkFromJSON(readFileSync(join(folder, 'networks/stochastic-depth.json'), 'utf8'));
    expect(network.dimension).toBe(4);
  });

  it('says in its result that it was quick', () => {
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')).quick).toBe(true);
  });

  it('prints tables, and exits by its verdicts', () => {
    const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as MainResult;
    const { orders, remainder } = result.noises[0].study;
    const refuted = [...Object.values(orders), remainder].some(({ verdict }) => verdict === 'refuted');
    expect(first.code).toBe(refuted ? 1 : 0);
    for (const words of ['noise off', 'against the modified SDE', 'h·curvature', 'verdict', 'One number three ways'])
      expect(first.out).toContain(words);
    expect(first.out).not.toMatch(/NaN|undefined/);
  });

  it('gives the same bytes again, by its options and by --repeat, with the device that auto took', async () => {
    const before = readFileSync(join(folder, 'result.json'), 'utf8');
    await command([...args, '--out', 'two']);
    const after = readFileSync(join(scratch, 'two', 'quick-key-11', 'result.json'), 'utf8');
    expect(after === before).toBe(true);
    const again = await command(['--repeat', join(folder, 'result.json')]);
    expect(again.out).toBe('The result is identical, bit for bit.\n');
    expect(again.code).toBe(0);
  });

  it('goes on after kills and signals, to the same bytes', { timeout: 300_000 }, async () => {
    const out = join(scratch, 'killed');
    const run = [...args, '--out', 'killed'];
    const parts = (): string[] =>
      existsSync(out)
        ? readdirSync(out)
            .filter((file) => file.includes('.checkpoint-'))
            .flatMap((file) => readdirSync(join(out, file)).filter((part) => part.endsWith('.checkpoint')))
        : [];
    const ways = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const;
    for (const [done, signal] of ways.entries()) {
      // Each has one part more than the last: nothing that was done is lost.
      // Not before it has begun: more than one part may stand already, and until then nothing hears a signal.
      const begun = (err: string): boolean => done === 0 || err.startsWith('Going on from checkpoints in ');
      const { code, err } = await command(run, (said) => begun(said) && parts().length > done, signal);
      expect(code).toBe({ SIGKILL: null, SIGTERM: 143, SIGHUP: 129, SIGINT: 130 }[signal]);
      expect(parts().length).toBeGreaterThan(done);
      if (done > 0) expect(err).toMatch(/^Going on from checkpoints in /);
      if (signal !== 'SIGKILL') expect(err).toMatch(/Stopped; \d parts? (is|are) kept in .+the same command goes on/);
      expect(existsSync(join(out, 'quick-key-11'))).toBe(false);
    }
    const { code } = await command(run);
    expect(code).toBe(first.code);
    expect(readdirSync(out)).toEqual(['quick-key-11']);
    const [before, after] = [folder, join(out, 'quick-key-11')].map((path) => readFileSync(join(path, 'result.json')));
    expect(after.equals(before)).toBe(true);
    expect(readdirSync(join(out, 'quick-key-11', 'plots'))).toEqual(readdirSync(join(folder, 'plots')));
  });

  it('says where a result differs', async () => {
    const text = readFileSync(join(folder, 'result.json'), 'utf8');
    const altered = join(scratch, 'altered.json');
    writeFileSync(altered, text.replace(/"epoch": 1,\n(\s+)"loss": [\d.e-]+/, '"epoch": 1,\n$1"loss": 0.5'));
    const { code, out } = await command(['--repeat', altered]);
    expect(out).toMatch(/^The result differs, first in noises\[0\]\.training\[0\]\.loss: 0\.5 → /);
    expect(code).toBe(1);
  });
});
