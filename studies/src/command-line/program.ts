import { helpText } from './help.js';
import type { OptionTable, Values } from './option.js';
import type { Progress } from './progress.js';
import { type LineTable, readCommandLine } from './read-command-line.js';

/** What a command runs with. */
export interface CommandLine {
  /** Aborts when the command is to stop: Ctrl-C, a request to terminate, a terminal that is closed. */
  readonly signal: AbortSignal;
  /** Writes to stdout; resolves when it is written. */
  print(text: string): Promise<void>;
  /** A line to stderr, for what is no result. */
  say(words: string): void;
  /** How far it is: a bar on a terminal, a line for each part that is done elsewhere. */
  progress(news: Progress): void;
}

/** A command by its table of options. */
export interface Program extends LineTable {
  /** Of the study: `control`. */
  readonly name: string;
  /** What it does, in a sentence or two. */
  readonly about: string;
  /** Runs it to its exit code. */
  run(args: readonly string[], line: CommandLine): Promise<number>;
  /** What a command that was stopped leaves. */
  stopped(): string;
}

/** A command that reads its line by its table, shows its help, and does the rest in `main`. */
export function program<Table extends OptionTable>(definition: {
  readonly name: string;
  readonly command: string;
  readonly about: string;
  readonly options: Table;
  readonly refused?: Readonly<Record<string, string>>;
  main(values: Values<Table>, line: CommandLine): Promise<number>;
  readonly stopped?: () => string;
}): Program {
  const { name, command, about, options, refused = {}, main, stopped } = definition;
  return {
    name,
    command,
    about,
    options,
    refused,
    async run(args, line) {
      const values = readCommandLine({ command, options, refused }, args);
      if (values !== 'help') return main(values, line);
      await line.print(helpText({ command, about, options, refused }));
      return 0;
    },
    stopped: stopped ?? (() => 'Stopped; nothing was written.'),
  };
}
