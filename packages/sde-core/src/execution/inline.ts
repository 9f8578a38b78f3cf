import { cancelled, requireNotCancelled } from '../errors/cancelled.js';
import { type BlockKernel, blockKernel } from '../kernels/block-kernel.js';
import type { Program } from '../kernels/program.js';
import { turn } from '../turns/work.js';
import { BLOCK_SIZE, type Prepared } from './backend.js';
import { named } from './backend-name.js';
import { blockNoise, STEP_COST } from './block-noise.js';
import { computeBlock, endOf } from './compute-block.js';
import type { Engine } from './engine.js';
import { notPrepared } from './refusals.js';
import { callTask, requireCalls, requireHearing } from './task.js';

/**
 * The engine that computes on the calling thread, and gives way to other work every few milliseconds.
 *
 * It runs every program, native ones too, and agrees with `workers()` bit for bit. Tasks are done one after another; one that does not hear its signal is
 * no longer waited for. Closed, it ends what runs and refuses the rest, as `workers()` does.
 */
export function inline(): Engine {
  const closing = new AbortController();
  const requireOpen = (where: string): void => requireNotCancelled(closing.signal, where);
  const kernels = new WeakMap<Prepared, { readonly program: Program; readonly kernel: BlockKernel }>();
  return Object.freeze<Engine>({
    name: named('inline'),
    determinism: { kind: 'bitwise' },
    pointSets: ['sobol'],
    async prepare(program, signal) {
      requireNotCancelled(signal, 'inline().prepare(program)');
      const prepared = Object.freeze({ hash: program.hash });
      kernels.set(prepared, { program, kernel: blockKernel(program) });
      return prepared;
    },
    async *run(prepared, { blocks, key, points }, signal) {
      const where = 'inline().run(prepared)';
      const held = kernels.get(prepared);
      if (!held) throw notPrepared(where);
      const { steps, nonNegative } = held.program;
      const noise = await blockNoise(held.program, key, points);
      const computation = {
        kernel: held.kernel,
        noise,
        steps,
        stepCost: STEP_COST[points ?? 'independent'],
        watched: nonNegative !== undefined,
      };
      const values = new Float64Array(BLOCK_SIZE);
      requireOpen(where);
      requireNotCancelled(signal, where);
      for (let block = blocks.first; block < endOf(blocks); block++) {
        const slices = computeBlock(computation, block, blocks.paths, values);
        for (let slice = slices.next(); ; slice = slices.next()) {
          if (slice.done) {
            yield slice.value;
            break;
          }
          await turn();
          requireOpen(where);
          requireNotCancelled(signal, where);
        }
      }
    },
    // What a task gives is of the type that its caller says.
    async *perform(calls, hearing = {}): AsyncGenerator<never> {
      const where = 'inline().perform(calls)';
      const { onReport, signal } = requireHearing(hearing, where);
      for (const { place, hash, order } of requireCalls(calls, where)) {
        await turn();
        requireOpen(where);
        requireNotCancelled(signal, where);
        let heard = true;
        const report = (news: unknown): void => {
          if (heard) onReport?.(place, news);
        };
        try {
          const output = await untilAborted(callTask(order(), { signal, report }), [signal, closing.signal], where);
          yield { place, hash, output } as never;
        } finally {
          heard = false;
        }
      }
    },
    async close() {
      closing.abort(new Error('the backend was closed'));
    },
  });
}

/** What comes of a task, unless a signal aborts first; an error of its own after that is the signal's. */
async function untilAborted<T>(
  done: Promise<T>,
  signals: readonly (AbortSignal | undefined)[],
  where: string,
): Promise<T> {
  const heard = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    for (const signal of signals) {
      const onAbort = (): void => reject(cancelled(where, signal?.reason));
      signal?.addEventListener('abort', onAbort, { signal: heard.signal });
    }
  });
  try {
    return await Promise.race([aborted, done]);
  } catch (error) {
    for (const signal of signals) requireNotCancelled(signal, where);
    throw error;
  } finally {
    heard.abort();
  }
}
