import type { Work } from 'sde-core';
import type { Discrete } from '../backward/discretization.js';
import { requireNotCancelled } from '../linear/watch.js';
import { scratchOf, stageOf } from '../stepping/sweep.js';
import type { IterateWatch } from './control-problem.js';
import { recorder, type StepRecord, stepRecord } from './step-record.js';

/** A backward solve of several u at once, of which every step can be looked up afterwards. */
export interface RecordedSolve {
  /** Takes all u from T to t0, in place, each of shape (size). */
  solve(u: readonly Float64Array[]): Work<void>;
  /**
   * What step `index` of the mesh computed, one record a u; valid until the next call. Cheap from the last step, which arrives at t0, to the
   * first: steps that were not kept are taken again, a stretch at a time.
   */
  recordsOf(index: number): Work<readonly StepRecord[]>;
}

/**
 * Solves with a memory of so many numbers.
 *
 * Records of a stretch of steps are kept, and each u where a stretch begins; where all steps fit, that is one stretch and no step is taken
 * twice. Otherwise the longest stretch that fits, or if none does the one that needs least.
 *
 * @throws SdeError, while solving, `cancelled` by the signal, which is read before every step; the solve may then begin again.
 * @see [griewank2008]
 */
export function recordedSolve(
  { generator, mesh, grid }: Discrete,
  count: number,
  numbers: number,
  { onStep, signal }: IterateWatch = {},
): RecordedSolve {
  const scratch = scratchOf(grid.size);
  const taker = recorder(scratch);
  const kept: StepRecord[][] = [];
  const starts: Float64Array[][] = [];
  const states = Array.from({ length: count }, () => new Float64Array(grid.size));
  let stretch = mesh.length;
  /** The number of the stretch whose steps are in `kept`. */
  let held = -1;

  const before = new Float64Array(grid.size);
  function* take(index: number, u: readonly Float64Array[]): Work<void> {
    requireNotCancelled(signal);
    const step = mesh[index];
    kept[index % stretch] ??= Array.from({ length: count }, stepRecord);
    const records = kept[index % stretch];
    const stage = stageOf(generator, step);
    for (let c = 0; c < count; c++) {
      // Given values that jump between two steps: as in a sweep that is not recorded.
      if (index > 0 && step.before !== step.high) generator.fix(step.before, u[c]);
      before.set(u[c]);
      yield* generator.patiently(
        () => taker.step(step.method, stage, step.length, u[c], records[c]),
        () => u[c].set(before),
      );
      generator.fix(step.low, u[c]);
      yield;
    }
  }
  const start = (index: number, u: readonly Float64Array[]): void => {
    held = index / stretch;
    starts[held] ??= Array.from({ length: count }, () => new Float64Array(grid.size));
    starts[held].forEach((to, c) => {
      to.set(u[c]);
    });
  };
  return {
    *solve(u) {
      for (const each of u) generator.fix(mesh[0].high, each);
      start(0, u);
      for (let index = 0; index < mesh.length; index++) {
        if (index > 0 && index % stretch === 0) start(index, u);
        yield* take(index, u);
        // Known only once a step has been taken: how many vectors it leaves.
        if (index === 0) stretch = stretchOf(mesh.length, kept[0][0].width, numbers / (grid.size * count));
        onStep?.({ part: 'backward', done: index + 1, of: mesh.length });
      }
    },
    *recordsOf(index) {
      const wanted = Math.floor(index / stretch);
      if (wanted !== held) {
        held = -1;
        states.forEach((state, c) => {
          state.set(starts[wanted][c]);
        });
        for (let i = wanted * stretch; i < Math.min((wanted + 1) * stretch, mesh.length); i++) {
          yield* take(i, states);
          onStep?.({ part: 'adjoint', done: mesh.length - 1 - index, of: mesh.length });
        }
        held = wanted;
      }
      return kept[index % stretch];
    },
  };
}

/** Steps a stretch, for records of so many vectors a step and room for `vectors` of them. */
export function stretchOf(steps: number, width: number, vectors: number): number {
  const needed = (stretch: number): number => stretch * width + Math.ceil(steps / stretch);
  let best = steps;
  while (best > 1 && needed(best) > vectors && needed(best - 1) <= needed(best)) best--;
  return best;
}
