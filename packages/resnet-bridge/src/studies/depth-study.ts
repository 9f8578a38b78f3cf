import {
  describe,
  type ErrorPoint,
  fitConstant,
  fitOrder,
  fold,
  type Interval,
  type Key,
  type OrderFit,
  requireInteger,
  SdeError,
} from 'sde-core';
import type { Device, DeviceName } from '../device/device.js';
import { useDevice } from '../device/use-device.js';
import type { Dataset } from '../network/dataset.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import {
  type DrawCounts,
  type LevelMeans,
  measureLevel,
  PROCESSES,
  type ProcessMean,
  type ProcessName,
} from './depth-level.js';
import { deviceEnsemble } from './device-ensemble.js';
import type { Ensemble } from './ensemble.js';
import { hostEnsemble } from './host-ensemble.js';
import { type JudgedStates, judgedImages } from './judged-states.js';
import { type LossShift, lossShift } from './loss-shift.js';

/** The three limits that a network is held against: docs/theory.md, section 1. */
export type LimitName = 'flow' | 'leading' | 'modified';

/** One refinement of the trained network: every trained layer split into `refinement` sub-layers. */
export interface DepthLevel {
  readonly refinement: number;
  readonly h: number;
  /** Noise draws an image, on average over the images. */
  readonly draws: DrawCounts;
  /** E ℓ(X_N), averaged over the images, with the standard error of the sampling. */
  readonly network: ProcessMean;
  /** E ℓ(X_T) of the two SDEs at this h. */
  readonly limits: { readonly leading: ProcessMean; readonly modified: ProcessMean };
  /** Variance of E ℓ of the network without the control variate over the variance with it. */
  readonly varianceReduction: number;
  /** Network minus limit. */
  readonly errors: Readonly<Record<LimitName, ErrorPoint>>;
  /** Paths whose loss was not finite: left out of every mean. */
  readonly nonFinite: number;
}

/** measured / h extrapolated to h = 0, against the prediction. */
export interface MeasuredConstant {
  readonly value: number;
  readonly interval: Interval;
  /** `confirmed`: the interval holds the prediction. `inconclusive`: measured / h does not settle on these steps, which says nothing of it. */
  readonly verdict: 'confirmed' | 'refuted' | 'inconclusive';
  readonly reason: string;
}

/** A network's weak error under refinement, against what the modified equation predicts. */
export interface DepthStudy {
  readonly kind: 'depth-study';
  readonly noise: string;
  readonly functional: string;
  readonly images: number;
  /** False where the activation has kinks: then no expansion used here is proved. */
  readonly smooth: boolean;
  /** ℓ(x_flow(T)), averaged over the images. */
  readonly flow: number;
  /** C₁ and its two parts. */
  readonly predicted: { readonly euler: number; readonly curvature: number; readonly total: number };
  /** Coarse to fine. */
  readonly levels: readonly DepthLevel[];
  readonly orders: Readonly<Record<LimitName, OrderFit>>;
  /** measured − h C₁ against the flow: expected order 2. */
  readonly remainder: OrderFit;
  /** The points that `remainder` was fitted to. */
  readonly remainders: readonly ErrorPoint[];
  /** measured / h extrapolated to h = 0, to be held against `predicted.total`. */
  readonly constant: MeasuredConstant;
  /** E ℓ in the study's precision less that in f64, same draws, for some images at the finest refinement: what rounding leaves. */
  readonly rounding: { readonly difference: number; readonly images: number };
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** What `depthStudy` takes. */
export interface DepthStudyOptions {
  /** ℓ: the cross-entropy of a dataset's test images, or states with losses of their own. */
  readonly functional: Dataset | JudgedStates;
  /** Sub-layers a layer, increasing. Default [1, 2, 4, 8]. */
  readonly refinements?: readonly number[];
  /** Draws an image at refinement 1, on average; they grow with refinement^{3/4}. Default 48 of the network, 12 and 24 of the SDEs. */
  readonly draws?: DrawCounts;
  /** Sub-steps of the SDEs' integrator a step h. Default 1: its error is O(h³). */
  readonly substeps?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  readonly key: Key;
  /** Default `'auto'`. */
  readonly device?: Device | 'auto' | DeviceName;
  /** `'f64'` computes on the host, by the reference code, about 20 times slower. Default `'f32'`, on the device. */
  readonly precision?: 'f32' | 'f64';
  onProgress?(progress: { readonly fraction: number; readonly stage: string }): void;
  readonly signal?: AbortSignal;
}

/** Images of which E ℓ is computed again in f64. */
const COMPARED_IMAGES = 4;
/** Draws an image from which the first refinement learns where more are needed. */
const PILOT_DRAWS = 32;
/** The share of the time that the prediction takes: empirical, for the progress alone. */
const PREDICTION_SHARE = 0.15;

/**
 * Measures how far E ℓ of a trained network is from its flow and its two SDEs, as every trained layer is split into 1, 2, 4, 8 sub-layers,
 * and holds it against the predicted h C₁.
 *
 * E ℓ(X_N) and E ℓ of both SDEs at that h are sampled, less a control variate of mean zero made of the first two derivatives of the
 * noise-free network along its path, which leaves O(h³) of variance. Errors against the limits are fitted as h^p (a + b h): expected
 * orders 1, 1 and 2; measured − h C₁ has expected order 2. No verdict is forced.
 * Cost O(images · draws · depth · refinement · d · width).
 *
 * @throws SdeError `unsupported` for noise of diffusive scaling or missing twins; `shape` if the functional does not fit the network;
 * `value` for options out of range; `device`; `cancelled` if the signal aborts.
 * @see [sun2018]
 */
export async function depthStudy(
  network: ResidualNetwork,
  noise: Noise,
  options: DepthStudyOptions,
): Promise<DepthStudy> {
  const where = 'depthStudy(network, noise, options)';
  const { functional, key, signal, confidence = 0.95, substeps = 1, precision = 'f32', device = 'auto' } = options;
  const { refinements = [1, 2, 4, 8], draws = { network: 48, leading: 12, modified: 24 } } = options;
  requireRefinements(refinements, `${where}, refinements`);
  for (const name of PROCESSES)
    requireInteger(draws[name], 1, `${where}, draws.${name}`, 'draw at least once an image');
  requireInteger(substeps, 1, `${where}, substeps`, 'give at least one sub-step a step');
  const judged = 'states' in functional ? functional : judgedImages(network, functional, where);
  const report = (fraction: number, stage: string): void => options.onProgress?.({ fraction, stage });

  const shift = await lossShift(network, noise, judged, {
    signal,
    onProgress: (fraction) => report(PREDICTION_SHARE * fraction, 'predicting C₁'),
  });
  const host = hostEnsemble(network, noise);
  const taken = precision === 'f64' ? undefined : typeof device === 'string' ? await useDevice(device) : device;
  const plan = refinements.map((refinement): LevelPlan => ({ refinement, draws: grown(draws, refinement), substeps }));
  const images = judged.states.length;
  const total = plan.reduce((sum, level) => sum + images * movesOf(network, level), 0);
  let done = 0;
  const measure = (of: JudgedStates, on: Ensemble, level: LevelPlan, before?: LevelMeans): Promise<LevelMeans> =>
    measureLevel(network, noise, of, on, {
      ...level,
      before,
      key: fold(key, before ? 'measure' : 'pilot'),
      async step(moves) {
        done += before ? moves : 0;
        report(
          Math.min(1, PREDICTION_SHARE + ((1 - PREDICTION_SHARE) * done) / total),
          `${level.refinement} sub-layers a layer`,
        );
        await new Promise<void>((resolve) => setTimeout(resolve, 0)); // lets a signal in
        if (signal?.aborted) throw cancelled(where, signal);
      },
    });

  const levels: DepthLevel[] = [];
  const finest: LevelPlan = { ...plan[plan.length - 1], draws: { network: 1, leading: 1, modified: 1 } };
  const few: JudgedStates = { states: judged.states.slice(0, COMPARED_IMAGES), loss: judged.loss };
  const ensemble = taken ? await deviceEnsemble(network, noise, taken) : host;
  let difference = 0;
  try {
    // A pilot, of which only the images' deviations are used.
    const pilot = { ...plan[0], draws: { network: PILOT_DRAWS, leading: PILOT_DRAWS, modified: PILOT_DRAWS } };
    let before = await measure(judged, ensemble, pilot);
    for (const level of plan) {
      before = await measure(judged, ensemble, level, before);
      levels.push(levelOf(network, level, before, shift));
    }
    const [ours, reference] = [await measure(few, ensemble, finest), await measure(few, host, finest)];
    difference = Math.max(...PROCESSES.map((name) => Math.abs(ours[name].mean - reference[name].mean)));
  } finally {
    ensemble.close();
  }

  const points = (name: LimitName): ErrorPoint[] => levels.map(({ errors }) => errors[name]);
  const remainders = points('flow').map((point) => ({ ...point, error: point.error - point.h * shift.total }));
  return {
    kind: 'depth-study',
    noise: noise.name,
    functional: 'states' in functional ? judged.loss(0).name : `cross-entropy, test images of ${functional.name}`,
    images,
    smooth: shift.smooth,
    flow: shift.flowLoss,
    predicted: { euler: shift.euler, curvature: shift.curvature, total: shift.total },
    levels,
    orders: {
      flow: fitOrder(points('flow'), { expected: 1, confidence }),
      leading: fitOrder(points('leading'), { expected: 1, confidence }),
      modified: fitOrder(points('modified'), { expected: 2, confidence }),
    },
    remainder: fitOrder(remainders, { expected: 2, confidence }),
    remainders,
    constant: measuredConstant(points('flow'), shift.total, confidence),
    rounding: { difference, images: few.states.length },
    provenance: {
      network: {
        dimension: network.dimension,
        width: network.width,
        depth: network.depth,
        horizon: network.horizon,
        activation: network.activation,
      },
      noise: { kind: noise.kind, parameters: noise.parameters },
      images,
      refinements,
      draws,
      substeps,
      confidence,
      key: key.label,
      precision,
      ...(taken ? { device: { name: taken.name, description: taken.description } } : {}),
    },
  };
}

interface LevelPlan {
  readonly refinement: number;
  readonly draws: DrawCounts;
  readonly substeps: number;
}

/** Draws at a refinement. The standard error falls like h^{3/2}/√draws and the smallest error like h²; the exponent is empirical. */
function grown(draws: DrawCounts, refinement: number): DrawCounts {
  const factor = refinement ** 0.75;
  const scaled = (name: ProcessName): number => Math.ceil(draws[name] * factor);
  return { network: scaled('network'), leading: scaled('leading'), modified: scaled('modified') };
}

/** Moves an image of all three processes, for the progress. */
function movesOf(network: ResidualNetwork, { refinement, draws, substeps }: LevelPlan): number {
  return (
    network.depth * (draws.network * refinement + (draws.leading + draws.modified) * (2 * refinement * substeps + 1))
  );
}

function levelOf(network: ResidualNetwork, plan: LevelPlan, means: LevelMeans, shift: LossShift): DepthLevel {
  const h = network.h / plan.refinement;
  const against = (limit: { readonly mean: number; readonly standardError: number }): ErrorPoint => ({
    h,
    error: means.network.mean - limit.mean,
    standardError: Math.hypot(means.network.standardError, limit.standardError),
  });
  return {
    refinement: plan.refinement,
    h,
    draws: plan.draws,
    network: means.network,
    limits: { leading: means.leading, modified: means.modified },
    varianceReduction: means.network.varianceReduction,
    errors: {
      flow: against({ mean: shift.flowLoss, standardError: 0 }),
      leading: against(means.leading),
      modified: against(means.modified),
    },
    nonFinite: PROCESSES.reduce((sum, name) => sum + means[name].nonFinite, 0),
  };
}

function requireRefinements(refinements: readonly number[], where: string): void {
  for (const m of refinements) requireInteger(m, 1, where, 'split every layer into a whole number of sub-layers');
  if (refinements.length >= 2 && refinements.every((m, i) => i === 0 || m > refinements[i - 1])) return;
  throw new SdeError('value', {
    what: 'not a ladder of refinements',
    where,
    expected: 'at least two different whole numbers, increasing',
    got: describe(refinements.join(', ')),
    remedy: 'give for instance [1, 2, 4, 8]',
  });
}

function cancelled(where: string, signal: AbortSignal): SdeError {
  return new SdeError(
    'cancelled',
    {
      what: 'the depth study was cancelled',
      where,
      expected: 'to run to the end',
      got: 'an aborted signal',
      remedy: 'run it again with the same key: it comes out the same',
    },
    { cause: signal.reason },
  );
}

function measuredConstant(points: readonly ErrorPoint[], predicted: number, confidence: number): MeasuredConstant {
  const { value, interval, verdict, reason } = fitConstant(points, { order: 1, confidence });
  if (verdict === 'inconclusive') return { value, interval, verdict, reason };
  const holds = interval.low <= predicted && predicted <= interval.high;
  return {
    value,
    interval,
    verdict: holds ? 'confirmed' : 'refuted',
    reason: `the interval ${holds ? 'holds' : 'leaves out'} the prediction`,
  };
}
