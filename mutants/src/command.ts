#!/usr/bin/env node
// Breaks the built files one small change at a time and sees whether a test notices: node mutants/dist/command.js --help
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Mutant, mutantsBelow, sampleOf, squeeze } from './built-file.js';
import { equivalents, isSame, reasonOf } from './equivalent.js';
import { killRate } from './kill-rate.js';
import { mutantRun, type Verdict } from './mutant-run.js';
import { reachOf, testFiles } from './reach.js';
import { sandboxOf } from './sandbox.js';

const HELP = `Breaks built files by one small change at a time, runs the tests that execute the change, and names the changes that no test notices.

  npm run mutants -- PATH… [options]

  PATH            source files, or folders of them: packages/sde-core/src/estimation
  --sample N      so many mutants, drawn with the key, instead of all
  --key TEXT      the key of the sample                                     2024
  --tests PATHS   test files or folders, separated by commas                the mirror folders of the paths
  --also PATHS    further tests, beside the mirror folders
  --survivors     only those that survived the last run of the same paths
  --list          prints the mutants and runs nothing
  --out FILE      where the verdicts go                                     out/mutants/<path>.json
  --help

The working tree is copied, and only the copy is broken. A mutant that is listed in mutants/equivalent.json, with the reason why no test can
notice it, does not count.
`;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Report {
  readonly paths: readonly string[];
  readonly mutants: number;
  readonly sample: number;
  readonly key: string;
  readonly tests: readonly string[];
  readonly verdicts: readonly Verdict[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      key: { type: 'string', default: '2024' },
      tests: { type: 'string' },
      also: { type: 'string', default: '' },
      survivors: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(HELP);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const paths = positionals.map((path) => path.replace(/\/+$/, ''));
  const all = paths.flatMap((path) => mutantsBelow(ROOT, path));
  const out = join(ROOT, values.out ?? `out/mutants/${paths.map((path) => path.replaceAll('/', '-')).join('+')}.json`);
  const size = values.sample === undefined ? all.length : Number(values.sample);
  if (!Number.isInteger(size) || size < 1) throw new Error('--sample: expected a whole number above 0');
  const sample = values.survivors ? survivorsOf(out, all) : sampleOf(all, Math.min(size, all.length), values.key);
  const known = equivalents(join(ROOT, 'mutants/equivalent.json'));
  if (values.list) {
    for (const mutant of sample)
      process.stdout.write(`${inWords(mutant)}${reasonOf(mutant, known) ? '  (equivalent)' : ''}\n`);
    process.stdout.write(`${sample.length} of ${all.length} mutants\n`);
    return;
  }
  const stale = known.filter(
    (entry) => paths.some((path) => entry.file.startsWith(path)) && !all.some((m) => isSame(entry, m)),
  );
  for (const { file, from, to } of stale)
    process.stderr.write(`mutants/equivalent.json: ${file} has no ‘${from}’ → ‘${to}’\n`);

  const mirrors = paths.map((path) =>
    path
      .replace(/^packages\//, 'test/')
      .replace('/src', '')
      .replace(/\.ts$/, '.test.ts'),
  );
  const asked = testFiles(ROOT, [...(values.tests?.split(',') ?? mirrors), ...values.also.split(',').filter(Boolean)]);
  if (asked.length === 0) throw new Error('there are no such tests: name some with --tests');

  const sandbox = sandboxOf(ROOT);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const say = (words: string): void => {
    process.stderr.write(`${words}\n`);
  };
  try {
    const reaches = await reachOf(ROOT, sandbox, asked, { report: say, signal: ending.signal });
    const verdicts: Verdict[] = [];
    const write = (): void => {
      const report: Report = {
        paths,
        mutants: all.length,
        sample: sample.length,
        key: values.key,
        tests: asked,
        verdicts,
      };
      mkdirSync(join(out, '..'), { recursive: true });
      writeFileSync(out, `${JSON.stringify(report, null, 1)}\n`);
    };
    await mutantRun(sample, {
      sandbox,
      reaches,
      equivalents: known,
      clock: () => performance.now(),
      signal: ending.signal,
      onVerdict(verdict, done) {
        verdicts.push(verdict);
        write();
        say(
          `${done}/${sample.length} ${verdict.state.padEnd(14)} ${verdict.seconds.toFixed(1).padStart(6)} s  ${inWords(verdict)}`,
        );
      },
    });
    summary(verdicts, all.length);
  } finally {
    sandbox.close();
  }
}

function survivorsOf(path: string, all: readonly Mutant[]): Mutant[] {
  const { verdicts } = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const lived = new Set(
    verdicts.filter(({ state }) => state === 'survived' || state === 'unreached').map(({ id }) => id),
  );
  return all.filter(({ id }) => lived.has(id));
}

function summary(verdicts: readonly Verdict[], all: number): void {
  const lived = verdicts.filter(({ state }) => state === 'survived' || state === 'unreached');
  for (const verdict of lived) process.stdout.write(`${verdict.state.padEnd(9)}  ${inWords(verdict)}\n`);
  const { killed, of, rate, interval } = killRate(verdicts);
  const count = (state: Verdict['state']): number => verdicts.filter((verdict) => verdict.state === state).length;
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  process.stdout.write(
    `${killed} of ${of} killed: ${percent(rate)} (95 %: ${interval.map(percent).join(' to ')}); ${count('killed by time')} by time, ` +
      `${count('unreached')} reached by no test, ${count('equivalent')} more equivalent; sampled from ${all}\n`,
  );
}

function inWords({ source, line, function: name, kind, from, to }: Mutant): string {
  const short = (text: string): string => (text.length > 70 ? `${text.slice(0, 67)}…` : text);
  return `${source}:${line} ${name || '(top)'} ${kind}: ‘${short(squeeze(from))}’ → ‘${short(squeeze(to))}’`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
