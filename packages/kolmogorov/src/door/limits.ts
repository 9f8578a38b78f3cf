/**
 * What is refused as more than a solve can hold or finish, all in one place. A message that refuses says the limit and what to do instead.
 *
 * They bound memory and time, not accuracy: what is below them may still take long.
 */

/** Points of an axis: a field of so many, at a few times, is all that memory holds. */
export const MOST_POINTS: number = 2 ** 26;

/** Nodes of a grid: beyond it one array of values is 1 GiB. */
export const MOST_NODES: number = 2 ** 27;

/** Time steps, and intervals on which a control is given: a step is an object of the mesh. */
export const MOST_STEPS: number = 2 ** 20;

/** Numbers that a field keeps: 4 GiB. */
export const MOST_KEPT: number = 2 ** 29;

/** Iterations of one solve, of one search, or for one policy. */
export const MOST_ITERATIONS: number = 10_000;

/** Parts of a cell along an axis, for means. */
export const MOST_PARTS: number = 1024;

/** Combinations of listed values of controls, all of which are tried at every node, and values at which the search of an interval starts. */
export const MOST_COMBINATIONS: number = 4096;

/** Points of an axis through which a value is interpolated: beyond it equally spaced points amplify rounding alone. */
export const MOST_STENCIL: number = 32;

/** Implicit weight of a stepping: beyond it a step hardly moves anything. */
export const MOST_WEIGHT: number = 2;
