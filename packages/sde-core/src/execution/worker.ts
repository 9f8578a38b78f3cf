// The entry of a worker thread: it holds kernels by hash and computes the blocks that it is asked for.
import { parentPort } from 'node:worker_threads';
import { type BlockKernel, blockKernel } from '../kernels/block-kernel.js';
import type { TracedProgram } from '../kernels/program.js';
import { BLOCK_SIZE, type BlockSummary } from './backend.js';
import { blockNoise, STEP_COST } from './block-noise.js';
import { computeBlock } from './compute-block.js';
import type { WorkerAnswer, WorkerTask } from './worker-protocol.js';

const held = new Map<string, { readonly program: TracedProgram; readonly kernel: BlockKernel }>();
const values = new Float64Array(BLOCK_SIZE);

async function compute(task: WorkerTask): Promise<BlockSummary[]> {
  const { hash, program, stream, points, first, end, paths, stop, forget } = task;
  if (forget !== undefined) held.delete(forget);
  if (program) held.set(hash, { program, kernel: blockKernel(program) });
  const known = held.get(hash);
  if (!known) throw new Error(`no program ${hash} in this worker`);
  const { kernel } = known;
  const { steps, nonNegative } = known.program;
  // Below nothing waits: two tasks never share the scratch.
  const noise = await blockNoise(known.program, stream, points);
  const computation = {
    kernel,
    noise,
    steps,
    stepCost: STEP_COST[points ?? 'independent'],
    watched: nonNegative !== undefined,
  };
  const summaries: BlockSummary[] = [];
  for (let block = first; block < end; block++) {
    const slices = computeBlock(computation, block, paths, values);
    for (let slice = slices.next(); ; slice = slices.next()) {
      if (slice.done) {
        summaries.push(slice.value);
        break;
      }
      if (Atomics.load(stop, 0) !== 0) return summaries;
    }
  }
  return summaries;
}

parentPort?.on('message', async (task: WorkerTask) => {
  let answer: WorkerAnswer;
  try {
    answer = { kind: 'done', id: task.id, summaries: await compute(task) };
  } catch (error) {
    answer = { kind: 'failed', id: task.id, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
