import type { DepthCheckpoint, FitCheckpoint, NetworkFile, SmallNoiseStudy, ThreeWays } from 'resnet-bridge';
import { networkFromJSON } from 'resnet-bridge';
import {
  count,
  facts,
  fields,
  float64,
  list,
  maybe,
  number,
  type Shape,
  ShapeError,
  text,
  truth,
  word,
} from '../run-folder/shape.js';
import type { DeviceTaken, TrainingPoint } from './main-result.js';

// What the parts of the main job are, for those that come from a checkpoint: whatever else is there is refused.

const factsOf = facts();

/** Warnings have a kind, a message, and figures of their own. */
function warnings<Kind extends string>(): Shape<{ readonly kind: Kind; readonly message: string }[]> {
  return list((value, at) => {
    factsOf(value, at);
    const { kind, message } = value as Record<string, unknown>; // facts are null, scalars, lists or objects
    text(kind, `${at}.kind`);
    text(message, `${at}.message`);
    return value as { readonly kind: Kind; readonly message: string };
  });
}

/** A network's file: read as one is read, which checks every array. */
export const networkShape: Shape<NetworkFile> = (value, at) => {
  try {
    if (typeof value !== 'object' || value === null) throw new ShapeError(at, 'a network');
    networkFromJSON(value);
  } catch (error) {
    throw new ShapeError(at, `a network: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
  return value as NetworkFile; // or networkFromJSON had thrown
};

const interval = fields({ low: number, high: number, level: number });
const errorPoint = fields({ h: number, error: number, standardError: number });
const constantFit = fields({
  order: number,
  value: number,
  interval,
  verdict: word('settled', 'inconclusive'),
  reason: text,
  next: number,
});
const orderFit = fields({
  expected: number,
  value: number,
  interval,
  constant: constantFit,
  localSlopes: list(number),
  verdict: word('confirmed', 'refuted', 'inconclusive'),
  reason: text,
  samplesFactor: maybe(number),
});
const mean = {
  mean: number,
  standardError: number,
  variance: number,
  nonFinite: count,
  largestShare: number,
  paths: count,
  varianceReduction: number,
};
const processMean = fields({ ...mean, deviations: float64 });
const plainMean = fields({ ...mean, deviations: list(number) });
const plainMeans = fields({ network: plainMean, leading: plainMean, modified: plainMean });

/** Which levels of a study are measured; whether it is this one, `depthStudy` finds out. */
export const depthShape: Shape<DepthCheckpoint> = fields({
  kind: word('depth-checkpoint'),
  of: text,
  pilot: plainMeans,
  levels: list(plainMeans),
});

const draws = fields({ network: count, leading: count, modified: count });

const epoch = fields({ epoch: count, loss: number, testLoss: number, trainAccuracy: number, testAccuracy: number });

/** Where a training stands; whether it is this one, `fit` finds out. */
export const fitShape: Shape<FitCheckpoint> = fields({
  kind: word('fit-checkpoint'),
  of: text,
  epochs: list(epoch),
  values: list(number),
  first: list(number),
  second: list(number),
  updates: count,
});

/** A network as it was trained. */
export interface Trained {
  readonly network: NetworkFile;
  readonly training: readonly TrainingPoint[];
  readonly warnings: readonly { readonly kind: TrainingKind; readonly message: string }[];
  readonly device: DeviceTaken;
}
type TrainingKind = import('resnet-bridge').TrainingWarning;

export const trainedShape: Shape<Trained> = fields({
  network: networkShape,
  training: list(epoch),
  warnings: warnings<TrainingKind>(),
  device: fields({ name: text, description: text }),
});

export const accuracyShape: Shape<{ readonly quiet: number; readonly noisy: number }> = fields({
  quiet: number,
  noisy: number,
});

export const studyShape: Shape<SmallNoiseStudy> = fields({
  kind: word('depth-study'),
  noise: text,
  functional: text,
  images: count,
  smooth: truth,
  rounding: fields({ difference: number, images: count }),
  provenance: provenance(),
  scaling: word('small-noise'),
  flow: number,
  predicted: fields({ euler: number, curvature: number, total: number }),
  steepness: number,
  levels: list(
    fields({
      refinement: count,
      h: number,
      draws,
      network: processMean,
      limits: fields({ leading: processMean, modified: processMean }),
      varianceReduction: number,
      errors: fields({ flow: errorPoint, leading: errorPoint, modified: errorPoint }),
      nonFinite: count,
    }),
  ),
  orders: fields({ flow: orderFit, leading: orderFit, modified: orderFit }),
  remainder: orderFit,
  remainders: list(errorPoint),
  constant: fields({
    value: number,
    interval,
    verdict: word('agrees', 'differs', 'inconclusive'),
    reason: text,
  }),
  warnings: warnings<SmallNoiseStudy['warnings'][number]['kind']>(),
});

const sampledMean = { mean: number, standardError: number, stepError: number, steps: count };
const pair: Shape<readonly [number, number]> = (value, at) => {
  const [coarse, fine] = list(count, 2)(value, at);
  return [coarse, fine];
};

export const waysShape: Shape<ThreeWays> = fields({
  kind: word('three-ways'),
  noise: text,
  states: count,
  depth: count,
  h: number,
  enumeration: fields({ mean: number, networks: count }),
  kolmogorov: fields({ mean: number, gridError: number, points: pair, solves: count }),
  monteCarlo: fields({ ...sampledMean, paths: count, scheme: text }),
  differences: fields({
    networkMinusEquation: number,
    networkMinusMonteCarlo: number,
    equationMinusMonteCarlo: number,
  }),
  agree: truth,
  levels: list(
    fields({
      refinement: count,
      h: number,
      network: number,
      equation: number,
      gridError: number,
      monteCarlo: fields(sampledMean),
      difference: number,
      overHSquared: number,
    }),
  ),
  constant: constantFit,
  warnings: warnings<ThreeWays['warnings'][number]['kind']>(),
  provenance: provenance(),
});

function provenance(): Shape<Readonly<Record<string, unknown>>> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShapeError(at, 'an object');
    factsOf(value, at);
    return value as Record<string, unknown>; // checked in the lines above
  };
}
