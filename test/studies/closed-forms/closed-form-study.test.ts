import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closedForms } from '#studies/closed-forms/cases';
import { closedFormStudy } from '#studies/closed-forms/closed-form-study';
import { quantlibTable } from '#studies/closed-forms/closed-form-tables';
import { nativeProgram } from '#studies/closed-forms/native-program';
import { QUANTLIB } from '#studies/closed-forms/quantlib';
import { closedFormsStudy } from '#studies/closed-forms/study';
import { csv, studyTables, writeStudy } from '#studies/closed-forms/write-study';
import { openRunFolder } from '#studies/run-folder/run-folder';
import { strictXml } from '../../strict-xml.js';

const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-closed-forms-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// One case of each kind that is quick: with a peer in one dimension, and without time.
const cases = closedForms().filter(({ name }) => /in log S|exit time/.test(name));
const options = { rounds: 2, clock: () => 0, cases } as const;

describe('the study of closed forms', () => {
  it('runs without QuantLib, says so, and writes what it found', async () => {
    const words: string[] = [];
    const study = await closedFormStudy({
      ...options,
      quantlib: { kind: 'absent', reason: 'QuantLib is not installed' },
      onProgress: (news) => words.push(`${news.done}/${news.of}`),
    });
    expect(words).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(study.skipped).toBe('QuantLib is not installed');
    expect(studyTables(study)).toHaveLength(2);
    const folder = await openRunFolder(scratch, 'closed-forms');
    await writeStudy(study, folder);
    await folder.publish();
    const endings = ['csv', 'md', 'png', 'svg'];
    const files = [...endings.map((ending) => `closed-forms.${ending}`), 'manifest.json'];
    expect(readdirSync(folder.path).sort()).toEqual(files);
    strictXml(readFileSync(join(folder.path, 'closed-forms.svg'), 'utf8'));
    const text = readFileSync(join(folder.path, 'closed-forms.md'), 'utf8');
    expect(text).toContain('skipped: QuantLib is not installed');
    expect(text).not.toMatch(/NaN|undefined/);
    const written = closedFormsStudy.format.write({
      kind: 'closed-forms',
      version: 1,
      quick: false,
      key: null,
      settings: { rounds: 2 },
      result: study,
      provenance: { program: 'weak-limit', version: '0.1.0', environment: { node: 'v20', platform: 'linux x64' } },
    });
    expect(closedFormsStudy.format.parse(written, 'result.json').result).toEqual(study);
    // A header, and three plain and three extrapolated solves a case.
    expect(csv(study).trim().split('\n')).toHaveLength(1 + 6 * cases.length);
  });

  it('names what is not installed', async () => {
    const before = process.env.CXX;
    process.env.CXX = 'no-such-compiler';
    try {
      expect(await nativeProgram(QUANTLIB, scratch)).toMatchObject({ kind: 'absent', reason: /no-such-compiler/ });
    } finally {
      if (before === undefined) delete process.env.CXX;
      else process.env.CXX = before;
    }
    const needs = { header: 'no/such/header.hpp', name: 'Nothing', debian: 'libnothing-dev' };
    const outcome = await nativeProgram({ ...QUANTLIB, needs }, scratch);
    expect(outcome).toMatchObject({ kind: 'absent', reason: expect.stringMatching(/not installed \(Debian: /) });
  });

  it('runs QuantLib on the same grids, where it is installed (Debian: libquantlib0-dev)', async (context) => {
    const quantlib = await nativeProgram(QUANTLIB, scratch);
    if (quantlib.kind === 'absent') return context.skip(quantlib.reason);
    const study = await closedFormStudy({ ...options, rounds: 1, quantlib });
    const [call, exit] = study.rows;
    expect(exit.quantlib).toBeUndefined();
    // The two finest of QuantLib's five grids: order 2, so the same payoff, numbers and time.
    const [coarse, fine] = (call.quantlib ?? []).slice(-2).map(({ error }) => error);
    expect(Math.abs(Math.log2(coarse / fine) - 2)).toBeLessThan(0.1);
    expect(quantlibTable(study).rows).toHaveLength(5);
  });
});
