import {
  discretize,
  isSymbolicModel,
  type Problem,
  type Scheme,
  SdeError,
  type SymbolicModel,
  type Warning,
  type WeakErrorTerm,
  weakErrorOperator,
} from 'sde-core';
import { describe, type KnownKeys, requireNumbers } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { cellAverages } from '../backward/cell-averages.js';
import { type Discrete, type Discretization, discrete, discretizationKeys } from '../backward/discretization.js';
import { type RoughnessKind, roughnessOf, roughnessWarnings } from '../backward/smoothness.js';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { type Density, density } from '../forward/density.js';
import { AT_SIDES, restingOnSides } from '../forward/density-warnings.js';
import { initialMasses } from '../forward/initial-masses.js';
import { derivativeOn } from '../grid/derivatives.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { requireWatch, type Watch } from '../linear/watch.js';
import { sweepBackward, sweepForward } from '../stepping/sweep.js';
import { stateInput, type TerminalInput } from './terminal-input.js';

/** Where in (t, x) a weak error arises: (L_p u)(t, x) ρ(t, x), which has both signs. Masses sum to the rate. */
export type ErrorDensity = Pick<Density, 'slice' | 'at' | 'masses' | 'marginal' | 'grid' | 'times'>;

/** The leading weak error of a scheme, and when and where it arises. */
export interface WeakErrorProfile {
  /** C in E φ(X_N) − E φ(X_T) = C h^p + O(h^(p + 1/2)). */
  readonly constant: number;
  /** p: the first order at which the local weak error does not vanish for this model, at most what the scheme declares. */
  readonly order: number;
  /** The times of the solve, increasing. */
  readonly times: Float64Array;
  /** E[(L_p u)(t, X_t)] at those times, from the left at a breakpoint: C is its integral. */
  readonly rate: Float64Array;
  /** The density of C in time and space at those times: its integral over space is `rate`. At t0 it sits at x0. */
  readonly density: ErrorDensity;
  /** The terms of L_p. */
  readonly terms: readonly WeakErrorTerm[];
  /** A φ that is a function of the caller's and is not smooth between nodes: write it as an expression. A law that leaves the grid: widen it. */
  readonly warnings: readonly Warning<RoughnessKind | 'mass-at-sides'>[];
}

/**
 * Talay and Tubaro's constant of a scheme's weak error: E φ(X_N) − E φ(X_T) = C h^p + …, p the scheme's weak order on this model.
 *
 *   C = ∫ E[(L_p u)(s, X_s)] ds,   L_p from sde-core's `weakErrorOperator`, u the backward solution for φ.
 *
 * p is the first order at which the local error does not vanish, up to the order that the scheme declares; where it vanishes up to that, C is 0.
 * u and the law of X are one discrete solve and its transpose; derivatives of u, up to the sixth for weak order 2, are differences of order 4. The
 * error is that of the discretization: O(Δx²) + O(Δt²). An expression φ may kink or jump; a function of the caller's must be smooth. The grid must hold nearly all of the law. d ≤ 3. Cost:
 * a backward and a forward solve, and a few differences a node and step for each term of L_p.
 *
 * @throws SdeError `unsupported` for a model without formulas, a scheme that cannot be expanded, or d > 3; otherwise as {@link solveKolmogorov}.
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
  return atOnce('weakErrorConstant', discretization, (where) =>
    profile({ problem, scheme, functional, discretization }, where),
  ).constant;
}

/**
 * {@link weakErrorConstant} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link weakErrorConstant}; `cancelled` by the signal.
 */
export async function weakErrorConstantAsync(
  problem: Problem<SymbolicModel>,
  scheme: Scheme,
  functional: TerminalInput,
  discretization: Discretization & Pick<Watch, 'signal'>,
): Promise<number> {
  const { constant } = await turnByTurn('weakErrorConstantAsync', discretization, (where) =>
    profile({ problem, scheme, functional, discretization }, where),
  );
  return constant;
}

/** A discretization with a signal. */
type Heard = Discretization & Pick<Watch, 'signal'>;

const heardKeys: KnownKeys<Heard> = { ...discretizationKeys, signal: true };

/**
 * {@link weakErrorConstant} with the order p, the rate at which the error arises over time, and its density over time and space.
 *
 * It keeps one array more a time step than the constant alone.
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
  return atOnce('weakErrorProfile', discretization, (where) =>
    withDensity({ problem, scheme, functional, discretization }, where),
  );
}

/**
 * {@link weakErrorProfile} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link weakErrorProfile}; `cancelled` by the signal.
 */
export function weakErrorProfileAsync(
  problem: Problem<SymbolicModel>,
  scheme: Scheme,
  functional: TerminalInput,
  discretization: Discretization & Pick<Watch, 'signal'>,
): Promise<WeakErrorProfile> {
  return turnByTurn('weakErrorProfileAsync', discretization, (where) =>
    withDensity({ problem, scheme, functional, discretization }, where),
  );
}

/** What a profile is asked of. */
interface Asked {
  readonly problem: Problem<SymbolicModel>;
  readonly scheme: Scheme;
  readonly functional: TerminalInput;
  readonly discretization: Heard;
}

function* withDensity(asked: Asked, where: string): Work<WeakErrorProfile> {
  const contributions: Float64Array[] = [];
  const { grid, ...found } = yield* profile(asked, where, contributions);
  const { slice, at, masses, marginal, times } = density(grid, { times: found.times, values: contributions });
  return { ...found, density: { slice, at, masses, marginal, grid: grid.axes, times } };
}

/** Beyond three dimensions no grid holds a law. */
const MOST_AXES = 3;

/** The profile without its density; with `contributions`, those of all nodes at all times are put there. */
function* profile(
  { problem, scheme, functional, discretization }: Asked,
  where: string,
  contributions?: Float64Array[],
): Work<Omit<WeakErrorProfile, 'density'> & { readonly grid: Grid }> {
  requireFields<Heard>(discretization, heardKeys, `${where}(…, …, …, discretization)`);
  requireWatch(discretization);
  const { model, x0, t0 = 0, T } = problem ?? {};
  if (!model || !isSymbolicModel(model)) throw notSymbolic(problem, where);
  if (typeof scheme?.order?.weak !== 'number') throw noScheme(scheme, where);
  if (model.dimension > MOST_AXES) throw tooManyStates(model.dimension);
  const { order, terms } = leadingError(model, scheme);
  // The law starts at a point: steps at t0 damp, in both directions.
  requireNumbers(x0, `${where}({ x0 })`, 'give the start as an array of numbers, as problem takes it');
  const equation = discrete({ model, t0, T }, discretization, where, { roughStart: true });
  const { grid, mesh, generator, cyclic } = equation;
  const terminal = stateInput(functional, () => discretize(problem, scheme, 1));
  const way = { averaging: 'auto', cyclic, across: equation.across } as const;
  const u = cellAverages(terminal, { grid, model, t: T }, way, `${where}(…, functional)`);
  const warnings = roughnessWarnings(roughnessOf(terminal, u, grid));
  const solution: Float64Array[] = [];
  generator.closure.fix(T, u);
  solution[mesh.length] = u.slice();
  yield* sweepBackward(
    equation,
    u,
    (_, now, step) => {
      solution[mesh.length - 1 - step] = now.slice();
    },
    discretization,
  );
  const rho = initialMasses(x0, { grid, model, t: t0 }, `${where}(problem)`);
  generator.closure.fixTransposed(rho);
  const law = lawOnGrid(equation, rho);
  const rateAt = rateOf(equation, terms);
  const kept = (n: number): Float64Array | undefined => {
    if (contributions) contributions[n] = new Float64Array(grid.size);
    return contributions?.[n];
  };
  const ascending = [...mesh].reverse();
  const rate = new Float64Array(mesh.length + 1);
  let constant = 0;
  let right = rateAt(t0, solution[0], rho, kept(0));
  rate[0] = right;
  yield* sweepForward(
    equation,
    rho,
    (_, now, step) => {
      const n = mesh.length - 1 - step;
      const { low, high, before } = ascending[n];
      law.see(high, now);
      const left = rateAt(before, solution[n + 1], now, kept(n + 1));
      constant += ((high - low) / 2) * (right + left);
      rate[n + 1] = left;
      right = before === high ? left : rateAt(high, solution[n + 1], now);
    },
    discretization,
  );
  const times = Float64Array.from([t0, ...ascending.map((step) => step.high)]);
  return { constant, order, times, rate, terms, warnings: [...warnings, ...law.warnings()], grid };
}

/** Share of the mass that may have gone through the sides, or come from them. Empirical. */
const LOST = 0.02;

/** Watches whether the grid holds the law of X. */
function lawOnGrid(
  { grid, sides, generator, mesh }: Discrete,
  start: Float64Array,
): { see(t: number, masses: Float64Array): void; warnings(): Warning<'mass-at-sides'>[] } {
  const { before, piece } = mesh[mesh.length - 1];
  const resting = restingOnSides(grid, sides, generator.coefficients(before, piece));
  const total = (masses: Float64Array): number => masses.reduce((sum, mass) => sum + mass, 0);
  const begun = total(start);
  let [mass, lost, at] = [0, 0, 0];
  return {
    see: (t, masses) => {
      const found = resting(masses).mass;
      const gone = Math.abs(begun - total(masses));
      if (Math.max(found, gone) > Math.max(mass, lost)) at = t;
      [mass, lost] = [Math.max(mass, found), Math.max(lost, gone)];
    },
    warnings: () => {
      if (!(mass > AT_SIDES * begun || lost > LOST * begun)) return [];
      const message = `The grid does not hold the law of X: ${mass} of its mass comes to lie on sides of vanishing curvature, and ${lost} is lost or gained at sides. The weak error that arises there is not that of X. Widen the axes.`;
      return [{ kind: 'mass-at-sides', message, mass, lost, t: at }];
    },
  };
}

/** The first L_p that does not vanish, p = 1, 3/2, 2, … up to the declared order. */
function leadingError(
  model: SymbolicModel,
  scheme: Scheme,
): { readonly order: number; readonly terms: readonly WeakErrorTerm[] } {
  const declared = scheme.order.weak;
  for (let order = 1; order < declared; order += 1 / 2) {
    const terms = weakErrorOperator(model, scheme, { order });
    if (terms.length > 0) return { order, terms };
  }
  return { order: declared, terms: weakErrorOperator(model, scheme, { order: declared }) };
}

/** ⟨L_p u, ρ⟩ at a time, its terms added into `out`. Coefficients are evaluated where there is mass; those without time in them once. */
function rateOf(
  { grid }: Discrete,
  terms: readonly WeakErrorTerm[],
): (t: number, u: Float64Array, rho: Float64Array, out?: Float64Array) => number {
  const x = new Float64Array(grid.dimension);
  const constants = terms.map(({ coefficient }) =>
    coefficient.dependsOn(coefficient.time) ? undefined : new Float64Array(grid.size).fill(Number.NaN),
  );
  const derivatives = terms.map(({ derivative }) => derivativeOn(grid, derivative));
  return (t, u, rho, out) => {
    let sum = 0;
    terms.forEach(({ coefficient }, index) => {
      const differentiated = derivatives[index](u);
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
        const contribution = factor * differentiated[p] * rho[p];
        sum += contribution;
        if (out) out[p] += contribution;
      }
    });
    return sum;
  };
}

const notSymbolic = (problem: unknown, where: string): SdeError =>
  new SdeError('unsupported', {
    what: 'a problem without a symbolic model, whose modified equation is not known',
    where: `${where}(problem)`,
    expected: 'a problem of a symbolic model',
    got: describe(problem),
    remedy: 'write the model with symbolic, and the problem with problem',
  });

const noScheme = (scheme: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'not a scheme',
    where: `${where}(…, scheme)`,
    expected: 'a scheme such as eulerMaruyama',
    got: describe(scheme),
    remedy: 'pass a scheme; those with options are made by a call',
  });

const tooManyStates = (dimension: number): SdeError =>
  new SdeError('unsupported', {
    what: 'a grid in this dimension does not fit',
    where: '(problem)',
    expected: `d ≤ ${MOST_AXES}`,
    got: `d = ${dimension}`,
    remedy: 'measure the weak error by sampling, with weakOrder',
  });

function notFinite(text: string, x: Float64Array, value: number): SdeError {
  return new SdeError('value', {
    what: 'a coefficient of the local weak error is not finite on the grid',
    where: `(…, { grid }) at x = (${Array.from(x).join(', ')})`,
    expected: `a finite value of ${text}`,
    got: String(value),
    remedy: 'keep the grid where the coefficients of the model are smooth',
  });
}
