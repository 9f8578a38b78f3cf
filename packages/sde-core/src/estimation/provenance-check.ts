import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';

type Check = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => isNumber(value) && Number.isInteger(value) && Number(value) > 0;
const isList: Check = (value) => Array.isArray(value) && value.length > 0;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const isWord: Check = (value) =>
  isNumber(value) && Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;
const isKey = fields({
  words: (value) => Array.isArray(value) && value.length === 2 && value.every(isWord),
  label: isText,
  generator: optional(isText),
});
const isFunctional = fields({ name: isText, text: optional(isText), parameters: optional(isRecord) });
const common = { functional: isFunctional, key: isKey, version: isText };

/** What a run again needs of each kind of provenance. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  sampled: {
    ...common,
    program: isText,
    chain: isText,
    paths: isCount,
    antithetic: isFlag,
    control: optional(fields({ functional: isFunctional, mean: isNumber })),
    confidence: optional(isNumber),
    lostPaths: optional((value) => value === 'exclude'),
  },
  quasi: { ...common, program: isText, chain: isText, points: isCount, randomizations: isCount },
  multilevel: {
    ...common,
    scheme: isText,
    coupling: isText,
    tolerance: isNumber,
    options: isRecord,
    levels: (value) => isList(value) && (value as readonly unknown[]).every(fields({ program: isText })),
  },
};

/** Refuses what is no provenance that can be run again, naming the first field that is damaged. */
export function requireProvenance(provenance: unknown): void {
  const refused = (what: string, expected: string, got: string, remedy: string): SdeError =>
    new SdeError('data', { what, where: 'rerun(provenance, chain)', expected, got, remedy });
  if (!isRecord(provenance)) {
    const remedy = 'give estimate.provenance, or what JSON.parse made of it';
    throw refused('not a provenance', 'an object with kind', describe(provenance), remedy);
  }
  const { kind } = provenance;
  if (kind === 'extrapolated') {
    const remedy = 'run provenance.levels again, each on its chain, and extrapolate(…) them';
    throw refused('a combination, not a run', 'a run', "kind 'extrapolated'", remedy);
  }
  const needed = typeof kind === 'string' && Object.hasOwn(NEEDED, kind) ? NEEDED[kind] : undefined;
  if (!needed) {
    const remedy = 'give estimate.provenance, or what JSON.parse made of it';
    throw refused('not a provenance', `kind ${Object.keys(NEEDED).join(', ')}`, `kind ${describe(kind)}`, remedy);
  }
  const damaged = Object.entries(needed).find(([name, check]) => !check(provenance[name]));
  if (!damaged) return;
  const [name] = damaged;
  const remedy = 'take the provenance of the estimate itself, unchanged';
  throw refused(
    'a provenance that is damaged',
    `its ${name}, as the estimate had it`,
    `${name}: ${describe(provenance[name])}`,
    remedy,
  );
}
