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
  readonly signal?: AbortSignal;
  /** Called after every batch with the paths · moves done; may throw to cancel. */
  step(done: number): Promise<void>;
}

interface Sampled {
  readonly process: Process;
  readonly stream: Key;
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
  const diffusive = PLACEMENTS[noise.placement].scaling === 'diffusive';
  const along = expansion(meanFields(refined, noise), refined.h, judged.states, judged.loss);
  const fields = meanFields(network, noise);

  const sampled = (process: Process, exact: Sampled['exact']): Sampled => ({
    process,
    stream: fold(key, process.name, refinement),
    exact,
  });
  const limit = (name: 'leading' | 'modified', correction: number): Sampled => {
    const flow = driftFlow(network, noise, fields, correction);
    const process = limitProcess(network, refinement, { name, correction, substeps, diffusive });
    return sampled(process, (image) => judged.loss(image).value(flow(judged.states[image])));
  };
  const all: Readonly<Record<ProcessName, Sampled>> = {
    network: sampled(networkProcess(network, refinement), (image) => along.losses[image]),
    leading: limit('leading', 0),
    modified: limit('modified', refined.h / 2),
  };
  const measure = (name: ProcessName): Promise<ProcessMean> =>
    sample(all[name], options.draws[name], { judged, along, ensemble, ...options }, options.before?.[name]);
  return { network: await measure('network'), leading: await measure('leading'), modified: await measure('modified') };
}

interface Work {
  readonly judged: JudgedStates;
  readonly along: Expansion;
  readonly ensemble: Ensemble;
  readonly signal?: AbortSignal;
  step(done: number): Promise<void>;
}

/** All draws of one process, as the ensemble gives them. */
async function sample(
  { process, stream, exact }: Sampled,
  draws: number,
  { judged, along, ensemble, signal, step }: Work,
  before?: ProcessMean,
): Promise<ProcessMean> {
  const { images } = along;
  const quiet = await ensemble.quiet(process, { judged, along });
  const shifts = quiet.map((loss, image) => exact(image) - loss);
  const controlled = imageAverage(images);
  const plain = imageAverage(images);
  const units = allocate(images, draws, before?.deviations);
  for await (const some of ensemble.sample(process, { judged, along, units, stream }, signal)) {
    let done = 0;
    for (const { image, losses, controls } of some) {
      for (let i = 0; i < losses.length; i++) {
        plain.add(image, losses[i]);
        controlled.add(image, losses[i] - controls[i] + shifts[image]);
      }
      done += losses.length * process.together;
    }
    await step(done * process.moves.length);
  }
  const result = controlled.result();
  return {
    ...result,
    paths: units.length * UNIT_DRAWS,
    varianceReduction: plain.result().variance / result.variance,
  };
}
