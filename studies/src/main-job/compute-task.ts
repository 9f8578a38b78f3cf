import type { TaskContext } from 'sde-core';
import { exactJson } from '../run-folder/exact-json.js';
import { newsOfTask, partsOfTask } from '../run-folder/parts-of-task.js';
import { noiseResult } from './noise-result.js';
import type { JobTask, TaskNews } from './task.js';
import { twoDigits } from './two-digits.js';

/** Computes a task of the job, but for those of its parts that are done: its result as {@link exactJson}. */
export async function computeTask(task: JobTask, context: TaskContext): Promise<string> {
  const [parts, onNews] = [partsOfTask(context), newsOfTask<TaskNews>(context)];
  switch (task.kind) {
    case 'noise':
      return exactJson(await noiseResult(task.noise, task.options, parts, onNews));
    case 'two-digits':
      return exactJson(await twoDigits(task.options, parts, onNews));
    default:
      return task satisfies never;
  }
}
