import { createRequire } from 'node:module';
import { digits } from 'resnet-bridge';
import { task as namedTask, workers } from 'sde-core';
import type { Checkpoints } from '../run-folder/checkpoints.js';
import { fromExactJson } from '../run-folder/exact-json.js';
import { performKeeping } from '../run-folder/parts-of-task.js';
import type { computeTask } from './compute-task.js';
import type { MainResult, NoiseResult, TwoDigits } from './main-result.js';
import type { Options } from './options.js';
import { type JobTask, type TaskNews, taskName } from './task.js';

/** How far a job is, with a sentence when a part of it is done. */
export interface JobNews {
  readonly done: number;
  readonly of: number;
  readonly words?: string;
}

/** The time that a task takes, relative to others: empirical, for the progress bar alone. */
const WEIGHT: Readonly<Record<JobTask['kind'], number>> = { noise: 5, 'two-digits': 1 };

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
  const tasks: readonly JobTask[] = [
    ...options.noises.map((noise): JobTask => ({ kind: 'noise', noise, options })),
    { kind: 'two-digits', options },
  ];
  const fractions = tasks.map(() => 0);
  const all = tasks.reduce((sum, task) => sum + WEIGHT[task.kind], 0);
  const computing = namedTask<typeof computeTask>({
    module: new URL('./compute-task.js', import.meta.url),
    name: 'computeTask',
  });
  const engine = workers({ threads: Math.min(run.threads, tasks.length) });
  const calls = tasks.map((task) => ({ name: taskName(task), call: { task: computing, input: task } }));
  const texts = await performKeeping(engine, calls, {
    kept: run.checkpoints,
    signal: run.signal,
    onNews(index, { done: part, of, words }: TaskNews) {
      fractions[index] = part / of;
      const done = tasks.reduce((sum, task, i) => sum + WEIGHT[task.kind] * fractions[i], 0);
      run.onProgress?.({ done, of: all, words });
    },
  }).finally(() => engine.close());
  const results = texts.map(fromExactJson);
  // Each is what its task, in the same place, computed.
  const noises = results.slice(0, -1) as readonly NoiseResult[];
  const two = results[results.length - 1] as TwoDigits;
  return {
    kind: 'main-result',
    options,
    noises,
    twoDigits: two,
    provenance: {
      program: 'weak-limit',
      version: createRequire(import.meta.url)('../../package.json').version,
      data: digits().source,
      environment: { node: process.version, platform: `${process.platform} ${process.arch}` },
    },
  };
}
