import { availableParallelism } from 'node:os';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { cancelled } from '../errors/cancelled.js';
import type { TracedProgram } from '../kernels/program.js';
import type { Stream } from '../randomness/noise.js';
import type { BlockSummary } from './backend.js';
import type { PointSet } from './block-noise.js';
import { workerFailed } from './refusals.js';
import type { WorkerAnswer, WorkerTask } from './worker-protocol.js';

/** Blocks [first, end). */
export interface Blocks {
  readonly first: number;
  readonly end: number;
}

/** Work for the pool: blocks handed out a few at a time, until there are none. */
export interface Job {
  readonly program: TracedProgram;
  readonly stream: Stream;
  readonly points?: PointSet;
  readonly paths: number;
  /** Shared, shape (1). */
  readonly stop: Int32Array;
  /** The next blocks to compute, or none. */
  next(): Blocks | undefined;
  finished(summaries: readonly BlockSummary[]): void;
  failed(error: unknown): void;
}

export interface Pool {
  submit(job: Job): void;
  withdraw(job: Job): void;
  /** Ends the threads; runs that are not done fail as cancelled. */
  close(): Promise<void>;
}

/** Blocks that a thread was given, and how many threads died of them before. */
interface Task {
  readonly job: Job;
  readonly blocks: Blocks;
  readonly deaths: number;
}

interface Member {
  readonly worker: Worker;
  /** Hashes of the programs it holds, the one not used for the longest first. */
  readonly known: Set<string>;
  /** In the order in which they were sent: the first is the one that it computes. */
  readonly running: Map<number, Task>;
}

/** Tasks that a worker has at once: the next one is there when it finishes. */
const QUEUED = 2;

/** Programs that a worker holds at once: some 20 KB each. */
const HELD = 256;

/** Threads that may die of the same blocks before the run is given up. */
const MOST_DEATHS = 3;

/**
 * Threads that compute blocks. They start with the first job. One that dies is replaced and its blocks are computed again, to the same bits; where
 * three die of the same blocks, their run fails. Several jobs take turns, task by task.
 *
 * A thread keeps the process alive only while it works, so a script that forgets to close the pool still ends.
 */
export function startPool(threads: number = availableParallelism(), resourceLimits?: ResourceLimits): Pool {
  const members = new Set<Member>();
  const jobs = new Set<Job>();
  /** The jobs that may have blocks left, the one that waits longest first. */
  const waiting = new Set<Job>();
  /** What threads died of, before anything else. */
  const again: Task[] = [];
  let nextId = 0;
  let closed = false;

  const start = (): void => {
    // Flags of the caller's node (`--input-type`, inspectors) are not meant for its threads, and some break them.
    const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [], resourceLimits });
    const member: Member = { worker, known: new Set(), running: new Map() };
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => settle(member, answer));
    worker.on('messageerror', (error) => bury(member, error));
    worker.on('error', (error) => bury(member, error));
    worker.on('exit', (code) => bury(member, new Error(`the thread ended with code ${code}`)));
    members.add(member);
  };

  const bury = (member: Member, cause: unknown): void => {
    if (!members.delete(member) || closed) return;
    member.worker.terminate();
    const unanswered = [...member.running.values()];
    member.running.clear();
    unanswered.forEach((task, place) => {
      if (!jobs.has(task.job)) return;
      const deaths = task.deaths + (place === 0 ? 1 : 0);
      if (deaths >= MOST_DEATHS) drop(task.job)?.failed(workerFailed(cause));
      else again.push({ ...task, deaths });
    });
    staff();
  };

  /** Replaces the threads that are missing, and hands out what waits. Where none can be started, no job can go on. */
  const staff = (): void => {
    if (jobs.size === 0) return;
    try {
      while (members.size < threads) start();
    } catch (error) {
      if (members.size === 0) for (const job of [...jobs]) drop(job)?.failed(workerFailed(error));
    }
    for (let most = 1; most <= QUEUED; most++) for (const member of members) feed(member, most);
  };

  /** A job that is withdrawn or failed is dropped once, and hears no more. */
  const drop = (job: Job): Job | undefined => {
    waiting.delete(job);
    if (!jobs.delete(job)) return undefined;
    Atomics.store(job.stop, 0, 1);
    return job;
  };

  const settle = (member: Member, answer: WorkerAnswer): void => {
    if (!members.has(member)) return;
    const task = member.running.get(answer.id);
    member.running.delete(answer.id);
    if (task && answer.kind === 'failed') drop(task.job)?.failed(workerFailed(new Error(answer.message)));
    else if (task && answer.kind === 'done' && jobs.has(task.job)) task.job.finished(answer.summaries);
    feed(member, QUEUED);
  };

  const next = (): Task | undefined => {
    for (let task = again.shift(); task; task = again.shift()) if (jobs.has(task.job)) return task;
    for (const job of waiting) {
      waiting.delete(job);
      const blocks = job.next();
      if (!blocks) continue;
      waiting.add(job);
      return { job, blocks, deaths: 0 };
    }
    return undefined;
  };

  const feed = (member: Member, most: number): void => {
    while (member.running.size < most) {
      const task = next();
      if (!task) break;
      send(member, task);
    }
    if (member.running.size > 0) member.worker.ref();
    else member.worker.unref();
  };

  const send = (member: Member, task: Task): void => {
    const { program, stream, points, paths, stop } = task.job;
    const { hash } = program;
    const id = nextId++;
    member.running.set(id, task);
    const held = member.known.delete(hash);
    member.known.add(hash);
    const [oldest] = member.known;
    const forget = member.known.size > HELD ? oldest : undefined;
    if (forget !== undefined) member.known.delete(forget);
    const message: WorkerTask = { id, hash, stream, points, paths, stop, forget, ...task.blocks };
    member.worker.postMessage(held ? message : { ...message, program });
  };

  return {
    submit(job) {
      if (closed) {
        job.failed(poolClosed());
        return;
      }
      jobs.add(job);
      waiting.add(job);
      staff();
    },
    withdraw(job) {
      drop(job);
      Atomics.store(job.stop, 0, 1);
    },
    async close() {
      closed = true;
      for (const job of [...jobs]) drop(job)?.failed(poolClosed());
      await Promise.all([...members].map(({ worker }) => worker.terminate()));
    },
  };
}

const poolClosed = (): unknown => cancelled('workers().run(prepared)', new Error('the backend was closed'));
