import {
  type DataShape,
  fields,
  flag,
  list,
  maybe,
  notNegative,
  oneOf,
  positive,
  share,
  someNumber,
  text,
} from '../data/data-shape.js';
import type { Study } from './study.js';

const warnings = list(fields({ kind: text, message: text }));
const interval = fields({ low: someNumber, high: someNumber, level: share });
const verdict = oneOf('confirmed', 'refuted', 'inconclusive');
const functional = fields({ name: text });

const fit = fields({
  expected: someNumber,
  value: someNumber,
  interval,
  constant: fields({
    order: someNumber,
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
  steps: positive,
  error: someNumber,
  standardError: notNegative,
  noiseFloor: someNumber,
  resolved: flag,
  warnings,
};

const orderStudy = {
  chain: text,
  functional,
  truth: someNumber,
  levels: list(fields({ ...level, value: someNumber }), 1),
  fit,
  verdict,
  pathsNeeded: maybe(someNumber),
  warnings,
};

/** What each kind of study has to hold to be printed, drawn or written. */
export const STUDY_SHAPES: Readonly<Record<Study['kind'], DataShape>> = {
  'order-study': fields(orderStudy),
  'strong-order-study': fields({
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
    functional,
    truth: someNumber,
    tolerance: positive,
    rows: list(
      fields({
        name: text,
        workPerStep: positive,
        study: fields({ kind: oneOf('order-study'), ...orderStudy }),
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
