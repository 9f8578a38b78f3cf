import * as z from 'zod';
import { depthStudySchema } from '../files/depth-study-schema.js';
import { count, list, number, share, text, warnings, whole } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import { knownVersion } from '../files/program-version.js';
import { threeWaysSchema } from '../files/three-ways-schema.js';
import type { MainResult, NoiseResult, TwoDigits } from './main-result.js';
import { DEVICES, NOISES } from './options.js';
import { optionsSchema } from './options-schema.js';

/** Of what result.json holds: it changes when a file that was right before would be read otherwise, or refused. */
export const RESULT_VERSION = 1;

/** What `result.json` holds: a result without the weights, which stand in files of their own. */
export interface ResultFile extends Omit<MainResult, 'noises' | 'twoDigits'> {
  readonly version: typeof RESULT_VERSION;
  readonly noises: readonly Omit<NoiseResult, 'network'>[];
  readonly twoDigits: Omit<TwoDigits, 'network'>;
}

const MOST_PATHS = 1024;
const MOST_POINTS = 65_536;

/** What is asked for is `auto`, what is taken has a name. */
const deviceName = text.refine((name) => name !== 'auto' && DEVICES.some((one) => one === name), {
  error: `one of ${DEVICES.filter((name) => name !== 'auto').join(', ')}`,
});
const path = list(z.tuple([number, number]), 1, MOST_POINTS);

const noiseResult = z.strictObject({
  noise: z.enum(NOISES),
  title: text,
  device: z.strictObject({ name: deviceName, description: text }),
  training: list(
    z.strictObject({
      epoch: whole(1, 100_000),
      loss: number,
      testLoss: number,
      trainAccuracy: share,
      testAccuracy: share,
    }),
    1,
    100_000,
  ),
  warnings,
  accuracy: z.strictObject({ quiet: share, noisy: share, images: count }),
  study: depthStudySchema,
  paths: z.strictObject({
    digit: whole(0, 9),
    image: count,
    network: list(path, 1, MOST_PATHS),
    modified: list(path, 1, MOST_PATHS),
    flow: path,
  }),
});

export const resultSchema: z.ZodType<Plain<ResultFile>> = schemaFor<ResultFile>()(
  z.strictObject({
    kind: z.literal('main-result'),
    version: z.literal(RESULT_VERSION),
    options: optionsSchema,
    quick: z.literal(true).optional(),
    noises: list(noiseResult, 1, NOISES.length),
    twoDigits: z.strictObject({
      classes: list(whole(0, 9), 2, 10),
      title: text,
      accuracy: share,
      warnings,
      ways: threeWaysSchema,
    }),
    provenance: z.strictObject({
      program: z.literal('weak-limit'),
      version: knownVersion,
      data: text,
      environment: z.strictObject({ node: z.string().max(64), platform: z.string().max(64) }),
    }),
  }),
);
