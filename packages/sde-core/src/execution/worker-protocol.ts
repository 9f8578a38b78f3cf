import type { TracedProgram } from '../kernels/program.js';
import type { Stream } from '../randomness/noise.js';
import type { PointSet } from './block-noise.js';
import type { Failure } from './failure.js';
import type { TaskOrder } from './task.js';

/** The summaries of blocks [first, end), please. */
export interface BlockOrder {
  readonly kind: 'blocks';
  readonly hash: string;
  readonly stream: Stream;
  readonly points?: PointSet;
  readonly first: number;
  readonly end: number;
  readonly paths: number;
  /** Shared, shape (1): not 0 once nobody waits for the answer. Absent where nothing is shared. */
  readonly stop?: Int32Array;
}

/** What a worker is asked. */
export type Order = BlockOrder | ({ readonly kind: 'task' } & TaskOrder);

/** An order as it is sent. */
export interface Asked {
  readonly id: number;
  readonly order: Order;
  /** Sent with a worker's first order of its hash. */
  readonly program?: TracedProgram;
  /** The program that is not needed any longer. */
  readonly forget?: string;
}

/** What a worker answers: for blocks their summaries, those that were finished if it was stopped; for a task its output. */
export type Answer =
  | { readonly kind: 'done'; readonly id: number; readonly results: readonly unknown[] }
  | { readonly kind: 'report'; readonly id: number; readonly news: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };

/** A worker's side of the wire. */
export interface Port {
  post(answer: Answer): void;
  listen(hear: (asked: Asked) => void): void;
}
