import { SdeError } from 'sde-core';
import { describe, type KnownKeys, requireNotCancelled as requireGoing } from 'sde-core/errors';

/** How far a piece of work is: `done` of `of`, in the same units. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

/** What a long solve tells and hears. */
export interface Watch {
  /** Called after every step. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Heard by the forms that end in `Async`: between steps, and within a step while a matrix is factored. One that works in one go refuses it, since nothing
   * could abort it meanwhile.
   */
  readonly signal?: AbortSignal;
}

/** The keys of {@link Watch}. */
export const watchKeys: KnownKeys<Watch> = { onProgress: true, signal: true };

/** Other words for what an option is, and the word here. */
export const watchWords: Readonly<Record<string, string>> = {
  progress: 'onProgress',
  onStep: 'onProgress',
  abort: 'signal',
  abortSignal: 'signal',
};

/**
 * Refuses callbacks that are no functions, and a signal that is none.
 *
 * @throws SdeError `value`.
 */
export function requireWatch({
  onProgress,
  signal,
}: {
  readonly onProgress?: unknown;
  readonly signal?: unknown;
}): void {
  requireFunction(onProgress, 'onProgress');
  if (signal === undefined || typeof (signal as AbortSignal | null)?.aborted === 'boolean') return;
  throw new SdeError('value', {
    what: 'not a signal',
    where: '(…, { signal })',
    expected: 'the signal of an AbortController',
    got: describe(signal),
    remedy: 'pass controller.signal, or leave it out',
  });
}

/** Refuses what is given but no function. */
export function requireFunction(value: unknown, name: string): void {
  if (value === undefined || typeof value === 'function') return;
  throw new SdeError('value', {
    what: 'not a function',
    where: `(…, { ${name} })`,
    expected: 'a function, or nothing',
    got: describe(value),
    remedy: 'leave it out, or give a callback',
  });
}

/** @throws SdeError `cancelled` if the signal has aborted; its reason is the error's cause. */
export function requireNotCancelled(signal: AbortSignal | undefined): void {
  requireGoing(signal, '(…, { signal })', {
    what: 'the solve was cancelled',
    remedy: 'solve again without aborting; nothing was kept',
  });
}
