import { requireShape } from '../data/data-shape.js';
import { type DataDoor, placeIn, readJson, refuseData } from '../data/json-text.js';
import { describe } from '../errors/at-the-door.js';
import { requireStudy } from './require-study.js';
import type { Study } from './study.js';
import { STUDY_SHAPES } from './study-shape.js';

/** Numbers that JSON has no way to write, or writes as another. */
const UNWRITABLE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};
/** An object of this one field stands for such a number. */
const NUMBER = '$number';
/** Of the file: its number changes when one that was right before would be read otherwise, or refused. */
const FORMAT = 'weak-limit/study 1';

/**
 * A study as JSON that {@link parseStudy} reads back to the last bit, numbers that are not finite and −0 included.
 *
 * Each sampled level holds the provenance of its estimate: `rerun(level.provenance, chain(level.steps))` computes it again.
 */
export function json(study: Study): string {
  requireStudy(study, 'json(study)');
  const written = (_: string, value: unknown): unknown =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? { [NUMBER]: value === 0 ? '-0' : String(value) }
      : value;
  return `${JSON.stringify({ format: FORMAT, ...study }, written, 2)}\n`;
}

/**
 * The study that {@link json} wrote.
 *
 * @throws SdeError `data` for a text that is no JSON, of another format, or not of a whole study and nothing else; it says at which place.
 *
 * @example
 * ```ts
 * import { eulerMaruyama, coupled, geometricBrownianMotion, inline, json, key, parseStudy, problem, rerun, strongOrder } from 'sde-core';
 * const on = problem({ model: geometricBrownianMotion({ mu: 0.1, sigma: 0.2 }), x0: [1], T: 1 });
 * const study = await strongOrder({ problem: on, scheme: eulerMaruyama, steps: [4, 8], paths: 512, key: key(1), backend: inline() });
 * const read = parseStudy(json(study));
 * const provenance = read.kind === 'strong-order-study' ? read.levels[0].provenance : undefined;
 * const again = provenance && (await rerun(provenance, coupled(on, eulerMaruyama, { steps: 4 }), { backend: inline() }));
 * again?.mean === study.levels[0].error; // → true
 * ```
 */
export function parseStudy(text: string): Study {
  const remedy = 'give the text that json(study) returned';
  const door: DataDoor = { what: 'not a study', where: 'parseStudy(text)', remedy, code: 'data' };
  const read = revived(readJson(text, door), '', door);
  const { format, ...study } = (isObject(read) ? read : {}) as Readonly<Record<string, unknown>>;
  if (format !== FORMAT) throw refuseData(door, '', `an object of format '${FORMAT}'`, describe(format ?? read));
  const { kind } = study;
  if (typeof kind !== 'string' || !Object.hasOwn(STUDY_SHAPES, kind))
    throw refuseData(door, '', `kind ${Object.keys(STUDY_SHAPES).join(', ')}`, describe(kind));
  const whole = 'compute the study again: the file is damaged';
  requireShape(study, STUDY_SHAPES[kind as Study['kind']], { ...door, what: 'not a whole study', remedy: whole });
  // Of the shape that json(study) writes.
  return study as unknown as Study;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Data with the numbers that JSON cannot write in their places. */
function revived(value: unknown, place: string, door: DataDoor): unknown {
  if (Array.isArray(value)) return value.map((part, i) => revived(part, placeIn(place, i, true), door));
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, NUMBER)) {
    const word = value[NUMBER];
    const known = typeof word === 'string' && Object.hasOwn(UNWRITABLE, word);
    if (known && Object.keys(value).length === 1) return UNWRITABLE[word];
    throw refuseData(door, place, `{ ${NUMBER}: one of ${Object.keys(UNWRITABLE).join(', ')} }`, describe(word));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, revived(part, placeIn(place, name, false), door)]),
  );
}
