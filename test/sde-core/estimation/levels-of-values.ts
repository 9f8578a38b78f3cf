import { ANY } from '#sde-core/estimation/known-values';
import type { LevelSampler } from '#sde-core/estimation/level-sampler';
import { type Moments, momentsOf } from '#sde-core/numerics/moments';

/** A level whose values are given; of a pair, of which nothing is known, if it is not said. */
export function levelOf(values: readonly number[], more: Partial<LevelSampler> = {}): LevelSampler {
  return {
    kind: 'pair',
    known: ANY,
    closed: false,
    steps: 1,
    costPerPath: 1,
    hash: '',
    moments: momentsOf(values),
    rounds: [values.length],
    diagnostics: undefined,
    cost: values.length,
    grow: async () => {},
    ...more,
  };
}

/** So many values, mean ± spread in turn: their kurtosis is 1, and their variance is trusted. */
export const evenly = (count: number, mean: number, spread: number): number[] =>
  Array.from({ length: count }, (_, i) => mean + (i % 2 === 0 ? spread : -spread));

/** So many zeros, and one value that carries the whole variance. */
export const lonely = (count: number, value = 1): number[] => [value, ...Array.from({ length: count - 1 }, () => 0)];

/** Moments with some numbers replaced. */
export const withMoments = (of: LevelSampler, more: Partial<Moments>): LevelSampler => ({
  ...of,
  moments: { ...of.moments, ...more },
});
