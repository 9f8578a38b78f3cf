import type { Unit } from './weights.js';

/** Draws of one image computed together: a batch has this many rows of each of its units. Even, for antithetic pairs. */
export const UNIT_DRAWS = 16;

/** No image gets fewer draws than this share of an average image's deviation would: what is not yet seen is not taken for absent. Empirical. */
const LEAST_SHARE = 0.2;

/**
 * Units for an average number of draws an image, spread in proportion to the images' standard deviations: for a fixed number of draws
 * in all, that makes the standard error of the average over images least. Uniform where no deviations are known.
 *
 * The deviations must come from other draws than these (here: from the refinement before), or the average would be biased.
 *
 * @see [neyman1934]
 */
export function allocate(images: number, draws: number, deviations?: Float64Array): readonly Unit[] {
  const mean = deviations ? deviations.reduce((a, b) => a + b, 0) / images : 0;
  const shares = Array.from({ length: images }, (_, image) =>
    deviations && mean > 0 && Number.isFinite(mean) ? Math.max(deviations[image] / mean, LEAST_SHARE) : 1,
  );
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.flatMap((share, image) => {
    const units = Math.max(1, Math.round((draws * images * share) / sum / UNIT_DRAWS));
    return Array.from({ length: units }, (_, i): Unit => ({ image, firstDraw: i * UNIT_DRAWS }));
  });
}
