import { describe, type KnownKeys, type Model, requireInteger, SdeError } from 'sde-core';
import { MOST_STEPS } from '../door/limits.js';
import type { Axis } from '../grid/axis.js';
import type { Grid } from '../grid/grid.js';
import { tensorGrid } from '../grid/grid.js';
import { everySecond } from '../grid/refinement.js';
import type { LinearSolver } from '../linear/linear-solver.js';
import type { Watch } from '../linear/watch.js';
import type { DriftDifference } from '../operators/assembly.js';
import { type BoundaryInput, type Sides, sidesOf } from '../operators/boundary.js';
import type { CoefficientNodes } from '../operators/coefficient-columns.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import { coefficientsAt } from '../operators/coefficients.js';
import { type DiffusionDifference, type DiffusionRule, diffusionRule } from '../operators/diffusion.js';
import { generator } from '../operators/generator.js';
import { breakingTimes, type Locus, lociOfFormula, lociOfModel, lociOfSides } from '../operators/loci.js';
import type { Interface } from '../operators/placed-averages.js';
import { constantFunction, type ScalarInput, scalarFunction } from '../operators/scalar-function.js';
import type { Stepping } from '../stepping/stepping.js';
import type { Sweepable } from '../stepping/sweep.js';
import { type MeshOptions, type MeshStep, requireSpan, timeMesh } from '../stepping/time-mesh.js';

/** L and the time interval of u_t + L u − c u + f = 0. */
export interface Equation {
  readonly model: Model;
  readonly T: number;
  /** Default 0. */
  readonly t0?: number;
  /** c. Default 0. */
  readonly killing?: ScalarInput;
  /** f. Default 0. Jumps in time of an expression, here and in `killing`, end steps; functions are not searched for any: write those, or give the model breakpoints. */
  readonly source?: ScalarInput;
}

/** The keys of {@link Equation}. */
export const equationKeys: KnownKeys<Equation> = { model: true, T: true, t0: true, killing: true, source: true };

/** Other words for the parts of a linear equation, and the word here. */
export const equationWords: Readonly<Record<string, string>> = {
  discount: 'killing',
  rate: 'killing',
  running: 'source',
  cost: 'source',
  payoff: 'terminal',
};

/** How an equation is made finite. */
export interface Discretization {
  /** One axis a state. */
  readonly grid: readonly Axis[];
  /** Default: vanishing curvature on all sides. */
  readonly boundary?: BoundaryInput;
  readonly stepping: Stepping;
  /** How first derivatives are taken. Default `central`, with `wide` diffusion `hybrid`. */
  readonly drift?: DriftDifference;
  /** How second derivatives are taken, in two dimensions or more. Default `central`; `wide` does not go with steppings that split, `directional` not with feedback control. */
  readonly diffusion?: DiffusionDifference;
  /**
   * How systems of all axes at once are solved: of unsplit implicit steps and of stationary problems. Splittings solve along lines and take no notice.
   * Default `sparseLU()`, to rounding, and in one dimension along the line; `bicgstab()`, to a tolerance, for grids whose factors do not fit.
   */
  readonly solver?: LinearSolver;
}

/** The keys of {@link Discretization}. */
export const discretizationKeys: KnownKeys<Discretization> = {
  grid: true,
  boundary: true,
  stepping: true,
  drift: true,
  diffusion: true,
  solver: true,
};

/** An equation on its grid. */
export interface Discrete extends Sweepable {
  readonly grid: Grid;
  readonly sides: Sides;
  readonly t0: number;
  readonly T: number;
  /** The steps with other wishes for the mesh. */
  meshFor(more: MeshOptions): MeshStep[];
  /** Which axes end where they begin. */
  readonly cyclic: readonly boolean[];
  /** Where the diffusion jumps, if it does. */
  readonly across?: Interface;
}

/**
 * Checks an equation and its discretization, and puts one on the other. `coefficients` take the place of the model's own and of the killing rate.
 *
 * @throws SdeError as the callers say.
 */
export function discrete(
  equation: Equation & { readonly coefficients?: CoefficientNodes },
  discretization: Discretization & Pick<Watch, 'signal'>,
  where: string,
  mesh: MeshOptions = {},
): Discrete {
  const { model, T, t0 = 0 } = equation ?? {};
  requireModel(model, where);
  requireSpan(t0, T, `${where}({ T, t0 })`);
  const { stepping, solver } = discretization ?? {};
  const fine = tensorGrid(discretization?.grid, model.dimension, `${where}(…, { grid })`);
  const halvings = mesh.halved === 'coarse' ? 1 : mesh.halved === 'coarsest' ? 2 : 0;
  let grid = fine;
  for (let n = 0; n < halvings; n++) grid = everySecond(grid, `${where}(…, { grid })`);
  requireStepping(stepping, `${where}(…, { stepping })`);
  const diffusion = diffusionRule(discretization.diffusion ?? 'central', model.dimension, `${where}(…, { diffusion })`);
  requireUnsplit(diffusion, discretization, `${where}(…, { stepping })`);
  const drift = discretization.drift ?? diffusion.drift;
  requireDifference(drift, where);
  requireSolver(solver, `${where}(…, { solver })`);
  const scalar = (input: ScalarInput | undefined, name: string) =>
    input === undefined ? constantFunction(0) : scalarFunction(input, model, `${where}({ ${name} })`);
  const killing = scalar(equation.killing, 'killing');
  const source = scalar(equation.source, 'source');
  const sides = sidesOf(discretization.boundary, grid, model, `${where}(…, { boundary })`);
  const loci = {
    coefficients: equation.coefficients ? [] : [...lociOfModel(model), ...lociOfFormula(killing.formula)],
    source: lociOfFormula(source.formula),
  };
  const { breakpoints = [] } = model;
  const all = [...loci.coefficients, ...loci.source, ...lociOfSides(discretization.boundary, model)];
  const jumps = [...breakingTimes(all, t0, T), ...(mesh.jumps ?? [])];
  const steps = (more: MeshOptions): MeshStep[] =>
    timeMesh(stepping, t0, T, breakpoints, `${where}({ T, t0 })`, { ...mesh, ...more, jumps });
  const input = {
    model,
    coefficients: equation.coefficients,
    killing,
    source,
    sides,
    loci,
    breakpoints: [...breakpoints, ...jumps],
    drift,
    diffusion,
    solver,
    signal: discretization.signal,
    interval: [t0, T] as const,
  };
  const cyclic = sides.map(([lower]) => lower.kind === 'periodic');
  const across = interfaceOf(model, loci.coefficients);
  return {
    grid,
    sides,
    t0,
    T,
    mesh: steps({}),
    meshFor: steps,
    generator: generator(grid, input),
    cyclic,
    ...(across && { across }),
  };
}

/** Refuses what is no model. */
export function requireModel(model: Model | undefined, where: string): asserts model is Model {
  if (
    typeof model?.drift === 'function' &&
    typeof model.diffusion === 'function' &&
    Number.isInteger(model.dimension) &&
    Number.isInteger(model.noiseDimension)
  )
    return;
  throw new SdeError('value', {
    what: 'not a model',
    where: `${where}({ model })`,
    expected: 'a Model from symbolic, model or diffusionLimit',
    got: describe(model),
    remedy: 'give the model whose backward equation is to be solved',
  });
}

/** The rule of second derivatives that a discretization names. */
export function diffusionOf({ diffusion = 'central' }: Discretization, grid: Grid, where: string): DiffusionRule {
  return diffusionRule(diffusion, grid.dimension, `${where}(…, { diffusion })`);
}

function interfaceOf(model: Model, loci: readonly Locus[]): Interface | undefined {
  const placed = loci.filter(({ inSpace, kind }) => inSpace && kind === 'jump');
  if (placed.length === 0) return undefined;
  const at = coefficientsAt(model, constantFunction(0));
  const { dimension: d } = model;
  const { ofGenerator, halfVariance } = coefficientLayout(d);
  const numbers = new Float64Array(ofGenerator);
  return {
    loci: placed,
    halfVariance: (t, x, k) => {
      at(t, x, numbers);
      return numbers[halfVariance + k];
    },
  };
}

/** Refuses anything but the ways to difference the drift. */
export function requireDifference(drift: DriftDifference, where: string): void {
  if (drift === 'central' || drift === 'upwind' || drift === 'hybrid' || drift === 'exponential') return;
  throw new SdeError('value', {
    what: 'not a way to difference the drift',
    where: `${where}(…, { drift })`,
    expected: "'central', 'upwind', 'hybrid' or 'exponential'",
    got: describe(drift),
    remedy: 'leave it out for second order',
  });
}

/** Refuses what is no solver of linear systems. */
export function requireSolver(solver: LinearSolver | undefined, where: string): void {
  if (solver === undefined || (typeof solver?.prepare === 'function' && typeof solver.direct === 'boolean')) return;
  throw new SdeError('value', {
    what: 'not a solver of linear systems',
    where,
    expected: 'sparseLU() or bicgstab()',
    got: describe(solver),
    remedy: 'leave it out for sparseLU()',
  });
}

function requireStepping(stepping: Stepping | undefined, where: string): void {
  if (typeof stepping?.parts === 'function' && typeof stepping.name === 'string') {
    requireInteger(stepping.steps, 1, `${where}.steps`, 'give the number of steps over the whole interval', MOST_STEPS);
    return;
  }
  throw new SdeError('value', {
    what: 'not a stepping',
    where,
    expected: 'a stepping such as crankNicolson({ steps: 100 })',
    got: describe(stepping),
    remedy: 'use crankNicolson in one dimension, hundsdorferVerwer in more',
  });
}

function requireUnsplit(rule: DiffusionRule, { stepping, diffusion }: Discretization, where: string): void {
  if (rule.splits || !stepping.splits || stepping.explicit) return;
  throw new SdeError('unsupported', {
    what: 'a stepping that splits an equation which is not split by axes',
    where,
    expected: `with diffusion '${diffusion}' a stepping that does not split, such as implicitEuler, crankNicolson or trBdf2`,
    got: stepping.name,
    remedy: "use an unsplit stepping, or diffusion 'directional' or 'central'",
  });
}
