import * as z from 'zod';
import { notNegative, text } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import { parseChecked } from '../files/read-checked.js';

/** What our programs in C++ print: a value, and the seconds that it took. */
export interface MeasuredLine {
  readonly value: number;
  readonly seconds: number;
  /** Standard error, where the value is sampled. */
  readonly error?: number;
  /** Of the grid, as it was asked for. */
  readonly size?: string;
}

const schema: z.ZodType<Plain<MeasuredLine>> = schemaFor<MeasuredLine>()(
  z.strictObject({
    value: z.number(),
    seconds: notNegative,
    error: z.number().gte(0).optional(),
    size: text.optional(),
  }),
);

/**
 * The value and its time in a line that one of our programs printed.
 *
 * @throws SdeError `data` if it is none.
 */
export const measuredLine = (line: string, program: string): MeasuredLine =>
  parseChecked(line, schema, program, {
    bytes: 4096,
    depth: 1,
    noun: 'value with its time',
    remedy: 'compile the program of this version again',
  });
