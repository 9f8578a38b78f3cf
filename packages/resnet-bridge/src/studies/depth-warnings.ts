import type { Warning } from 'sde-core';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';
import type { LevelMeans, ProcessName } from './depth-level.js';
import { PROCESSES } from './depth-level.js';
import { MILD } from './verdicts.js';

/** What {@link depthStudy} warns of, beside what {@link lossShift} does. */
export type DepthWarning =
  | 'lost-paths'
  | 'unseen-outcomes'
  | 'heavy-tail'
  | 'coarse-steps'
  | 'no-prediction'
  | 'dropped-impulse'
  | 'device-fallback';

/** Gates beside the likeliest outcome from which a sample variance says something: its relative error is then about √(2/n). Empirical. */
const SEEN = 50;
/** The share of the squares of all deviations that one draw may have. */
const LARGEST_SHARE = 0.5;

/** Why the standard errors of a level may be too small, level by level. */
export function samplingWarnings(
  network: ResidualNetwork,
  noise: Noise,
  levels: readonly { readonly refinement: number; readonly means: LevelMeans }[],
): readonly Warning<DepthWarning>[] {
  const lost = levels.map(({ means }) => PROCESSES.reduce((sum, name) => sum + means[name].nonFinite, 0));
  const count = lost.reduce((a, b) => a + b, 0);
  const rare = unlikely(noise);
  const gates = PLACEMENTS[noise.placement].gates(network);
  const unseen = levels.filter(({ refinement, means }) => {
    const events = means.network.paths * network.depth * refinement * gates * rare;
    const blind = noise.variance > 0 && means.network.standardError === 0;
    return events < SEEN || blind;
  });
  const tails: { refinement: number; process: ProcessName; share: number }[] = levels.flatMap(({ refinement, means }) =>
    PROCESSES.filter(
      (process) => means[process].largestShare > LARGEST_SHARE && means[process].paths > 3 / LARGEST_SHARE,
    ).map((process) => ({ refinement, process, share: means[process].largestShare })),
  );
  return [
    ...(count > 0
      ? [
          {
            kind: 'lost-paths' as const,
            message: `${count} paths had a loss that is not finite and are left out of every mean, which makes all of them wrong by an unknown amount. Look at the weights, or take a bounded loss.`,
            paths: count,
          },
        ]
      : []),
    ...(unseen.length > 0 && noise.variance > 0
      ? [
          {
            kind: 'unseen-outcomes' as const,
            message: `At refinement ${unseen.map(({ refinement }) => refinement).join(', ')} fewer than ${SEEN} gates of the network are expected to differ from their likeliest value, or none made a difference: the standard error knows nothing of what was not drawn. Take more draws.`,
            refinements: unseen.map(({ refinement }) => refinement),
          },
        ]
      : []),
    ...(tails.length > 0
      ? [
          {
            kind: 'heavy-tail' as const,
            message: `One draw makes ${(100 * Math.max(...tails.map(({ share }) => share))).toFixed(0)} % of the variance of the ${tails[0].process} at refinement ${tails[0].refinement}${tails.length > 1 ? ', and similarly elsewhere' : ''}: standard errors of so heavy a tail are too small more often than they say. Take more draws.`,
            levels: tails,
          },
        ]
      : []),
  ];
}

/** The probability that a gate is not at its likeliest outcome; 1 where the law is continuous. */
function unlikely(noise: Noise): number {
  return noise.laws.reduce((most, law) => {
    if (!law.outcomes) return 1;
    return Math.max(most, 1 - Math.max(...law.outcomes.map(({ probability }) => probability)));
  }, 0);
}

export const coarseSteps = (steepness: number): readonly Warning<DepthWarning>[] =>
  steepness <= MILD
    ? []
    : [
        {
          kind: 'coarse-steps',
          message: `The finest step is ${steepness.toPrecision(2)} of what the layers vary on (h ‖DF̄‖, or what the noise moves a hidden unit by): expansions in h need it well below 1, so the orders and the constant are those of a ladder that is not yet asymptotic. Take more sub-layers a layer.`,
          steepness,
        },
      ];

export const noPrediction = (noise: Noise): Warning<DepthWarning> => ({
  kind: 'no-prediction',
  message: `Under ${noise.name} the network tends to an SDE and not to a flow: C₁ is an expectation over that SDE, which is not computed without sampling. The measured constant is held against that of the modified SDE instead.`,
});

export const impulse = ({ activation }: ResidualNetwork): Warning<DepthWarning> => ({
  kind: 'dropped-impulse',
  message: `${activation} has kinks, where ΔF is an impulse that the drift of the modified SDE leaves out: order 2 is not to be expected of it, and its constant is not that of the network.`,
  activation,
});
