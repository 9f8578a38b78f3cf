/** Count, mean and Σ (value − mean)² of one image's draws; values that are not finite are counted apart. */
interface Moments {
  count: number;
  mean: number;
  m2: number;
  largest: number;
}

/** The average over images of each image's expectation, and the sampling error of the draws. The images are given, not sampled. */
export interface ImageMean {
  readonly mean: number;
  readonly standardError: number;
  /** Of one draw, averaged over the images. */
  readonly variance: number;
  /** Standard deviation of one draw of each image, shape (images). */
  readonly deviations: Float64Array;
  readonly nonFinite: number;
  /** Of all squared deviations from the images' means, the share of the largest one: near 1 where a single draw makes the standard error. */
  readonly largestShare: number;
}

/** Accumulates draws by image; the result depends on the order of an image's draws alone. */
export interface ImageAverage {
  add(image: number, value: number): void;
  result(): ImageMean;
}

/** An empty average over so many images. */
export function imageAverage(images: number): ImageAverage {
  const moments = Array.from({ length: images }, (): Moments => ({ count: 0, mean: 0, m2: 0, largest: 0 }));
  let nonFinite = 0;
  return {
    add(image, value) {
      if (!Number.isFinite(value)) {
        nonFinite++;
        return;
      }
      const of = moments[image];
      of.count++;
      const delta = value - of.mean;
      of.mean += delta / of.count;
      const squared = delta * (value - of.mean);
      of.m2 += squared;
      of.largest = Math.max(of.largest, squared);
    },
    result() {
      const average = (f: (of: Moments) => number): number => moments.reduce((sum, of) => sum + f(of), 0) / images;
      const variance = (of: Moments): number => of.m2 / (of.count - 1);
      return {
        mean: average((of) => of.mean),
        standardError: Math.sqrt(average((of) => variance(of) / of.count) / images),
        variance: average(variance),
        deviations: Float64Array.from(moments, (of) => Math.sqrt(variance(of))),
        nonFinite,
        largestShare: Math.max(...moments.map((of) => of.largest)) / moments.reduce((sum, of) => sum + of.m2, 0) || 0,
      };
    },
  };
}
