import { SdeError } from '../errors/sde-error.js';
import { type BlockKernel, blockKernel } from '../kernels/block-kernel.js';
import type { Program } from '../kernels/program.js';
import { pairSource } from '../randomness/noise.js';
import { type Backend, BLOCK_SIZE, type Prepared } from './backend.js';
import { summarize } from './block-summary.js';
import { throwIfCancelled } from './cancellation.js';

// Path-steps between two looks at the signal: some ten milliseconds of a small model, empirically.
const SLICE = 500_000;

/**
 * The backend that computes on the calling thread, and gives way to other work every few milliseconds.
 *
 * It runs every program, native ones too, and agrees with `workers()` bit for bit.
 */
export function inline(): Backend {
  const kernels = new WeakMap<Prepared, { readonly program: Program; readonly kernel: BlockKernel }>();
  return {
    name: 'inline',
    determinism: { kind: 'bitwise' },
    async prepare(program, signal) {
      throwIfCancelled(signal, 'inline().prepare(program)');
      const prepared = { hash: program.hash };
      kernels.set(prepared, { program, kernel: blockKernel(program) });
      return prepared;
    },
    async *run(prepared, { blocks, key }, signal) {
      const held = kernels.get(prepared);
      if (!held) throw notPrepared('inline().run(prepared)');
      const { program, kernel } = held;
      const noise = pairSource(program.laws, key.words);
      const slice = Math.max(1, Math.floor(SLICE / program.steps));
      const values = new Float64Array(BLOCK_SIZE);
      for (let block = blocks.first; block < blocks.first + blocks.count; block++) {
        const first = block * BLOCK_SIZE;
        const count = Math.min(BLOCK_SIZE, blocks.paths - first);
        if (count <= 0) return;
        for (let at = 0; at < count; at += slice) {
          throwIfCancelled(signal, 'inline().run(prepared)');
          kernel(noise, first + at, Math.min(slice, count - at), values.subarray(at));
          await turn();
        }
        yield summarize(block, first, count, values);
      }
    },
    async close() {},
  };
}

/** Lets timers and other callbacks run. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });

/** The error of a program that another backend prepared. */
export const notPrepared = (where: string): SdeError =>
  new SdeError('value', {
    what: 'a program that this backend does not hold',
    where,
    expected: 'what prepare(program) of this very backend returned',
    got: 'something else, or the backend was closed',
    remedy: 'prepare the program with the backend that runs it',
  });
