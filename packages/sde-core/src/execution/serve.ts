import { type BlockKernel, blockKernel } from '../kernels/block-kernel.js';
import type { TracedProgram } from '../kernels/program.js';
import { BLOCK_SIZE, type BlockSummary } from './backend.js';
import { blockNoise, STEP_COST } from './block-noise.js';
import { computeBlock } from './compute-block.js';
import { failureOf } from './failure.js';
import { callTask } from './task.js';
import type { Asked, BlockOrder, Port } from './worker-protocol.js';

/** What a worker does all its life: it holds kernels by hash, computes the blocks and calls the tasks that it is asked for, and answers each. */
export function serve(port: Port): void {
  const held = new Map<string, { readonly program: TracedProgram; readonly kernel: BlockKernel }>();
  const values = new Float64Array(BLOCK_SIZE);

  const compute = async (order: BlockOrder): Promise<BlockSummary[]> => {
    const { hash, stream, points, first, end, paths, stop } = order;
    const known = held.get(hash);
    if (!known) throw new Error(`no program ${hash} in this worker`);
    const { program, kernel } = known;
    // Below nothing waits: two orders never share the scratch.
    const noise = await blockNoise(program, stream, points);
    const computation = {
      kernel,
      noise,
      steps: program.steps,
      stepCost: STEP_COST[points ?? 'independent'],
      watched: program.nonNegative !== undefined,
    };
    const summaries: BlockSummary[] = [];
    for (let block = first; block < end; block++) {
      const slices = computeBlock(computation, block, paths, values);
      for (let slice = slices.next(); ; slice = slices.next()) {
        if (slice.done) {
          summaries.push(slice.value);
          break;
        }
        if (stop && Atomics.load(stop, 0) !== 0) return summaries;
      }
    }
    return summaries;
  };

  port.listen(async ({ id, order, program, forget }: Asked) => {
    try {
      if (forget !== undefined) held.delete(forget);
      if (program) held.set(program.hash, { program, kernel: blockKernel(program) });
      const results =
        order.kind === 'blocks'
          ? await compute(order)
          : [await callTask(order, { report: (news) => port.post({ kind: 'report', id, news }) })];
      port.post({ kind: 'done', id, results });
    } catch (error) {
      port.post({ kind: 'failed', id, failure: failureOf(error) });
    }
  });
}
