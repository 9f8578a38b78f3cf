import type { MultilevelEstimate } from 'sde-core';
import { count, facts, fields, list, maybe, number, type Shape, ShapeError, text, word } from '../run-folder/shape.js';

const level = fields({
  level: count,
  steps: count,
  paths: count,
  mean: number,
  variance: number,
  standardError: number,
  kurtosis: number,
  consistency: maybe(number),
  nonFinite: count,
  cost: number,
});

const shape = fields({
  kind: word('converged', 'stalled'),
  reason: maybe(text),
  mean: number,
  standardError: number,
  bias: number,
  interval: fields({ low: number, high: number, level: number }),
  tolerance: number,
  paths: count,
  nonFinite: count,
  degreesOfFreedom: number,
  cost: number,
  levels: list(level),
  rates: fields({ weak: maybe(number), variance: maybe(number) }),
  warnings: list(facts()),
  provenance: facts(),
});

/** A multilevel estimate that comes from a checkpoint; its provenance is looked at when it is computed again. */
export const estimateShape: Shape<MultilevelEstimate> = (value, at) => {
  const { kind, reason } = shape(value, at);
  if ((kind === 'stalled') !== (reason !== undefined)) throw new ShapeError(`${at}.reason`, 'there where it stalled');
  return value as MultilevelEstimate; // all fields that the study reads were checked
};
