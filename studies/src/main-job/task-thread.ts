// The program of a thread: computes one task after another and posts what comes of them.
import { parentPort } from 'node:worker_threads';
import { SdeError } from 'sde-core';
import { partsOver } from '../run-folder/parts.js';
import { computeTask } from './compute-task.js';
import type { Assignment, Failure, ThreadMessage } from './task.js';

const post = (message: ThreadMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', ({ task, known }: Assignment) => {
  const parts = partsOver({
    load: async (name) => known.get(name),
    save: async (name, text) => post({ kind: 'kept', name, text }),
    saveNow: (name, text) => post({ kind: 'kept', name, text }),
    refuse: (name, reason) => post({ kind: 'refused', name, reason }),
  });
  computeTask(task, parts, (news) => post({ kind: 'news', news })).then(
    (result) => post({ kind: 'result', result }),
    (error: unknown) => post({ kind: 'failure', failure: failure(error) }),
  );
});

function failure(error: unknown): Failure {
  if (error instanceof SdeError) return { message: error.message, code: error.code, details: error.details };
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return { message: String(error) };
}
