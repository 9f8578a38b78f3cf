import type { Certificate } from 'sde-core';
import { type Certified, certificateOf, certifiedSchemes } from './certificates.js';
import type { Parts } from './run-folder/parts.js';
import { count, either, fields, list, maybe, number, type Shape, text, word } from './run-folder/shape.js';

const verdict = word('confirmed', 'refuted', 'inconclusive');
const row = fields({
  model: text,
  noise: word('additive', 'scalar', 'diagonal', 'commutative', 'general'),
  dimension: count,
  noiseDimension: count,
  first: number,
  second: number,
  all: number,
  worst: list(count),
  strong: maybe(number),
  verdict,
});
const none: Shape<null> = (value, at) => (value === null ? null : either()(value, at));
const certificate: Shape<Certificate> = fields({
  scheme: text,
  citation: text,
  calculus: word('ito', 'stratonovich'),
  declared: number,
  measured: number,
  declaredStrong: either(number, none),
  measuredStrong: maybe(number),
  verdict,
  reason: text,
  failure: maybe(row),
  rows: list(row),
});

/** Every scheme's certificate, made one after another; those that a run that was stopped has kept are not made again. */
export async function keptCertificates(parts: Parts, signal?: AbortSignal): Promise<(entry: Certified) => Certificate> {
  const found = new Map<string, Certificate>();
  for (const entry of certifiedSchemes()) {
    signal?.throwIfAborted();
    found.set(entry.scheme.name, await parts.part(entry.scheme.name, certificate, () => certificateOf(entry)));
  }
  return (entry) => found.get(entry.scheme.name) ?? certificateOf(entry);
}
