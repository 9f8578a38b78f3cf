import { parseArgs } from 'node:util';
import { SdeError } from 'sde-core';
import { closest, describe } from 'sde-core/errors';
import type { OptionTable, Values } from './option.js';

/** What a command line may hold. */
export interface LineTable<Table extends OptionTable = OptionTable> {
  /** The command as it is typed: `npm run control --`. */
  readonly command: string;
  readonly options: Table;
  /** Options that other commands have, by name, and why this one has none. */
  readonly refused: Readonly<Record<string, string>>;
}

/**
 * What a command line asks for: the values of its options, or its help.
 *
 * Node takes the line apart; what a word means, and whether it may stand there, is decided by the table alone. Nothing is repaired: an option that is
 * unknown, given twice, without its value or with one that it does not take is refused, and so is a word that no option is for.
 *
 * @throws SdeError `value` for the first word that is wrong.
 */
export function readCommandLine<Table extends OptionTable>(
  { command, options, refused }: LineTable<Table>,
  args: readonly string[],
): Values<Table> | 'help' {
  const see = `${command} --help lists the options`;
  const takes = (name: string): boolean => Object.hasOwn(options, name) && options[name].kind === 'value';
  const names = [...Object.keys(options), 'help'];
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.keys(options).map((name) => [name, { type: takes(name) ? 'string' : 'boolean' }])),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, unknown>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator')
      throw refusal('the command line', 'options alone', "'--'", `leave it out; ${see}`);
    if (token.kind === 'positional')
      throw refusal('the command line', 'options alone', shown(token.value), `write it as an option's value; ${see}`);
    const { name, rawName, value, inlineValue = false } = token;
    if (Object.hasOwn(refused, name) && name !== 'help')
      throw refusal(rawName, 'an option that means something here', rawName, `leave it out: ${refused[name]}`);
    const known = name === 'help' || (rawName.startsWith('--') && Object.hasOwn(options, name));
    if (!known) {
      const meant = closest(name, names);
      const remedy = meant === undefined ? see : `write --${meant}, if that is meant; ${see}`;
      throw refusal('the command line', 'an option of this command', shown(rawName), remedy);
    }
    if (given.has(name)) throw refusal(`--${name}`, 'the option once', 'it is given twice', 'leave one of them out');
    const option = name === 'help' ? undefined : options[name];
    if (option?.kind !== 'value') {
      if (value !== undefined)
        throw refusal(`--${name}`, 'no value', shown(value), `write --${name} alone, or leave it out`);
      given.set(name, true);
      continue;
    }
    const { expected, read } = option;
    const remedy = option.takes === '' ? see : `write --${name}=${option.takes}; ${see}`;
    if (value === undefined) throw refusal(`--${name}`, expected, 'no value', remedy);
    const found = read(value);
    if (!inlineValue && value.startsWith('-') && (found !== undefined || /^--?[a-z]/i.test(value)))
      throw refusal(`--${name}`, expected, `${shown(value)}, which looks like an option`, remedy);
    if (found === undefined) throw refusal(`--${name}`, expected, shown(value), remedy);
    given.set(name, found);
  }
  if (given.has('help')) return 'help';
  for (const name of given.keys()) {
    const { beside } = options[name];
    const other = beside && [...given.keys()].find((one) => one !== name && !beside.includes(one));
    if (other === undefined) continue;
    const expected = `no other option beside --${name}${beside?.length ? ` but --${beside.join(', --')}` : ''}`;
    throw refusal(`--${other}`, expected, `--${other}`, `leave out one of the two; ${see}`);
  }
  const values = Object.entries(options).map(([name, { kind }]) => [
    name,
    given.get(name) ?? (kind === 'flag' ? false : undefined),
  ]);
  // Each was read by its own option.
  return Object.fromEntries(values) as Values<Table>;
}

/** A word of the line on one line. */
const shown = (word: string): string => describe(word).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '�');

function refusal(where: string, expected: string, got: string, remedy: string): SdeError {
  const what = 'the command line asks for something that is not there';
  return new SdeError('value', { what, where, expected, got, remedy });
}
