import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './built-file.js';
import type { Sandbox } from './sandbox.js';
import { type TestTime, testRunner, type Wanted } from './test-runner.js';

/** Per built file the pieces that were executed: start, end, start, end, … */
export type Executed = Readonly<Record<string, readonly number[]>>;

/** What a test file executes: each test, and what is outside of them (loading, `beforeAll`), which any test of the file may notice. */
export interface FileReach {
  readonly file: string;
  readonly outside: Executed;
  readonly tests: Readonly<Record<string, Executed>>;
}

/** A test file's reach with the time of each test, in milliseconds; only tests that pass are in it. */
export interface TimedReach extends FileReach {
  readonly times: Readonly<Record<string, number>>;
}

/** Every test file below `paths`, from `root`. */
export function testFiles(root: string, paths: readonly string[]): string[] {
  const below = (path: string): string[] => {
    if (path.endsWith('.test.ts')) return existsSync(join(root, path)) ? [path] : [];
    if (!existsSync(join(root, path)) || path.endsWith('node_modules') || /\.[a-z]+$/.test(path)) return [];
    return readdirSync(join(root, path))
      .sort()
      .flatMap((name) => below(`${path}/${name}`));
  };
  return [...new Set(paths.flatMap((path) => below(path.replace(/\/+$/, ''))))];
}

/** A reach as it is kept: with a hash of the test and of every built file that it executes. */
interface KeptReach {
  readonly hashes: Readonly<Record<string, string>>;
  readonly reach: TimedReach;
}

/** Runs the test files once, unbroken, and records what each test executes; kept in `out/mutants` until the test or a built file that it executes changes. */
export async function reachOf(
  root: string,
  sandbox: Sandbox,
  files: readonly string[],
  { report, signal }: { readonly report: (words: string) => void; readonly signal: AbortSignal },
): Promise<TimedReach[]> {
  const folder = join(root, 'out/mutants/reach');
  mkdirSync(folder, { recursive: true });
  const placeOf = (file: string): string => join(folder, `${file.replaceAll('/', '+')}.json`);
  const hash = hashIn(sandbox.root);
  const known = (file: string): TimedReach | undefined => {
    if (!existsSync(placeOf(file))) return undefined;
    const { hashes, reach }: KeptReach = JSON.parse(readFileSync(placeOf(file), 'utf8'));
    return Object.entries(hashes).every(([path, value]) => hash(path) === value) ? reach : undefined;
  };
  const missing = files.filter((file) => !known(file));
  const runner = testRunner(sandbox.root, signal, fileURLToPath(new URL('./reach-recorder.js', import.meta.url)));
  const found = new Map<string, TimedReach>();
  try {
    for (const [i, file] of missing.entries()) {
      if (signal.aborted) break;
      report(`reach ${i + 1}/${missing.length}  ${file}`);
      const outcome = await runner.run([{ file }], LONGEST);
      if (outcome === 'out of time') throw new Error(`${file} takes more than half an hour`);
      if (signal.aborted) break;
      const passed = outcome.times.filter((test) => test.state === 'passed');
      if (outcome.failed !== undefined) report(`fails without a mutant and is left out: ${outcome.failed}`);
      const recorded = join(sandbox.root, 'out/reach', `${file.replaceAll('/', '+')}.json`);
      const bare: FileReach = existsSync(recorded)
        ? JSON.parse(readFileSync(recorded, 'utf8'))
        : { file, outside: {}, tests: {} };
      const reach = onlyPassed(bare, passed);
      found.set(file, reach);
      const read = new Set([file, ...[reach.outside, ...Object.values(reach.tests)].flatMap(Object.keys)]);
      const hashes = Object.fromEntries([...read].map((path) => [path, hash(path)]));
      writeFileSync(placeOf(file), JSON.stringify({ hashes, reach } satisfies KeptReach));
    }
  } finally {
    runner.close();
  }
  return files.flatMap((file) => found.get(file) ?? known(file) ?? []);
}

/** The longest that a test file may take while what it executes is recorded, in milliseconds. */
const LONGEST = 1_800_000;

function hashIn(root: string): (path: string) => string {
  const seen = new Map<string, string>();
  return (path) => {
    const before = seen.get(path);
    if (before !== undefined) return before;
    const text = existsSync(join(root, path)) ? readFileSync(join(root, path)) : '';
    const value = createHash('sha256').update(text).digest('hex').slice(0, 16);
    seen.set(path, value);
    return value;
  };
}

function onlyPassed(reach: FileReach, passed: readonly TestTime[]): TimedReach {
  const tests = Object.fromEntries(passed.map(({ id }) => [id, reach.tests[id] ?? {}]));
  return { ...reach, tests, times: Object.fromEntries(passed.map(({ id, ms }) => [id, ms])) };
}

/** The tests that execute a mutant, likeliest to notice first: the file's own tests, then the quickest. */
export interface Reaching {
  readonly files: readonly Wanted[];
  /** How long they take unbroken, in milliseconds. */
  readonly ms: number;
}

export function reaching(mutant: Mutant, reaches: readonly TimedReach[]): Reaching {
  const own = `${basename(mutant.source, '.ts')}.test.ts`;
  const folder = basename(dirname(mutant.source));
  // A file of data alone has nothing that a test could execute once it is loaded: then every test of those that load it may notice.
  const data = mutant.function === '' && reaches.every((reach) => testsReaching(mutant, reach).length === 0);
  const chosen = reaches.flatMap((reach) => {
    const loaded = data && executes(reach.outside, mutant);
    const tests = loaded ? Object.keys(reach.tests) : testsReaching(mutant, reach);
    if (tests.length === 0) return [];
    const ms = tests.reduce((sum, id) => sum + reach.times[id], 0);
    const nearness = basename(reach.file) === own ? 0 : basename(dirname(reach.file)) === folder ? 1 : 2;
    return [{ file: reach.file, tests, ms, nearness }];
  });
  // A quick test is asked before a slow one; a file's own tests count as ten times as quick.
  const cost = ({ ms, nearness }: { ms: number; nearness: number }): number => ms * [0.1, 1, 2][nearness];
  chosen.sort((a, b) => cost(a) - cost(b));
  return { files: chosen.map(({ file, tests }) => ({ file, tests })), ms: chosen.reduce((sum, { ms }) => sum + ms, 0) };
}

function testsReaching(mutant: Mutant, { outside, tests }: TimedReach): string[] {
  const all = Object.keys(tests);
  // What runs while the file loads is noticed by whoever executes anything of it later.
  if (mutant.function === '') return all.filter((id) => tests[id][mutant.built]);
  if (executes(outside, mutant)) return all;
  return all.filter((id) => executes(tests[id], mutant));
}

function executes(executed: Executed, { built, reach }: Mutant): boolean {
  const pieces = executed[built] ?? [];
  for (let i = 0; i < pieces.length; i += 2) if (pieces[i] <= reach && reach < pieces[i + 1]) return true;
  return false;
}
