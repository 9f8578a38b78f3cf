import { processors, startThread } from '#threads';
import { cancelled } from '../errors/cancelled.js';
import type { Piece, Submitted, Takes } from './job.js';
import { workerFailed } from './refusals.js';
import type { StartThread, Thread } from './thread.js';
import type { Answer } from './worker-protocol.js';

/** Threads, and what they do. */
export interface Pool extends Takes {
  /** Ends the threads; jobs that are not done fail as cancelled. */
  close(): Promise<void>;
}

/** A piece that a thread was given, and how many threads died of it before. */
interface Begun {
  readonly submitted: Submitted;
  readonly piece: Piece<unknown>;
  readonly deaths: number;
}

interface Member {
  readonly thread: Thread;
  /** Hashes of the programs it holds, the one not used for the longest first. */
  readonly known: Set<string>;
  /** In the order in which they were sent: the first is the one that it is at. */
  readonly running: Map<number, Begun>;
}

/** Pieces that a thread has at once: the next one is there when it finishes. */
const QUEUED = 2;

/** Programs that a thread holds at once: some 20 KB each. */
const HELD = 256;

/** Threads that may die of the same piece before its job is given up. */
const MOST_DEATHS = 3;

/**
 * Threads that do jobs, piece by piece. They start with the first one. One that dies is replaced and what it was at is begun again, to the same bits;
 * where three die of the same piece, its job fails. Several jobs take turns.
 *
 * A thread keeps the process alive only while it works, so a script that forgets to close the pool still ends.
 */
export function startPool(threads: number = processors(), startOne: StartThread = startThread): Pool {
  const members = new Set<Member>();
  const jobs = new Set<Submitted>();
  /** Those that may have pieces left, the one that waits longest first. */
  const waiting = new Set<Submitted>();
  /** What lost its thread, before anything else. */
  const again = new Set<Begun>();
  let nextId = 0;
  let closed = false;

  const start = (): void => {
    const known = new Set<string>();
    const running = new Map<number, Begun>();
    const member: Member = {
      thread: startOne({ answered: (answer) => settle(member, answer), gone: (cause) => bury(member, cause) }),
      known,
      running,
    };
    members.add(member);
  };

  /** Lets go of a thread. What it was at is begun on another, and counts as what it died of unless we ended it. */
  const bury = (member: Member, cause: unknown, ended = false): void => {
    if (!members.delete(member) || closed) return;
    member.thread.end();
    const unanswered = [...member.running.values()];
    member.running.clear();
    unanswered.forEach((begun, place) => {
      if (!jobs.has(begun.submitted)) return;
      const deaths = begun.deaths + (place === 0 && !ended ? 1 : 0);
      if (deaths >= MOST_DEATHS) give(begun.submitted, workerFailed(cause, begun.submitted.job.alone));
      else again.add({ ...begun, deaths });
    });
    staff();
  };

  /** Replaces the threads that are missing, and hands out what waits. Where none can be started, no job can go on. */
  const staff = (): void => {
    if (jobs.size === 0 || closed) return;
    try {
      while (members.size < threads) start();
    } catch (error) {
      if (members.size === 0) for (const submitted of [...jobs]) give(submitted, workerFailed(error));
    }
    for (let most = 1; most <= QUEUED; most++) for (const member of [...members]) feed(member, most);
  };

  /** A job that is withdrawn or failed is dropped once, and hears no more. */
  const drop = (submitted: Submitted): boolean => {
    waiting.delete(submitted);
    if (!jobs.delete(submitted)) return false;
    const { stop } = submitted.job;
    if (stop) Atomics.store(stop, 0, 1);
    else {
      for (const member of [...members]) {
        if ([...member.running.values()].some((begun) => begun.submitted === submitted)) bury(member, undefined, true);
      }
    }
    return true;
  };

  const give = (submitted: Submitted, error: unknown): void => {
    if (drop(submitted)) submitted.failed(error);
  };

  const settle = (member: Member, answer: Answer): void => {
    const begun = member.running.get(answer.id);
    if (!members.has(member) || !begun) return;
    const { submitted, piece } = begun;
    const wanted = jobs.has(submitted);
    try {
      switch (answer.kind) {
        case 'report':
          if (wanted) piece.heard?.(answer.news);
          return;
        case 'done':
          member.running.delete(answer.id);
          if (wanted) submitted.finished(piece.results(answer.results));
          break;
        case 'failed':
          member.running.delete(answer.id);
          give(submitted, submitted.job.thrown(answer.failure));
          break;
        default:
          answer satisfies never;
      }
    } catch (error) {
      // What the caller's own ears throw.
      give(submitted, error);
    }
    if (members.has(member)) feed(member, QUEUED);
  };

  /** The next piece for a thread: one that takes a thread for itself only for one that has nothing. */
  const next = (idle: boolean): Begun | undefined => {
    for (const begun of [...again]) {
      if (begun.submitted.job.alone && !idle && jobs.has(begun.submitted)) continue;
      again.delete(begun);
      if (jobs.has(begun.submitted)) return begun;
    }
    for (const submitted of [...waiting]) {
      if (submitted.job.alone && !idle) continue;
      waiting.delete(submitted);
      const piece = submitted.job.next();
      if (!piece) continue;
      waiting.add(submitted);
      return { submitted, piece, deaths: 0 };
    }
    return undefined;
  };

  const feed = (member: Member, most: number): void => {
    const { thread, running } = member;
    while (running.size < most) {
      const [first] = running.values();
      const begun = first?.submitted.job.alone ? undefined : next(first === undefined);
      if (!begun) break;
      send(member, begun);
    }
    thread.hold(running.size > 0);
  };

  const send = ({ thread, known, running }: Member, begun: Begun): void => {
    const { submitted, piece } = begun;
    const { program } = submitted.job;
    const id = nextId++;
    try {
      const asked = { id, order: piece.order() };
      if (!program) thread.post(asked);
      else {
        const held = known.delete(program.hash);
        known.add(program.hash);
        const [oldest] = known;
        const forget = known.size > HELD ? oldest : undefined;
        if (forget !== undefined) known.delete(forget);
        thread.post({ ...asked, forget, ...(held ? {} : { program }) });
      }
      running.set(id, begun);
    } catch (error) {
      // What cannot be asked, such as where the caller's `resume` throws.
      give(submitted, error);
    }
  };

  return {
    submit(submitted) {
      if (closed) {
        submitted.failed(poolClosed(submitted));
        return;
      }
      jobs.add(submitted);
      waiting.add(submitted);
      staff();
    },
    withdraw(submitted) {
      drop(submitted);
      const { stop } = submitted.job;
      if (stop) Atomics.store(stop, 0, 1);
    },
    async close() {
      closed = true;
      for (const submitted of [...jobs]) {
        const error = poolClosed(submitted);
        waiting.delete(submitted);
        if (jobs.delete(submitted)) submitted.failed(error);
      }
      await Promise.all([...members].map(({ thread }) => thread.end()));
    },
  };
}

const poolClosed = ({ job }: Submitted): unknown =>
  cancelled(job.alone ? 'workers().perform(calls)' : 'workers().run(prepared)', new Error('the backend was closed'));
