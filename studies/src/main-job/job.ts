import { createRequire } from 'node:module';
import { digits } from 'resnet-bridge';
import type { Checkpoints } from '../run-folder/checkpoints.js';
import type { MainResult, NoiseResult, TwoDigits } from './main-result.js';
import type { Options } from './options.js';
import type { Task } from './task.js';
import { computeTasks } from './task-pool.js';

/** How far a job is, with a sentence when a part of it is done. */
export interface JobNews {
  readonly done: number;
  readonly of: number;
  readonly words?: string;
}

/** The time that a task takes, relative to others: empirical, for the progress bar alone. */
const WEIGHT: Readonly<Record<Task['kind'], number>> = { noise: 5, 'two-digits': 1 };

/**
 * The main job: for each noise a network trained with it and its distance from its limits, and one number three ways.
 *
 * Nothing is read or written but the digits and, if they are given, checkpoints; the result follows from the options alone, whatever the number of threads.
 */
export async function mainJob(
  options: Options,
  run: {
    readonly threads: number;
    /** Where parts that are done are kept, and taken from. */
    readonly checkpoints?: Checkpoints;
    readonly onProgress?: (news: JobNews) => void;
    readonly signal?: AbortSignal;
  },
): Promise<MainResult> {
  const tasks: readonly Task[] = [
    ...options.noises.map((noise): Task => ({ kind: 'noise', noise, options })),
    { kind: 'two-digits', options },
  ];
  const fractions = tasks.map(() => 0);
  const all = tasks.reduce((sum, task) => sum + WEIGHT[task.kind], 0);
  const results = await computeTasks(tasks, {
    threads: run.threads,
    checkpoints: run.checkpoints,
    signal: run.signal,
    onNews(index, { done: part, of, words }) {
      fractions[index] = part / of;
      const done = tasks.reduce((sum, task, i) => sum + WEIGHT[task.kind] * fractions[i], 0);
      run.onProgress?.({ done, of: all, words });
    },
  });
  const noises: NoiseResult[] = [];
  const two: TwoDigits[] = [];
  for (const result of results) {
    if (result.kind === 'noise') noises.push(result.value);
    else two.push(result.value);
  }
  return {
    kind: 'main-result',
    options,
    noises,
    twoDigits: two[0],
    provenance: {
      program: 'weak-limit',
      version: createRequire(import.meta.url)('../../package.json').version,
      data: digits().source,
      environment: { node: process.version, platform: `${process.platform} ${process.arch}` },
    },
  };
}
