import type { NoiseResult, TwoDigits } from './main-result.js';
import type { NoiseName, Options } from './options.js';

/** A piece of the job that one thread computes. */
export type Task =
  | { readonly kind: 'noise'; readonly noise: NoiseName; readonly options: Options }
  | { readonly kind: 'two-digits'; readonly options: Options };

export type TaskResult =
  | { readonly kind: 'noise'; readonly value: NoiseResult }
  | { readonly kind: 'two-digits'; readonly value: TwoDigits };

/** What a task says while it computes: how far it is, and at times a sentence. */
export interface TaskNews {
  readonly done: number;
  readonly of: number;
  readonly words?: string;
}

/** Names a task among the others of its job, as the beginning of its parts' names. */
export function taskName(task: Task): string {
  return task.kind === 'noise' ? task.noise : task.kind;
}

/** What a thread is given: a task, and the texts of its parts that are done, by their names. */
export interface Assignment {
  readonly task: Task;
  readonly known: ReadonlyMap<string, string>;
}

/** What a thread posts. `kept`: a part is done; `refused`: one that was given is not what it should be. */
export type ThreadMessage =
  | { readonly kind: 'news'; readonly news: TaskNews }
  | { readonly kind: 'kept'; readonly name: string; readonly text: string }
  | { readonly kind: 'refused'; readonly name: string; readonly reason: string }
  | { readonly kind: 'result'; readonly result: TaskResult }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** An error as it crosses threads. */
export interface Failure {
  readonly message: string;
  readonly stack?: string;
  /** Of an SdeError. */
  readonly code?: string;
  readonly details?: unknown;
}
