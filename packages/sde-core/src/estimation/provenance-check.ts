import {
  type DataShape,
  finite,
  flag,
  IDENTIFIER,
  list,
  maybe,
  oneOf,
  only,
  positive,
  record,
  requireShape,
  share,
  text,
  textLike,
  whole,
} from '../data/data-shape.js';
import { type DataDoor, refuseData } from '../data/json-text.js';
import { describe } from '../errors/at-the-door.js';
import { MOST_FUNCTIONALS } from '../paths/program.js';
import { generators } from '../randomness/generators.js';
import type { Key } from '../randomness/key.js';
import type { CombinedProvenance, JointSamplingProvenance, PairProvenance, SamplingProvenance } from './estimate.js';
import type { FunctionalRecord } from './functional.js';
import type { JointMultilevelProvenance, MultilevelProvenance } from './multilevel-report.js';
import type { JointQuasiProvenance, QuasiProvenance } from './quasi-estimate.js';
import { isLater, VERSION } from './version.js';

/** Paths of one run: 64 times what a tolerance may ask for by itself. A file that says more would run for years. */
const MOST_PATHS = 2 ** 36;
/** Steps of one run, taken together. */
const MOST_STEPS = 2 ** 44;
const MOST_LEVELS = 64;
const MOST_ROUNDS = 1024;
const MOST_PARAMETERS = 1024;

const hash = textLike(/^[0-9a-f]{8,128}$/, 'a hash in hexadecimal digits');
const anyVersion = textLike(/^\d{1,6}\.\d{1,6}\.\d{1,6}(-[\w.]{1,40})?$/, 'a version, as 0.1.0');
/** A version of the toolkit that is known here: what a later one wrote may mean something else. */
export const version: DataShape = (value, place) =>
  anyVersion(value, place) ??
  (isLater(String(value)) ? { place, expected: `a version up to ${VERSION}, which this is`, got: value } : undefined);
const determinism = oneOf('bitwise', 'statistical');

const keyShape = only<Key>({
  words: list(whole(0, 2 ** 32 - 1), 2, 2),
  label: text,
  generator: maybe(oneOf(...Object.keys(generators))),
});
const functional = only<FunctionalRecord>({
  name: text,
  text: maybe(text),
  parameters: maybe(record(finite, MOST_PARAMETERS, IDENTIFIER)),
});
const lostPaths = maybe(oneOf('exclude'));
const confidence = maybe(share);

const named = { name: text, functionals: record(functional, MOST_FUNCTIONALS) };

const sampling = {
  program: hash,
  chain: text,
  key: keyShape,
  paths: whole(1, MOST_PATHS),
  antithetic: flag,
  control: maybe(only<NonNullable<SamplingProvenance['control']>>({ functional, mean: finite, coefficient: finite })),
  confidence,
  lostPaths,
  backend: text,
  determinism,
  version,
};

/** What sampling records: also of a study's levels. */
export const sampled: DataShape = only<SamplingProvenance>({ kind: oneOf('sampled'), functional, ...sampling });

const jointSampled = only<JointSamplingProvenance>({ kind: oneOf('joint-sampled'), ...named, ...sampling });

const net = {
  program: hash,
  chain: text,
  key: keyShape,
  points: whole(1, MOST_PATHS),
  randomizations: whole(2, 2 ** 20),
  confidence,
  lostPaths,
  version,
};

const quasi = only<QuasiProvenance>({ kind: oneOf('quasi'), functional, ...net });

const jointQuasi = only<JointQuasiProvenance>({ kind: oneOf('joint-quasi'), ...named, ...net });

const levels = {
  scheme: text,
  coupling: oneOf('plain', 'antithetic'),
  key: keyShape,
  tolerance: positive,
  options: only<MultilevelProvenance['options']>({
    confidence: share,
    steps: whole(1, MOST_STEPS),
    firstPaths: whole(64, MOST_PATHS),
    maxLevels: whole(2, MOST_LEVELS),
    maxCost: positive,
    lostPaths,
  }),
  observed: maybe(record(only<{ kind: string; text: string }>({ kind: text, text }), MOST_PARAMETERS, IDENTIFIER)),
  levels: list(
    only<MultilevelProvenance['levels'][number]>({
      program: hash,
      steps: whole(1, Number.MAX_SAFE_INTEGER),
      rounds: list(whole(1, MOST_PATHS), 1, MOST_ROUNDS),
    }),
    1,
    MOST_LEVELS + 1,
  ),
  backend: text,
  determinism,
  version,
};

const multilevel = only<MultilevelProvenance>({ kind: oneOf('multilevel'), functional, ...levels });

const jointMultilevel = only<JointMultilevelProvenance>({ kind: oneOf('joint-multilevel'), ...named, ...levels });

/** Provenance of what was run, not combined. */
export type RunProvenance =
  | SamplingProvenance
  | QuasiProvenance
  | MultilevelProvenance
  | JointSamplingProvenance
  | JointQuasiProvenance
  | JointMultilevelProvenance;

/** What each kind of provenance that can be run again holds, and nothing else. */
const RUNS: Readonly<Record<RunProvenance['kind'], DataShape>> = {
  sampled,
  'joint-sampled': jointSampled,
  'joint-quasi': jointQuasi,
  'joint-multilevel': jointMultilevel,
  quasi,
  multilevel,
};

/** Refuses what is no provenance that can be run again, naming the first field that is damaged. */
export function requireProvenance(provenance: unknown): void {
  const door: DataDoor = { what: 'not a provenance', where: 'rerun(provenance, chain)', remedy: REMEDY, code: 'data' };
  if (typeof provenance !== 'object' || provenance === null || Array.isArray(provenance))
    throw refuseData(door, '', 'an object with kind', describe(provenance));
  const { kind } = provenance as { readonly kind?: unknown };
  if (kind === ('ratio' satisfies PairProvenance['kind']) || kind === ('difference' satisfies PairProvenance['kind'])) {
    const remedy = `run provenance.from again, and take the ${kind} of what it gives`;
    throw refuseData({ ...door, what: 'a combination, not a run', remedy }, '', 'a run', `kind '${kind}'`);
  }
  if (kind === ('extrapolated' satisfies CombinedProvenance['kind'])) {
    const remedy = 'run provenance.levels again, each on its chain, and extrapolate(…) them';
    throw refuseData({ ...door, what: 'a combination, not a run', remedy }, '', 'a run', "kind 'extrapolated'");
  }
  if (typeof kind !== 'string' || !Object.hasOwn(RUNS, kind))
    throw refuseData(door, '', `kind ${Object.keys(RUNS).join(', ')}`, `kind ${describe(kind)}`);
  // Its own key, as was just seen.
  const shape = RUNS[kind as keyof typeof RUNS];
  requireShape(provenance, shape, { ...door, what: 'a provenance that is damaged', remedy: UNCHANGED });
  // The shape is that of the kind.
  if (kind === 'multilevel' || kind === 'joint-multilevel') requireRounds(provenance as MultilevelProvenance, door);
  const { name, functionals } = provenance as Partial<JointSamplingProvenance>;
  if (functionals && !Object.hasOwn(functionals, name as string))
    throw refuseData(
      { ...door, what: 'a provenance that is damaged', remedy: UNCHANGED },
      'name',
      Object.keys(functionals).join(', ') || 'the name of a functional',
      describe(name),
    );
}

const REMEDY = 'give estimate.provenance, or what JSON.parse made of it';
const UNCHANGED = 'take the provenance of the estimate itself, unchanged';

/** What a multilevel run took has an end, and its levels begin as its options say. */
function requireRounds({ options, levels }: MultilevelProvenance, door: DataDoor): void {
  const damaged = { ...door, what: 'a provenance that is damaged', remedy: UNCHANGED };
  if (options.maxCost > MOST_STEPS)
    throw refuseData(damaged, 'options.maxCost', `a number ≤ ${MOST_STEPS}`, describe(options.maxCost));
  let right = options.steps;
  for (const [i, { steps, rounds }] of levels.entries()) {
    if (i > 0) right *= 2;
    if (steps !== right) throw refuseData(damaged, `levels[${i}].steps`, String(right), describe(steps));
    if (rounds[0] !== options.firstPaths)
      throw refuseData(damaged, `levels[${i}].rounds[0]`, String(options.firstPaths), describe(rounds[0]));
  }
}
