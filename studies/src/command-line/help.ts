import { EXIT_CODES } from './exit.js';
import type { Flag, OptionTable, Valued } from './option.js';

/** What a command says of itself. */
export interface Described {
  /** The command as it is typed: `npm run control --`. */
  readonly command: string;
  /** What it does, in a sentence or two. */
  readonly about: string;
  readonly options: OptionTable;
  readonly refused: Readonly<Record<string, string>>;
}

const HELP: Flag = { kind: 'flag', about: 'prints this' };

const takenOf = ({ options, refused }: Described): readonly (readonly [string, Flag | Valued<unknown>])[] => [
  ...Object.entries(options).filter(([name]) => !Object.hasOwn(refused, name)),
  ['help', HELP],
];

const written = (name: string, option: Flag | Valued<unknown>): string =>
  option.kind === 'value' ? `--${name} ${option.takes}` : `--${name}`;

const otherwiseOf = (option: Flag | Valued<unknown>): string =>
  option.kind === 'value' ? (option.otherwise ?? '') : '';

/** What `--help` prints: every option with what it is otherwise, those that mean nothing here with the reason, and the exit codes. */
export function helpText(described: Described): string {
  const { command, about, refused } = described;
  const taken = takenOf(described).map(([name, option]) => [written(name, option), option.about, otherwiseOf(option)]);
  const wide = Math.max(...taken.map(([name]) => name.length));
  const lines = taken.map(
    ([name, what, otherwise]) => `  ${name.padEnd(wide)}  ${what}${otherwise && `; otherwise ${otherwise}`}`,
  );
  const none = Object.entries(refused).map(([name, reason]) => `  ${`--${name}`.padEnd(wide)}  not here: ${reason}`);
  const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`);
  return `${about}\n\n  ${command} [options]\n\n${[...lines, ...none].join('\n')}\n\nExit code: ${codes.join('; ')}.\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The same for a page, as Markdown. */
export function helpSection(described: Described): string {
  const rows = takenOf(described).map(
    ([name, option]) => `| \`${written(name, option)}\` | ${cell(option.about)} | ${cell(otherwiseOf(option))} |`,
  );
  const none = Object.entries(described.refused).map(
    ([name, reason]) => `| \`--${name}\` | not here: ${cell(reason)} | |`,
  );
  return [
    `## \`${described.command.replace(/ --$/, '')}\``,
    described.about,
    ['| option | what | otherwise |', '| --- | --- | --- |', ...rows, ...none].join('\n'),
  ].join('\n\n');
}
