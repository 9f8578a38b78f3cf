import { Worker } from 'node:worker_threads';
import { SdeError, type SdeErrorCode, type SdeErrorDetails } from 'sde-core';
import type { Failure, Task, TaskNews, TaskResult, ThreadMessage } from './task.js';

/**
 * Computes tasks on threads, in the order given, and returns their results in that order.
 *
 * Every task takes its randomness from the key alone, so the number of threads changes no bit. An abort ends the threads at once.
 *
 * @throws SdeError `cancelled` if the signal aborts; whatever a task throws.
 */
export async function computeTasks(
  tasks: readonly Task[],
  options: {
    readonly threads: number;
    readonly onNews?: (task: number, news: TaskNews) => void;
    readonly signal?: AbortSignal;
  },
): Promise<TaskResult[]> {
  const { threads, onNews, signal } = options;
  const results: TaskResult[] = [];
  let next = 0;
  const workers = Array.from(
    { length: Math.min(threads, tasks.length) },
    () => new Worker(new URL('./task-thread.js', import.meta.url)),
  );
  const serve = async (worker: Worker): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      results[index] = await computeOn(worker, tasks[index], (news) => onNews?.(index, news));
    }
  };
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(cancelled(signal?.reason));
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([Promise.all(workers.map(serve)), aborted]);
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function computeOn(worker: Worker, task: Task, onNews: (news: TaskNews) => void): Promise<TaskResult> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      worker.off('message', hear);
      worker.off('error', fail);
      worker.off('exit', gone);
    };
    const hear = (message: ThreadMessage): void => {
      if (message.kind === 'news') {
        onNews(message.news);
        return;
      }
      done();
      if (message.kind === 'result') resolve(message.result);
      else reject(restored(message.failure));
    };
    const fail = (error: Error): void => {
      done();
      reject(error);
    };
    const gone = (code: number): void => fail(new Error(`a thread ended with code ${code} before its task was done`));
    worker.on('message', hear);
    worker.on('error', fail);
    worker.on('exit', gone);
    worker.postMessage(task);
  });
}

function restored({ message, stack, code, details }: Failure): Error {
  // A failure with a code was an SdeError, whose code and details crossed unchanged.
  if (code) return new SdeError(code as SdeErrorCode, details as SdeErrorDetails);
  const error = new Error(message);
  if (stack) error.stack = stack;
  return error;
}

function cancelled(cause: unknown): SdeError {
  return new SdeError(
    'cancelled',
    {
      what: 'the job was stopped',
      where: 'computeTasks(tasks, { signal })',
      expected: 'to compute to the end',
      got: 'an abort',
      remedy: 'start it again with the same key: it comes out the same',
    },
    { cause },
  );
}
