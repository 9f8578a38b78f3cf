import type { Certificate, Scheme } from 'sde-core';
import * as z from 'zod';
import { EXIT } from '../command-line/exit.js';
import { flag } from '../command-line/option.js';
import { type Study, study } from '../command-line/study.js';
import { anyNumber, count, list, number, text } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import { certificatesReport, certifiedSchemes, quickSchemes } from './certificates.js';
import { keptCertificates } from './kept-certificates.js';
import { modifiedEquationsPage } from './modified-equations.js';

const LEGEND = `Declared orders, and orders as measured: no sampling, so a slope has no error bar. Weak: the lowest over the built-in models (every noise
that the scheme is for, 1 to 3 Wiener processes) of the local order, minus 1, of all mixed moments of degree up to 2p + 1, extrapolated from
steps 1/64 … 1/2048. Strong: one step against two halves on one path. Orders are multiples of ½: 1.48 is 1.5. "–": none, or not measured.
--details adds a table for each scheme.`;

const verdict = z.enum(['confirmed', 'refuted', 'inconclusive']);
const row = z.strictObject({
  model: text,
  noise: z.enum(['additive', 'scalar', 'diagonal', 'commutative', 'general']),
  dimension: count,
  noiseDimension: count,
  first: anyNumber,
  second: anyNumber,
  all: anyNumber,
  worst: list(count, 0, 64),
  strong: anyNumber.optional(),
  verdict,
});

const resultSchema = schemaFor<readonly Certificate[]>()(
  list(
    z.strictObject({
      scheme: text,
      citation: text,
      calculus: z.enum(['ito', 'stratonovich']),
      declared: number,
      measured: anyNumber,
      declaredStrong: number.nullable(),
      measuredStrong: anyNumber.optional(),
      verdict,
      reason: text,
      failure: row.optional(),
      rows: list(row, 1, 256),
    }),
    1,
    256,
  ),
);

type Certificates = readonly (readonly [Scheme, Certificate])[];

/** Declared and measured orders of every scheme. */
export const certificatesStudy: Study<object, Plain<readonly Certificate[]>> = study({
  name: 'certificates',
  about: 'Declared and measured orders of every scheme.',
  common: {
    key: { never: 'nothing in it is random' },
    out: { about: "where the run's own folder is made", otherwise: 'out' },
    json: 'taken',
    threads: { never: 'certificates are made one after another, on one thread' },
    quick: { about: 'four of the schemes' },
    fresh: 'taken',
    repeat: 'taken',
  },
  options: {
    details: flag('adds a table for each scheme'),
    modified: flag('prints modified equations instead, and writes nothing', []),
  },
  version: 1,
  settings: () => ({}),
  settingsSchema: z.strictObject({}),
  resultSchema,
  async instead({ modified }, { print }) {
    if (!modified) return undefined;
    await print(modifiedEquationsPage());
    return EXIT.done;
  },
  async compute({ quick }, { parts, signal, progress }): Promise<Certificates> {
    const schemes = quick ? quickSchemes() : certifiedSchemes();
    const found = await keptCertificates(parts, { signal, schemes, progress });
    return schemes.map((entry) => [entry.scheme, found(entry)] as const);
  },
  result: (certificates) => certificates.map(([, found]) => found),
  show: (certificates, { details }) =>
    `${LEGEND}\n\n${certificatesReport(certificates, { details })}\n\n${certificates.length} schemes.`,
  wrong: (certificates) => certificates.some(([, found]) => found.verdict !== 'confirmed'),
});
