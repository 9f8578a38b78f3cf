#!/usr/bin/env node
// The main job from the command line: results on stdout, progress on stderr.
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { summary } from '../report/summary.js';
import { verdicts } from '../report/verdict.js';
import type { Checkpoints } from '../run-folder/checkpoints.js';
import { type CommandLine, EXIT, runCommand } from '../run-folder/run-command.js';
import { openRunFolder } from '../run-folder/run-folder.js';
import { HELP, type Request, readArguments } from './arguments.js';
import { mainJob } from './job.js';
import type { MainResult } from './main-result.js';
import type { Options } from './options.js';
import { progressView } from './progress.js';
import { quantile } from './quantile.js';
import { asFirstRun, environmentChanges, firstDifference, optionsOf, readResult, resultText } from './result-file.js';
import { runName } from './run-name.js';
import { writeRun } from './write-run.js';

/** What a run that is stopped leaves. */
interface Left {
  checkpoints?: Checkpoints;
}

async function main(line: CommandLine, left: Left): Promise<number> {
  const request = readArguments(line.args);
  switch (request.kind) {
    case 'help':
      await line.print(HELP);
      return EXIT.confirmed;
    case 'run':
      return run(request, line, left);
    case 'repeat':
      return repeat(request.file, line);
    default:
      return request satisfies never;
  }
}

async function run(
  { options, out, quick, fresh }: Request & { kind: 'run' },
  { signal, print, say }: CommandLine,
  left: Left,
): Promise<number> {
  const folder = await openRunFolder(out, runName(options, quick));
  try {
    const checkpoints = await folder.checkpoints({ job: 'main', options }, { fresh, say });
    left.checkpoints = checkpoints;
    const result = await compute(options, signal, checkpoints);
    const z = quantile(options.confidence, options.draws);
    const here = relative(process.cwd(), folder.path);
    const tables = `${summary(result, z)}\n`;
    try {
      await writeRun(folder, result, z, `npm start -- --repeat ${here}/result.json`);
      signal.throwIfAborted();
      for (const name of await folder.publish()) say(`Kept as it was, beside the new file: ${here}/${name}`);
    } catch (error) {
      // The numbers are there, though no folder takes them.
      if (!signal.aborted) await print(tables);
      throw error;
    }
    await print(`${tables}\nThe report: ${here}/report.html\n`);
    return verdicts(result).refuted > 0 ? EXIT.refuted : EXIT.confirmed;
  } finally {
    await folder.discard();
  }
}

async function repeat(file: string, { signal, print }: CommandLine): Promise<number> {
  const { text: before, data } = await readResult(file);
  const result = await compute(optionsOf(before, `--repeat ${file}`), signal);
  const difference = firstDifference(before, resultText(asFirstRun(result, before)));
  const [then, now] = [data.provenance.version, result.provenance.version];
  const versions = then === now ? '' : `It was computed by version ${then}; this is version ${now}.\n`;
  const changes = environmentChanges(before, result);
  const same =
    changes.length === 0
      ? 'The result is identical, bit for bit.'
      : `The same numbers, bit for bit; the environment differs: ${changes.join('; ')}.`;
  await print(difference ? `The result differs, first in ${difference}\n${versions}` : `${same}\n`);
  return difference ? EXIT.refuted : EXIT.confirmed;
}

async function compute(options: Options, signal: AbortSignal, checkpoints?: Checkpoints): Promise<MainResult> {
  const view = progressView(process.stderr);
  try {
    return await mainJob(options, { threads: availableParallelism(), checkpoints, signal, onProgress: view.show });
  } finally {
    view.close();
  }
}

const left: Left = {};
runCommand((line) => main(line, left), {
  stopped() {
    const kept = left.checkpoints?.kept() ?? 0;
    if (kept === 0) return 'Stopped; nothing was written.';
    return `Stopped; ${kept} ${kept === 1 ? 'part is' : 'parts are'} kept in ${left.checkpoints?.path}, and the same command goes on from there.`;
  },
});
