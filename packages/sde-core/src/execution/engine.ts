import type { Backend } from './backend.js';
import type { TaskCall, TaskHearing, TaskResult } from './task.js';

/**
 * Where work of both kinds is done: blocks of paths, as every backend does, and tasks.
 *
 * Results come in any order, each with its place. Whatever thread does a piece, and however often, its bits are the same; so a piece that is lost with
 * its thread is done again, and the caller's order of merging decides the result.
 */
export interface Engine extends Backend {
  /**
   * Outputs of the calls, as they are done. Leaving the loop, or the signal, ends what runs.
   *
   * @throws SdeError `cancelled` if the signal aborts or the engine is closed; `device` if threads die of the same call again and again; whatever a task throws.
   */
  perform<Input, Output>(
    calls: readonly TaskCall<Input, Output>[],
    hearing?: TaskHearing,
  ): AsyncIterable<TaskResult<Output>>;
}
