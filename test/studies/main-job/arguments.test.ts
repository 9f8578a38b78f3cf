import { SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { helpText } from '#studies/command-line/help';
import { readCommandLine } from '#studies/command-line/read-command-line';
import { jobOptions } from '#studies/main-job/arguments';
import { mainProgram } from '#studies/main-job/main-program';
import { DEFAULTS, QUICK } from '#studies/main-job/options';
import { runName } from '#studies/main-job/run-name';

type Given = Parameters<typeof jobOptions>[0];

const read = (args: readonly string[]): Given => {
  const given = readCommandLine(mainProgram, args);
  if (given === 'help') throw new Error(given);
  return given as Given; // by the table of the main job
};
const optionsOf = (...args: string[]): typeof DEFAULTS => jobOptions(read(args));

describe('the command line', () => {
  it('without options is the job of the report', () => {
    expect(optionsOf()).toEqual(DEFAULTS);
    expect(read([])).toMatchObject({ out: undefined, quick: false, fresh: false, json: false, repeat: undefined });
    expect(optionsOf('--quick')).toEqual(QUICK);
    expect(read(['--quick'])).toMatchObject({ out: undefined, quick: true, fresh: false });
  });

  it('reads every option', () => {
    const words =
      '--key x --noise output-dropout,stochastic-depth --components 3 --depth 4 --width 5 --epochs 6 --rate 0.01 --survival 0.5 ' +
      '--keep 1 --refinements 1,3,9 --draws 10 --images 11 --device cpu --confidence 0.9';
    expect(optionsOf(...words.split(' '))).toEqual({
      key: 'x',
      noises: ['output-dropout', 'stochastic-depth'],
      components: 3,
      depth: 4,
      width: 5,
      epochs: 6,
      rate: 0.01,
      survival: 0.5,
      keep: 1,
      refinements: [1, 3, 9],
      draws: 10,
      images: 11,
      threeWays: DEFAULTS.threeWays,
      device: 'cpu',
      confidence: 0.9,
    });
  });

  it('names every option in its help', () => {
    expect(readCommandLine(mainProgram, ['-h'])).toBe('help');
    expect(read(['--repeat', 'a.json'])).toMatchObject({ repeat: 'a.json' });
    for (const name of [
      ...Object.keys(DEFAULTS).filter((option) => option !== 'noises' && option !== 'threeWays'),
      'noise',
      'out',
      'quick',
      'fresh',
      'repeat',
    ])
      expect(helpText(mainProgram)).toContain(`--${name} `);
  });

  it.each([
    ['--survival', '0'],
    ['--survival', '1.5'],
    ['--survival', 'x'],
    ['--keep', '-1'],
    ['--keep', ''],
    ['--confidence', '1'],
    ['--components', '1'],
    ['--depth', '0'],
    ['--epochs', '2.5'],
    ['--draws', '1'],
    ['--images', '-1'],
    ['--refinements', '1,2'],
    ['--refinements', '1,4,2'],
    ['--refinements', '1,,4'],
    ['--noise', 'depth'],
    ['--noise', 'output-dropout,output-dropout'],
    ['--device', 'tpu'],
    ['--key', ''],
    ['--colour', 'red'],
    ['spare', 'words'],
  ])('refuses %s %s', (option, value) => {
    const args = option.startsWith('--') ? [`${option}=${value}`] : [option, value];
    expect(() => optionsOf(...args)).toThrow(SdeError);
    expect(() => optionsOf(...args)).toThrow(/expected: .+\n {2}got: .+\n {2}remedy: /);
  });

  it('refuses other options beside --repeat', () => {
    expect(() => read(['--repeat', 'a.json', '--key', '8'])).toThrow(SdeError);
  });
});

describe('the name of a run', () => {
  it('holds the key and what is not the default, and nothing that a file system refuses', () => {
    expect(runName(DEFAULTS, false)).toBe('main-key-7');
    expect(runName(QUICK, true)).toBe('quick-key-7');
    expect(runName({ ...DEFAULTS, key: '../a b', epochs: 3, refinements: [1, 2, 3] }, false)).toMatch(
      /^main-key-\.\._a_b-epochs-3-refinements-1\+2\+3-[0-9a-f]{8}$/,
    );
  });

  it('is another for every other key, and never too long', () => {
    const keys = ['a b', 'a_b', 'a/b', '数', '字', '_', 'x'.repeat(150), 'x'.repeat(151)];
    const found = keys.map((key) => runName({ ...DEFAULTS, key }, false));
    expect(new Set(found).size).toBe(keys.length);
    for (const name of found) expect(name).toMatch(/^[\w.+-]{1,140}$/);
  });
});
