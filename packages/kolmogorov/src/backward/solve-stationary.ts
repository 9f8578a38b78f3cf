import { type Model, SdeError } from 'sde-core';
import type { KnownKeys } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { solving } from '../linear/factors.js';
import { factored } from '../linear/linear-solver.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { requireWatch, type Watch, watchWords } from '../linear/watch.js';
import { type ScalarInput, scalarFunction } from '../operators/scalar-function.js';
import { sparseMatrixInParts } from '../operators/sparse-matrix.js';
import { implicitEuler } from '../stepping/implicit-euler.js';
import { coefficientWarnings } from './coefficient-roughness.js';
import { type Discrete, type Discretization, discrete, discretizationKeys, equationWords } from './discretization.js';
import { type Field, field } from './field.js';
import { openSideWarnings, principleWarnings, requireSubcritical } from './stationary-principle.js';

/** L u − c u + f = 0. */
export interface StationaryEquation {
  readonly model: Model;
  /** c: a rate of discount or killing. Default 0. */
  readonly killing?: ScalarInput;
  /** f. Default 0. */
  readonly source?: ScalarInput;
}

/** A discretization without time; the signal is read while its matrix is factored. */
export type SpaceDiscretization = Omit<Discretization, 'stepping'> & Pick<Watch, 'signal'>;

/** The keys of {@link StationaryEquation}. */
export const stationaryKeys: KnownKeys<StationaryEquation> = { model: true, killing: true, source: true };

const { stepping: _, ...spatial } = discretizationKeys;
/** The keys of {@link SpaceDiscretization}. */
export const spaceKeys: KnownKeys<SpaceDiscretization> = { ...spatial, signal: true };

/**
 * Solves L u − c u + f = 0 with what the boundary gives: u(x) = E[ ∫ e^(−∫c) f ds + e^(−∫c) g(X_τ) ], τ the time at which X leaves the grid.
 *
 * Mean exit time: f = 1 with absorbing sides. Probability of leaving through a side: `dirichlet` 1 there and 0 elsewhere. Discounted cost: c > 0. The field
 * is the same at all times from 0 to 1. Second order in space. Cost: one factorization of the whole matrix, see {@link sparseLU}.
 *
 * @throws SdeError `unsupported` for a model, killing, source or side that depends on time, or a grid that does not fit; `value` if there is no unique solution, as
 * without killing between reflecting sides, or if negative killing makes the expectation infinite; `cancelled` by the signal; otherwise as {@link solveKolmogorov}.
 * @see [pages2018]
 *
 * @example
 * import { solveStationary, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
 * // Mean exit time of Brownian motion from (−1, 1).
 * const time = solveStationary({ model, source: 1 }, { grid: [uniform(-1, 1, 21)], boundary: { kind: 'absorbing' } });
 * time.at(0, [0.5]); // → 0.7500000
 */
export function solveStationary(equation: StationaryEquation, options: SpaceDiscretization): Field {
  return atOnce('solveStationary', options, (where) => asked(equation, options, where));
}

/**
 * {@link solveStationary} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link solveStationary}; `cancelled` by the signal.
 */
export function solveStationaryAsync(equation: StationaryEquation, options: SpaceDiscretization): Promise<Field> {
  return turnByTurn('solveStationaryAsync', options, (where) => asked(equation, options, where));
}

function* asked(equation: StationaryEquation, options: SpaceDiscretization, where: string): Work<Field> {
  requireFields<StationaryEquation>(equation, stationaryKeys, `${where}(equation)`, equationWords);
  requireFields<SpaceDiscretization>(options, spaceKeys, `${where}(…, options)`, watchWords);
  requireWatch(options);
  return yield* solved(equation, options, where);
}

function* solved(equation: StationaryEquation, options: SpaceDiscretization, where: string): Work<Field> {
  const made = stationary(equation, options, where);
  const { grid, generator } = made;
  const operator = generator.at(0, 0);
  const alpha = Float64Array.from(generator.closure.fixed);
  const u = new Float64Array(grid.size);
  operator.addForcing(1, u);
  generator.closure.fix(0, u);
  const factorize = (options.solver ?? sparseLU()).prepare(grid, options.signal);
  yield;
  const factors = yield* factored(factorize, yield* sparseMatrixInParts(operator, grid), alpha, 1);
  yield* solving(factors, u);
  generator.closure.fix(0, u);
  const whole = { factors, fixed: generator.closure.fixed, killing: generator.coefficients(0, 0).killing };
  yield;
  yield* requireSubcritical(made, whole, where);
  const principle = principleWarnings(made, whole.killing, u);
  return field(grid, { times: Float64Array.of(0, 1), values: [u, u] }, undefined, [
    ...principle,
    ...openSideWarnings(made, whole.killing, u),
    ...coefficientWarnings(equation, grid, 0),
  ]);
}

/** The equation on its grid, with coefficients that do not depend on time. */
export function stationary(equation: StationaryEquation, options: SpaceDiscretization, where: string): Discrete {
  const { model } = equation ?? {};
  if (model?.breakpoints?.length || (model?.kind === 'symbolic' && model.autonomous === false)) {
    throw moving(`${where}({ model })`, model.breakpoints?.length ? 'a model with breakpoints' : 'coefficients with t');
  }
  const made = discrete(
    { model, killing: equation?.killing, source: equation?.source, T: 1, t0: 0 },
    { ...options, stepping: implicitEuler({ steps: 1 }) },
    where,
  );
  requireResting(made, equation, where);
  return made;
}

/** Times at which functions of the caller's are asked whether they depend on them: none is special. */
const ASKED = [0, 0.37, 1] as const;

/** Refuses what depends on t: an expression says so; functions are evaluated at a few times, at all nodes. */
function requireResting(made: Discrete, equation: StationaryEquation, where: string): void {
  for (const name of ['killing', 'source'] as const) {
    const input = equation[name];
    if (input === undefined) continue;
    const { autonomous, formula } = scalarFunction(input, equation.model, `${where}({ ${name} })`);
    if (formula && !autonomous) throw moving(`${where}({ ${name} })`, 'an expression with t');
  }
  const { generator, grid } = made;
  const looks = ASKED.map((t) => {
    const { drift, halfVariance, covariance, killing } = generator.coefficients(t, 0);
    const sides = new Float64Array(grid.size);
    generator.closure.fix(t, sides);
    const source = new Float64Array(grid.size);
    generator.at(t, 0).addForcing(1, source);
    return {
      model: [...drift, ...halfVariance, ...covariance],
      killing: [killing],
      boundary: [sides],
      source: [source],
    };
  });
  for (const name of ['model', 'killing', 'boundary', 'source'] as const) {
    const [first, ...others] = looks.map((look) => look[name]);
    const moves = others.some((arrays) => arrays.some((array, i) => array.some((value, p) => value !== first[i][p])));
    const place = name === 'boundary' ? `${where}(…, { boundary })` : `${where}({ ${name} })`;
    if (moves) throw moving(place, `other values at t = ${ASKED.join(', ')}`);
  }
}

function moving(where: string, got: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a stationary problem of what depends on time',
    where,
    expected: 'coefficients, killing, source and sides without t',
    got,
    remedy: 'fix the time, or solve over a long interval with solveKolmogorov',
  });
}
