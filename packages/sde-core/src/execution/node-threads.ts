import { availableParallelism } from 'node:os';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Thread, ThreadEars } from './thread.js';
import type { Answer } from './worker-protocol.js';

/** How many threads the machine runs at once. */
export const processors = (): number => availableParallelism();

/** Starts a worker thread of Node. It keeps the process alive only while it is held. */
export function startThread({ answered, gone }: ThreadEars, resourceLimits?: ResourceLimits): Thread {
  // Flags of the caller's node (`--input-type`, inspectors) are not meant for its threads, and some break them.
  const worker = new Worker(new URL('./node-worker.js', import.meta.url), { execArgv: [], resourceLimits });
  worker.unref();
  worker.on('message', (answer: Answer) => answered(answer));
  worker.on('messageerror', gone);
  worker.on('error', gone);
  worker.on('exit', (code) => gone(new Error(`the thread ended with code ${code}`)));
  return {
    post: (asked) => worker.postMessage(asked),
    hold(held) {
      if (held) worker.ref();
      else worker.unref();
    },
    end: () => worker.terminate(),
  };
}
