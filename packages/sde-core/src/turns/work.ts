import { cancelled, requireNotCancelled } from '../errors/cancelled.js';
import { SdeError } from '../errors/sde-error.js';

/** Work in parts: it yields where it may be left for a while, or for good, and returns its result. */
export type Work<Result> = Generator<undefined, Result, undefined>;

/** Milliseconds of work between two turns of others: a tenth of what a person notices, and a thousand times what a turn costs. */
const SLICE = 15;

/** Does all of it at once, on this thread: nothing else runs meanwhile. */
export function inOneGo<Result>(work: Work<Result>): Result {
  for (;;) {
    const part = work.next();
    if (part.done) return part.value;
  }
}

/**
 * Does it in turns with whatever else waits on this thread: timers, messages, signals. The same parts in the same order as {@link inOneGo}, so the same bits.
 *
 * Turns are by the clock, which decides when others run and nothing else.
 *
 * @throws SdeError `cancelled` within a part of the work after the signal aborts; the work is then ended.
 */
export async function inTurns<Result>(
  work: Work<Result>,
  signal: AbortSignal | undefined,
  where: string,
): Promise<Result> {
  requireNotCancelled(signal, where);
  try {
    for (let until = performance.now() + SLICE; ; ) {
      const part = work.next();
      if (part.done) return part.value;
      if (performance.now() < until) continue;
      await turn();
      // The work may know better what was cancelled.
      if (signal?.aborted) work.throw(cancelled(where, signal.reason));
      until = performance.now() + SLICE;
    }
  } finally {
    work.return(undefined as never); // what it would have returned is not asked for
  }
}

/** Lets timers and other callbacks run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}

/** What a function that takes turns is told and tells. */
export interface TurnOptions {
  /** Called after every part that is worth telling: `done` of `of`. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  /** Ends it soon after it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Refuses a signal given to a function that works in one go, `name`, and would not hear it.
 *
 * @throws SdeError `cancelled` if it has aborted already; else `unsupported`, with the name of the function that hears it, `name` and Async.
 */
export function requireNoSignal(signal: unknown, name: string): void {
  if (signal === undefined) return;
  const where = `${name}(…, { signal })`;
  requireNotCancelled(signal as AbortSignal, where);
  throw new SdeError('unsupported', {
    what: 'a signal that would not be heard: this function works in one go, and nothing else runs meanwhile',
    where,
    expected: `no signal, or the same call of ${name}Async`,
    got: 'a signal that has not aborted',
    remedy: `write await ${name}Async(…, { signal }): the same bits, in turns with other work, and it ends soon after the signal aborts`,
  });
}
