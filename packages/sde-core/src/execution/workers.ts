import { describe } from '../errors/at-the-door.js';
import { cancelled, requireNotCancelled } from '../errors/cancelled.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { TracedProgram } from '../kernels/program.js';
import type { Prepared } from './backend.js';
import { named } from './backend-name.js';
import type { Engine } from './engine.js';
import { blockJob, resultsOf, taskJob } from './job.js';
import { notPrepared, notTraced } from './refusals.js';
import { requireCalls, requireHearing } from './task.js';
import type { Pool } from './worker-pool.js';

/** How many threads. */
export interface WorkerOptions {
  /** Default one a processor. */
  readonly threads?: number;
}

/**
 * The engine of worker threads: `threads` of them, by default one a processor. They start with the first run. They are those of Node, and in a page its
 * Web Workers.
 *
 * Same bits as `inline()`, for any number of threads. It runs traced programs, and tasks, each on a thread of its own; close it when done, although a
 * script that forgets still ends. A thread that dies is replaced and what it was at done again; three deaths of the same piece fail its run.
 *
 * @throws SdeError `value` if `threads` is not an integer ≥ 1; on `prepare`, `unsupported` for a native program.
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, key, problem, symbolic, workers } from 'sde-core';
 * import { program } from 'sde-core/execution';
 * const model = symbolic({ state: ['x'], drift: '-x', diffusion: '1' });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 16);
 * const end = program(chain, { name: 'x', value: ([x]) => x, trace: (_, [x]) => x });
 * const backend = workers({ threads: 2 });
 * let paths = 0;
 * for await (const block of backend.run(await backend.prepare(end), {
 *   blocks: { first: 0, count: 3, paths: 10_000 },
 *   key: key(7),
 * })) {
 *   paths += block.count;
 * }
 * await backend.close();
 * paths; // → 10000
 * ```
 */
export function workers(options: WorkerOptions = {}): Engine {
  requireKeys<WorkerOptions>(options, { threads: true }, 'workers({ threads })');
  const { threads } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS))
    throw badThreads(threads);
  const programs = new WeakMap<Prepared, TracedProgram>();
  let pool: Promise<Pool> | undefined;
  let open = true;
  const started = (): Promise<Pool> => {
    pool ??= import('./worker-pool.js').then(({ startPool }) => startPool(threads));
    return pool;
  };

  const requireOpen = (where: string): void => {
    if (!open) throw cancelled(where, new Error('the backend was closed'));
  };

  return Object.freeze<Engine>({
    name: named('workers'),
    determinism: { kind: 'bitwise' },
    pointSets: ['sobol'],
    async prepare(program, signal) {
      requireNotCancelled(signal, 'workers().prepare(program)');
      if (program.kind === 'native') throw notTraced(program.name);
      const prepared = Object.freeze({ hash: program.hash });
      programs.set(prepared, program);
      return prepared;
    },
    async *run(prepared, work, signal) {
      const where = 'workers().run(prepared)';
      const program = programs.get(prepared);
      if (!program) throw notPrepared(where);
      requireOpen(where);
      requireNotCancelled(signal, where);
      yield* resultsOf(await started(), blockJob(program, work), { signal, where });
    },
    // What a task gives is of the type that its caller says.
    async *perform(calls, hearing = {}): AsyncGenerator<never> {
      const where = 'workers().perform(calls)';
      const { onReport, signal } = requireHearing(hearing, where);
      const checked = requireCalls(calls, where);
      requireOpen(where);
      requireNotCancelled(signal, where);
      yield* resultsOf(await started(), taskJob(checked, onReport), { signal, where }) as AsyncGenerator<never>;
    },
    async close() {
      open = false;
      await (await pool)?.close();
    },
  });
}

/** More threads than any machine has processors: each takes some 10 MB. */
const MOST_THREADS = 1024;

const badThreads = (threads: unknown): SdeError =>
  new SdeError('value', {
    what: 'not a number of threads',
    where: 'workers({ threads })',
    expected: `an integer ≥ 1 and ≤ ${MOST_THREADS}`,
    got: describe(threads),
    remedy: 'leave it out for one thread a processor',
  });
