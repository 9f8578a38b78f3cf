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
import { callTask, requireCalls } from './task.js';

/**
 * The engine that computes on the calling thread, and gives way to other work every few milliseconds.
 *
 * It runs every program, native ones too, and agrees with `workers()` bit for bit. Tasks are done one after another; one that does not hear its signal is
 * no longer waited for.
 */
export function inline(): Engine {
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
      requireNotCancelled(signal, where);
      for (let block = blocks.first; block < endOf(blocks); block++) {
        const slices = computeBlock(computation, block, blocks.paths, values);
        for (let slice = slices.next(); ; slice = slices.next()) {
          if (slice.done) {
            yield slice.value;
            break;
          }
          await turn();
          requireNotCancelled(signal, where);
        }
      }
    },
    // What a task gives is of the type that its caller says.
    async *perform(calls, { onReport, signal } = {}): AsyncGenerator<never> {
      const where = 'inline().perform(calls)';
      for (const { place, hash, order } of requireCalls(calls, where)) {
        await turn();
        requireNotCancelled(signal, where);
        let heard = true;
        const report = (news: unknown): void => {
          if (heard) onReport?.(place, news);
        };
        try {
          const output = await untilAborted(callTask(order(), { signal, report }), signal, where);
          yield { place, hash, output } as never;
        } finally {
          heard = false;
        }
      }
    },
    async close() {},
  });
}

/** What comes of a task, unless the signal aborts first; an error of its own after that is the signal's. */
async function untilAborted<T>(done: Promise<T>, signal: AbortSignal | undefined, where: string): Promise<T> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled(where, signal?.reason));
    signal?.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([aborted, done]);
  } catch (error) {
    requireNotCancelled(signal, where);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
