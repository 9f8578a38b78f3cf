import { parseArgs } from 'node:util';
import { SdeError } from 'sde-core';
import { firstMisfit } from '../files/misfit.js';
import { DEFAULTS, DEVICES, NOISES, type Options, QUICK } from './options.js';
import { optionsSchema } from './options-schema.js';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly options: Options;
      readonly out: string;
      readonly quick: boolean;
      readonly fresh: boolean;
    }
  | { readonly kind: 'repeat'; readonly file: string };

export const HELP: string = `Trains noisy residual networks on handwritten digits, and measures how far they are from their limits.

  npm start -- [options]

  --key WORD             names every random number                          ${DEFAULTS.key}
  --noise LIST           of ${NOISES.join(', ')}   all
  --components N         principal components of the digits                 ${DEFAULTS.components}
  --depth N              residual layers                                    ${DEFAULTS.depth}
  --width N              hidden units of a layer                            ${DEFAULTS.width}
  --epochs N             of training                                        ${DEFAULTS.epochs}
  --rate P               learning rate of Adam, in (0, 1)                   ${DEFAULTS.rate}
  --survival P           of a layer under stochastic depth, in (0, 1]       ${DEFAULTS.survival}
  --keep P               of a unit under dropout, in (0, 1]                 ${DEFAULTS.keep}
  --refinements LIST     sub-layers of each trained layer, increasing       ${DEFAULTS.refinements}
  --draws N              noise draws for each test image                    ${DEFAULTS.draws}
  --images N             test images to average over, 0 for all             ${DEFAULTS.images}
  --device NAME          ${DEVICES.join(', ')}            ${DEFAULTS.device}
  --confidence P         of every interval, in (0, 1)                       ${DEFAULTS.confidence}
  --out FOLDER           where the run's own folder is made                 out
  --quick                the same in small, in seconds: ${QUICK.noises.length} noise, ${QUICK.components} components, ${QUICK.epochs} epochs
  --fresh                computes everything, and not on from what a run that was stopped has kept
  --repeat RESULT.JSON   computes a result again and compares every bit
  --help

Exit code: 0 when no order is refuted, 1 when one is, 2 for a request that cannot be met, 130 when stopped.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const SYNTAX = {
  key: text,
  noise: text,
  components: text,
  depth: text,
  width: text,
  epochs: text,
  rate: text,
  survival: text,
  keep: text,
  refinements: text,
  draws: text,
  images: text,
  device: text,
  confidence: text,
  out: text,
  repeat: text,
  quick: flag,
  fresh: flag,
  help: { ...flag, short: 'h' },
} as const;

/**
 * Reads a command line.
 *
 * @throws SdeError `value` for an unknown option or a value out of range.
 */
export function readArguments(args: readonly string[]): Request {
  const given = parse(args);
  if (given.help) return { kind: 'help' };
  if (given.repeat !== undefined) {
    const others = Object.keys(given).filter((name) => name !== 'repeat');
    if (others.length > 0) {
      throw refusal(
        `--${others[0]}`,
        'no other option beside --repeat',
        others.join(', '),
        'a result is repeated with its own options',
      );
    }
    return { kind: 'repeat', file: given.repeat };
  }
  const base = given.quick ? QUICK : DEFAULTS;
  const whole = (name: NumberName, least: number): number =>
    given[name] === undefined ? base[name] : integer(name, given[name], least);
  const share = (name: NumberName, one: boolean): number =>
    given[name] === undefined ? base[name] : proportion(name, given[name], one);
  const options: Options = {
    key: given.key ?? base.key,
    noises: given.noise === undefined ? base.noises : choices('noise', given.noise, NOISES),
    components: whole('components', 2),
    depth: whole('depth', 1),
    width: whole('width', 1),
    epochs: whole('epochs', 1),
    rate: share('rate', false),
    survival: share('survival', true),
    keep: share('keep', true),
    refinements: given.refinements === undefined ? base.refinements : ladder(given.refinements),
    draws: whole('draws', 2),
    images: whole('images', 0),
    threeWays: base.threeWays,
    device: given.device === undefined ? base.device : choices('device', given.device, DEVICES)[0],
    confidence: share('confidence', false),
  };
  if (options.key === '') throw refusal('--key', 'a number or a word', "''", 'give one, such as --key 7');
  requireAffordable(options);
  return { kind: 'run', options, out: given.out ?? 'out', quick: given.quick ?? false, fresh: given.fresh ?? false };
}

/** The bounds that also hold for the options of a result that is repeated. */
function requireAffordable(options: Options): void {
  const found = firstMisfit(options, optionsSchema);
  if (!found) return;
  const { place, expected, got } = found;
  const name = place.replace(/\[.*/, '').replace('noises', 'noise');
  throw refusal(name ? `--${name}` : 'all options together', expected, got, 'ask for less');
}

type NumberName =
  | 'components'
  | 'depth'
  | 'width'
  | 'epochs'
  | 'rate'
  | 'survival'
  | 'keep'
  | 'draws'
  | 'images'
  | 'confidence';
type Given = Partial<Record<Exclude<keyof typeof SYNTAX, 'quick' | 'fresh' | 'help'>, string>> & {
  quick?: boolean;
  fresh?: boolean;
  help?: boolean;
};

function parse(args: readonly string[]): Given {
  try {
    return { ...parseArgs({ args: [...args], options: SYNTAX, strict: true, allowPositionals: false }).values };
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw refusal(args.join(' '), 'options of the list that --help shows', got, 'see npm start -- --help');
  }
}

function integer(name: string, word: string, least: number): number {
  const value = Number(word);
  if (word.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw refusal(`--${name}`, `a whole number of at least ${least}`, `'${word}'`, 'see npm start -- --help');
}

function proportion(name: string, word: string, one: boolean): number {
  const value = Number(word);
  if (word.trim() !== '' && value > 0 && (one ? value <= 1 : value < 1)) return value;
  throw refusal(`--${name}`, `a number in (0, 1${one ? ']' : ')'}`, `'${word}'`, 'see npm start -- --help');
}

function ladder(word: string): number[] {
  const values = word.split(',').map((part) => integer('refinements', part, 1));
  if (values.length >= 3 && values.every((value, i) => i === 0 || value > values[i - 1])) return values;
  throw refusal(
    '--refinements',
    'at least three increasing whole numbers',
    `'${word}'`,
    'give them with commas: 1,2,4,8',
  );
}

function choices<T extends string>(name: string, word: string, known: readonly T[]): T[] {
  const found = word.split(',').map((part) => known.find((one) => one === part));
  if (found.every((one) => one !== undefined) && new Set(found).size === found.length) return found;
  throw refusal(`--${name}`, known.join(', '), `'${word}'`, `take from these, once each`);
}

function refusal(where: string, expected: string, got: string, remedy: string): SdeError {
  return new SdeError('value', {
    what: 'the command line asks for something that is not there',
    where,
    expected,
    got,
    remedy,
  });
}
