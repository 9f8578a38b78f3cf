import type { Answer, Asked } from './worker-protocol.js';

/** A thread of whatever kind that serves a pool. */
export interface Thread {
  post(asked: Asked): void;
  /** Whether it keeps the process alive, where there is one. */
  hold(held: boolean): void;
  end(): Promise<unknown>;
}

/** What a pool hears of a thread. */
export interface ThreadEars {
  answered(answer: Answer): void;
  /** It is dead, or no longer to be trusted; said once or more. */
  gone(cause: unknown): void;
}

/** Starts a thread; throws where none can be. */
export type StartThread = (ears: ThreadEars) => Thread;
