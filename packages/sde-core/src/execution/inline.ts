import { requireNotCancelled } from '../errors/cancelled.js';
import { type BlockKernel, blockKernel } from '../kernels/block-kernel.js';
import type { Program } from '../kernels/program.js';
import { turn } from '../turns/work.js';
import { type Backend, BLOCK_SIZE, type Prepared } from './backend.js';
import { named } from './backend-name.js';
import { blockNoise, STEP_COST } from './block-noise.js';
import { computeBlock, endOf } from './compute-block.js';
import { notPrepared } from './refusals.js';

/**
 * The backend that computes on the calling thread, and gives way to other work every few milliseconds.
 *
 * It runs every program, native ones too, and agrees with `workers()` bit for bit.
 */
export function inline(): Backend {
  const kernels = new WeakMap<Prepared, { readonly program: Program; readonly kernel: BlockKernel }>();
  return Object.freeze<Backend>({
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
    async close() {},
  });
}
