import type { Work } from 'sde-core';
import type { Discrete } from '../backward/discretization.js';
import { requireNotCancelled } from '../linear/watch.js';
import type { OneStep } from '../stepping/stepping.js';
import { scratchOf, stageOf, stageTime } from '../stepping/sweep.js';
import type { CoefficientSensitivity } from './coefficient-sensitivity.js';
import type { IterateWatch } from './control-problem.js';
import type { RecordedSolve } from './recorded-solve.js';
import { requireMirrored } from './step-check.js';
import { pairing } from './step-record.js';

/** How J depends on the coefficients of one time, or of one stretch on which they rest: in the order of {@link CoefficientSensitivity}. */
export interface TimeSensitivity {
  /** Where the coefficients were evaluated. */
  readonly time: number;
  readonly arrays: readonly Float64Array[];
}

/** Takes ρ forward through the transposed steps of a recorded solve. */
export interface AdjointSweep {
  /**
   * Takes all ρ from t0 to T, in place, each of shape (size), one for every u of the solve; shows each time's sensitivities when they are
   * complete. The arrays are filled anew afterwards.
   */
  sweep(rho: readonly Float64Array[], visit: (sensitivity: TimeSensitivity) => void): Work<void>;
}

interface Entry {
  readonly into: CoefficientSensitivity;
  key: number;
  time: number;
  /** The step that used it last. */
  step: number;
}

/**
 * The transpose of a recorded solve; `make` gives accumulators for the coefficients of one time. `exact`: its solves are, to rounding; default true.
 *
 * @throws SdeError, while sweeping, `unsupported` for a step whose transpose does not mirror it, which is looked for once a method; `cancelled` by the signal, which is read before every step.
 */
export function adjointSweep(
  { generator, mesh, grid }: Discrete,
  solve: RecordedSolve,
  make: () => CoefficientSensitivity,
  { onStep, signal, exact = true }: IterateWatch & { readonly exact?: boolean } = {},
): AdjointSweep {
  const pairs = pairing(scratchOf(grid.size));
  const idle: Entry[] = [];
  const mirrored = new Set<OneStep>();
  return {
    *sweep(rho, visit) {
      let open: Entry[] = [];
      const finish = (entry: Entry): void => {
        entry.into.finish();
        visit({ time: entry.time, arrays: entry.into.arrays });
        idle.push(entry);
      };
      for (let index = mesh.length - 1; index >= 0; index--) {
        const step = mesh[index];
        const inside = (step.low + step.high) / 2;
        const entryAt = (fraction: number): CoefficientSensitivity => {
          const t = stageTime(step, fraction);
          const key = generator.constant ? step.piece : t;
          let entry: Entry | undefined;
          for (const known of open) if (known.key === key) entry = known;
          if (!entry) {
            entry = idle.pop() ?? { into: make(), key, time: t, step: index };
            entry.key = key;
            entry.time = generator.constant ? inside : t;
            entry.into.restart(generator.coefficients(t, step.piece, inside));
            open.push(entry);
          }
          entry.step = index;
          return entry.into;
        };
        const stage = stageOf(generator, step);
        if (!mirrored.has(step.method)) requireMirrored(step.method, stage, step.length, grid.size, exact);
        mirrored.add(step.method);
        const records = yield* solve.recordsOf(index);
        requireNotCancelled(signal);
        for (const [c, each] of rho.entries()) {
          generator.fixTransposed(each);
          pairs.step(step.method, stage, step.length, each, records[c], entryAt);
          yield;
        }
        // Time goes on: what this step did not use, none of those to come will.
        if (open.some((entry) => entry.step !== index)) {
          for (const entry of open) if (entry.step !== index) finish(entry);
          open = open.filter((entry) => entry.step === index);
        }
        onStep?.({ part: 'adjoint', done: mesh.length - index, of: mesh.length });
        yield;
      }
      for (const entry of open) finish(entry);
      for (const each of rho) generator.fixTransposed(each);
    },
  };
}
