import type { SmallNoiseStudy } from 'resnet-bridge';
import * as z from 'zod';
import { anyNumber, count, flag, interval, level, list, positive, share, text, warnings, whole } from './fields.js';
import { errorPoint, MOST_LEVELS, orderFit } from './fit-schema.js';
import { type Plain, schemaFor } from './plain.js';

/** Of any data set that a study averages over. */
export const MOST_IMAGES = 65_536;

const draws = z.strictObject({ network: positive, leading: positive, modified: positive });

const processMean = z.strictObject({
  mean: anyNumber,
  standardError: anyNumber,
  variance: anyNumber,
  deviations: list(anyNumber, 1, MOST_IMAGES),
  nonFinite: count,
  largestShare: share,
  paths: count,
  varianceReduction: anyNumber,
});

const limits = <T>(of: z.ZodType<T>) => z.strictObject({ flow: of, leading: of, modified: of });

/** What a noise is made of: its kind with its parameters. */
export const noiseParameters: z.ZodType<Record<string, number | boolean>> = z.record(text, z.union([anyNumber, flag]));

const provenance: z.ZodType<Record<string, unknown>> = z.strictObject({
  network: z.strictObject({ dimension: count, width: count, depth: count, horizon: positive, activation: text }),
  noise: z.strictObject({ kind: text, parameters: noiseParameters }),
  images: whole(1, MOST_IMAGES),
  refinements: list(whole(1, 65_536), 1, MOST_LEVELS),
  draws,
  substeps: whole(1, 65_536),
  confidence: level,
  key: text,
  precision: z.enum(['f32', 'f64']),
  device: z.strictObject({ name: text, description: text }).optional(),
});

/** A depth study under noise that vanishes with h, as files hold it. */
export const depthStudySchema: z.ZodType<Plain<SmallNoiseStudy>> = schemaFor<SmallNoiseStudy>()(
  z.strictObject({
    kind: z.literal('depth-study'),
    scaling: z.literal('small-noise'),
    noise: text,
    functional: text,
    images: whole(1, MOST_IMAGES),
    smooth: flag,
    levels: list(
      z.strictObject({
        refinement: whole(1, 65_536),
        h: positive,
        draws,
        network: processMean,
        limits: z.strictObject({ leading: processMean, modified: processMean }),
        varianceReduction: anyNumber,
        errors: limits(errorPoint),
        nonFinite: count,
      }),
      1,
      MOST_LEVELS,
    ),
    orders: limits(orderFit),
    steepness: anyNumber,
    rounding: z.strictObject({ difference: anyNumber, images: count }),
    warnings,
    provenance,
    flow: anyNumber,
    predicted: z.strictObject({ euler: anyNumber, curvature: anyNumber, total: anyNumber }),
    remainder: orderFit,
    remainders: list(errorPoint, 1, MOST_LEVELS),
    constant: z.strictObject({
      value: anyNumber,
      interval,
      verdict: z.enum(['agrees', 'differs', 'inconclusive']),
      reason: text,
    }),
  }),
);
