import type { TracedProgram } from '../kernels/program.js';
import type { Stream } from '../randomness/noise.js';
import type { BlockSummary } from './backend.js';
import type { PointSet } from './block-noise.js';

/** What a worker is asked: the summaries of blocks [first, end). */
export interface WorkerTask {
  readonly id: number;
  readonly hash: string;
  /** Sent with a worker's first task of this hash. */
  readonly program?: TracedProgram;
  readonly stream: Stream;
  readonly points?: PointSet;
  readonly first: number;
  readonly end: number;
  readonly paths: number;
  /** The program that is not needed any longer. */
  readonly forget?: string;
  /** Shared, shape (1): not 0 once nobody waits for the answer. */
  readonly stop: Int32Array;
}

/** What it answers. A task that was stopped answers with the blocks it had finished. */
export type WorkerAnswer =
  | { readonly kind: 'done'; readonly id: number; readonly summaries: readonly BlockSummary[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
