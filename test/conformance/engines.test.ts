import {
  type BlockSummary,
  discretize,
  type Engine,
  eulerMaruyama,
  fold,
  inline,
  key,
  problem,
  SdeError,
  symbolic,
  type TaskCall,
  type TaskHearing,
  type TracedProgram,
  task,
  workers,
} from 'sde-core';
import { BLOCK_SIZE, program } from 'sde-core/execution';
import { gaussian, noiseSource } from 'sde-core/randomness';
import { afterAll, describe, expect, it } from 'vitest';
import { blockJob, type Job, resultsOf, taskJob } from '#sde-core/execution/job';
import { serve } from '#sde-core/execution/serve';
import { requireCalls } from '#sde-core/execution/task';
import type { StartThread } from '#sde-core/execution/thread';
import { startPool } from '#sde-core/execution/worker-pool';

const module = new URL('./engine-tasks.mjs', import.meta.url);
interface Iterates {
  readonly start: number;
  readonly steps: number;
}
const iterate = task<(input: Iterates) => { readonly x: number; readonly squares: readonly number[] }>({
  module,
  name: 'iterate',
});
const endless = task<(input: null) => never>({ module, name: 'endless' });
const calls = Array.from({ length: 5 }, (_, i) => ({ task: iterate, input: { start: (i + 1) / 7, steps: 50 + i } }));

const chain = discretize(
  problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: 'x/3 + 1' }), x0: [1], T: 1 }),
  eulerMaruyama,
  3,
);
const made = program(chain, { name: 'x', value: ([x]) => x, trace: (_, [x]) => x }) as TracedProgram;
const blocks = { first: 1, count: 4, paths: 4 * BLOCK_SIZE + 5 };
const work = { blocks, key: key('engines') };

/** An engine of another kind, as one on another machine would be: all that crosses is text, and what comes back is in another order. */
function toy(): Engine {
  const there = inline();
  const crossed = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  async function* backwards<T>(results: AsyncIterable<T>): AsyncGenerator<T> {
    const all: T[] = [];
    for await (const result of results) all.unshift(crossed(result));
    yield* all;
  }
  return {
    ...there,
    name: 'toy',
    prepare: (given, signal) => there.prepare(crossed(given), signal),
    run: (prepared, given, signal) => backwards(there.run(prepared, given, signal)),
    perform: (given, hearing) =>
      backwards(
        there.perform(
          given.map((call) => ({ ...call, task: crossed(call.task) })),
          hearing,
        ),
      ),
  };
}

const engines: readonly (readonly [string, Engine])[] = [
  ['inline()', inline()],
  ...[1, 2, 3, 4].map((threads) => [`workers({ threads: ${threads} })`, workers({ threads })] as const),
  ['a toy', toy()],
];

const outputs = async (
  engine: Engine,
  given: readonly TaskCall[] = calls,
  hearing?: TaskHearing,
): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const { place, output, hash } of engine.perform(given, hearing)) all[place] = { output, hash };
  return all;
};
const summaries = async (engine: Engine, signal?: AbortSignal): Promise<BlockSummary[]> => {
  const all: BlockSummary[] = [];
  for await (const one of engine.run(await engine.prepare(made), work, signal)) all.push(one);
  return all.sort((a, b) => a.block - b.block);
};
const kinds: Readonly<Record<'blocks' | 'tasks', (engine: Engine, signal?: AbortSignal) => Promise<unknown[]>>> = {
  blocks: summaries,
  tasks: (engine, signal) => outputs(engine, calls, { signal }),
};
const KINDS = ['blocks', 'tasks'] as const;
const expected = { blocks: summaries(inline()), tasks: outputs(inline()) };
const error = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => undefined,
    (reason: unknown) => reason,
  );

describe.each(engines)('%s', (_, engine) => {
  afterAll(() => engine.close());

  it.each(KINDS)('gives the bits of every other engine: %s', async (kind) => {
    expect(await kinds[kind](engine)).toEqual(await expected[kind]);
  });

  it.each(KINDS)('hears a signal before, within and after: %s', async (kind) => {
    await expect(kinds[kind](engine, AbortSignal.abort(new Error('before')))).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining('before'),
    });
    const abort = new AbortController();
    const done = await kinds[kind](engine, abort.signal);
    abort.abort();
    expect(done).toEqual(await expected[kind]);
    expect(await kinds[kind](engine)).toEqual(await expected[kind]);
  });

  it('ends a task that is at it, and others go on', async () => {
    const abort = new AbortController();
    const ending = outputs(engine, [{ task: endless, input: null }], {
      signal: abort.signal,
      onReport: () => abort.abort(new Error('enough')),
    });
    const beside = outputs(engine);
    expect(await error(ending)).toMatchObject({ code: 'cancelled', message: expect.stringContaining('enough') });
    expect(await beside).toEqual(await expected.tasks);
  });

  it('reports on the way, with what a call goes on from, which changes no bit and no hash', async () => {
    const heard: unknown[] = [];
    const going = calls.map((call, i) => ({ ...call, resume: () => ({ from: i }) }));
    expect(await outputs(engine, going, { onReport: (place, news) => heard.push([place, news]) })).toEqual(
      await expected.tasks,
    );
    expect(heard.sort()).toEqual(calls.map(({ input }, i) => [i, { half: input.steps >> 1, resume: { from: i } }]));
  });

  it('passes on what a task throws, and refuses what is not plain JSON or not there', async () => {
    const thrown = (name: string, input: unknown = null): Promise<unknown> =>
      error(outputs(engine, [{ task: task({ module, name }), input }]));
    const range = (await thrown('refuses')) as Error;
    expect([range.name, range.message]).toEqual(['RangeError', 'no such thing']);
    expect(range.stack).toContain('engine-tasks.mjs');
    const where = (place: string) => ({ code: 'value', details: { where: expect.stringContaining(place) } });
    expect(await thrown('infinite')).toMatchObject(where('deep[1]'));
    for (const name of ['missing', 'number', 'toString']) expect(await thrown(name)).toMatchObject({ code: 'value' });
    const nowhere = task({ module: new URL('./nowhere.mjs', import.meta.url), name: 'f' });
    expect(await error(outputs(engine, [{ task: nowhere, input: null }]))).toMatchObject({ code: 'value' });
    const self: { self?: unknown } = {};
    self.self = self;
    for (const input of [[undefined], Number.NaN, 1n, new Map(), [new Date(0)], { f: () => 1 }, self, Symbol('s')]) {
      expect(await thrown('throughPromise', input)).toBeInstanceOf(SdeError);
    }
    expect(await outputs(engine)).toEqual(await expected.tasks);
  });

  it('is heard by its caller alone: an error of onReport ends the run', async () => {
    const onReport = (): void => {
      throw new Error('mine');
    };
    expect(await error(outputs(engine, calls, { onReport }))).toMatchObject({ message: 'mine' });
    expect(await outputs(engine)).toEqual(await expected.tasks);
  });

  it('lets its caller walk away', async () => {
    for await (const { hash } of engine.perform(calls)) {
      expect(hash).toMatch(/^[0-9a-f]{32}$/);
      break;
    }
    expect(await outputs(engine, [])).toEqual([]);
  });
});

describe('a task', () => {
  it.each([
    'data:text/javascript,export const f = () => globalThis.canary = 1',
    'blob:nodedata:1',
    'node:fs',
    './tasks.js',
    '',
  ])('is no text that becomes code: %s', (text) => {
    expect(() => task({ module: text, name: 'f' })).toThrow(SdeError);
    const made = { kind: 'task', module: text, name: 'f', version: 1 } as const;
    return expect(outputs(inline(), [{ task: made, input: 1 }])).rejects.toMatchObject({ code: 'value' });
  });

  it('has a hash of its name, its version and its input, in whatever order its fields stand and wherever its module is', async () => {
    const hash = async (given: TaskCall): Promise<unknown> => {
      for await (const result of inline().perform([given])) return result.hash;
    };
    const given = { task: iterate, input: { start: 0.5, steps: 2 } };
    const first = await hash(given);
    expect(await hash({ ...given, input: { steps: 2, start: 0.5 } })).toBe(first);
    expect(await hash({ ...given, input: { steps: 2, start: 0.25 } })).not.toBe(first);
    expect(await hash({ ...given, task: task({ module, name: 'iterate', version: 2 }) })).not.toBe(first);
    const elsewhere = task({ module: `${module.href}?elsewhere`, name: 'iterate' });
    expect(await hash({ ...given, task: elsewhere })).toBe(first);
  });
});

/** Where a thread dies, by how many messages it has seen or sent. */
const PHASES = ['starting', 'asked', 'in the middle', 'before it answers', 'once it has answered'] as const;

/**
 * Threads that are none: they serve on this one, answer in an order of their own, and the first `most` die in one phase.
 */
function frail(
  phase: (typeof PHASES)[number] | undefined,
  most: number,
  order: number,
): StartThread & { died(): number } {
  let died = 0;
  let starts = 0;
  const draw = noiseSource([gaussian], fold(key('order'), order));
  const start: StartThread = ({ answered, gone }) => {
    const thread = starts++;
    let alive = true;
    let count = 0;
    const die = (): boolean => {
      if (!alive || died >= most) return false;
      alive = false;
      died++;
      gone(new Error('it died'));
      return true;
    };
    /** Some turns later, how many is drawn. */
    const later = (act: () => void): void => {
      const xi = new Float64Array(1);
      draw(thread, count++, xi);
      let turns = 1 + Math.floor(Math.abs(xi[0]) * 5);
      const wait = (): void => {
        if (--turns < 0) act();
        else setImmediate(wait);
      };
      wait();
    };
    if (phase === 'starting') setImmediate(die);
    const asked: Parameters<Parameters<Parameters<typeof serve>[0]['listen']>[0]>[0][] = [];
    let hear: ((one: (typeof asked)[number]) => void) | undefined;
    serve({
      listen: (listen) => {
        hear = listen;
      },
      post(answer) {
        if (answer.kind === 'report') {
          if (alive) answered(answer);
          if (phase === 'in the middle') die();
          return;
        }
        later(() => {
          if (!alive || (phase === 'before it answers' && die())) return;
          answered(answer);
          if (phase === 'once it has answered') die();
        });
      },
    });
    return {
      post(one) {
        if (phase === 'asked') queueMicrotask(die);
        else if (phase === 'in the middle' && one.order.kind === 'blocks') setImmediate(die);
        // By value, as messages are.
        const { order } = one;
        const shared = order.kind === 'blocks' ? order.stop : undefined;
        const copy = structuredClone({ ...one, order: { ...order, stop: undefined } });
        setImmediate(() => alive && hear?.({ ...copy, order: { ...copy.order, stop: shared } } as typeof one));
      },
      hold() {},
      async end() {
        alive = false;
      },
    };
  };
  return Object.assign(start, { died: () => died });
}

const jobs: Readonly<Record<(typeof KINDS)[number], () => Job<unknown>>> = {
  blocks() {
    // So few steps would else be one piece.
    const each = [1, 2, 3, 4].map((first) => blockJob(made, { ...work, blocks: { ...blocks, first, count: 1 } }));
    return { ...each[0], stop: undefined, size: each.length, next: () => each.shift()?.next() };
  },
  tasks: () => taskJob(requireCalls(calls, 'test')),
};

async function collected(kind: (typeof KINDS)[number], threads: number, start: StartThread): Promise<unknown[]> {
  const pool = startPool(threads, start);
  const all: unknown[] = [];
  try {
    for await (const result of resultsOf(pool, jobs[kind](), { where: 'test' })) all.push(result);
  } finally {
    await pool.close();
  }
  const place = (one: unknown): number => {
    const { block, place } = one as { block?: number; place?: number };
    return block ?? place ?? Number.NaN;
  };
  all.sort((a, b) => place(a) - place(b));
  return kind === 'blocks' ? all : all.map((one) => ({ ...(one as object), place: undefined }));
}

describe('threads that die', () => {
  const cases = KINDS.flatMap((kind) => PHASES.map((phase) => [kind, phase] as const));
  it.each(cases)('of %s, %s: twice, and in every order of arrival, to the same bits', async (kind, phase) => {
    for (const threads of [1, 2, 3, 4]) {
      for (const order of [1, 2, 3]) {
        const start = frail(phase, 2, 10 * threads + order);
        expect(await collected(kind, threads, start)).toEqual(await expected[kind]);
        expect(start.died()).toBe(2);
      }
    }
  });

  it.each(KINDS)('of the same piece three times fail their run: %s', async (kind) => {
    expect(await error(collected(kind, 1, frail('asked', 3, 1)))).toMatchObject({ code: 'device' });
  });

  it.each(KINDS)('never, but answer in any order: %s', async (kind) => {
    for (let order = 0; order < 10; order++) {
      expect(await collected(kind, 1 + (order % 4), frail(undefined, 0, order))).toEqual(await expected[kind]);
    }
  });

  it('are ended where nothing is shared that would stop them, and what else they had is done on others', async () => {
    const pool = startPool(1, frail(undefined, 0, 5));
    const leaving = (async () => {
      for await (const _ of resultsOf(pool, jobs.blocks(), { where: 'test' })) break;
    })();
    const staying = (async () => {
      const all: unknown[] = [];
      for await (const result of resultsOf(pool, jobs.blocks(), { where: 'test' })) all.push(result);
      return all.length;
    })();
    await leaving;
    expect(await staying).toBe(4);
    await pool.close();
  });
});

describe.each([
  ['inline', () => inline()],
  ['workers', () => workers({ threads: 1 })],
] as const)('%s, closed', (_, make) => {
  const waiting = new URL('./waiting-task.mjs', import.meta.url);

  it('ends a task that would never end, and refuses the next', async () => {
    const engine = make();
    const results = engine.perform([{ task: task({ module: waiting, name: 'forever' }), input: 1 }]);
    const first = results[Symbol.asyncIterator]().next();
    const ended = expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await engine.close();
    await ended;
    const after = engine.perform([{ task: task({ module: waiting, name: 'forever' }), input: 1 }]);
    await expect(after[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('refuses what it would not hear', async () => {
    const engine = make();
    const calls = [{ task: task({ module: waiting, name: 'forever' }), input: 1 }];
    const misspelt = engine.perform(calls, { onreport: () => {} } as object);
    await expect(misspelt[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'value' });
    const none = engine.perform(calls, { onReport: 3 } as never);
    await expect(none[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(SdeError);
    await engine.close();
  });
});
