import type { Worker } from 'node:worker_threads';
import {
  type Backend,
  type BlockSummary,
  discretize,
  eulerMaruyama,
  inline,
  key,
  problem,
  SdeError,
  symbolic,
  type TracedProgram,
  workers,
} from 'sde-core';
import { BLOCK_SIZE, program } from 'sde-core/execution';
import { afterEach, describe, expect, it } from 'vitest';
import { blockJob, type Submitted } from '#sde-core/execution/job';
import { startThread } from '#sde-core/execution/node-threads';
import { startPool } from '#sde-core/execution/worker-pool';

const ending = (steps: number, T = 1): TracedProgram =>
  program(
    discretize(
      problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: 'x/3' }), x0: [1], T }),
      eulerMaruyama,
      steps,
    ),
    { name: 'x', value: ([x]) => x, trace: (_, [x]) => x },
  ) as TracedProgram;
/** A block takes some 30 ms, so that a thread can be ended in the middle of one. */
const made = ending(256);
const blocks = { first: 0, count: 4, paths: 3 * BLOCK_SIZE + 1 };

async function summaries(backend: Backend, onEach = (_: number): void => {}): Promise<BlockSummary[]> {
  const all: BlockSummary[] = [];
  for await (const summary of backend.run(await backend.prepare(made), { blocks, key: key(1) })) {
    onEach(all.push(summary));
  }
  return all.sort((a, b) => a.block - b.block);
}

const expected = summaries(inline());
const soon = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

let listener: ((worker: Worker) => void) | undefined;
const onStart = (listen: (worker: Worker) => void): void => {
  listener = listen;
  process.on('worker', listen);
};
afterEach(() => {
  if (listener) process.off('worker', listener);
});

/** Ends the first `most` threads that come to a moment. */
const killer = (most: number): { kill(worker: Worker): void; killed(): number } => {
  let killed = 0;
  return {
    kill: (worker) => {
      if (killed >= most) return;
      killed++;
      worker.terminate();
    },
    killed: () => killed,
  };
};

const PHASES: Readonly<Record<string, (worker: Worker, kill: () => void) => void>> = {
  starting: (_, kill) => kill(),
  'up, before its first message': (worker, kill) => worker.once('online', kill),
  'in the middle of a block': (worker, kill) => worker.once('online', () => setTimeout(kill, 15)),
  answering: (worker, kill) => worker.prependOnceListener('message', kill),
  'between two blocks': (worker, kill) => worker.once('message', kill),
};

describe('a thread that is killed', () => {
  it.each(Object.keys(PHASES))('while %s is replaced, and its blocks have the same bits', async (phase) => {
    const { kill, killed } = killer(2);
    onStart((worker) => PHASES[phase](worker, () => kill(worker)));
    const backend = workers({ threads: 2 });
    expect(await summaries(backend)).toEqual(await expected);
    await backend.close();
    expect(killed()).toBe(2);
  });

  it('while idle is replaced without a word', async () => {
    const started: Worker[] = [];
    onStart((worker) => started.push(worker));
    const backend = workers({ threads: 2 });
    expect(await summaries(backend)).toEqual(await expected);
    await Promise.all(started.map((worker) => worker.terminate()));
    expect(await summaries(backend)).toEqual(await expected);
    expect(started).toHaveLength(4);
    await backend.close();
  });

  it('while the run is being read is replaced, whatever had arrived', async () => {
    const started: Worker[] = [];
    onStart((worker) => started.push(worker));
    const backend = workers({ threads: 2 });
    const all = await summaries(backend, (count) => {
      if (count === 1) for (const worker of started) worker.terminate();
    });
    expect(all).toEqual(await expected);
    await backend.close();
  });

  it('again and again fails its run after three, and no later one', async () => {
    const { kill, killed } = killer(3);
    onStart((worker) => kill(worker));
    const backend = workers({ threads: 1 });
    await expect(summaries(backend)).rejects.toMatchObject({ code: 'device', name: 'SdeError' });
    expect(killed()).toBe(3);
    expect(await summaries(backend)).toEqual(await expected);
    await backend.close();
  });
});

/** A job that does no more than say how it ended. */
const outcome = (submit: (submitted: Submitted) => void, made: TracedProgram, count = 1): Promise<unknown> =>
  new Promise((resolve) => {
    let missing = count;
    submit({
      job: blockJob(made, { blocks: { first: 0, count, paths: count * BLOCK_SIZE }, key: key(1) }),
      finished: (summaries) => {
        missing -= summaries.length;
        if (missing === 0) resolve('finished');
      },
      failed: resolve,
    });
  });

describe('a pool', () => {
  it('whose threads have no memory fails its runs, and says of what', async () => {
    const poor = { maxOldGenerationSizeMb: 2, maxYoungGenerationSizeMb: 1 };
    const pool = startPool(1, (ears) => startThread(ears, poor));
    const error = await outcome(pool.submit, made);
    expect(error).toBeInstanceOf(SdeError);
    expect(error).toMatchObject({ code: 'device', message: expect.stringMatching(/memory/) });
    await pool.close();
  });

  it('closed while it runs gives `cancelled`, as does one that was closed before', async () => {
    const pool = startPool(1);
    const running = outcome(pool.submit, made, 100);
    await soon(50);
    await pool.close();
    expect(await running).toMatchObject({ code: 'cancelled' });
    expect(await outcome(pool.submit, made)).toMatchObject({ code: 'cancelled' });
  });

  it('serves jobs in turn: a short one does not wait for a long one', async () => {
    const pool = startPool(1);
    const ended: string[] = [];
    const long = outcome(pool.submit, made, 8).then(() => ended.push('long'));
    const short = outcome(pool.submit, ending(4), 2).then(() => ended.push('short'));
    await Promise.all([long, short]);
    expect(ended).toEqual(['short', 'long']);
    await pool.close();
  });

  it('lets threads forget programs that are long out of use', async () => {
    const pool = startPool(1);
    const many = Array.from({ length: 260 }, (_, i) => ending(1, 1 + i / 256));
    for (const next of [...many, ...many.slice(0, 8)]) expect(await outcome(pool.submit, next)).toBe('finished');
    await pool.close();
  });
});
