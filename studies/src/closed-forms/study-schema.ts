import * as z from 'zod';
import { anyNumber, list, notNegative, number, text, whole } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import { parseChecked } from '../files/read-checked.js';
import type { ClosedFormStudy } from './closed-form-study.js';

/** Of what closed-forms.json holds. */
const STUDY_VERSION = 1;

/** What `closed-forms.json` holds. */
export interface ClosedFormFile extends ClosedFormStudy {
  readonly version: typeof STUDY_VERSION;
}

const rungs = list(z.strictObject({ points: whole(2, 1e6), error: anyNumber, seconds: notNegative }), 1, 16);

const schema: z.ZodType<Plain<ClosedFormFile>> = schemaFor<ClosedFormFile>()(
  z.strictObject({
    kind: z.literal('closed-forms'),
    version: z.literal(STUDY_VERSION),
    rows: list(
      z.strictObject({
        name: text,
        exact: number,
        rungs,
        orders: list(anyNumber, 0, 16),
        extrapolated: rungs,
        quantlib: rungs.optional(),
      }),
      1,
      1024,
    ),
    skipped: text.optional(),
    rounds: whole(1, 1e6),
  }),
);

/** A study as `closed-forms.json` holds it. */
export function studyText(study: ClosedFormStudy): string {
  const { kind, ...rest } = study;
  const word = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  const written = `${JSON.stringify({ kind, version: STUDY_VERSION, ...rest }, word, 2)}\n`;
  parseClosedForms(written, 'closed-forms.json');
  return written;
}

/**
 * What the text of a `closed-forms.json` holds.
 *
 * @throws SdeError `data` with the place in it if it is no whole study of this version.
 */
export const parseClosedForms = (text: string, name: string): Plain<ClosedFormFile> =>
  parseChecked(text, schema, name, { bytes: 2 ** 22, depth: 8, remedy: 'run npm run closed-forms again' });
