import type { Program } from '../kernels/program.js';
import type { JointMoments } from '../numerics/joint-moments.js';
import type { SampleShape } from '../numerics/sample-shape.js';
import type { Key } from '../randomness/key.js';
import type { PointSet } from './block-noise.js';

/** Paths come in fixed blocks, so that no thread count changes which numbers are added to which. */
export const BLOCK_SIZE = 4096;

/** The moments of the functionals over the paths of one block: of the first one, and of all with their pairs in `joint`. Non-finite values are counted, never averaged. */
export interface BlockSummary {
  readonly block: number;
  /** Paths with a finite value. */
  readonly count: number;
  readonly mean: number;
  /** Σ (value − mean)². */
  readonly m2: number;
  /** What says whether this scatter can be trusted; without it an estimate says that it cannot know. Absent for no finite value. */
  readonly shape?: SampleShape;
  readonly nonFinite: number;
  /** The first path whose value was not finite, if any. */
  readonly firstNonFinite?: number;
  /** Paths on which a state was below 0 that should not be; absent where the program names none. */
  readonly negative?: number;
  /** The first of them. */
  readonly firstNegative?: number;
  /** Of all functionals; present where the program has several. */
  readonly joint?: JointMoments;
  /** The values themselves, where the program `keepsValues`: one array for each functional, in the order of the paths of the block. */
  readonly values?: readonly Float64Array[];
}

/** Blocks to compute: [first, first + count). A last block may be short. */
export interface BlockRange {
  readonly first: number;
  readonly count: number;
  /** Paths in all; a block never reaches past it. */
  readonly paths: number;
}

/** A program that a backend holds ready. */
export interface Prepared {
  readonly hash: string;
}

/** What a run computes: blocks of paths under a key. */
export interface BlockWork {
  readonly blocks: BlockRange;
  readonly key: Key;
  /** Default `independent`. */
  readonly points?: PointSet;
}

/**
 * Where paths are computed. A backend computes block summaries and nothing else: no merging, no statistics.
 *
 * Summaries may arrive in any order; a block computed twice gives the same bits.
 */
export interface Backend {
  readonly name: string;
  readonly determinism: { readonly kind: 'bitwise' } | { readonly kind: 'statistical'; readonly precision: 'f32' };
  /** The sets of points it knows besides independent ones; a run that asks for another is refused by who starts it. */
  readonly pointSets?: readonly PointSet[];
  /** Idempotent in `program.hash`. */
  prepare(program: Program, signal?: AbortSignal): Promise<Prepared>;
  run(prepared: Prepared, work: BlockWork, signal?: AbortSignal): AsyncIterable<BlockSummary>;
  close(): Promise<void>;
}
