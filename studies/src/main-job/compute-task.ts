import { noiseResult } from './noise-result.js';
import type { Task, TaskNews, TaskResult } from './task.js';
import { twoDigits } from './two-digits.js';

/** Computes a part of the job. */
export async function computeTask(task: Task, onNews: (news: TaskNews) => void): Promise<TaskResult> {
  switch (task.kind) {
    case 'noise':
      return { kind: 'noise', value: await noiseResult(task.noise, task.options, onNews) };
    case 'two-digits':
      return { kind: 'two-digits', value: await twoDigits(task.options, onNews) };
    default:
      return task satisfies never;
  }
}
