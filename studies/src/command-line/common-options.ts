import { type Flag, flag, type OptionTable, type Valued, whole, words } from './option.js';

/** An option of every study that means nothing to one of them, with the reason, as a sentence. */
export interface Never {
  readonly never: string;
}

/** How a study takes the options that all have. */
export interface CommonUse {
  /** The key that it has otherwise. */
  readonly key: { readonly otherwise: string } | Never;
  /** Where its files go. */
  readonly out: { readonly about: string; readonly otherwise: string } | Never;
  readonly json: 'taken' | Never;
  readonly threads: 'taken' | Never;
  /** What the small one computes. */
  readonly quick: { readonly about: string } | Never;
  readonly fresh: 'taken' | Never;
  readonly repeat: 'taken' | Never;
}

/** The options that every study has: those that it does not take are refused with the reason. */
export interface CommonOptions extends OptionTable {
  readonly key: Valued<string>;
  readonly out: Valued<string>;
  readonly json: Flag;
  readonly threads: Valued<number>;
  readonly quick: Flag;
  readonly fresh: Flag;
  readonly repeat: Valued<string>;
}

/** A result is repeated with its own options; who computes it, and how it is shown, is free. */
const BESIDE_REPEAT = ['threads'];
/** As many as a pool of workers takes. */
const MOST_THREADS = 256;
export const LONGEST_KEY = 256;
/** Of what a file system may take. */
const LONGEST_PATH = 4096;

const isNever = (use: unknown): use is Never => typeof use === 'object' && use !== null && 'never' in use;

/** The table of the options that every study has, and why it refuses some. */
export function commonOptions(use: CommonUse): {
  readonly options: CommonOptions;
  readonly refused: Readonly<Record<string, string>>;
} {
  const { key, out, quick } = use;
  const options: CommonOptions = {
    key: words('WORD', LONGEST_KEY, {
      about: 'names every random number',
      otherwise: isNever(key) ? undefined : key.otherwise,
    }),
    out: words('FOLDER', LONGEST_PATH, {
      about: isNever(out) ? '' : out.about,
      otherwise: isNever(out) ? undefined : out.otherwise,
    }),
    json: flag('prints the result as JSON instead of tables'),
    threads: whole([1, MOST_THREADS], {
      about: 'threads that compute; they change no number',
      otherwise: 'one a processor',
    }),
    quick: flag(isNever(quick) ? '' : `in seconds: ${quick.about}; the result says that it was quick`),
    fresh: flag('computes everything, and not on from what a run that was stopped has kept'),
    repeat: words('PATH', LONGEST_PATH, {
      about: 'computes a result.json again and compares every bit',
      beside: BESIDE_REPEAT,
    }),
  };
  const reasons = Object.entries(use).flatMap(([name, how]) => (isNever(how) ? [[name, how.never] as const] : []));
  return { options, refused: Object.fromEntries(reasons) };
}
