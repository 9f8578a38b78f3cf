import type { Work } from 'sde-core/turns';
import type { DiscreteHamiltonian, Frozen, NodeHamiltonian } from './node-hamiltonian.js';
import type { Improve } from './policy-improvement.js';

/** Nodes between two places where the work may pause: some tens of microseconds, or of milliseconds where every node is searched. */
const NODES = 16;

/** What is to be solved at one time, at the best controls of every node. */
export interface PolicyProblem {
  readonly t: number;
  readonly hamiltonian: DiscreteHamiltonian;
  readonly improve: Improve;
  /** Rows without controls. Shape (size). */
  readonly fixed: Uint8Array;
  /** Writes into u the solution under a policy. */
  solve(frozen: Frozen, u: Float64Array): Work<void>;
  /** What H_p is to be at the solution: the rate at which u changes there, or the average cost. */
  rate(p: number, u: Float64Array): number;
}

/** How one problem ended; u and the policy are in place. */
export interface PolicyOutcome {
  readonly kind: 'converged' | 'stalled';
  readonly iterations: number;
  /** max |min_a H_p(a) − rate|: how far u is from solving the discrete equation, per unit of time. */
  readonly residual: number;
  /** Of the policy that u belongs to. */
  readonly frozen: Frozen;
  /** Of u. */
  readonly hamiltonian: NodeHamiltonian;
  /** See {@link Improved}. */
  readonly suspects: readonly number[];
  /** See {@link Improved}. */
  readonly ways?: ReadonlyMap<number, Float64Array>;
}

/**
 * Howard's policy iteration: solve for the policy, improve it at every node, until no node gains.
 *
 * With monotone matrices the values decrease (or increase) from iteration to iteration; it ends after finitely many where there are finitely many controls,
 * and converges like Newton's method where the best control is a smooth function of the differences. `policy`, shape (size, q), is the first guess and becomes
 * the best; after `stalled` u belongs to the policy before the last improvement.
 *
 * @see [howard1960]
 */
export function* policyIteration(
  problem: PolicyProblem,
  u: Float64Array,
  policy: Float64Array,
  most: number,
): Work<PolicyOutcome> {
  const { t, hamiltonian, improve, fixed, solve, rate } = problem;
  for (let iterations = 1; ; iterations++) {
    const frozen = hamiltonian.assemble(t, policy);
    yield;
    yield* solve(frozen, u);
    const seen = hamiltonian.of(t, u);
    let residual = 0;
    const { gained, suspects, ways } = yield* improvePolicy(
      { hamiltonian: seen, improve, fixed },
      policy,
      (p, best) => {
        residual = Math.max(residual, Math.abs(best - rate(p, u)));
      },
    );
    const outcome = { iterations, residual, frozen, hamiltonian: seen, suspects, ways };
    if (!gained) return { kind: 'converged', ...outcome };
    if (iterations >= most) return { kind: 'stalled', ...outcome };
  }
}

/** How a policy was improved at all nodes. */
export interface Improved {
  /** Some node gained. */
  readonly gained: boolean;
  /** The nodes where a closed form had no least, ascending: see {@link requireLeast}. */
  readonly suspects: readonly number[];
  /** Directions of several controls in which it fell without end, by node, if any did. */
  readonly ways?: ReadonlyMap<number, Float64Array>;
}

/** Improves a policy at every node, in place. `visit` sees the best of every node. */
export function* improvePolicy(
  { hamiltonian, improve, fixed }: Pick<PolicyProblem, 'improve' | 'fixed'> & Pick<PolicyOutcome, 'hamiltonian'>,
  policy: Float64Array,
  visit: (p: number, best: number) => void = () => {},
): Work<Improved> {
  const q = policy.length / fixed.length;
  let gained = false;
  const suspects: number[] = [];
  const ways = new Map<number, Float64Array>();
  for (let p = 0; p < fixed.length; p++) {
    if (fixed[p]) continue;
    const { gain, best, endless, way } = improve(hamiltonian, p, policy.subarray(p * q, (p + 1) * q));
    if (gain > 0) gained = true;
    if (endless) suspects.push(p);
    if (way) ways.set(p, way);
    visit(p, best);
    if (p % NODES === 0) yield;
  }
  return { gained, suspects, ways: ways.size > 0 ? ways : undefined };
}
