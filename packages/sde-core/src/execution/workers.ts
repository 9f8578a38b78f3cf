import { describe } from '../errors/at-the-door.js';
import { cancelled, requireNotCancelled } from '../errors/cancelled.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { TracedProgram } from '../kernels/program.js';
import { type Backend, BLOCK_SIZE, type BlockSummary, type BlockWork, type Prepared } from './backend.js';
import { named } from './backend-name.js';
import { endOf } from './compute-block.js';
import { notPrepared, notTraced } from './refusals.js';
import type { Job, Pool } from './worker-pool.js';

// Path-steps that make a message worth its latency of some fifty microseconds, empirically.
const TASK = 1_000_000;

/** How many threads. */
export interface WorkerOptions {
  /** Default one a processor. */
  readonly threads?: number;
}

/**
 * The backend of worker threads: `threads` of them, by default one a processor. They start with the first run.
 *
 * Same bits as `inline()`, for any number of threads. It runs traced programs; close it when done, although a script that
 * forgets still ends. It needs node, which is loaded on the first run.
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
export function workers(options: WorkerOptions = {}): Backend {
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

  return Object.freeze<Backend>({
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
      if (!open) throw cancelled(where, new Error('the backend was closed'));
      requireNotCancelled(signal, where);
      yield* stream(await started(), program, work, signal);
    },
    async close() {
      open = false;
      await (await pool)?.close();
    },
  });
}

/** Summaries in the order in which threads finish them. */
async function* stream(
  pool: Pool,
  program: TracedProgram,
  { blocks, key, points }: BlockWork,
  signal: AbortSignal | undefined,
): AsyncGenerator<BlockSummary> {
  const end = endOf(blocks);
  const batch = Math.max(1, Math.floor(TASK / (BLOCK_SIZE * program.steps)));
  const arrived: BlockSummary[] = [];
  let missing = end - blocks.first;
  let first = blocks.first;
  let failure: unknown;
  let wake = (): void => {};
  const fail = (error: unknown): void => {
    failure ??= error;
    wake();
  };
  const onAbort = (): void => fail(cancelled('workers().run(prepared)', signal?.reason));
  const job: Job = {
    program,
    stream: { words: key.words, generator: key.generator },
    points,
    paths: blocks.paths,
    stop: new Int32Array(new SharedArrayBuffer(4)),
    next() {
      if (first >= end) return undefined;
      const range = { first, end: Math.min(first + batch, end) };
      first = range.end;
      return range;
    },
    finished(summaries) {
      arrived.push(...summaries);
      wake();
    },
    failed: fail,
  };
  signal?.addEventListener('abort', onAbort);
  try {
    if (missing > 0) pool.submit(job);
    while (missing > 0) {
      if (failure !== undefined) throw failure;
      const summary = arrived.shift();
      if (summary) {
        missing--;
        yield summary;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    pool.withdraw(job);
  }
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
