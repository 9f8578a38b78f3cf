import type { Program } from '../kernels/program.js';
import { directionsFor } from '../randomness/direction-numbers.js';
import { pairSource, type Stream } from '../randomness/noise.js';
import type { PairSource } from '../randomness/random-generator.js';
import { sobolNoise } from '../randomness/sobol-noise.js';
import { windowStream } from '../randomness/window.js';

/** How the paths of a run lie to each other: independent, or the points of a scrambled Sobol sequence, which needs Gaussian laws. */
export type PointSet = 'independent' | 'sobol';

/** What a step of such a path costs, in steps of independent ones: the order of magnitude. */
export const STEP_COST: Readonly<Record<PointSet, number>> = { independent: 1, sobol: 20 };

/** The noise of a program's paths, for a run on any thread. Waits only for direction numbers that are not yet loaded. */
export async function blockNoise(
  { laws, steps, t0 }: Pick<Program, 'laws' | 'steps' | 't0'>,
  key: Stream,
  points: PointSet = 'independent',
): Promise<PairSource> {
  const stream = windowStream(key, t0);
  if (points === 'independent') return pairSource(laws, stream);
  const size = laws.length;
  return sobolNoise({ steps, size }, { ...stream, label: 'points' }, await directionsFor(steps * size));
}
