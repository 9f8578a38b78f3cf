import type { Worker } from 'node:worker_threads';
import { discretize, eulerMaruyama, expectation, inline, key, problem, symbolic, terminal } from 'sde-core';
import { expect, it } from 'vitest';
import { sharedWorkers } from '#sde-core/execution/shared-workers';

const chain = discretize(
  problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: '1' }), x0: [1], T: 1 }),
  eulerMaruyama,
  4,
);

it('many expectations at once share one pool, which ends when they have', async () => {
  const started: Worker[] = [];
  const listen = (worker: Worker): void => {
    started.push(worker);
  };
  process.on('worker', listen);
  try {
    const run = (i: number, backend = {}): Promise<{ readonly mean: number }> =>
      expectation(chain, terminal('x'), { paths: 8192, key: key(i), ...backend });
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => run(i)));
    const { availableParallelism } = await import('node:os');
    expect(started.length).toBeLessThanOrEqual(availableParallelism());
    expect(all[59].mean).toBe((await run(59, { backend: inline() })).mean);
    const exits = started.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    // Held by a timer that keeps no process alive: the runner does.
    await Promise.all(exits);
    const before = started.length;
    expect((await run(7)).mean).toBe(all[7].mean);
    expect(started.length).toBeGreaterThan(before);
  } finally {
    process.off('worker', listen);
  }
});

it('a hold that was let go serves no longer, and others still do', async () => {
  const [one, other] = [sharedWorkers(), sharedWorkers()];
  await one.close();
  await one.close();
  await expect(one.prepare({ kind: 'native' } as never)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(expectation(chain, terminal('x'), { paths: 10, key: key(1), backend: other })).resolves.toBeDefined();
  await other.close();
});
