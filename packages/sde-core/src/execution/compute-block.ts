import type { BlockKernel } from '../kernels/block-kernel.js';
import type { PairSource } from '../randomness/random-generator.js';
import { BLOCK_SIZE, type BlockRange, type BlockSummary } from './backend.js';
import { summarizeAll } from './block-summary.js';

/** A kernel with the noise it runs on. */
export interface Computation {
  readonly kernel: BlockKernel;
  readonly noise: PairSource;
  readonly steps: number;
  /** What a step costs, in steps of independent paths. Default 1. */
  readonly stepCost?: number;
  /** Whether paths with states below 0 are counted. */
  readonly watched: boolean;
}

// Path-steps between two pauses: some ten milliseconds of a small model on one core, empirically.
const SLICE = 500_000;

/**
 * The summary of one block, computed in slices; `pause` is reached after each and may throw to give up. A block is cut
 * into slices, summed as a whole: the slices change no bit.
 *
 * @param values - Scratch, shape (BLOCK_SIZE), for the first functional; further ones bring their own.
 */
export function* computeBlock(
  { kernel, noise, steps, stepCost = 1, watched }: Computation,
  block: number,
  paths: number,
  values: Float64Array,
): Generator<undefined, BlockSummary> {
  const first = block * BLOCK_SIZE;
  const count = Math.min(BLOCK_SIZE, paths - first);
  const below = new Uint8Array(BLOCK_SIZE);
  const all = Array.from({ length: kernel.functionals }, (_, k) => (k === 0 ? values : new Float64Array(BLOCK_SIZE)));
  const slice = Math.max(1, Math.floor(SLICE / (steps * stepCost)));
  for (let at = 0; at < count; at += slice) {
    const parts = all.map((one) => one.subarray(at));
    kernel(noise, first + at, Math.min(slice, count - at), parts, below.subarray(at));
    yield undefined;
  }
  const summary = summarizeAll(block, first, count, all, watched ? below : undefined);
  return kernel.keepsValues ? { ...summary, values: all.map((one) => one.slice(0, count)) } : summary;
}

/** The last block of a range plus one: a range may ask for blocks past the last path, and they do not exist. */
export const endOf = ({ first, count, paths }: BlockRange): number =>
  Math.min(first + count, Math.ceil(paths / BLOCK_SIZE));
