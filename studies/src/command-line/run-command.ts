import { SdeError } from 'sde-core';
import { causeOf, codeOf } from '../run-folder/files.js';
import { EXIT, STOPS } from './exit.js';
import type { Program } from './program.js';
import { type ProgressView, progressView } from './progress.js';

/**
 * Runs a command to its exit code: results on stdout, everything else on stderr.
 *
 * The first signal stops the command cleanly, with the signal's exit code; a second one ends the process. A misuse, or a file system that refuses, ends
 * in its message without a stack.
 */
export function runCommand(program: Program): void {
  const stop = new AbortController();
  let stoppedBy: number | undefined;
  for (const [signal, code] of Object.entries(STOPS)) {
    process.once(signal, () => {
      stoppedBy ??= code;
      stop.abort();
    });
  }
  // Where nobody reads stderr any more, there is nobody to tell.
  process.stderr.on('error', () => {});
  let broken: Error | undefined;
  process.stdout.on('error', (error: Error) => {
    broken ??= error;
  });
  let view: ProgressView | undefined;
  const away = (): void => {
    view?.close();
    view = undefined;
  };
  const say = (words: string): void => {
    if (view) view.say(words);
    else process.stderr.write(`${words}\n`);
  };
  const print = (text: string): Promise<void> =>
    new Promise((resolve) => {
      away();
      process.stdout.write(text, (error) => {
        if (error) broken ??= error;
        resolve();
      });
    });
  const line = {
    signal: stop.signal,
    print,
    say,
    progress(news: Parameters<ProgressView['show']>[0]) {
      view ??= progressView(process.stderr);
      view.show(news);
    },
  };
  program
    .run(process.argv.slice(2), line)
    .finally(away)
    .then(
      (code) => {
        process.exitCode = code;
        // Whoever reads only the first lines of a table has what they wanted.
        if (broken === undefined || codeOf(broken) === 'EPIPE') return;
        say(`What was computed cannot be shown: standard output: ${causeOf(broken)}`);
        process.exitCode = EXIT.refused;
      },
      (error: unknown) => {
        say(stoppedBy === undefined ? wordsOf(error) : program.stopped());
        process.exitCode = stoppedBy ?? codeOfError(error);
      },
    );
}

/** A refusal is a misuse or a file system's; all else is a fault of the program. */
export const codeOfError = (error: unknown): number => (error instanceof SdeError ? EXIT.refused : EXIT.fault);

/** A stack only for what is a fault of the program. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SdeError ? error.message : `${error.stack}`;
}
