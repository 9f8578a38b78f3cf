import type { NoiseResult, TwoDigits } from './main-result.js';
import type { NoiseName, Options } from './options.js';

/** A part of the job that one thread computes. */
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

/** What a thread posts. */
export type ThreadMessage =
  | { readonly kind: 'news'; readonly news: TaskNews }
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
