import type { ThreeWays } from 'resnet-bridge';
import * as z from 'zod';
import { noiseParameters } from './depth-study-schema.js';
import { anyNumber, count, flag, list, positive, text, warnings, whole } from './fields.js';
import { constantFit, MOST_LEVELS } from './fit-schema.js';
import { type Plain, schemaFor } from './plain.js';

const sampled = { mean: anyNumber, standardError: anyNumber, stepError: anyNumber, steps: count };
const points = whole(2, 65_537);

const provenance: z.ZodType<Record<string, unknown>> = z.strictObject({
  key: text,
  noise: text,
  parameters: noiseParameters,
  refinements: list(whole(1, 65_536), 1, MOST_LEVELS),
  paths: count,
  substeps: count,
  points,
});

/** One number three ways, as files hold it. */
export const threeWaysSchema: z.ZodType<Plain<ThreeWays>> = schemaFor<ThreeWays>()(
  z.strictObject({
    kind: z.literal('three-ways'),
    noise: text,
    states: count,
    depth: count,
    h: positive,
    enumeration: z.strictObject({ mean: anyNumber, networks: positive }),
    kolmogorov: z.strictObject({
      mean: anyNumber,
      gridError: anyNumber,
      points: z.tuple([points, points]),
      solves: count,
    }),
    monteCarlo: z.strictObject({ ...sampled, paths: count, scheme: text }),
    differences: z.strictObject({
      networkMinusEquation: anyNumber,
      networkMinusMonteCarlo: anyNumber,
      equationMinusMonteCarlo: anyNumber,
    }),
    agree: flag,
    levels: list(
      z.strictObject({
        refinement: whole(1, 65_536),
        h: positive,
        network: anyNumber,
        equation: anyNumber,
        gridError: anyNumber,
        monteCarlo: z.strictObject(sampled),
        difference: anyNumber,
        overHSquared: anyNumber,
      }),
      1,
      MOST_LEVELS,
    ),
    constant: constantFit,
    warnings,
    provenance,
  }),
);
