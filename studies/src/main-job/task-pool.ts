import { Worker } from 'node:worker_threads';
import { SdeError, type SdeErrorCode, type SdeErrorDetails } from 'sde-core';
import type { Checkpoints } from '../run-folder/checkpoints.js';
import {
  type Assignment,
  type Failure,
  type Task,
  type TaskNews,
  type TaskResult,
  type ThreadMessage,
  taskName,
} from './task.js';

/**
 * Computes tasks on threads, in the order given, and returns their results in that order.
 *
 * Parts that are done are kept in `checkpoints` as they come, and those that stand there are not computed again.
 *
 * Every task takes its randomness from the key alone, so the number of threads changes no bit. An abort ends the threads at once.
 *
 * @throws SdeError `cancelled` if the signal aborts; whatever a task throws.
 */
export async function computeTasks(
  tasks: readonly Task[],
  options: {
    readonly threads: number;
    readonly checkpoints?: Checkpoints;
    readonly onNews?: (task: number, news: TaskNews) => void;
    readonly signal?: AbortSignal;
  },
): Promise<TaskResult[]> {
  const { threads, checkpoints, onNews, signal } = options;
  const results: TaskResult[] = [];
  let next = 0;
  const texts = await checkpoints?.texts();
  // One after another: of two that a part is kept in, the later is to stand.
  let saved: Promise<void> = Promise.resolve();
  const hearOf = (task: Task): TaskEars => ({
    kept(name, text) {
      saved = saved.then(() => checkpoints?.save(`${taskName(task)}/${name}`, text));
    },
    refused: (name, reason) => checkpoints?.refuse(`${taskName(task)}/${name}`, reason),
  });
  const workers = Array.from(
    { length: Math.min(threads, tasks.length) },
    () => new Worker(new URL('./task-thread.js', import.meta.url)),
  );
  const serve = async (worker: Worker): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      const task = tasks[index];
      const assignment = { task, known: partsOf(task, texts) };
      results[index] = await computeOn(worker, assignment, {
        ...hearOf(task),
        news: (news) => onNews?.(index, news),
      });
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
    await saved;
  }
}

/** What is heard of a task while it is computed. */
interface TaskEars {
  kept(name: string, text: string): void;
  refused(name: string, reason: string): void;
}

/** The texts of a task's parts, by their names in it. */
function partsOf(task: Task, texts: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const start = `${taskName(task)}/`;
  return new Map(
    [...texts].filter(([name]) => name.startsWith(start)).map(([name, text]) => [name.slice(start.length), text]),
  );
}

function computeOn(
  worker: Worker,
  assignment: Assignment,
  ears: TaskEars & { news(news: TaskNews): void },
): Promise<TaskResult> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      worker.off('message', hear);
      worker.off('error', fail);
      worker.off('exit', gone);
    };
    const hear = (message: ThreadMessage): void => {
      switch (message.kind) {
        case 'news':
          ears.news(message.news);
          return;
        case 'kept':
          ears.kept(message.name, message.text);
          return;
        case 'refused':
          ears.refused(message.name, message.reason);
          return;
        case 'result':
          done();
          resolve(message.result);
          return;
        case 'failure':
          done();
          reject(restored(message.failure));
          return;
        default:
          message satisfies never;
      }
    };
    const fail = (error: Error): void => {
      done();
      reject(error);
    };
    const gone = (code: number): void => fail(new Error(`a thread ended with code ${code} before its task was done`));
    worker.on('message', hear);
    worker.on('error', fail);
    worker.on('exit', gone);
    worker.postMessage(assignment);
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
