#!/usr/bin/env node
// The main job from the command line: results on stdout, progress on stderr.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { SdeError } from 'sde-core';
import { summary } from '../report/summary.js';
import { verdicts } from '../report/verdict.js';
import { HELP, type Request, readArguments } from './arguments.js';
import { mainJob } from './job.js';
import type { MainResult } from './main-result.js';
import type { Options } from './options.js';
import { progressView } from './progress.js';
import { quantile } from './quantile.js';
import { asFirstRun, environmentChanges, firstDifference, optionsOf, resultText } from './result-file.js';
import { openRunFolder } from './run-folder.js';
import { runName } from './run-name.js';
import { writeRun } from './write-run.js';

const CONFIRMED = 0;
const REFUTED = 1;
const REFUSED = 2;
const STOPPED = 130;

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const request = readArguments(args);
  switch (request.kind) {
    case 'help':
      process.stdout.write(HELP);
      return CONFIRMED;
    case 'run':
      return run(request, signal);
    case 'repeat':
      return repeat(request.file, signal);
    default:
      return request satisfies never;
  }
}

async function run({ options, out, quick }: Request & { kind: 'run' }, signal: AbortSignal): Promise<number> {
  const folder = await openRunFolder(out, runName(options, quick));
  try {
    const result = await compute(options, signal);
    const z = quantile(options.confidence, options.draws);
    const here = relative(process.cwd(), folder.path);
    await writeRun(folder, result, z, `npm start -- --repeat ${here}/result.json`);
    signal.throwIfAborted();
    await folder.publish();
    process.stdout.write(`${summary(result, z)}\n\nThe report: ${here}/report.html\n`);
    return verdicts(result).refuted > 0 ? REFUTED : CONFIRMED;
  } finally {
    await folder.discard();
  }
}

async function repeat(file: string, signal: AbortSignal): Promise<number> {
  const before = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SdeError(
      'file',
      {
        what: 'the result cannot be read',
        where: '--repeat',
        expected: 'the result.json of a run',
        got: cause instanceof Error ? cause.message : String(cause),
        remedy: 'name a file that is there',
      },
      { cause },
    );
  });
  const result = await compute(optionsOf(before, `--repeat ${file}`), signal);
  const difference = firstDifference(before, resultText(asFirstRun(result, before)));
  const changes = environmentChanges(before, result);
  const same =
    changes.length === 0
      ? 'The result is identical, bit for bit.'
      : `The same numbers, bit for bit; the environment differs: ${changes.join('; ')}.`;
  process.stdout.write(difference ? `The result differs, first in ${difference}\n` : `${same}\n`);
  return difference ? REFUTED : CONFIRMED;
}

async function compute(options: Options, signal: AbortSignal): Promise<MainResult> {
  const view = progressView(process.stderr);
  try {
    return await mainJob(options, { threads: availableParallelism(), signal, onProgress: view.show });
  } finally {
    view.close();
  }
}

const stop = new AbortController();
// The first Ctrl-C ends the job cleanly; a second one finds no listener and ends the process.
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

main(process.argv.slice(2), stop.signal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (stop.signal.aborted) process.stderr.write('Stopped; nothing was written.\n');
    else
      process.stderr.write(
        `${error instanceof SdeError ? error.message : error instanceof Error ? error.stack : error}\n`,
      );
    process.exitCode = stop.signal.aborted ? STOPPED : REFUSED;
  },
);
