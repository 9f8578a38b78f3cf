import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandLine, Program } from '#studies/command-line/program';
import { STUDIES } from '#studies/studies';
import { ROOT } from '../../architecture/source-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-quick-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function ran(program: Program, ...args: readonly string[]) {
  const heard = { out: '', said: [] as string[], news: [] as number[] };
  const line: CommandLine = {
    signal: new AbortController().signal,
    print: async (text) => {
      heard.out += text;
    },
    say: (words) => heard.said.push(words),
    progress: ({ done, of }) => heard.news.push(done / of),
  };
  return { code: await program.run(args, line), ...heard };
}

/** Every leaf of data: where it stands, and the value. */
function leaves(value: unknown, path: readonly (string | number)[] = []): [readonly (string | number)[], unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, part]) =>
    leaves(part, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

// The main job has a test of its own, in processes.
const studies = STUDIES.filter(({ name }) => name !== 'main').map((program) => [program.name, program] as const);

describe.each(studies)('a quick run of %s', (name, program) => {
  const out = join(scratch, name);
  const folder = join(out, `${name}-quick`);
  const file = join(folder, 'result.json');
  const page = join(ROOT, 'docs/schemes.md');

  it('runs, writes its folder, and says that it was quick', async () => {
    const docs = readFileSync(page, 'utf8');
    const { code, out: shown, said, news } = await ran(program, '--quick', '--out', out);
    expect(code).toBe(0);
    expect(shown).not.toMatch(/NaN|undefined|Infinity/);
    expect(shown.split('\n').length).toBeGreaterThan(5);
    expect(said.at(-1)).toMatch(/^Written: /);
    if (name !== 'dependencies') expect(news.at(-1)).toBe(1);
    expect(readdirSync(out)).toEqual([`${name}-quick`]);
    expect(readdirSync(folder)).toContain('result.json');
    const { kind, version, quick, provenance } = JSON.parse(readFileSync(file, 'utf8'));
    expect({ kind, version, quick }).toEqual({ kind: name, version: 1, quick: true });
    expect(provenance.environment.node).toBe(process.version);
    // The small page is not put in the place of the whole one.
    expect(readFileSync(page, 'utf8')).toBe(docs);
  });

  it('is repeated to the same bits, and where a number differs it is named', async () => {
    expect(existsSync(file)).toBe(true);
    expect(await ran(program, '--repeat', file)).toMatchObject({
      code: 0,
      out: 'The result is identical, bit for bit.\n',
      said: [],
    });
    const data = JSON.parse(readFileSync(file, 'utf8'));
    // A number, or where there is none a line, in the middle of the result.
    const all = leaves(data.result, ['result']).filter(
      ([path]) => !path.some((part) => /^(seconds|costs)$/.test(`${part}`)),
    );
    const numbers = all.filter(
      ([path, value]) => typeof value === 'number' && /mean|error|first/.test(`${path.at(-1)}`),
    );
    const [path, value] = (numbers.length > 0 ? numbers : all)[Math.floor((numbers.length || all.length) / 2)];
    const place = path.slice(0, -1).reduce((at, part) => at[part], data);
    place[path.at(-1) ?? ''] = typeof value === 'number' ? value + 1e-9 : `${value}!`;
    const altered = join(out, 'altered.json');
    writeFileSync(altered, JSON.stringify(data));
    const again = await ran(program, '--repeat', altered);
    const shown = path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i > 0 ? `.${part}` : part)).join('');
    expect(again.code).toBe(1);
    expect(again.out.startsWith(`The result differs, first in ${shown}: `), again.out).toBe(true);
  });

  it('refuses a result of another study, of another version, and one with a field too many', async () => {
    const text = readFileSync(file, 'utf8');
    const edits: readonly (readonly [string, string, string])[] = [
      [`"kind": "${name}"`, '"kind": "another"', 'kind'],
      ['"version": 1,', '"version": 2,', 'version'],
      ['"quick": true,', '"quick": true, "extra": 1,', 'extra'],
      ['"quick": true,', '"quick": "yes",', 'quick'],
    ];
    mkdirSync(join(out, 'edited'));
    for (const [before, after, named] of edits) {
      const edited = join(out, 'edited', 'result.json');
      writeFileSync(edited, text.replace(before, after));
      await expect(ran(program, '--repeat', edited)).rejects.toMatchObject({
        code: 'data',
        details: { where: expect.stringContaining(named) },
      });
    }
    await expect(ran(program, '--repeat', join(out, 'nowhere.json'))).rejects.toMatchObject({ code: 'file' });
  });
});

describe('JSON', () => {
  it('is all that a study prints with --json, and is what it writes', async () => {
    const [, certificates] = studies.find(([name]) => name === 'certificates') ?? studies[0];
    const out = join(scratch, 'json');
    const { out: shown } = await ran(certificates, '--quick', '--json', '--out', out);
    expect(shown).toBe(readFileSync(join(out, 'certificates-quick', 'result.json'), 'utf8'));
  });
});
