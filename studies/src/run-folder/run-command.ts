import { SdeError } from 'sde-core';
import { causeOf, codeOf } from './files.js';

/** How a command ends, as its exit code. */
export const EXIT = { confirmed: 0, refuted: 1, refused: 2, stopped: 130 } as const;

/** What a command runs with. */
export interface CommandLine {
  readonly args: readonly string[];
  /** Aborts when the command is to stop: Ctrl-C, a request to terminate, a terminal that is closed. */
  readonly signal: AbortSignal;
  /** Writes to stdout; resolves when it is written. */
  print(text: string): Promise<void>;
  /** A line to stderr, for progress and for what is no result. */
  say(words: string): void;
}

/**
 * Runs a command to its exit code: results on stdout, everything else on stderr.
 *
 * The first signal stops the command cleanly; a second one ends the process. A command whose work does not wait would hear neither: `atOnce` lets the
 * first end it, and the next run clears away what is left. A misuse, or a file system that refuses, ends in its message without
 * a stack. `stopped` says what a stopped command leaves, `help` what `--help` prints, where the command does not read it itself.
 */
export function runCommand(
  main: (line: CommandLine) => Promise<number>,
  how: { readonly stopped?: () => string; readonly atOnce?: boolean; readonly help?: string } = {},
): void {
  const { stopped = () => 'Stopped; nothing was written.', atOnce = false } = how;
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) if (!atOnce) process.once(signal, abort);
  // Where nobody reads stderr any more, there is nobody to tell.
  process.stderr.on('error', () => {});
  let broken: Error | undefined;
  process.stdout.on('error', (error: Error) => {
    broken ??= error;
  });
  const say = (words: string): void => {
    process.stderr.write(`${words}\n`);
  };
  const print = (text: string): Promise<void> =>
    new Promise((resolve) => {
      process.stdout.write(text, (error) => {
        if (error) broken ??= error;
        resolve();
      });
    });
  const args = process.argv.slice(2);
  const { help } = how;
  const asked = help !== undefined && args.some((arg) => arg === '--help' || arg === '-h');
  const ended = asked ? print(help).then(() => EXIT.confirmed) : main({ args, signal: stop.signal, print, say });
  ended.then(
    (code) => {
      process.exitCode = code;
      // Whoever reads only the first lines of a table has what they wanted.
      if (broken === undefined || codeOf(broken) === 'EPIPE') return;
      say(`What was computed cannot be shown: standard output: ${causeOf(broken)}`);
      process.exitCode = EXIT.refused;
    },
    (error: unknown) => {
      if (stop.signal.aborted) say(stopped());
      else say(wordsOf(error));
      process.exitCode = stop.signal.aborted ? EXIT.stopped : EXIT.refused;
    },
  );
}

/** A stack only for what is a fault of the program. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const misuse = error instanceof SdeError || codeOf(error)?.startsWith('ERR_PARSE_ARGS');
  return misuse ? error.message : `${error.stack}`;
}
