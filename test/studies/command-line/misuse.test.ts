import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdeError } from 'sde-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandLine, Program } from '#studies/command-line/program';
import { codeOfError, wordsOf } from '#studies/command-line/run-command';
import { STUDIES } from '#studies/studies';

const scratch = mkdtempSync(join(tmpdir(), 'weak-limit-misuse-'));
const before = process.cwd();
beforeAll(() => process.chdir(scratch));
afterAll(() => {
  process.chdir(before);
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs a line to its end, as the process would: its exit code and what it said. */
async function ended(program: Program, args: readonly string[]) {
  let out = '';
  const line: CommandLine = {
    signal: new AbortController().signal,
    print: async (text) => {
      out += text;
    },
    say: (words) => expect.fail(`said ${words}`),
    progress: () => expect.fail('it computes'),
  };
  try {
    return { code: await program.run(args, line), out, err: '' };
  } catch (error) {
    expect(error, args.join(' ')).toBeInstanceOf(SdeError);
    return { code: codeOfError(error), out, err: wordsOf(error) };
  }
}

const NOT_NUMBERS = [
  '',
  ' ',
  '3 ',
  ' 3',
  '1e3',
  '1E3',
  '0x10',
  '0b1',
  '0o7',
  '1_000',
  '1,5',
  'NaN',
  'Infinity',
  'infinity',
  '-3',
  '-0',
  '+3',
  '007',
  '3n',
  '1.2.3',
  '９',
  '½',
  'null',
  'undefined',
  '[3]',
  '{}',
  '99999999999999999999',
  '3\n4',
  '3\0',
  'x'.repeat(10_000),
  '__proto__',
];

/** Wrong values by what stands for the value of an option in the help. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  N: [...NOT_NUMBERS, '2.5', '1000000000000'],
  P: [...NOT_NUMBERS, '0', '0.0', '1.5', '2', '.', '1.'],
  LIST: [
    ...NOT_NUMBERS,
    '1,2',
    '1,,4',
    ',1,2,3',
    '1,2,3,',
    '1,4,2',
    '1,2,2,3',
    '1;2;3',
    'output-dropout,output-dropout',
  ],
  NAME: [...NOT_NUMBERS, 'tpu', 'CPU', 'cpu,wasm'],
  WORD: ['', ' ', '\t', 'x'.repeat(257)],
  FOLDER: ['', ' ', 'x'.repeat(4097)],
  PATH: ['', ' ', 'x'.repeat(4097)],
};

/** Every wrong line of a command: what is wrong with it, the line, and which option is to be named. */
function wrongLines({ options, refused }: Program): (readonly [what: string, args: string[], named: string])[] {
  const lines: (readonly [string, string[], string])[] = [
    ['a word', ['stray'], 'stray'],
    ['an empty word', [''], "''"],
    ['a terminator', ['--'], '--'],
    ['words after a terminator', ['--', '--quick'], '--'],
    ['a dash', ['-'], '-'],
    ['a short option', ['-x'], '-x'],
    ['a cluster of short options', ['-xh'], '-x'],
    ['an unknown option', ['--colour', 'red'], '--colour'],
    ['an option of every object', ['--toString'], '--toString'],
    ['an option __proto__', ['--__proto__=1'], '--__proto__'],
    ['an option of two lines', ['--a\nb'], '--a'],
    ['a value for help', ['--help=yes'], '--help'],
    ['help twice', ['--help', '--help'], '--help'],
  ];
  for (const [name, option] of Object.entries(options)) {
    const word = `--${name}`;
    if (Object.hasOwn(refused, name)) {
      lines.push([`${word}, which is refused`, [word, '3'], word], [`${word}=`, [`${word}=3`], word]);
      continue;
    }
    lines.push([`${word} negated`, [`--no-${name}`], `--no-${name}`]);
    lines.push([`${word} of a slip`, [`${word}y`], `${word}y`]);
    lines.push([`${word} in capitals`, [word.toUpperCase(), '3'], word.toUpperCase()]);
    if (option.kind === 'flag') {
      for (const value of ['yes', 'true', '', '0']) lines.push([`${word}=${value}`, [`${word}=${value}`], word]);
      lines.push([`${word} twice`, [word, word], word]);
    } else {
      lines.push([`${word} without a value`, [word], word]);
      lines.push([`${word} before another option`, [word, '--quick'], word]);
      lines.push([`${word} before help`, [word, '--help'], word]);
      const wrong = WRONG[option.takes];
      expect(wrong, option.takes).toBeDefined();
      for (const value of wrong) {
        lines.push([`${word}=${value.slice(0, 30)}`, [`${word}=${value}`], word]);
        lines.push([`${word} ${value.slice(0, 30)}`, [word, value], word]);
        // The first thing that is wrong is named, though what follows is right.
        lines.push([`${word}=${value.slice(0, 30)} and more`, [`${word}=${value}`, '--quick'], word]);
      }
    }
    for (const other of option.beside ? Object.keys(options) : []) {
      if (other === name || option.beside?.includes(other) || Object.hasOwn(refused, other)) continue;
      const right = (one: string): string[] => (options[one].kind === 'flag' ? [`--${one}`] : []);
      if (right(other).length > 0)
        lines.push([
          `${word} beside --${other}`,
          [option.kind === 'flag' ? word : `${word}=x`, ...right(other)],
          `--${other}`,
        ]);
    }
  }
  return lines;
}

describe.each(STUDIES.map((program) => [program.name, program] as const))('%s', (_, program) => {
  it('refuses every wrong line in one message of four lines, and writes nothing', async () => {
    const lines = wrongLines(program);
    for (const [what, args, named] of lines) {
      const { code, out, err } = await ended(program, args);
      expect({ what, code, out }).toEqual({ what, code: 2, out: '' });
      expect(err, what).toMatch(/^[^\n]+ \([^\n]+\)\n {2}expected: [^\n]+\n {2}got: +[^\n]+\n {2}remedy: +[^\n]+$/);
      expect(err, what).toContain(named);
      expect(err.length, what).toBeLessThan(1000);
      expect(err, what).not.toMatch(/ERR_|ambiguous|\bat \S+ \(/);
    }
    expect(lines.length).toBeGreaterThan(50);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('says why it has no use for an option that others take', async () => {
    for (const [name, reason] of Object.entries(program.refused)) {
      expect((await ended(program, [`--${name}`])).err).toContain(reason);
    }
  });

  it('shows every option that it takes, and its exit codes, to whoever asks', async () => {
    for (const args of [['--help'], ['-h'], ['--quick', '--help'], ['--help', '--quick']]) {
      const { code, out } = await ended(program, args);
      expect(code).toBe(0);
      for (const name of [...Object.keys(program.options), 'help']) expect(out).toContain(`--${name}`);
      for (const exit of ['0 done', '2 a request', '130, 143']) expect(out).toContain(exit);
    }
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('has the options that every study has', () => {
    for (const name of ['key', 'out', 'json', 'threads', 'quick', 'fresh', 'repeat'])
      expect(Object.keys(program.options)).toContain(name);
  });
});
