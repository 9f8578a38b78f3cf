import { syncBuiltinESMExports } from 'node:module';
import threads, { type WorkerOptions } from 'node:worker_threads';

/**
 * Runs a computation whose worker threads run other code before their own: what a fault inside a thread looks like. Programs are data, and hold none.
 *
 * @param code - The body of a module, which may import `parentPort` from `node:worker_threads`; a listener that it adds hears tasks first.
 */
export async function sabotaged<T>(code: string, run: () => Promise<T>): Promise<T> {
  const { Worker } = threads;
  class SabotagedWorker extends Worker {
    constructor(entry: string | URL, options?: WorkerOptions) {
      const text = `${code}\nawait import(${JSON.stringify(String(entry))});`;
      super(new URL(`data:text/javascript,${encodeURIComponent(text)}`), options);
    }
  }
  threads.Worker = SabotagedWorker;
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    threads.Worker = Worker;
    syncBuiltinESMExports();
  }
}
