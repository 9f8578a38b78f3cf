import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { firstDifference, repeatedWords } from '../command-line/difference.js';
import { EXIT } from '../command-line/exit.js';
import type { Values } from '../command-line/option.js';
import { type CommandLine, type Program, program } from '../command-line/program.js';
import { type Checkpoints, keptWords } from '../run-folder/checkpoints.js';
import { openRunFolder } from '../run-folder/run-folder.js';
import { jobOptions, MAIN_OPTIONS, MAIN_REFUSED } from './arguments.js';
import { mainJob } from './job.js';
import type { MainResult } from './main-result.js';
import type { Options } from './options.js';
import { quantile } from './quantile.js';
import { summary } from './report/summary.js';
import { verdicts } from './report/verdict.js';
import { asFirstRun, environmentChanges, optionsOf, readResult, resultText } from './result-file.js';
import { runName } from './run-name.js';
import { writeRun } from './write-run.js';

type Given = Values<typeof MAIN_OPTIONS>;

/** What decides a result, and who computes it. */
interface Job {
  readonly options: Options;
  readonly quick: boolean;
  readonly threads: number;
  readonly checkpoints?: Checkpoints;
}

/** The main job as a command: results on stdout, progress on stderr. */
export const mainProgram: Program = program({
  name: 'main',
  command: 'npm start --',
  about: 'Trains noisy residual networks on handwritten digits, and measures how far they are from their limits.',
  options: MAIN_OPTIONS,
  refused: MAIN_REFUSED,
  main: (given, line) => (given.repeat === undefined ? run(given, line) : repeat(given.repeat, given, line)),
  stopped: () => keptWords(begun),
});

/** What a run that is stopped leaves. */
let begun: Checkpoints | undefined;

async function run(given: Given, line: CommandLine): Promise<number> {
  const { out = 'out', quick, fresh, json, threads = availableParallelism() } = given;
  const { signal, print, say } = line;
  const options = jobOptions(given);
  const folder = await openRunFolder(out, runName(options, quick));
  try {
    const checkpoints = await folder.checkpoints({ job: 'main', options }, { fresh, say });
    begun = checkpoints;
    const result = await compute({ options, quick, threads, checkpoints }, line);
    const z = quantile(options.confidence, options.draws);
    const here = relative(process.cwd(), folder.path);
    const shown = json ? resultText(result) : `${summary(result, z)}\n`;
    try {
      await writeRun(folder, result, z, `npm start -- --repeat ${here}/result.json`);
      signal.throwIfAborted();
      for (const name of await folder.publish()) say(`Kept as it was, beside the new file: ${here}/${name}`);
    } catch (error) {
      // The numbers are there, though no folder takes them.
      if (!signal.aborted) await print(shown);
      throw error;
    }
    await print(json ? shown : `${shown}\nThe report: ${here}/report.html\n`);
    return verdicts(result).refuted > 0 ? EXIT.wrong : EXIT.done;
  } finally {
    await folder.discard();
  }
}

async function repeat(file: string, { threads = availableParallelism() }: Given, line: CommandLine): Promise<number> {
  const { text: before, data } = await readResult(file);
  const options = optionsOf(before, `--repeat ${file}`);
  const result = await compute({ options, quick: data.quick === true, threads }, line);
  const difference = firstDifference(before, resultText(asFirstRun(result, before)));
  const versions = { before: data.provenance.version, now: result.provenance.version };
  await line.print(repeatedWords(difference, versions, environmentChanges(before, result)));
  return difference ? EXIT.wrong : EXIT.done;
}

async function compute({ options, quick, ...run }: Job, { signal, progress }: CommandLine): Promise<MainResult> {
  const result = await mainJob(options, { ...run, signal, onProgress: progress });
  return quick ? { ...result, quick } : result;
}
