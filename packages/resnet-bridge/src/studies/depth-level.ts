import { fold, type Key } from 'sde-core';
import { refine } from '../network/refinement.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';
import { allocate, UNIT_DRAWS } from './allocation.js';
import { driftFlow } from './drift-flow.js';
import type { Ensemble } from './ensemble.js';
import { type Expansion, expansion } from './expansion.js';
import { type ImageMean, imageAverage } from './image-average.js';
import type { JudgedStates } from './judged-states.js';
import { limitProcess, networkProcess, type Process } from './process.js';
import { gateWeights, normalWeights, type Weights } from './weights.js';

/** The three processes whose E ℓ is sampled. */
export type ProcessName = 'network' | 'leading' | 'modified';
export const PROCESSES: readonly ProcessName[] = ['network', 'leading', 'modified'];

/** Draws an image, on average over the images. */
export type DrawCounts = Readonly<Record<ProcessName, number>>;

/** E ℓ(x(T)) of one process over all images, with and without its control variate. */
export interface ProcessMean extends ImageMean {
  /** Paths in all. */
  readonly paths: number;
  /** Variance of one draw without the control variate over that with it. */
  readonly varianceReduction: number;
}

/** E ℓ of the network and of its two SDEs at one refinement. */
export type LevelMeans = Readonly<Record<ProcessName, ProcessMean>>;

/** What a level is measured with. */
export interface LevelOptions {
  readonly refinement: number;
  readonly draws: DrawCounts;
  /** Sub-steps of the SDEs' integrator a step h. */
  readonly substeps: number;
  readonly key: Key;
  /** A measurement with independent draws, whose deviations say which images need more of them. */
  readonly before?: LevelMeans;
  /** Called after every batch with the paths · moves done; may throw to cancel. */
  step(done: number): Promise<void>;
}

interface Sampled {
  readonly process: Process;
  readonly weights: Weights;
  /** Draws that are one independent value: 1, or 2 for antithetic pairs. */
  readonly group: number;
  /** ℓ at the exact end of the process without noise. */
  exact(image: number): number;
}

/**
 * Measures one refinement: for each image and process mean(ℓ(x(T)) − control) − ℓ(x̃(T)) + ℓ(x(T) without noise, exactly), where x̃ is
 * the noise-free path in the ensemble's own arithmetic and with its own integrator, so that the rounding and the deterministic error
 * of both cancel. ℓ is evaluated and everything added in f64, in an order that no batch size changes.
 */
export async function measureLevel(
  network: ResidualNetwork,
  noise: Noise,
  judged: JudgedStates,
  ensemble: Ensemble,
  options: LevelOptions,
): Promise<LevelMeans> {
  const { refinement, substeps, key } = options;
  const refined = refine(network, refinement);
  const { scaling, gates: gatesOf } = PLACEMENTS[noise.placement];
  const gates = gatesOf(network);
  const along = expansion(meanFields(refined, noise), refined.h, judged.states, judged.loss);
  const fields = meanFields(network, noise);

  const limit = (name: 'leading' | 'modified', correction: number): Sampled => {
    const process = limitProcess(network, refinement, { name, correction, substeps, scaling });
    const flow = driftFlow(network, noise, fields, correction);
    return {
      process,
      weights: normalWeights(noise, gates, process.kicks, fold(key, name, refinement)),
      group: 2,
      exact: (image) => judged.loss(image).value(flow(judged.states[image])),
    };
  };
  const process = networkProcess(network, refinement, scaling);
  const weights = gateWeights(noise, gates, process.kicks, fold(key, 'network', refinement));
  const sampled: Readonly<Record<ProcessName, Sampled>> = {
    network: { process, weights, group: 1, exact: (image) => along.losses[image] },
    leading: limit('leading', 0),
    modified: limit('modified', refined.h / 2),
  };
  const measure = (name: ProcessName): Promise<ProcessMean> =>
    sample(
      sampled[name],
      options.draws[name],
      { judged, along, ensemble, gates, step: options.step },
      options.before?.[name],
    );
  return { network: await measure('network'), leading: await measure('leading'), modified: await measure('modified') };
}

interface Work {
  readonly judged: JudgedStates;
  readonly along: Expansion;
  readonly ensemble: Ensemble;
  readonly gates: number;
  step(done: number): Promise<void>;
}

/** All draws of one process, in batches of about `ensemble.rows` paths. */
async function sample(
  { process, weights, group, exact }: Sampled,
  draws: number,
  work: Work,
  before?: ProcessMean,
): Promise<ProcessMean> {
  const { judged, along, ensemble, step } = work;
  const { images } = along;
  const d = judged.states[0].length;
  const end = new Float64Array(d);
  const lossAt = (ends: ArrayLike<number>, row: number, image: number): number => {
    for (let i = 0; i < d; i++) end[i] = ends[row * d + i];
    return judged.loss(image).value(end);
  };
  const shifts = await noiseFreeShifts({ process, exact }, work, lossAt);
  const controlled = imageAverage(images);
  const plain = imageAverage(images);
  const units = allocate(images, draws, before?.deviations);
  const together = Math.max(1, Math.floor(ensemble.rows / UNIT_DRAWS));
  for (let at = 0; at < units.length; at += together) {
    const now = units.slice(at, at + together);
    const { ends, controls } = await ensemble.run(process, {
      expansion: along,
      images: now.map(({ image }) => image),
      draws: UNIT_DRAWS,
      weights: weights(now, UNIT_DRAWS),
    });
    now.forEach(({ image }, unit) => {
      for (let draw = 0; draw < UNIT_DRAWS; draw += group) {
        let loss = 0;
        let control = 0;
        for (let row = unit * UNIT_DRAWS + draw; row < unit * UNIT_DRAWS + draw + group; row++) {
          loss += lossAt(ends, row, image) / group;
          control += controls[row] / group;
        }
        plain.add(image, loss);
        controlled.add(image, loss - control + shifts[image]);
      }
    });
    await step(now.length * UNIT_DRAWS * process.moves.length);
  }
  const result = controlled.result();
  return {
    ...result,
    paths: units.length * UNIT_DRAWS,
    varianceReduction: plain.result().variance / result.variance,
  };
}

/** ℓ at the exact noise-free end less ℓ at that which the ensemble computes, for each image. */
async function noiseFreeShifts(
  { process, exact }: Pick<Sampled, 'process' | 'exact'>,
  { along, ensemble, gates }: Work,
  lossAt: (ends: ArrayLike<number>, row: number, image: number) => number,
): Promise<Float64Array> {
  const all = Array.from({ length: along.images }, (_, image) => image);
  const shifts = new Float64Array(along.images);
  for (let at = 0; at < all.length; at += ensemble.rows) {
    const images = all.slice(at, at + ensemble.rows);
    const weights = new Float32Array(process.kicks * images.length * gates);
    const { ends } = await ensemble.run(process, { expansion: along, images, draws: 1, weights });
    images.forEach((image, row) => {
      shifts[image] = exact(image) - lossAt(ends, row, image);
    });
  }
  return shifts;
}
