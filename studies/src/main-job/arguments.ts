import { SdeError } from 'sde-core';
import { type CommonOptions, commonOptions } from '../command-line/common-options.js';
import { choice, choices, increasing, share, type Valued, type Values, whole } from '../command-line/option.js';
import { firstMisfit } from '../files/misfit.js';
import {
  DEFAULTS,
  DEVICES,
  type DeviceChoice,
  LADDER,
  NOISES,
  type NoiseName,
  type Options,
  QUICK,
  RANGES,
} from './options.js';
import { optionsSchema } from './options-schema.js';

/** The options of the main job alone. */
interface JobOptions {
  readonly noise: Valued<readonly NoiseName[]>;
  readonly components: Valued<number>;
  readonly depth: Valued<number>;
  readonly width: Valued<number>;
  readonly epochs: Valued<number>;
  readonly rate: Valued<number>;
  readonly survival: Valued<number>;
  readonly keep: Valued<number>;
  readonly refinements: Valued<readonly number[]>;
  readonly draws: Valued<number>;
  readonly images: Valued<number>;
  readonly device: Valued<DeviceChoice>;
  readonly confidence: Valued<number>;
}

type MainOptions = JobOptions & CommonOptions;

const { options: common, refused } = commonOptions({
  key: { otherwise: DEFAULTS.key },
  out: { about: "where the run's own folder is made", otherwise: 'out' },
  json: 'taken',
  threads: 'taken',
  quick: {
    about: `the same in small, ${QUICK.noises.length} noise, ${QUICK.components} components, ${QUICK.epochs} epochs`,
  },
  fresh: 'taken',
  repeat: 'taken',
});

const counted = (name: 'components' | 'depth' | 'width' | 'epochs' | 'draws' | 'images', about: string) =>
  whole(RANGES[name], { about, otherwise: String(DEFAULTS[name]) });
const part = (name: 'rate' | 'survival' | 'keep' | 'confidence', end: ')' | ']', about: string) =>
  share(end, { about: `${about}, in (0, 1${end}`, otherwise: String(DEFAULTS[name]) });

const own: JobOptions = {
  noise: choices(NOISES, { about: `of ${NOISES.join(', ')}`, otherwise: 'all' }),
  components: counted('components', 'principal components of the digits'),
  depth: counted('depth', 'residual layers'),
  width: counted('width', 'hidden units of a layer'),
  epochs: counted('epochs', 'of training'),
  rate: part('rate', ')', 'learning rate of Adam'),
  survival: part('survival', ']', 'of a layer under stochastic depth'),
  keep: part('keep', ']', 'of a unit under dropout'),
  refinements: increasing(RANGES.refinements, LADDER, {
    about: 'sub-layers of each trained layer, increasing',
    otherwise: String(DEFAULTS.refinements),
  }),
  draws: counted('draws', 'noise draws for each test image'),
  images: counted('images', 'test images to average over, 0 for all'),
  device: choice(DEVICES, { about: DEVICES.join(', '), otherwise: DEFAULTS.device }),
  confidence: part('confidence', ')', 'of every interval'),
};

/** The options of the main job. */
export const MAIN_OPTIONS: MainOptions = { ...own, ...common } as MainOptions; // an index signature of options is what both have
export const MAIN_REFUSED: Readonly<Record<string, string>> = refused;

/**
 * What the main job is to compute.
 *
 * @throws SdeError `value` for options that ask for too much together.
 */
export function jobOptions(given: Values<MainOptions>): Options {
  const base = given.quick ? QUICK : DEFAULTS;
  const options: Options = {
    key: given.key ?? base.key,
    noises: given.noise ?? base.noises,
    components: given.components ?? base.components,
    depth: given.depth ?? base.depth,
    width: given.width ?? base.width,
    epochs: given.epochs ?? base.epochs,
    rate: given.rate ?? base.rate,
    survival: given.survival ?? base.survival,
    keep: given.keep ?? base.keep,
    refinements: given.refinements ?? base.refinements,
    draws: given.draws ?? base.draws,
    images: given.images ?? base.images,
    threeWays: base.threeWays,
    device: given.device ?? base.device,
    confidence: given.confidence ?? base.confidence,
  };
  // The bounds that also hold for the options of a result that is repeated.
  const found = firstMisfit(options, optionsSchema);
  if (!found) return options;
  const { place, expected, got } = found;
  const name = place.replace(/\[.*/, '').replace('noises', 'noise');
  throw new SdeError('value', {
    what: 'the command line asks for something that is not there',
    where: name ? `--${name}` : 'all options together',
    expected,
    got,
    remedy: 'ask for less',
  });
}
