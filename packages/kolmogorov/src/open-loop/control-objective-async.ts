import type { Work } from 'sde-core/turns';
import { requireFields } from '../door/at-the-door.js';
import { turnByTurn } from '../door/two-ways.js';
import {
  type ControlKeys,
  type ControlObjective,
  controlKeys,
  controlWords,
  objectiveOf,
  objectiveOptions,
} from './control-objective.js';
import type { ControlDiscretization, ControlProblem } from './control-problem.js';
import type { FrozenHamiltonian } from './frozen-hamiltonian.js';

/** The objective, whose evaluations take turns with other work, one after the other. They have the bits of {@link ControlObjective}. */
export type AsyncControlObjective = Omit<ControlObjective, 'value' | 'gradient' | 'hamiltonian'> & {
  value(theta: Float64Array): Promise<number>;
  /** Writes ∇J, and gives J. */
  gradient(theta: Float64Array, out: Float64Array): Promise<number>;
  hamiltonian(theta: Float64Array): Promise<FrozenHamiltonian>;
};

/**
 * {@link controlObjective} whose evaluations are in turns with other work: the same bits; they end soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link controlObjective}; an evaluation, `cancelled` by the signal.
 */
export async function controlObjectiveAsync(
  problem: ControlProblem,
  options: ControlDiscretization,
): Promise<AsyncControlObjective> {
  const name = 'controlObjectiveAsync';
  const made = await turnByTurn(name, options, function* (where) {
    yield;
    requireFields<ControlKeys>(problem, controlKeys, `${where}(problem)`, controlWords);
    requireFields<ControlDiscretization>(options, objectiveOptions, `${where}(…, options)`, { onProgress: 'onStep' });
    return objectiveOf(problem, options, where);
  });
  const { attempt: _, refused: __, warningsAt: ___, value, gradient, hamiltonian, ...facts } = made;
  // Evaluations share their arrays: each begins when the one before has ended.
  let last: Promise<unknown> = Promise.resolve();
  const queued = <Result>(work: () => Work<Result>): Promise<Result> => {
    const run = last.then(() => turnByTurn(name, options, work));
    last = run.catch(() => {});
    return run;
  };
  return {
    ...facts,
    get warnings() {
      return made.warnings;
    },
    value: (theta) => queued(() => value(theta)),
    gradient: (theta, out) => queued(() => gradient(theta, out)),
    hamiltonian: (theta) => queued(() => hamiltonian(theta)),
  };
}
