import type { ColumnSums } from 'sde-core';
import { coordinateColumns } from '../grid/coordinates.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { TimeSensitivity } from './adjoint-sweep.js';
import type { ControlLayout } from './control-layout.js';
import type { Smooth } from './descent.js';
import type { OpenLoopModel, ParametricFunction } from './open-loop-model.js';

/**
 * J linearized in the coefficients but not in θ: u and ρ stay as they are, coefficients, φ and R follow θ.
 *
 *   H(θ) = Σ_t Σ_p λ(t, p) · coefficients(x_p, θ(t)) + Σ_y Σ_p ρ_y(T, p) φ_y(x_p, θ(T)) + R(θ)
 *
 * with λ = ∂J/∂coefficients: of b_k it is ρ ∂_k u, of ½ a_kk it is ρ ∂_k² u, in the discrete sense and integrated over the time it stands for.
 * So its gradient where u and ρ were computed is that of J, and its minimum is Pontryagin's.
 */
export interface FrozenHamiltonian extends Smooth {
  readonly layout: ControlLayout;
}

/** What a Hamiltonian is made of. */
export interface HamiltonianParts {
  readonly control: OpenLoopModel;
  readonly grid: Grid;
  readonly layout: ControlLayout;
  readonly T: number;
  /** The weight of R. */
  readonly regularization: number;
}

/** φ of a class where it depends on θ, and ρ at T, shape (size). */
export interface OpenEnd {
  readonly terminal: ParametricFunction;
  readonly rho: Float64Array;
}

/** Turns sensitivities to coefficients into slopes of θ, node by node. */
export interface Contraction {
  /** Σ_p λ_p · coefficients(x_p, θ(time)). */
  value(sensitivity: TimeSensitivity, theta: Float64Array): number;
  /** Adds its gradient. */
  addGradient(sensitivity: TimeSensitivity, theta: Float64Array, out: Float64Array): void;
  endValue(end: OpenEnd, theta: Float64Array): number;
  addEndGradient(end: OpenEnd, theta: Float64Array, out: Float64Array): void;
}

/** The sums over nodes for one model on one grid. Cost of each: one evaluation a node, in reverse mode for a gradient. */
export function contraction({ control, grid, layout, T }: HamiltonianParts): Contraction {
  const { dimension: d, chosen, hamiltonian, open } = control;
  const coordinates = coordinateColumns(grid);
  const point = new Float64Array(d + chosen);
  const x = point.subarray(0, d);
  const parameters = point.subarray(d);
  const slopes = new Float64Array(chosen);
  const sums = new Float64Array(chosen);
  /** Adds to `out` what a sum over nodes is for θ(time). */
  const add = (sum: ColumnSums, { time, arrays }: TimeSensitivity, theta: Float64Array, out: Float64Array): void => {
    layout.read(theta, time, parameters);
    const columns = [...coordinates, ...arrays.filter((_, i) => open[i])];
    if (columns.length > d) sum(time, columns, out, parameters);
  };
  const eachEnd = ({ rho }: OpenEnd, theta: Float64Array, see: (mass: number) => void): void => {
    layout.read(theta, T, parameters);
    for (let p = 0; p < grid.size; p++) {
      if (rho[p] === 0) continue;
      nodeAt(grid, p, x);
      see(rho[p]);
    }
  };
  return {
    value: (sensitivity, theta) => {
      const total = new Float64Array(1);
      add(hamiltonian.value, sensitivity, theta, total);
      return total[0];
    },
    addGradient: (sensitivity, theta, out) => {
      sums.fill(0);
      add(hamiltonian.slopes, sensitivity, theta, sums);
      layout.spread(sums, sensitivity.time, out);
    },
    endValue: (end, theta) => {
      let sum = 0;
      eachEnd(end, theta, (mass) => {
        sum += mass * end.terminal.at(point);
      });
      return sum;
    },
    addEndGradient: (end, theta, out) => {
      sums.fill(0);
      eachEnd(end, theta, (mass) => {
        end.terminal.slopes(point, slopes);
        for (let j = 0; j < chosen; j++) sums[j] += mass * slopes[j];
      });
      layout.spread(sums, T, out);
    },
  };
}

/** The Hamiltonian for sensitivities and ends that are kept. */
export function frozenHamiltonian(
  parts: HamiltonianParts,
  sums: Contraction,
  sensitivities: readonly TimeSensitivity[],
  ends: readonly OpenEnd[],
): FrozenHamiltonian {
  const { layout, regularization } = parts;
  const value = (theta: Float64Array): number => {
    let sum = regularization * layout.square(theta);
    for (const sensitivity of sensitivities) sum += sums.value(sensitivity, theta);
    for (const end of ends) sum += sums.endValue(end, theta);
    return sum;
  };
  return {
    layout,
    value,
    gradient: (theta, out) => {
      out.fill(0);
      layout.addSquareGradient(regularization, theta, out);
      for (const sensitivity of sensitivities) sums.addGradient(sensitivity, theta, out);
      for (const end of ends) sums.addEndGradient(end, theta, out);
      return value(theta);
    },
  };
}
