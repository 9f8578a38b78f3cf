import { cancelled } from '../errors/cancelled.js';
import type { Engine } from './engine.js';
import { workers } from './workers.js';

/** Milliseconds after its last run for which the pool is kept: longer than what a study does between two runs, empirically. */
const KEPT = 1000;

/** The pool of those who bring none, while anyone needs it: it carries no result, and which of its threads computes a block changes no bit. */
const shared: { pool: Engine | undefined; users: number; idle: ReturnType<typeof setTimeout> | undefined } = {
  pool: undefined,
  users: 0,
  idle: undefined,
};

/**
 * The pool of `workers()` that all runs without a backend of their own share: one thread a processor, whoever asks and however often.
 *
 * What is returned is one user's hold on it. `close()` lets go, and ends no one else's run; a second after the last user let go the threads end. They
 * never keep the process alive.
 */
export function sharedWorkers(): Engine {
  clearTimeout(shared.idle);
  shared.pool ??= workers();
  shared.users++;
  const { pool } = shared;
  let open = true;
  const requireOpen = (where: string): void => {
    if (!open) throw cancelled(where, new Error('the backend was closed'));
  };
  return Object.freeze<Engine>({
    ...pool,
    prepare: async (program, signal) => {
      requireOpen('workers().prepare(program)');
      return pool.prepare(program, signal);
    },
    run: (prepared, work, signal) => {
      requireOpen('workers().run(prepared)');
      return pool.run(prepared, work, signal);
    },
    perform: (calls, hearing) => {
      requireOpen('workers().perform(calls)');
      return pool.perform(calls, hearing);
    },
    async close() {
      if (!open) return;
      open = false;
      if (--shared.users === 0) expire();
    },
  });
}

/** Ends the threads unless someone comes for them in time. */
function expire(): void {
  const { pool } = shared;
  shared.idle = setTimeout(() => {
    if (shared.users > 0) return;
    shared.pool = undefined;
    pool?.close();
  }, KEPT);
  shared.idle.unref?.();
}
