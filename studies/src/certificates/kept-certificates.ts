import type { Certificate } from 'sde-core';
import type { Parts } from '../run-folder/parts.js';
import { count, either, fields, list, maybe, number, type Shape, text, word } from '../run-folder/shape.js';
import { type Certified, certificateOf, certifiedSchemes } from './certificates.js';

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

/** How certificates are made. */
export interface Certifying {
  readonly signal?: AbortSignal;
  /** Default: every scheme. */
  readonly schemes?: readonly Certified[];
  readonly progress?: (news: { readonly done: number; readonly of: number; readonly words: string }) => void;
}

/** Every scheme's certificate, made one after another; those that a run that was stopped has kept are not made again. */
export async function keptCertificates(
  parts: Parts,
  { signal, schemes = certifiedSchemes(), progress }: Certifying = {},
): Promise<(entry: Certified) => Certificate> {
  const found = new Map<string, Certificate>();
  for (const [i, entry] of schemes.entries()) {
    signal?.throwIfAborted();
    const { name } = entry.scheme;
    found.set(name, await parts.part(name, certificate, () => certificateOf(entry)));
    progress?.({ done: i + 1, of: schemes.length, words: name });
    // A signal is heard between two certificates.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return (entry) => found.get(entry.scheme.name) ?? certificateOf(entry);
}
