import type { NoiseName, Options } from './options.js';

/** A piece of the job that one thread computes. */
export type JobTask =
  | { readonly kind: 'noise'; readonly noise: NoiseName; readonly options: Options }
  | { readonly kind: 'two-digits'; readonly options: Options };

/** What a task says while it computes: how far it is, and at times a sentence. */
export interface TaskNews {
  readonly done: number;
  readonly of: number;
  readonly words?: string;
}

/** Names a task among the others of its job, as the beginning of its parts' names. */
export function taskName(task: JobTask): string {
  return task.kind === 'noise' ? task.noise : task.kind;
}
