import type { Chain } from '../paths/chain.js';
import type { Outcome } from '../randomness/driver.js';
import type { Work } from '../turns/work.js';

/** The law of X_N, as far as it was enumerated. */
export interface TerminalLaw {
  /** Shape (count, d), row-major. */
  readonly states: Float64Array;
  /** Shape (count). */
  readonly probabilities: Float64Array;
  readonly count: number;
}

/**
 * States that agree to this, relative to the largest of their step, are one: some tens of roundings, so that branches
 * that meet in exact arithmetic meet here.
 */
const SAME = 2 ** -46;

/** States between two places where the work may pause. */
const STATES = 256;

/**
 * The whole law of X_N from one initial state: every outcome of every step, with states that meet again merged.
 *
 * O(states · outcomes) a step. Undefined as soon as a step has more than `most` states.
 */
export function* terminalLaw(
  chain: Chain,
  outcomes: readonly Outcome[],
  x0: ArrayLike<number>,
  most: number,
): Work<TerminalLaw | undefined> {
  const d = chain.dimension;
  const out = new Float64Array(d);
  const x = new Float64Array(d);
  let law: TerminalLaw = { states: Float64Array.from(x0), probabilities: Float64Array.of(1), count: 1 };
  for (let n = 0; n < chain.steps; n++) {
    const room = law.count * outcomes.length;
    if (room > most * outcomes.length) return undefined;
    const states = new Float64Array(room * d);
    const probabilities = new Float64Array(room);
    for (let i = 0; i < law.count; i++) {
      if (i % STATES === 0) yield;
      for (let a = 0; a < d; a++) x[a] = law.states[i * d + a];
      for (let k = 0; k < outcomes.length; k++) {
        chain.step(n, x, outcomes[k].noise, out);
        states.set(out, (i * outcomes.length + k) * d);
        probabilities[i * outcomes.length + k] = law.probabilities[i] * outcomes[k].probability;
      }
    }
    yield;
    law = yield* merged(states, probabilities, d);
    if (law.count > most) return undefined;
  }
  return law;
}

/** One entry for states in one cell; its state is that of the first to come. */
function* merged(states: Float64Array, probabilities: Float64Array, d: number): Work<TerminalLaw> {
  const cell = new Float64Array(d);
  for (let at = 0; at < states.length; at++) cell[at % d] = Math.max(cell[at % d], Math.abs(states[at]));
  for (let a = 0; a < d; a++) cell[a] = SAME * cell[a] || 1;
  const places = new Map<string | number, number>();
  let count = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (i % STATES === 0) yield;
    const place = d === 1 ? Math.round(states[i] / cell[0]) : cellName(states, i * d, cell);
    const known = places.get(place);
    if (known === undefined) {
      places.set(place, count);
      states.copyWithin(count * d, i * d, (i + 1) * d);
      probabilities[count++] = probabilities[i];
    } else {
      probabilities[known] += probabilities[i];
    }
  }
  return { states: states.slice(0, count * d), probabilities: probabilities.slice(0, count), count };
}

function cellName(states: Float64Array, at: number, cell: Float64Array): string {
  let name = '';
  for (let a = 0; a < cell.length; a++) name += `${Math.round(states[at + a] / cell[a])},`;
  return name;
}
