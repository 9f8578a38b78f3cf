import { cancelled, requireNotCancelled } from '../errors/cancelled.js';
import type { TracedProgram } from '../kernels/program.js';
import { BLOCK_SIZE, type BlockSummary, type BlockWork } from './backend.js';
import { endOf } from './compute-block.js';
import { errorOf, type Failure } from './failure.js';
import { workerFailed } from './refusals.js';
import type { CheckedCall, TaskResult } from './task.js';
import type { Order } from './worker-protocol.js';

/** A part of a job that one thread does at a time: to the same bits, however often it is begun. */
export interface Piece<Result> {
  /** Made anew each time it is begun. */
  order(): Order;
  /** What an answer holds. */
  results(answered: readonly unknown[]): readonly Result[];
  /** News on the way. */
  heard?(news: unknown): void;
}

/** Work for a pool, in pieces. */
export interface Job<Result> {
  /** What the orders are of. */
  readonly program?: TracedProgram;
  /** Whether a piece takes a thread for itself: it may be long, and nothing waits behind it. */
  readonly alone: boolean;
  /** Shared, shape (1): what is set stops it. Without it the threads that are at it are ended. */
  readonly stop?: Int32Array;
  /** How many results there will be. */
  readonly size: number;
  /** The next piece, or none. */
  next(): Piece<Result> | undefined;
  /** The error of a piece that threw on its thread. */
  thrown(failure: Failure): unknown;
}

/** A job that a pool was given, with who waits for it. */
export interface Submitted {
  readonly job: Job<unknown>;
  finished(results: readonly unknown[]): void;
  failed(error: unknown): void;
}

/** What takes jobs. */
export interface Takes {
  submit(submitted: Submitted): void;
  /** Nobody waits any longer. */
  withdraw(submitted: Submitted): void;
}

// Path-steps that make a message worth its latency of some fifty microseconds, empirically.
const TASK = 1_000_000;

/** Blocks of paths as a job, a few to a piece. */
export function blockJob(program: TracedProgram, { blocks, key, points }: BlockWork): Job<BlockSummary> {
  const end = endOf(blocks);
  const batch = Math.max(1, Math.floor(TASK / (BLOCK_SIZE * program.steps)));
  const common = {
    kind: 'blocks',
    hash: program.hash,
    stream: { words: key.words, generator: key.generator },
    points,
    paths: blocks.paths,
    // A page shares memory only where its server isolates it.
    stop: typeof SharedArrayBuffer === 'function' ? new Int32Array(new SharedArrayBuffer(4)) : undefined,
  } as const;
  let first = blocks.first;
  return {
    program,
    alone: false,
    stop: common.stop,
    size: Math.max(0, end - blocks.first),
    next() {
      if (first >= end) return undefined;
      const range = { first, end: Math.min(first + batch, end) };
      first = range.end;
      // Summaries are what a worker answers an order of blocks.
      return { order: () => ({ ...common, ...range }), results: (answered) => answered as BlockSummary[] };
    },
    thrown: ({ message }) => workerFailed(new Error(message)),
  };
}

/** Calls of tasks as a job, one to a piece. */
export function taskJob(
  calls: readonly CheckedCall[],
  onReport?: (place: number, news: unknown) => void,
): Job<TaskResult> {
  let next = 0;
  return {
    alone: true,
    size: calls.length,
    next() {
      if (next >= calls.length) return undefined;
      const { place, hash, order } = calls[next++];
      return {
        order: () => ({ kind: 'task', ...order() }),
        results: ([output]) => [{ place, hash, output }],
        heard: (news) => onReport?.(place, news),
      };
    },
    thrown: errorOf,
  };
}

/** The results of a job as they come. Leaving the loop, an error of the job, and the signal all withdraw it. */
export async function* resultsOf<Result>(
  pool: Takes,
  job: Job<Result>,
  { signal, where }: { readonly signal?: AbortSignal; readonly where: string },
): AsyncGenerator<Result> {
  requireNotCancelled(signal, where);
  const arrived: Result[] = [];
  let missing = job.size;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  const onAbort = (): void => fail(cancelled(where, signal?.reason));
  const submitted: Submitted = {
    job,
    finished(results) {
      // Those of this job.
      arrived.push(...(results as readonly Result[]));
      wake();
    },
    failed: fail,
  };
  signal?.addEventListener('abort', onAbort);
  try {
    if (missing > 0) pool.submit(submitted);
    while (missing > 0) {
      if (failure) throw failure.error;
      const result = arrived.shift();
      if (result !== undefined) {
        missing--;
        yield result;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    pool.withdraw(submitted);
  }
}
