/**
 * What is refused as more than a study can hold or finish, all in one place. A message that refuses says the limit and what to do instead.
 *
 * They bound memory and time, not accuracy: what is below them may still take long.
 */

/** Coordinates, units and layers of a network, and sub-layers of a layer. */
export const MOST_WIDE: number = 2 ** 16;

/** Numbers in the weights of a network, and layers of a refined one. */
export const MOST_WEIGHTS: number = 2 ** 27;
export const MOST_LAYERS: number = 2 ** 20;

/** Draws an image, and sampled paths. */
export const MOST_DRAWS: number = 2 ** 26;

/** Steps that a step is divided into, and grid points of the limit's equation. */
export const MOST_SUBSTEPS: number = 2 ** 16;

/** Epochs of a training. */
export const MOST_EPOCHS: number = 2 ** 20;

/** Classes of data, each with its own number in a label. */
export const MOST_CLASSES: number = 2 ** 16;
