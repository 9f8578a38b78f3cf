import type { ConstantFit, ErrorPoint, OrderFit } from 'sde-core';
import * as z from 'zod';
import { anyNumber, interval, list, number, positive, text } from './fields.js';
import { type Plain, schemaFor } from './plain.js';

/** Of refinements, and of whatever is computed once for each. */
export const MOST_LEVELS = 16;

export const errorPoint: z.ZodType<Plain<ErrorPoint>> = schemaFor<ErrorPoint>()(
  z.strictObject({ h: positive, error: anyNumber, standardError: anyNumber }),
);

export const constantFit: z.ZodType<Plain<ConstantFit>> = schemaFor<ConstantFit>()(
  z.strictObject({
    order: number,
    value: anyNumber,
    interval,
    verdict: z.enum(['settled', 'inconclusive']),
    reason: text,
    next: anyNumber,
  }),
);

export const orderFit: z.ZodType<Plain<OrderFit>> = schemaFor<OrderFit>()(
  z.strictObject({
    expected: number,
    value: anyNumber,
    interval,
    constant: constantFit,
    localSlopes: list(anyNumber, 0, MOST_LEVELS),
    verdict: z.enum(['confirmed', 'refuted', 'inconclusive']),
    reason: text,
    samplesFactor: anyNumber.optional(),
  }),
);
