import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { TracedProgram } from '../kernels/program.js';
import type { Stream } from '../randomness/noise.js';
import type { BlockSummary } from './backend.js';
import type { PointSet } from './block-noise.js';
import type { WorkerAnswer, WorkerTask } from './worker-protocol.js';

/** Work for the pool: blocks handed out a few at a time, until there are none. */
export interface Job {
  readonly program: TracedProgram;
  readonly stream: Stream;
  readonly points?: PointSet;
  readonly paths: number;
  /** Shared, shape (1). */
  readonly stop: Int32Array;
  /** The next blocks to compute, [first, end), or none. */
  next(): { readonly first: number; readonly end: number } | undefined;
  finished(summaries: readonly BlockSummary[]): void;
  failed(cause: unknown): void;
}

export interface Pool {
  submit(job: Job): void;
  withdraw(job: Job): void;
  close(): Promise<void>;
}

interface Member {
  readonly worker: Worker;
  /** Hashes of the programs it holds. */
  readonly known: Set<string>;
  readonly running: Map<number, Job>;
}

/** Tasks that a worker has at once: the next one is there when it finishes. */
const QUEUED = 2;

/**
 * Threads that compute blocks. They start with the first job; one that dies fails its jobs and is replaced for the next.
 *
 * A thread keeps the process alive only while it works, so a script that forgets to close the pool still ends.
 */
export function startPool(threads: number = availableParallelism()): Pool {
  const members = new Set<Member>();
  const jobs = new Set<Job>();
  let nextId = 0;
  let closed = false;

  const start = (): void => {
    // Flags of the caller's node (`--input-type`, inspectors) are not meant for its threads, and some break them.
    const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [] });
    const member: Member = { worker, known: new Set(), running: new Map() };
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => settle(member, answer));
    worker.on('error', (error) => bury(member, error));
    worker.on('exit', (code) => bury(member, new Error(`the thread ended with code ${code}`)));
    members.add(member);
  };

  const bury = (member: Member, cause: unknown): void => {
    if (!members.delete(member) || closed) return;
    for (const job of member.running.values()) drop(job)?.failed(cause);
  };

  /** A job that is withdrawn or failed is dropped once, and hears no more. */
  const drop = (job: Job | undefined): Job | undefined => (job && jobs.delete(job) ? job : undefined);

  const settle = (member: Member, answer: WorkerAnswer): void => {
    const job = member.running.get(answer.id);
    member.running.delete(answer.id);
    if (answer.kind === 'failed') drop(job)?.failed(new Error(answer.message));
    else if (job && jobs.has(job)) job.finished(answer.summaries);
    feed(member, QUEUED);
  };

  const feed = (member: Member, most: number): void => {
    for (const job of jobs) {
      while (member.running.size < most) {
        const range = job.next();
        if (!range) break;
        send(member, job, range);
      }
    }
    if (member.running.size > 0) member.worker.ref();
    else member.worker.unref();
  };

  const send = (member: Member, job: Job, range: { readonly first: number; readonly end: number }): void => {
    const { program, stream, points, paths, stop } = job;
    const id = nextId++;
    const task: WorkerTask = { id, hash: program.hash, stream, points, paths, stop, ...range };
    member.running.set(id, job);
    member.worker.postMessage(member.known.has(program.hash) ? task : { ...task, program });
    member.known.add(program.hash);
  };

  return {
    submit(job) {
      jobs.add(job);
      while (members.size < threads) start();
      for (let most = 1; most <= QUEUED; most++) for (const member of members) feed(member, most);
    },
    withdraw(job) {
      jobs.delete(job);
      Atomics.store(job.stop, 0, 1);
    },
    async close() {
      closed = true;
      for (const job of [...jobs]) drop(job)?.failed(new Error('the backend was closed'));
      await Promise.all([...members].map(({ worker }) => worker.terminate()));
    },
  };
}
