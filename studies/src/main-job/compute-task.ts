import type { Parts } from '../run-folder/parts.js';
import { noiseResult } from './noise-result.js';
import type { Task, TaskNews, TaskResult } from './task.js';
import { twoDigits } from './two-digits.js';

/** Computes a task of the job, but for those of its parts that are done. */
export async function computeTask(task: Task, parts: Parts, onNews: (news: TaskNews) => void): Promise<TaskResult> {
  switch (task.kind) {
    case 'noise':
      return { kind: 'noise', value: await noiseResult(task.noise, task.options, parts, onNews) };
    case 'two-digits':
      return { kind: 'two-digits', value: await twoDigits(task.options, parts, onNews) };
    default:
      return task satisfies never;
  }
}
