import {
  discretize,
  type Problem,
  type Scheme,
  SdeError,
  type SymbolicModel,
  type WeakErrorTerm,
  weakErrorOperator,
} from 'sde-core';
import { type Discrete, type Discretization, discrete } from '../backward/discretization.js';
import { nodeValues } from '../backward/node-values.js';
import { initialMasses } from '../forward/initial-masses.js';
import { partialDerivative } from '../grid/derivatives.js';
import { nodeAt } from '../grid/grid.js';
import { sweepBackward, sweepForward } from '../stepping/sweep.js';
import { stateInput, type TerminalInput } from './terminal-input.js';

/** The leading weak error of a scheme, and when it arises. */
export interface WeakErrorProfile {
  /** C in E φ(X_N) − E φ(X_T) = C h + O(h²); 0 but for rounding for a scheme of weak order 2. */
  readonly constant: number;
  /** The times of the solve, increasing. */
  readonly times: Float64Array;
  /** E[(L₁u)(t, X_t)] at those times, from the left at a breakpoint: C is its integral. */
  readonly rate: Float64Array;
  /** The terms of L₁. */
  readonly terms: readonly WeakErrorTerm[];
}

/**
 * Talay and Tubaro's constant of a scheme's weak error: E φ(X_N) − E φ(X_T) = C h + O(h²).
 *
 *   C = ∫ E[(L₁ u)(s, X_s)] ds,   L₁ from sde-core's `weakErrorOperator`, u the backward solution for φ.
 *
 * u and the law of X are one discrete solve and its transpose; derivatives of u are differences of order 4. The error is that of the
 * discretization: O(Δx²) + O(Δt²). φ must be smooth, and the grid must hold nearly all of the law. 0 but for rounding for a scheme of weak order 2. Cost:
 * a backward and a forward solve, and a few differences a node and step for each term of L₁.
 *
 * @throws SdeError `unsupported` for a model without formulas or a scheme that cannot be expanded; otherwise as {@link solveKolmogorov}.
 * @see [talay1990]
 *
 * @example
 * import { crankNicolson, uniform, weakErrorConstant } from 'kolmogorov';
 * import { eulerMaruyama, problem, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * weakErrorConstant(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 'sin(x)', {
 *   grid: [uniform(-4, 4, 201)],
 *   stepping: crankNicolson({ steps: 200, smoothing: 0 }),
 * }); // → -0.175
 */
export function weakErrorConstant(
  problem: Problem<SymbolicModel>,
  scheme: Scheme,
  functional: TerminalInput,
  discretization: Discretization,
): number {
  return weakErrorProfile(problem, scheme, functional, discretization).constant;
}

/**
 * {@link weakErrorConstant} with the rate at which the error arises over time.
 *
 * @throws SdeError as {@link weakErrorConstant}.
 *
 * @example
 * import { crankNicolson, uniform, weakErrorProfile } from 'kolmogorov';
 * import { eulerMaruyama, problem, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const { rate, times } = weakErrorProfile(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 'sin(x)', {
 *   grid: [uniform(-4, 4, 101)],
 *   stepping: crankNicolson({ steps: 50, smoothing: 0 }),
 * });
 * rate.length === times.length; // → true
 */
export function weakErrorProfile(
  problem: Problem<SymbolicModel>,
  scheme: Scheme,
  functional: TerminalInput,
  discretization: Discretization,
): WeakErrorProfile {
  const where = 'weakErrorConstant';
  const { model, x0, t0, T } = problem;
  const terms = weakErrorOperator(model, scheme);
  const equation = discrete({ model, t0, T }, discretization, where);
  const { grid, mesh, generator } = equation;
  const terminal = stateInput(functional, () => discretize(problem, scheme, 1));
  const u = nodeValues(terminal, grid, model, T, `${where}(…, functional)`);
  const solution: Float64Array[] = [];
  generator.fix(T, u);
  solution[mesh.length] = u.slice();
  sweepBackward(equation, u, (_, now, step) => {
    solution[mesh.length - 1 - step] = now.slice();
  });
  const rho = initialMasses(x0, grid, model, t0, `${where}(problem)`);
  generator.fixTransposed(rho);
  const rateAt = rateOf(equation, terms);
  const ascending = [...mesh].reverse();
  const rate = new Float64Array(mesh.length + 1);
  let constant = 0;
  let right = rateAt(t0, solution[0], rho);
  rate[0] = right;
  sweepForward(equation, rho, (_, now, step) => {
    const n = mesh.length - 1 - step;
    const { low, high, before } = ascending[n];
    const left = rateAt(before, solution[n + 1], now);
    constant += ((high - low) / 2) * (right + left);
    rate[n + 1] = left;
    right = before === high ? left : rateAt(high, solution[n + 1], now);
  });
  return { constant, times: Float64Array.from([t0, ...ascending.map((step) => step.high)]), rate, terms };
}

/** ⟨L₁ u, ρ⟩ at a time. Coefficients are evaluated where there is mass; those without time in them once. */
function rateOf(
  { grid }: Discrete,
  terms: readonly WeakErrorTerm[],
): (t: number, u: Float64Array, rho: Float64Array) => number {
  const x = new Float64Array(grid.dimension);
  const constants = terms.map(({ coefficient }) =>
    coefficient.dependsOn(coefficient.time) ? undefined : new Float64Array(grid.size).fill(Number.NaN),
  );
  return (t, u, rho) => {
    let sum = 0;
    terms.forEach(({ derivative, coefficient }, index) => {
      const differentiated = partialDerivative(grid, u, derivative);
      const known = constants[index];
      for (let p = 0; p < grid.size; p++) {
        if (rho[p] === 0) continue;
        let factor = known ? known[p] : Number.NaN;
        if (Number.isNaN(factor)) {
          nodeAt(grid, p, x);
          factor = coefficient.evaluate(t, x);
          if (!Number.isFinite(factor)) throw notFinite(coefficient.toString(), x, factor);
          if (known) known[p] = factor;
        }
        sum += factor * differentiated[p] * rho[p];
      }
    });
    return sum;
  };
}

function notFinite(text: string, x: Float64Array, value: number): SdeError {
  return new SdeError('value', {
    what: 'a coefficient of the local weak error is not finite on the grid',
    where: `weakErrorConstant(…, { grid }) at x = (${Array.from(x).join(', ')})`,
    expected: `a finite value of ${text}`,
    got: String(value),
    remedy: 'keep the grid where the coefficients of the model are smooth',
  });
}
