// The program of a thread: computes one task after another and posts what comes of them.
import { parentPort } from 'node:worker_threads';
import { SdeError } from 'sde-core';
import { computeTask } from './compute-task.js';
import type { Failure, Task, ThreadMessage } from './task.js';

const post = (message: ThreadMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', (task: Task) => {
  computeTask(task, (news) => post({ kind: 'news', news })).then(
    (result) => post({ kind: 'result', result }),
    (error: unknown) => post({ kind: 'failure', failure: failure(error) }),
  );
});

function failure(error: unknown): Failure {
  if (error instanceof SdeError) return { message: error.message, code: error.code, details: error.details };
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}
