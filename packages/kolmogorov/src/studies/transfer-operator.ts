import { type Chain, describe, requireInteger, SdeError, stateNames } from 'sde-core';
import { type Field, type FieldWarning, field } from '../backward/field.js';
import { nodeValues } from '../backward/node-values.js';
import { roughnessOf, roughnessWarnings } from '../backward/smoothness.js';
import { atTheDoor, requireFields } from '../door/at-the-door.js';
import { MOST_STENCIL } from '../door/limits.js';
import { type Density, density } from '../forward/density.js';
import { chainWarnings } from '../forward/density-warnings.js';
import { type Initial, initialMasses } from '../forward/initial-masses.js';
import type { Axis } from '../grid/axis.js';
import { type Grid, nodeAt, tensorGrid } from '../grid/grid.js';
import { localLagrange } from '../grid/local-lagrange.js';
import { stateInput, type TerminalInput } from './terminal-input.js';

/** The transition operators of a chain on a grid: its semigroup. */
export interface TransferOperator {
  /** u_n(x) = E[φ(X_N) | X_n = x], as a field whose times are t_n = t0 + n h. */
  expectation(terminal: TerminalInput): Field;
  /** The law of X_n: the transpose, so that ⟨u_n, ρ_n⟩ is the same at every n to rounding. */
  density(initial: Initial): Density;
  /** The probability of leaving the grid before N from x at t_n: the error of `expectation` is at most that times the range of φ, and interpolation. */
  escape(): Field;
}

/** Points an axis through which a value between nodes is interpolated. */
const DEFAULT_POINTS = 8;
/** Beyond three dimensions neither the grid nor the stencils fit. */
const MOST_AXES = 3;

/**
 * The transition operators of any chain with a discrete driver, scheme or network: u_N = φ, u_n(x) = Σ_k p_k u_(n+1)(step(n, x, w_k)).
 *
 * No sampling, no time discretization: what is left is interpolation between the nodes, of order `points` (default 8), and the edge of the grid,
 * where a step that leaves is put back on the nearest side and counted in `escape`. d ≤ 3. Cost a step: nodes × outcomes × (one step of the
 * chain + points^d).
 *
 * @throws SdeError `unsupported` for a driver without a list of outcomes, or d > 3; `shape` if the grid is of another dimension.
 *
 * @example
 * import { transferOperator, uniform } from 'kolmogorov';
 * import { discretize, eulerMaruyama, problem, symbolic, withDriver } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), withDriver(eulerMaruyama, 'three-point'), 10);
 * const operator = transferOperator(chain, [uniform(-3, 3, 81)]);
 * operator.expectation('x^2').at(0, [1]); // → 0.23716
 */
export function transferOperator(
  chain: Chain,
  grid: readonly Axis[],
  options: { readonly points?: number } = {},
): TransferOperator {
  return atTheDoor('transferOperator', (where) => operatorOf(chain, grid, options, where));
}

function operatorOf(
  chain: Chain,
  grid: readonly Axis[],
  options: { readonly points?: number },
  where: string,
): TransferOperator {
  requireFields<{ readonly points?: number }>(options, { points: true }, `${where}(…, options)`, { stencil: 'points' });
  const { points = DEFAULT_POINTS } = options;
  requireInteger(
    points,
    2,
    `${where}(…, { points })`,
    'give the number of points an axis that interpolate, 4 to 10',
    MOST_STENCIL,
  );
  requireDiscrete(chain);
  const made = tensorGrid(grid, chain.dimension, `${where}(chain, grid)`);
  const visit = transitions(chain, made, points);
  const names = { dimension: chain.dimension, state: stateNames(chain) };
  const start = Float64Array.from({ length: chain.steps + 1 }, (_, n) => chain.t0 + n * chain.h);
  const backward = (last: Float64Array, outside: number, rough: readonly FieldWarning[] = []): Field => {
    const values = [last];
    for (let n = chain.steps - 1; n >= 0; n--) {
      const next = values[0];
      const now = new Float64Array(made.size);
      visit(n, (p, probability, left, nodes, weights, count) => {
        if (left && outside > 0) {
          now[p] += probability * outside;
          return;
        }
        let sum = 0;
        for (let j = 0; j < count; j++) sum += weights[j] * next[nodes[j]];
        now[p] += probability * sum;
      });
      values.unshift(now);
    }
    return field(made, { times: start, values }, points, [...overshoots(start, values, outside), ...rough]);
  };
  return Object.freeze({
    expectation: (terminal: TerminalInput): Field => {
      const input = stateInput(terminal, () => chain);
      const last = nodeValues(input, made, names, start[chain.steps], `${where}(…).expectation(terminal)`);
      return backward(last, 0, roughnessWarnings(roughnessOf(input, last, made)));
    },
    density: (initial: Initial): Density => {
      const values = [
        initialMasses(initial, made, names, chain.t0, `${where}(…).density(initial)`, { stencil: points }),
      ];
      let left = 0;
      for (let n = 0; n < chain.steps; n++) {
        const now = values[n];
        const next = new Float64Array(made.size);
        visit(n, (p, probability, leaves, nodes, weights, count) => {
          const mass = probability * now[p];
          if (leaves) left += Math.abs(mass);
          if (mass !== 0) for (let j = 0; j < count; j++) next[nodes[j]] += weights[j] * mass;
        });
        values.push(next);
      }
      const snapshots = { times: start, values };
      return density(made, snapshots, { warnings: chainWarnings(snapshots, left) });
    },
    escape: (): Field => backward(new Float64Array(made.size), 1),
  });
}

/** Sees one outcome of one step from one node: where it lands, as nodes and weights, and whether it left the grid. */
type Visitor = (
  p: number,
  probability: number,
  left: boolean,
  nodes: Int32Array,
  weights: Float64Array,
  count: number,
) => void;

function transitions(chain: Chain, grid: Grid, points: number): (n: number, see: Visitor) => void {
  const d = grid.dimension;
  const outcomes = chain.driver.outcomes ?? [];
  const sizes = grid.shape.map((n) => Math.min(points, n));
  const count = sizes.reduce((product, size) => product * size, 1);
  const along = grid.axes.map((axis) => localLagrange(axis.points, points));
  const [x, out] = [new Float64Array(d), new Float64Array(d)];
  const nodes = new Int32Array(count);
  const weights = new Float64Array(count);
  const line = new Float64Array(points);
  return (n, see) => {
    for (let p = 0; p < grid.size; p++) {
      nodeAt(grid, p, x);
      for (const { probability, noise } of outcomes) {
        chain.step(n, x, noise, out);
        let left = false;
        let filled = 1;
        nodes[0] = 0;
        weights[0] = 1;
        for (let k = 0; k < d; k++) {
          const axis = grid.axes[k].points;
          const inside = Math.min(Math.max(out[k], axis[0]), axis[axis.length - 1]);
          left ||= inside !== out[k];
          const first = along[k](inside, line);
          // Outwards in place: entry j becomes entries j · size … j · size + size − 1.
          for (let j = filled - 1; j >= 0; j--) {
            const [node, weight] = [nodes[j], weights[j]];
            for (let i = sizes[k] - 1; i >= 0; i--) {
              nodes[j * sizes[k] + i] = node + (first + i) * grid.strides[k];
              weights[j * sizes[k] + i] = weight * line[i];
            }
          }
          filled *= sizes[k];
        }
        see(p, probability, left, nodes, weights, count);
      }
    }
  };
}

/** Share of the range of φ by which a mean may leave it: what interpolation does beside a jump. Empirical. */
const OVERSHOOT = 0.05;

/** A mean lies between the least and the greatest of what it is of; interpolated it may not. */
function overshoots(times: Float64Array, values: readonly Float64Array[], outside: number): readonly FieldWarning[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values[values.length - 1]) [low, high] = [Math.min(low, value), Math.max(high, value)];
  [low, high] = [outside > 0 ? Math.min(low, 0) : low, outside > 0 ? Math.max(high, outside) : high];
  let [overshoot, at, worst] = [0, 0, 0];
  values.forEach((now, n) => {
    for (const value of now) {
      const beyond = Math.max(value - high, low - value);
      if (beyond > overshoot) [overshoot, at, worst] = [beyond, n, value];
    }
  });
  if (!(overshoot > OVERSHOOT * (high - low))) return [];
  const message = `E φ is ${worst} at t = ${times[at]}, and between ${low} and ${high} by its definition: interpolation overshoots by ${overshoot}. Take more nodes, or fewer { points } an axis.`;
  return [{ kind: 'maximum-principle', message, overshoot, t: times[at], value: worst, low, high }];
}

function requireDiscrete(chain: Chain): void {
  if (typeof chain?.step !== 'function' || !chain.driver?.outcomes) {
    throw new SdeError('unsupported', {
      what: 'the noise of a step has no list of outcomes',
      where: 'transferOperator(chain)',
      expected: 'a discrete driver: two-point, three-point, Bernoulli',
      got: describe(chain?.driver?.kind ?? chain),
      remedy: "give the scheme a discrete driver of matching moments: withDriver(scheme, 'three-point')",
    });
  }
  if (chain.dimension > MOST_AXES) {
    throw new SdeError('unsupported', {
      what: 'a grid in this dimension does not fit',
      where: 'transferOperator(chain)',
      expected: `d ≤ ${MOST_AXES}`,
      got: `d = ${chain.dimension}`,
      remedy: 'use exactExpectation, or sampling',
    });
  }
}
