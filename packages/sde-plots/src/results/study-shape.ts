import type { Study } from 'sde-core';
import {
  type DataShape,
  fields,
  finite,
  flag,
  list,
  maybe,
  notNegative,
  oneOf,
  positive,
  requireShape,
  share,
  someNumber,
  text,
  warning,
  whole,
} from 'sde-core/data';
import { describe, SdeError } from 'sde-core/errors';

const interval = fields({ low: someNumber, high: someNumber, level: share });
const verdict = oneOf('confirmed', 'refuted', 'inconclusive');
const warnings = list(warning);
const fit = fields({
  expected: finite,
  value: someNumber,
  interval,
  constant: fields({
    order: finite,
    value: someNumber,
    interval,
    verdict: oneOf('settled', 'inconclusive'),
    reason: text,
  }),
  verdict,
  reason: text,
});
const level = {
  h: positive,
  steps: whole(1, Number.MAX_SAFE_INTEGER),
  error: someNumber,
  standardError: notNegative,
  noiseFloor: someNumber,
  resolved: flag,
};
const functional = fields({ name: text });
const orderStudy = fields({
  kind: oneOf('order-study'),
  chain: text,
  functional,
  truth: finite,
  levels: list(fields({ ...level, value: someNumber }), 1),
  fit,
  verdict,
  pathsNeeded: maybe(someNumber),
  warnings,
});

/** What tables and pictures read of a study; whatever else it holds is not looked at. */
const SHAPES: Readonly<Record<Study['kind'], DataShape>> = {
  'order-study': orderStudy,
  'strong-order-study': fields({
    kind: oneOf('strong-order-study'),
    scheme: text,
    levels: list(fields({ ...level, paths: someNumber, nonFinite: someNumber }), 1),
    fit,
    order: someNumber,
    interval,
    verdict,
    pathsNeeded: maybe(someNumber),
    warnings,
  }),
  'work-precision-study': fields({
    kind: oneOf('work-precision-study'),
    functional,
    truth: finite,
    tolerance: positive,
    rows: list(
      fields({
        name: text,
        workPerStep: positive,
        study: orderStudy,
        work: maybe(someNumber),
        workInterval: maybe(interval),
      }),
      1,
    ),
    verdict: oneOf('decided', 'inconclusive'),
    cheapest: maybe(text),
    reason: text,
    warnings,
  }),
};

/** Refuses what is no study. */
export function requireStudy(study: unknown, where: string): asserts study is Study {
  const remedy = 'give what weakOrder, strongOrder or workPrecision returned';
  const kind = (study as { readonly kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) {
    throw new SdeError('value', {
      what: 'not what is taken here',
      where,
      expected: `an object of kind ${Object.keys(SHAPES).join(', ')}`,
      got: describe(study),
      remedy,
    });
  }
  requireShape(study, SHAPES[kind as Study['kind']], { what: 'not a whole study', where, remedy });
}
