import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { mutantsBelow, sampleOf } from '#mutants/built-file';
import { type Equivalent, equivalents, isSame } from '#mutants/equivalent';
import { killRate } from '#mutants/kill-rate';
import { mutantRun, type Verdict } from '#mutants/mutant-run';
import { reachOf } from '#mutants/reach';
import { sandboxOf } from '#mutants/sandbox';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A project of one built file and its tests. */
function project(built: string, tests: string): string {
  const root = mkdtempSync(join(tmpdir(), 'weak-limit-fixture-'));
  made.push(root);
  const files = {
    'packages/p/src/f.ts': '',
    'packages/p/dist/f.js': built,
    'packages/p/dist/f.js.map': JSON.stringify({ version: 3, sources: ['../src/f.ts'], names: [], mappings: 'AAAA' }),
    'test/f.test.ts': tests,
    'package.json': '{ "type": "module" }',
    'vitest.config.ts':
      "export default { test: { include: ['test/**/*.test.ts'], server: { deps: { external: [/dist/] } } } };",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

const BUILT = `export function area(width, height) {
  return width * height;
}
export function longest(list) {
  let most = 0;
  for (const word of list) if (word.length > most) most = word.length;
  return most;
}
export function count(n) {
  let turns = 0;
  while (turns < n) turns++;
  return turns;
}
export function unused(a, b) {
  return a + b;
}
`;
const TESTS = `import { expect, test } from 'vitest';
import { area, count, longest } from '../packages/p/dist/f.js';
test('area', () => { expect(area(2, 3)).toBe(6); });
test('longest', () => { expect(longest(['ab', 'c'])).toBe(2); });
test('count', () => { expect(count(3)).toBe(3); });
`;

describe('a run over mutants', () => {
  test('kills what a test notices, names what none does and what none reaches, and breaks a copy alone', async () => {
    const root = project(BUILT, TESTS);
    const mutants = mutantsBelow(root, 'packages/p/src');
    const known: Equivalent[] = [
      {
        file: 'packages/p/src/f.ts',
        function: 'longest',
        from: '>',
        to: '>=',
        reason: 'of words of one length the last is as long as the first',
      },
    ];
    const wanted = mutants.filter(
      ({ function: name, to, from }) =>
        name !== 'count' || (from === 'turns < n' && to === 'false') || to === 'turns--',
    );
    const sandbox = sandboxOf(root);
    const { signal } = new AbortController();
    try {
      const reaches = await reachOf(root, sandbox, ['test/f.test.ts'], { report: () => {}, signal });
      expect(Object.keys(reaches[0].tests)).toHaveLength(3);
      const verdicts = await mutantRun(wanted, {
        sandbox,
        reaches,
        equivalents: known,
        patience: 8000,
        clock: () => performance.now(),
        onVerdict: () => {},
        signal,
      });
      const states = (name: string): string[] =>
        verdicts.filter((v) => v.function === name).map(({ from, to, state }) => `${from} → ${to}: ${state}`);
      expect(states('area')).toEqual([
        'width * height → -(width * height): killed',
        'width * height → width: killed',
        '* → /: killed',
      ]);
      expect(states('longest')).toContain('> → >=: equivalent');
      expect(states('longest')).toContain('> → <=: killed');
      expect(states('longest')).toContain('0 → 1: survived');
      expect(states('count')).toEqual(['turns < n → false: killed', 'turns++ → turns--: killed by time']);
      expect(new Set(verdicts.filter((v) => v.function === 'unused').map(({ state }) => state))).toEqual(
        new Set(['unreached']),
      );
      expect(verdicts.find((v) => v.function === 'area')?.by).toBe('test/f.test.ts: area');
    } finally {
      sandbox.close();
    }
    expect(readFileSync(join(root, 'packages/p/dist/f.js'), 'utf8')).toBe(BUILT);
  });

  test('a file of data alone is noticed by whoever loads it', async () => {
    const tests = `import { expect, test } from 'vitest';
import { first, second } from '../packages/p/dist/f.js';
test('first', () => { expect(first).toBe(7); });
test('none', () => {});
`;
    const root = project('export const first = 7;\nexport const second = 9;\n', tests);
    const sandbox = sandboxOf(root);
    const { signal } = new AbortController();
    try {
      const reaches = await reachOf(root, sandbox, ['test/f.test.ts'], { report: () => {}, signal });
      const quiet = { clock: () => performance.now(), onVerdict: () => {}, signal, equivalents: [], sandbox, reaches };
      const verdicts = await mutantRun(mutantsBelow(root, 'packages/p/src'), quiet);
      const states = (from: string): string[] => verdicts.filter((v) => v.from === from).map(({ state }) => state);
      expect(new Set(states('7'))).toEqual(new Set(['killed']));
      expect(new Set(states('9'))).toEqual(new Set(['survived']));
    } finally {
      sandbox.close();
    }
  });

  test('a sample is drawn by the key, grows by adding, and keeps its mutants where something else is edited', () => {
    const all = mutantsBelow(project(BUILT, TESTS), 'packages/p/src');
    const ids = (size: number, key: string, of = all): string[] => sampleOf(of, size, key).map(({ id }) => id);
    expect(ids(9, 'a').slice(0, 4)).toEqual(ids(4, 'a'));
    expect(ids(9, 'a')).not.toEqual(ids(9, 'b'));
    expect(new Set(ids(all.length, 'a')).size).toBe(all.length);
    const edited = mutantsBelow(project(`export const added = 3;\n${BUILT}`, TESTS), 'packages/p/src');
    expect(edited.filter(({ from }) => from !== '3').map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  });
});

describe('killRate', () => {
  const of = (states: Record<string, number>): ReturnType<typeof killRate> =>
    killRate(Object.entries(states).flatMap(([state, n]) => Array(n).fill({ state }) as Pick<Verdict, 'state'>[]));

  test('counts what is a change, with Wilson’s interval', () => {
    const {
      killed,
      of: all,
      rate,
      interval,
    } = of({ killed: 80, 'killed by time': 1, survived: 15, unreached: 4, equivalent: 7 });
    expect([killed, all, rate]).toEqual([81, 100, 0.81]);
    // p ± z √(p (1 − p)/n) of the bounds themselves is p̂: what Wilson's interval solves.
    for (const bound of interval)
      expect(Math.abs((0.81 - bound) ** 2 - (1.959964 ** 2 * bound * (1 - bound)) / 100)).toBeLessThan(1e-12);
    expect(of({ killed: 10 }).interval[1]).toBeCloseTo(1, 14);
    expect(of({ equivalent: 1 }).of).toBe(0);
  });
});

describe('mutants/equivalent.json', () => {
  test('every entry is a mutant there is, and says why it is none that counts', () => {
    const known = equivalents(join(ROOT, 'mutants/equivalent.json'));
    const found = new Map([...new Set(known.map(({ file }) => file))].map((file) => [file, mutantsBelow(ROOT, file)]));
    expect(known.filter((entry) => !found.get(entry.file)?.some((mutant) => isSame(entry, mutant)))).toEqual([]);
    expect(known.filter(({ reason }) => reason.length < 10)).toEqual([]);
  });
});
