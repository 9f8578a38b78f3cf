import { numbers } from 'sde-core/numerics';
import * as z from 'zod';
import { increasing, level, list, share, whole } from '../files/fields.js';
import { type Plain, schemaFor } from '../files/plain.js';
import { DEFAULTS, DEVICES, LADDER, NOISES, type Options, RANGES } from './options.js';

/** Of the digits: images for training and for testing. */
const TRAINING = 1437;
const TESTS = 360;

/** A job may be so many times the work of the job without options, which takes some minutes: then days. */
const MOST_WORK = 1000;

const positiveShare = share.refine((value) => value > 0, { error: 'a number in (0, 1]' });

/**
 * Multiplications that a job's options ask for, roughly: forward and backward through training, each image's draws through its sub-layers, and the
 * grids of the equation in two dimensions.
 */
export function work(options: Plain<Options>): number {
  const { noises, components, depth, width, epochs, refinements, draws, images, threeWays } = options;
  const move = 2 * components * width;
  const tested = images === 0 ? TESTS : Math.min(images, TESTS);
  const training = 3 * epochs * TRAINING * depth * move;
  const study = refinements.reduce((sum, m) => sum + tested * 2 * draws * numbers.power(m, 1.75) * depth * move, 0);
  const { refinements: ladder, points, paths } = threeWays;
  const inThePlane = ladder.reduce((sum, m) => sum + m * (200 * points * points + 800 * paths * tested), 0);
  return noises.length * (training + study) + 12 * inThePlane;
}

/** What a job may be asked for, by a command line or by a result that is to be repeated: `images` is 0 for all. */
export const optionsSchema: z.ZodType<Plain<Options>> = schemaFor<Options>()(
  z
    .strictObject({
      key: z.string().min(1).max(256),
      noises: list(z.enum(NOISES), 1, NOISES.length).refine((names) => new Set(names).size === names.length, {
        error: 'each noise once',
      }),
      components: whole(...RANGES.components),
      depth: whole(...RANGES.depth),
      width: whole(...RANGES.width),
      epochs: whole(...RANGES.epochs),
      rate: level,
      survival: positiveShare,
      keep: positiveShare,
      refinements: increasing(...RANGES.refinements, { least: LADDER[0], most: LADDER[1] }),
      draws: whole(...RANGES.draws),
      images: whole(...RANGES.images),
      threeWays: z.strictObject({
        refinements: increasing(1, 64, { least: 3, most: 8 }),
        points: whole(9, 1025).refine((points) => points % 2 === 1, { error: 'an odd number' }),
        paths: whole(2, 1_000_000),
      }),
      device: z.enum(DEVICES),
      confidence: level,
    })
    .check(({ value, issues }) => {
      const times = work(value) / work(DEFAULTS as Plain<Options>);
      if (times <= MOST_WORK) return;
      const message = `at most ${MOST_WORK} times the work of the job without options`;
      issues.push({ code: 'custom', message, input: value, params: { got: `about ${times.toPrecision(2)} times` } });
    }),
);
