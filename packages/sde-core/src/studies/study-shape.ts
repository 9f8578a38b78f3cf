import {
  type DataShape,
  finite,
  flag,
  IDENTIFIER,
  list,
  maybe,
  notNegative,
  oneOf,
  only,
  positive,
  record,
  share,
  someNumber,
  text,
  warning,
  whole,
} from '../data/data-shape.js';
import type { Interval } from '../estimation/confidence.js';
import type { Divergence } from '../estimation/divergence.js';
import type { FunctionalRecord } from '../estimation/functional.js';
import { sampled, version } from '../estimation/provenance-check.js';
import type { ConstantFit } from './constant-fit.js';
import type { OrderFit } from './order-fit.js';
import type { StrongLevel, StrongOrderStudy } from './strong-order.js';
import type { Study } from './study.js';
import { agreeing, orderClaims, strongClaims, workClaims } from './study-agreement.js';
import type { OrderLevel, OrderStudy } from './weak-order.js';
import type { WorkPrecisionStudy, WorkRow } from './work-precision.js';

const MOST_LEVELS = 256;
const MOST_ROWS = 1024;
/** Of a state. */
const MOST_DIMENSIONS = 2 ** 20;

const count = whole(0, Number.MAX_SAFE_INTEGER);
const warnings = list(warning, 0, MOST_ROWS * MOST_LEVELS);
const interval = only<Interval>({ low: someNumber, high: someNumber, level: share });
const verdict = oneOf('confirmed', 'refuted', 'inconclusive');
const functional = only<FunctionalRecord>({
  name: text,
  text: maybe(text),
  parameters: maybe(record(finite, 1024, IDENTIFIER)),
});

const fit = only<OrderFit>({
  expected: finite,
  value: someNumber,
  interval,
  constant: only<ConstantFit>({
    order: finite,
    value: someNumber,
    interval,
    verdict: oneOf('settled', 'inconclusive'),
    reason: text,
    next: someNumber,
  }),
  localSlopes: list(someNumber, 0, MOST_LEVELS),
  verdict,
  reason: text,
  samplesFactor: maybe(someNumber),
});

const divergence = only<Divergence>({
  paths: count,
  first: maybe(
    only<NonNullable<Divergence['first']>>({
      path: count,
      mirrored: maybe(flag),
      step: count,
      t: finite,
      kind: oneOf('state', 'functional'),
      state: list(finite, 1, MOST_DIMENSIONS),
    }),
  ),
  message: text,
});

const level = {
  h: positive,
  steps: whole(1, Number.MAX_SAFE_INTEGER),
  error: someNumber,
  standardError: notNegative,
  noiseFloor: someNumber,
  resolved: flag,
  divergence: maybe(divergence),
  warnings,
  provenance: maybe(sampled),
};

const orderStudy = agreeing<OrderStudy>(
  only<OrderStudy>({
    kind: oneOf('order-study'),
    chain: text,
    functional,
    truth: finite,
    method: oneOf('exact', 'sampled'),
    levels: list(only<OrderLevel>({ ...level, value: someNumber }), 1, MOST_LEVELS),
    fit,
    verdict,
    pathsNeeded: maybe(someNumber),
    warnings,
    version,
  }),
  orderClaims,
);

/** What each kind of study holds, and nothing else: to be printed, drawn, written or read. */
export const STUDY_SHAPES: Readonly<Record<Study['kind'], DataShape>> = {
  'order-study': orderStudy,
  'strong-order-study': agreeing<StrongOrderStudy>(
    only<StrongOrderStudy>({
      kind: oneOf('strong-order-study'),
      scheme: text,
      levels: list(only<StrongLevel>({ ...level, paths: count, nonFinite: count }), 1, MOST_LEVELS),
      fit,
      order: someNumber,
      interval,
      verdict,
      pathsNeeded: maybe(someNumber),
      warnings,
      version,
    }),
    strongClaims,
  ),
  'work-precision-study': agreeing<WorkPrecisionStudy>(
    only<WorkPrecisionStudy>({
      kind: oneOf('work-precision-study'),
      functional,
      truth: finite,
      tolerance: positive,
      rows: list(
        only<WorkRow>({
          name: text,
          workPerStep: positive,
          study: orderStudy,
          work: maybe(someNumber),
          workInterval: maybe(interval),
        }),
        1,
        MOST_ROWS,
      ),
      verdict: oneOf('decided', 'inconclusive'),
      cheapest: maybe(text),
      reason: text,
      samplesFactor: maybe(someNumber),
      warnings,
      version,
    }),
    workClaims,
  ),
};
