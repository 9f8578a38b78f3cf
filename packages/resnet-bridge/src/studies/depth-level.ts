import { fold, type Key } from 'sde-core';
import { refine } from '../network/refinement.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';
import { driftFlow } from './drift-flow.js';
import type { Ensemble } from './ensemble.js';
import { type Expansion, expansion } from './expansion.js';
import { type ImageMean, imageAverage } from './image-average.js';
import type { JudgedStates } from './loss-shift.js';
import { limitProcess, networkProcess, type Process } from './process.js';
import { gateWeights, normalWeights, type Weights } from './weights.js';

/** E ℓ(x(T)) of one process over all images, with and without its control variate. */
export interface ProcessMean extends ImageMean {
  /** Variance of one draw without the control variate over that with it. */
  readonly varianceReduction: number;
}

/** E ℓ of the network and of its two SDEs at one refinement. */
export interface LevelMeans {
  readonly network: ProcessMean;
  readonly leading: ProcessMean;
  readonly modified: ProcessMean;
}

/** What a level is measured with. */
export interface LevelOptions {
  readonly refinement: number;
  /** Draws an image: of the network, and of each SDE (even: they come in antithetic pairs). */
  readonly draws: { readonly network: number; readonly limits: number };
  /** Sub-steps of the SDEs' integrator a step h. */
  readonly substeps: number;
  readonly key: Key;
  /** Called after every batch with the paths · moves done; may throw to cancel. */
  step(done: number): Promise<void>;
}

interface Sampled {
  readonly process: Process;
  readonly weights: Weights;
  readonly draws: number;
  /** Draws that are one independent unit: 1, or 2 for antithetic pairs. */
  readonly unit: number;
  /** ℓ at the exact end of the process without noise. */
  exact(image: number, along: Expansion, index: number): number;
}

/**
 * Measures one refinement: for each image and process mean(ℓ(x(T)) − control) − ℓ(x̃(T)) + ℓ(x(T) without noise, exactly), where x̃ is
 * the noise-free path in the ensemble's own arithmetic and with its own integrator, so that the rounding and the deterministic error
 * of both cancel. ℓ is evaluated and everything added in f64.
 */
export async function measureLevel(
  network: ResidualNetwork,
  noise: Noise,
  judged: JudgedStates,
  ensemble: Ensemble,
  options: LevelOptions,
): Promise<LevelMeans> {
  const { refinement, draws, substeps, key } = options;
  const refined = refine(network, refinement);
  const fields = meanFields(refined, noise);
  const own = meanFields(network, noise);
  const gates = PLACEMENTS[noise.placement].gates(network);
  const flows = { leading: driftFlow(network, own, 0), modified: driftFlow(network, own, refined.h / 2) };
  const limit = (name: 'leading' | 'modified'): Sampled => {
    const process = limitProcess(network, refinement, {
      name,
      correction: name === 'modified' ? refined.h / 2 : 0,
      substeps,
    });
    const weights = normalWeights(noise, gates, process.kicks, fold(key, 'limits', refinement));
    const exact = (image: number): number => judged.loss(image).value(flows[name](judged.states[image]));
    return { process, weights, draws: draws.limits, unit: 2, exact };
  };
  const process = networkProcess(network, refinement);
  const sampled = {
    network: {
      process,
      weights: gateWeights(noise, gates, process.kicks, fold(key, 'network', refinement)),
      draws: draws.network,
      unit: 1,
      exact: (_: number, along: Expansion, index: number) => along.losses[index],
    } satisfies Sampled,
    leading: limit('leading'),
    modified: limit('modified'),
  };
  const count = judged.states.length;
  const averages = {
    network: averagesOf(count),
    leading: averagesOf(count),
    modified: averagesOf(count),
  };
  const names = ['network', 'leading', 'modified'] as const;
  const most = Math.max(draws.network, draws.limits);
  const images = Math.max(1, Math.floor(ensemble.rows / most));
  for (let first = 0; first < count; first += images) {
    const starts = judged.states.slice(first, first + images);
    const along = expansion(fields, refined.h, starts, (index) => judged.loss(first + index));
    for (const name of names) {
      await runImages(sampled[name], {
        judged,
        first,
        along,
        ensemble,
        gates,
        average: averages[name],
        step: options.step,
      });
    }
  }
  const meanOf = ({ controlled, plain }: Averages): ProcessMean => {
    const result = controlled.result();
    return { ...result, varianceReduction: plain.result().variance / result.variance };
  };
  return { network: meanOf(averages.network), leading: meanOf(averages.leading), modified: meanOf(averages.modified) };
}

interface Averages {
  readonly controlled: ReturnType<typeof imageAverage>;
  readonly plain: ReturnType<typeof imageAverage>;
}
const averagesOf = (count: number): Averages => ({ controlled: imageAverage(count), plain: imageAverage(count) });

interface ImagesWork {
  readonly judged: JudgedStates;
  readonly first: number;
  readonly along: Expansion;
  readonly ensemble: Ensemble;
  readonly gates: number;
  readonly average: Averages;
  step(done: number): Promise<void>;
}

/** All draws of some images of one process, in batches of at most `ensemble.rows` paths. */
async function runImages({ process, weights, draws, unit, exact }: Sampled, work: ImagesWork): Promise<void> {
  const { judged, first, along, ensemble, gates, average, step } = work;
  const { images } = along;
  const d = judged.states[first].length;
  const noiseless = await ensemble.run(process, {
    expansion: along,
    draws: 1,
    weights: new Float32Array(process.kicks * images * gates),
  });
  const end = new Float64Array(d);
  const lossAt = (ends: ArrayLike<number>, row: number, image: number): number => {
    for (let i = 0; i < d; i++) end[i] = ends[row * d + i];
    return judged.loss(image).value(end);
  };
  const shifts = Array.from(
    { length: images },
    (_, index) => exact(first + index, along, index) - lossAt(noiseless.ends, index, first + index),
  );
  const together = Math.max(unit, Math.min(draws, Math.floor(ensemble.rows / images / unit) * unit));
  for (let firstDraw = 0; firstDraw < draws; firstDraw += together) {
    const now = Math.min(together, draws - firstDraw);
    const range = { firstImage: first, images, firstDraw, draws: now, allDraws: draws };
    const { ends, controls } = await ensemble.run(process, { expansion: along, draws: now, weights: weights(range) });
    for (let index = 0; index < images; index++) {
      for (let draw = 0; draw < now; draw += unit) {
        let plain = 0;
        let control = 0;
        for (let each = 0; each < unit; each++) {
          const row = index * now + draw + each;
          plain += lossAt(ends, row, first + index) / unit;
          control += controls[row] / unit;
        }
        average.plain.add(first + index, plain);
        average.controlled.add(first + index, plain - control + shifts[index]);
      }
    }
    await step(images * now * process.moves.length);
  }
}
