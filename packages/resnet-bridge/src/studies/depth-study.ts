import { fold, type Key, SdeError } from 'sde-core';
import { describe, requireFunction, requireInteger, requireKeys } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import type { Device, DeviceName } from '../device/device.js';
import { fallbackWarnings } from '../device/fallback-warning.js';
import { requireDevice, useDevice } from '../device/use-device.js';
import { ACTIVATIONS } from '../network/activation.js';
import { atTheDoor, requireKey, requireNetwork, requireReporting, requireWord } from '../network/at-the-door.js';
import type { Dataset } from '../network/dataset.js';
import { MOST_DRAWS, MOST_SUBSTEPS, MOST_WIDE } from '../network/limits.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { requireBranches } from '../noise/noisy-layer.js';
import { PLACEMENTS } from '../noise/placement.js';
import { requireNoise } from '../noise/require-noise.js';
import { breathe } from './breathe.js';
import { chainEnsemble } from './chain-ensemble.js';
import { type DepthCheckpoint, depthCheckpoint, fingerprint, resumedFrom } from './depth-checkpoint.js';
import { judge, type MeasuredLevel } from './depth-judgement.js';
import { type DrawCounts, type LevelMeans, measureLevel, PROCESSES, type ProcessName } from './depth-level.js';
import type { DepthStudy } from './depth-result.js';
import { deviceEnsemble } from './device-ensemble.js';
import type { Ensemble } from './ensemble.js';
import { type JudgedStates, requireJudged } from './judged-states.js';
import { lossShift } from './loss-shift.js';
import { steepness } from './steepness.js';

/** What `depthStudy` takes. */
export interface DepthStudyOptions {
  /** ℓ: the cross-entropy of a dataset's test images, or states with losses of their own. */
  readonly functional: Dataset | JudgedStates;
  /** Sub-layers a layer, increasing. Default [1, 2, 4, 8]. */
  readonly refinements?: readonly number[];
  /** Draws an image at refinement 1, on average; they grow with refinement^{3/4}. Default 48 of the network, 12 and 24 of the SDEs. */
  readonly draws?: DrawCounts;
  /** Sub-steps of the SDEs' integrator a step h. Default 1: its error is O(h³); under diffusive scaling 4. */
  readonly substeps?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  readonly key: Key;
  /** Default `'auto'`. */
  readonly device?: Device | 'auto' | DeviceName;
  /** `'f64'` computes on the host, by the reference code, about 20 times slower. Default `'f32'`, on the device; under diffusive scaling `'f64'`. */
  readonly precision?: 'f32' | 'f64';
  /** A checkpoint to go on from, to the same bits on the same device as if there had been no interruption. */
  readonly resume?: DepthCheckpoint;
  /** `done` of `of` moves of paths. */
  onProgress?(progress: { readonly done: number; readonly of: number; readonly stage: string }): void;
  /** After the pilot and after each level, with what `resume` takes: plain data, to be kept as JSON. */
  onCheckpoint?(checkpoint: DepthCheckpoint): void;
  readonly signal?: AbortSignal;
}

/** Images of which E ℓ is computed again in f64. */
const COMPARED_IMAGES = 4;
/** Draws an image from which the first refinement learns where more are needed. */
const PILOT_DRAWS = 32;
/** The share of the time that the prediction takes: empirical, for the progress alone. */
const PREDICTION_SHARE = 0.15;
/** Sub-steps by scaling: the splitting's error is O(h³) or O(h²) a unit of time. */
const SUBSTEPS = { 'small-noise': 1, diffusive: 4 } as const;

/**
 * Measures how far E ℓ of a trained network is from its limits, as every trained layer is split into 1, 2, 4, 8 sub-layers, and holds it
 * against the predicted h C₁.
 *
 * E ℓ(X_N) and E ℓ of both SDEs at that h are sampled, less a control variate of mean zero made of the first two derivatives of the
 * noise-free network along its path, which leaves O(h³) of variance. Errors against the limits are fitted as h^p (a + b h): expected
 * orders 1 (flow and leading SDE) and 2 (modified); measured − h C₁ has expected order 2. No verdict is forced: on steps that are not yet
 * asymptotic, for this network or by what the errors do, and where standard errors are not to be trusted, it is inconclusive.
 *
 * Under additive noise (diffusive scaling) there is no flow, the leading SDE is the limit, of order 1, the modified one of order 2, and
 * the constant is held against that of modified − leading. Cost O(images · draws · depth · refinement · d · width).
 *
 * @throws SdeError `unsupported` for missing twins, and for a device under diffusive scaling; `shape` if the functional does not fit the network;
 * `value` for options out of range, and for a checkpoint of another study; `device`; `cancelled` if the signal aborts.
 * @see [sun2018]
 */
export async function depthStudy(
  network: ResidualNetwork,
  noise: Noise,
  options: DepthStudyOptions,
): Promise<DepthStudy> {
  const where = 'depthStudy(network, noise, options)';
  return atTheDoor('depthStudy', where, () => studied(network, noise, options, where));
}

async function studied(
  network: ResidualNetwork,
  noise: Noise,
  options: DepthStudyOptions,
  where: string,
): Promise<DepthStudy> {
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireStudyOptions(options, where);
  requireBranches(network, noise, where);
  const { scaling } = PLACEMENTS[noise.placement];
  const { functional, key, signal, confidence = 0.95, device = 'auto' } = options;
  const { substeps = SUBSTEPS[scaling], precision = scaling === 'diffusive' ? 'f64' : 'f32' } = options;
  const { refinements = [1, 2, 4, 8], draws = { network: 48, leading: 12, modified: 24 } } = options;
  const judged = requireJudged(network, functional, `${where}: functional`);
  const images = judged.states.length;
  const plan = refinements.map((refinement): LevelPlan => ({ refinement, draws: grown(draws, refinement), substeps }));
  const moves = plan.reduce((sum, level) => sum + images * movesOf(network, level), 0);
  const before = Math.round((PREDICTION_SHARE / (1 - PREDICTION_SHARE)) * moves);
  const report = (done: number, stage: string): void =>
    options.onProgress?.({ done: Math.min(Math.round(done), before + moves), of: before + moves, stage });

  const shift =
    scaling === 'diffusive'
      ? undefined
      : await lossShift(network, noise, judged, {
          signal,
          onProgress: ({ done, of }) => report((before * done) / of, 'predicting C₁'),
        });
  const taken = precision === 'f64' ? undefined : typeof device === 'string' ? await useDevice(device) : device;
  const provenance = {
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
  };
  const { confidence: _, ...measures } = provenance;
  const of = JSON.stringify({ ...measures, weights: fingerprint(network) });
  const resumed =
    options.resume === undefined
      ? undefined
      : resumedFrom(options.resume, { of, images, levels: plan.length }, `${where}, resume`);
  let done = 0;
  const measure = (of: JudgedStates, on: Ensemble, level: LevelPlan, earlier?: LevelMeans): Promise<LevelMeans> =>
    measureLevel(network, noise, of, on, {
      ...level,
      before: earlier,
      key: fold(key, earlier ? 'measure' : 'pilot'),
      signal,
      async step(count) {
        done += earlier ? count : 0;
        report(before + done, `${level.refinement} sub-layers a layer`);
        await breathe(signal, where); // lets a signal in
      },
    }).catch(async (error: unknown) => {
      // Whatever heard the signal first, it is the study that was cancelled.
      await breathe(signal, where);
      throw error;
    });

  const host = chainEnsemble(network, noise);
  const measured: MeasuredLevel[] = [];
  const finest: LevelPlan = { ...plan[plan.length - 1], draws: { network: 1, leading: 1, modified: 1 } };
  const few: JudgedStates = { states: judged.states.slice(0, COMPARED_IMAGES), loss: judged.loss };
  const ensemble = taken ? await deviceEnsemble(network, noise, taken) : host;
  let difference = 0;
  try {
    // A pilot, of which only the images' deviations are used.
    const first = { ...plan[0], draws: { network: PILOT_DRAWS, leading: PILOT_DRAWS, modified: PILOT_DRAWS } };
    const pilot = resumed?.pilot ?? (await measure(judged, ensemble, first));
    const levels = [...(resumed?.levels ?? [])];
    const keep = (): void => options.onCheckpoint?.(depthCheckpoint(of, pilot, levels));
    if (!resumed) keep();
    for (const [i, level] of plan.entries()) {
      if (levels[i]) done += images * movesOf(network, level);
      else {
        levels[i] = await measure(judged, ensemble, level, levels[i - 1] ?? pilot);
        keep();
      }
      measured.push({ ...level, h: network.h / level.refinement, means: levels[i] });
    }
    const [ours, reference] = [await measure(few, ensemble, finest), await measure(few, host, finest)];
    difference = Math.max(...PROCESSES.map((name) => Math.abs(ours[name].mean - reference[name].mean)));
  } finally {
    ensemble.close();
  }
  const study = judge(measured, {
    network,
    noise,
    shift,
    confidence,
    steepness: steepness(network, noise, judged, { h: network.h / Math.max(...refinements), where }),
    common: {
      kind: 'depth-study',
      noise: noise.name,
      functional: 'states' in functional ? judged.loss(0).name : `cross-entropy, test images of ${functional.name}`,
      images,
      smooth: ACTIVATIONS[network.activation].smooth,
      rounding: { difference, images: few.states.length },
      provenance,
    },
  });
  const fallen = taken ? fallbackWarnings(taken) : [];
  return fallen.length > 0 ? Object.freeze({ ...study, warnings: [...study.warnings, ...fallen] }) : study;
}

interface LevelPlan {
  readonly refinement: number;
  readonly draws: DrawCounts;
  readonly substeps: number;
}

/** Draws at a refinement. The standard error falls like h^{3/2}/√draws and the smallest error like h²; the exponent is empirical. */
function grown(draws: DrawCounts, refinement: number): DrawCounts {
  const factor = numbers.power(refinement, 0.75);
  const scaled = (name: ProcessName): number => Math.ceil(draws[name] * factor);
  return { network: scaled('network'), leading: scaled('leading'), modified: scaled('modified') };
}

/** Moves an image of all three processes, for the progress. */
function movesOf(network: ResidualNetwork, { refinement, draws, substeps }: LevelPlan): number {
  return (
    network.depth * (draws.network * refinement + (draws.leading + draws.modified) * (2 * refinement * substeps + 1))
  );
}

function requireStudyOptions(options: DepthStudyOptions, where: string): void {
  requireKeys<DepthStudyOptions>(options ?? null, KNOWN, where, {
    subSteps: 'substeps',
    level: 'confidence',
    dataset: 'functional',
    data: 'functional',
    seed: 'key',
  });
  requireReporting(options, where);
  requireKey(options.key, `${where}, key`);
  if (options.onCheckpoint !== undefined) {
    requireFunction(options.onCheckpoint, `${where}, onCheckpoint`, 'leave it out, or give one');
  }
  const { refinements, draws, substeps, precision, confidence, device } = options;
  if (device !== undefined) requireDevice(device, `${where}, device`);
  if (refinements !== undefined) requireRefinements(refinements, `${where}, refinements`);
  if (draws !== undefined) {
    requireKeys<DrawCounts>(draws, { network: true, leading: true, modified: true }, `${where}, draws`);
    for (const name of PROCESSES)
      requireInteger(draws[name], 1, `${where}, draws.${name}`, 'draw at least once an image', MOST_DRAWS);
  }
  if (substeps !== undefined)
    requireInteger(substeps, 1, `${where}, substeps`, 'give at least one sub-step a step', MOST_SUBSTEPS);
  if (precision !== undefined) requireWord(precision, ['f32', 'f64'], `${where}, precision`);
  if (confidence !== undefined && !(Number.isFinite(confidence) && confidence > 0 && confidence < 1)) {
    throw new SdeError('value', {
      what: 'not a confidence level',
      where: `${where}, confidence`,
      expected: 'a number in (0, 1)',
      got: describe(confidence),
      remedy: 'give for example 0.95',
    });
  }
}

const KNOWN = {
  functional: true,
  refinements: true,
  draws: true,
  substeps: true,
  confidence: true,
  key: true,
  device: true,
  precision: true,
  resume: true,
  onProgress: true,
  onCheckpoint: true,
  signal: true,
} as const;

function requireRefinements(refinements: readonly number[], where: string): void {
  if (!Array.isArray(refinements)) throw notALadder(refinements, where);
  for (const m of refinements)
    requireInteger(m, 1, where, 'split every layer into a whole number of sub-layers', MOST_WIDE);
  if (refinements.length >= 2 && refinements.every((m, i) => i === 0 || m > refinements[i - 1])) return;
  throw notALadder(refinements.join(', '), where);
}

const notALadder = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'not a ladder of refinements',
    where,
    expected: 'at least two different whole numbers, increasing',
    got: describe(got),
    remedy: 'give for instance [1, 2, 4, 8]',
  });
