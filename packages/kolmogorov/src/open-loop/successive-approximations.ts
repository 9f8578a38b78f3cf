import type { Work } from 'sde-core';
import { requireNotCancelled } from '../linear/watch.js';
import type { IterateWatch } from './control-problem.js';
import { type Box, descend, type Iterate, type Method, type SmoothWork } from './descent.js';
import type { FrozenHamiltonian } from './frozen-hamiltonian.js';
import { projectedLbfgs } from './projected-lbfgs.js';

/** What successive approximations go down on. */
export interface Controlled extends SmoothWork {
  hamiltonian(x: Float64Array): Work<FrozenHamiltonian>;
}

/** How strongly the next control is held to the last one. */
export interface ApproximationsMemory {
  readonly holding: number;
}

/** By how much the hold changes: as much tighter after a failure as it is looser after a success. Empirical. */
const FACTOR = 4;
/** The fraction of the Hamiltonian's decrease that J must show. */
const DECREASE = 1e-4;
/** Failures before a search is given up. */
const FAILURES = 30;
/** Iterations on a Hamiltonian: its minimum need not be exact, for u and ρ move anyway. */
const INNER = 40;
/** On its residual. */
const INNER_TOLERANCE = 1e-9;

/**
 * Successive approximations: with u and ρ of the last θ_k, the next θ minimizes the Hamiltonian, for all times at once,
 *
 *   θ_(k+1) = argmin { H_k(θ) + γ/2 ∫ |θ − θ_k|² dt },
 *
 * and is taken if J falls by a part of what H_k does; otherwise γ is multiplied by 4, and after a success divided by 4. As γ grows the step becomes
 * that of projected gradients, so J falls at every iterate unless none is left to gain. Without a hold, γ = 0, the method of Krylov and
 * Chernousko does not go down in general. Cost an iterate: a gradient and, for each trial, a solve and some dozens of passes over the nodes.
 *
 * @throws SdeError, while stepping, `cancelled` by the signal of `watch`.
 * @see [chernousko1982]
 * @see [sakawa1980]
 * @see [li2018]
 */
export function successiveApproximations(f: Controlled, watch: IterateWatch = {}): Method<ApproximationsMemory> {
  let last: { readonly x: Float64Array; readonly H: FrozenHamiltonian } | undefined;
  function* hamiltonianAt(x: Float64Array): Work<FrozenHamiltonian> {
    if (!last?.x.every((value, i) => value === x[i])) last = { x, H: yield* f.hamiltonian(x) };
    return last.H;
  }
  return {
    name: 'successive-approximations',
    citation: 'chernousko1982',
    empty: { holding: 1 },
    *step({ x, objective }, { holding }, within) {
      const H = yield* hamiltonianAt(x);
      const before = H.value(x);
      let gamma = holding;
      for (let failures = 0; failures <= FAILURES; failures++, gamma *= FACTOR) {
        const trial = yield* held(H, x, gamma, within, watch);
        const expected = H.value(trial) - before;
        if (!(expected < 0) || !((yield* f.value(trial)) <= objective + DECREASE * expected)) continue;
        const gradient = new Float64Array(x.length);
        const value = yield* f.value(trial);
        (yield* hamiltonianAt(trial)).gradient(trial, gradient);
        return { place: { x: trial, objective: value, gradient }, memory: { holding: gamma / FACTOR } };
      }
      return undefined;
    },
  };
}

/** argmin { H(θ) + γ/2 ∫ |θ − x|² dt } within bounds, from x on. */
function* held(
  H: FrozenHamiltonian,
  x: Float64Array,
  gamma: number,
  within: Box,
  { onStep, signal }: IterateWatch,
): Work<Float64Array> {
  const { layout } = H;
  const away = (theta: Float64Array): Float64Array => theta.map((value, i) => value - x[i]);
  const f: SmoothWork = {
    *value(theta) {
      yield;
      return H.value(theta) + gamma * layout.square(away(theta));
    },
    *gradient(theta, out) {
      yield;
      const value = H.gradient(theta, out);
      const moved = away(theta);
      layout.addSquareGradient(gamma, moved, out);
      return value + gamma * layout.square(moved);
    },
  };
  const onIterate = ({ iteration }: Iterate): void => {
    onStep?.({ part: 'hamiltonian', done: iteration, of: INNER });
    requireNotCancelled(signal);
  };
  const how = { box: within, tolerance: INNER_TOLERANCE, iterations: INNER, onIterate };
  return (yield* descend(f, projectedLbfgs(f), x, how)).x;
}
