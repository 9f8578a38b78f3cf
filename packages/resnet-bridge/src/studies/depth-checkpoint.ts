import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import type { ResidualNetwork } from '../network/residual-network.js';
import { type LevelMeans, PROCESSES, type ProcessMean } from './depth-level.js';

type PlainMean = Omit<ProcessMean, 'deviations'> & { readonly deviations: readonly number[] };
type PlainMeans = Readonly<Record<(typeof PROCESSES)[number], PlainMean>>;

/** The levels of a depth study that are measured: plain data, which JSON keeps to the last bit where all numbers are finite. */
export interface DepthCheckpoint {
  readonly kind: 'depth-checkpoint';
  /** What is studied, and how. */
  readonly of: string;
  /** A measurement whose deviations say which images need more draws. */
  readonly pilot: PlainMeans;
  /** Coarse to fine. */
  readonly levels: readonly PlainMeans[];
}

/** The checkpoint of a study that has measured so much. */
export function depthCheckpoint(of: string, pilot: LevelMeans, levels: readonly LevelMeans[]): DepthCheckpoint {
  return { kind: 'depth-checkpoint', of, pilot: plain(pilot), levels: levels.map(plain) };
}

/** What a checkpoint says was measured. */
export interface Resumed {
  readonly pilot: LevelMeans;
  readonly levels: readonly LevelMeans[];
}

/**
 * What a checkpoint holds.
 *
 * @throws SdeError `value` if it is none of this study.
 */
export function resumedFrom(
  checkpoint: unknown,
  study: { readonly of: string; readonly images: number; readonly levels: number },
  where: string,
): Resumed {
  const refuse = (expected: string, got: string): SdeError =>
    new SdeError('value', {
      what: 'a checkpoint of another study, or a damaged one',
      where,
      expected,
      got,
      remedy: 'resume with the network, the noise and the options that the checkpoint was made with',
    });
  if (!isRecord(checkpoint) || checkpoint.kind !== 'depth-checkpoint') {
    throw refuse('what onCheckpoint was given', describe(checkpoint));
  }
  const { of, pilot, levels } = checkpoint;
  if (of !== study.of) throw refuse(study.of, typeof of === 'string' ? of : describe(of));
  if (!Array.isArray(levels) || levels.length > study.levels)
    throw refuse(`${study.levels} levels at most`, describe(levels));
  const means = (value: unknown): LevelMeans => {
    const found = isRecord(value) && PROCESSES.every((name) => isMean(value[name], study.images));
    if (!found) throw refuse(`means of ${PROCESSES.join(', ')} over ${study.images} images`, describe(value));
    const mean = ({ deviations, ...rest }: PlainMean): ProcessMean => ({
      ...rest,
      deviations: Float64Array.from(deviations),
    });
    const { network, leading, modified } = value as unknown as PlainMeans; // checked in the lines above
    return { network: mean(network), leading: mean(leading), modified: mean(modified) };
  };
  return { pilot: means(pilot), levels: levels.map(means) };
}

/** Two numbers that hardly any other weights have in common, with what a checkpoint is of. */
export function fingerprint({ layers, readIn, readOut }: ResidualNetwork): readonly number[] {
  let [sum, moment, at] = [0, 0, 0];
  const add = (values: ArrayLike<number> | undefined): void => {
    for (let i = 0; values && i < values.length; i++) {
      sum += values[i];
      moment += ++at * values[i];
    }
  };
  for (const layer of layers) {
    for (const branch of [layer, layer.twin]) for (const name of ['U', 'c', 'V', 'd'] as const) add(branch?.[name]);
  }
  for (const map of [readIn, readOut]) for (const name of ['weight', 'bias'] as const) add(map?.[name]);
  return [sum, moment];
}

const NUMBERS = [
  'mean',
  'standardError',
  'variance',
  'nonFinite',
  'largestShare',
  'paths',
  'varianceReduction',
] as const;

function isMean(value: unknown, images: number): boolean {
  if (!isRecord(value) || Object.keys(value).length !== NUMBERS.length + 1) return false;
  const { deviations } = value;
  const listed = Array.isArray(deviations) && deviations.length === images;
  return listed && [...deviations, ...NUMBERS.map((name) => value[name])].every((one) => typeof one === 'number');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function plain({ network, leading, modified }: LevelMeans): PlainMeans {
  const mean = (one: ProcessMean): PlainMean => ({ ...one, deviations: Array.from(one.deviations) });
  return { network: mean(network), leading: mean(leading), modified: mean(modified) };
}
