import * as z from 'zod';
import { anyNumber, list, notNegative, number, text, whole } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import type { ClosedFormStudy } from './closed-form-study.js';

const rungs = list(z.strictObject({ points: whole(2, 1e6), error: anyNumber, seconds: notNegative }), 1, 16);

/** What `result.json` holds of the closed forms. */
export const closedFormsSchema: z.ZodType<Plain<ClosedFormStudy>> = schemaFor<ClosedFormStudy>()(
  z.strictObject({
    kind: z.literal('closed-forms'),
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
