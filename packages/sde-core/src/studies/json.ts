import { requireShape } from '../data/data-shape.js';
import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
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
  return `${JSON.stringify(study, written, 2)}\n`;
}

/**
 * The study that {@link json} wrote.
 *
 * @throws SdeError `data` for a text that is no JSON, or not of a whole study.
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
  const refuse = (got: string, cause?: unknown): never => {
    const expected = `JSON as json(study) writes it, of kind ${Object.keys(STUDY_SHAPES).join(', ')}`;
    const remedy = 'give the text that json(study) returned';
    throw new SdeError(
      'data',
      { what: 'not a study', where: 'parseStudy(text)', expected, got, remedy },
      cause === undefined ? undefined : { cause },
    );
  };
  if (typeof text !== 'string') return refuse(describe(text));
  let read: unknown;
  try {
    read = JSON.parse(text, revived);
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const kind = (read as { readonly kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(STUDY_SHAPES, kind)) return refuse(describe(kind ?? read));
  const where = 'parseStudy(text)';
  const remedy = 'compute the study again: the file is damaged, or of a version that kept less';
  requireShape(read, STUDY_SHAPES[kind as Study['kind']], { what: 'not a whole study', where, remedy, code: 'data' });
  // Of the shape that json(study) writes.
  return read as Study;
}

function revived(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(NUMBER in value)) return value;
  return UNWRITABLE[String(value[NUMBER])] ?? value;
}
