import { type Model, SdeError } from 'sde-core';
import { describe, type KnownKeys, requireFinite, requireKeys } from 'sde-core/errors';
import { requireFields } from '../door/at-the-door.js';
import type { Grid } from '../grid/grid.js';
import { constantFunction, type ScalarFunction, type ScalarInput, scalarFunction } from './scalar-function.js';

/**
 * What holds on one side of an axis. ∂u/∂x is along the axis on both sides, not along the outward normal.
 *
 * - `dirichlet`: u = value. `absorbing`: u = 0, the process is killed there.
 * - `neumann`: ∂u/∂x = slope. `reflecting`: ∂u/∂x = 0, the process is reflected along the axis and keeps its mass.
 * - `robin`: weight · u + slopeWeight · ∂u/∂x = value; slopeWeight is not 0.
 * - `periodic`: the last point of the axis is the first again; for both sides.
 * - `vanishing-curvature`: ∂²u/∂x² = 0; where the drift points into the grid its difference is one-sided of second order.
 * - `degenerate`: no condition, the equation itself. For a side across which a_kk = 0 and the drift does not point out (x = 0 of square-root and geometric
 *   processes, whether or not they reach it): the differences are those of vanishing curvature, which then neglect nothing. Refused, with the node and
 *   the number, wherever coefficients say otherwise. Across it ρ neither enters nor leaves.
 *
 * Where a_kk vanishes on a side with a slope, at all of its nodes or some: drift that points in is kept, as on a degenerate side, and the slope is not used;
 * drift that points out moves nothing but by the slope that is given, so that a reflecting side holds the process until its drift turns. What is given on a side
 * whose drift points in everywhere is refused. In feedback control no control may drive the state out through a reflecting or degenerate side across which
 * nothing diffuses: a state constraint.
 *
 * The last is where the bounded smooth solution takes no data in Fichera's sense for the backward equation; that a process may be reflected there
 * at once (2 κ θ < σ² of a square-root process) changes nothing for it.
 */
export type Boundary =
  | { readonly kind: 'dirichlet'; readonly value: ScalarInput }
  | { readonly kind: 'neumann'; readonly slope: ScalarInput }
  | { readonly kind: 'robin'; readonly weight: number; readonly slopeWeight: number; readonly value: ScalarInput }
  | { readonly kind: 'reflecting' }
  | { readonly kind: 'absorbing' }
  | { readonly kind: 'periodic' }
  | { readonly kind: 'vanishing-curvature' }
  | { readonly kind: 'degenerate' };

/** The two sides of an axis. */
export interface AxisBoundary {
  readonly lower: Boundary;
  readonly upper: Boundary;
}

/** One condition for all sides, or one pair an axis. */
export type BoundaryInput = Boundary | readonly AxisBoundary[];

/** A side as the differences see it. */
export type Side =
  /** The value is given. */
  | { readonly kind: 'fixed'; readonly value: ScalarFunction }
  /** ∂u/∂x = slope + feedback · u. */
  | { readonly kind: 'slope'; readonly slope: ScalarFunction; readonly feedback: number }
  /** ∂²u/∂x² = 0, or it has a factor that is 0: then the coefficients are held to that. */
  | { readonly kind: 'straight'; readonly degenerate: boolean }
  /** The last point is the first again. */
  | { readonly kind: 'periodic' };

/** ∂u/∂x = 0: the process is reflected, and nothing is given. */
export function isReflecting(side: Side): boolean {
  return side.kind === 'slope' && side.slope.constant === 0 && side.feedback === 0;
}

/** Both sides of every axis: `sides[k]` is [lower, upper]. */
export type Sides = readonly (readonly [Side, Side])[];

const KINDS = 'dirichlet, neumann, robin, reflecting, absorbing, periodic, vanishing-curvature, degenerate';

/**
 * Reads the caller's boundary.
 *
 * @throws SdeError `shape` if there is not one pair an axis, `value` if a condition is not known or lacks what it needs.
 */
export function sidesOf(input: BoundaryInput | undefined, grid: Grid, model: Model, where: string): Sides {
  const given: BoundaryInput = input ?? { kind: 'vanishing-curvature' };
  if (!isList(given)) {
    const side = sideOf(given, model, where);
    return closed(
      grid.axes.map(() => [side, side]),
      grid,
      where,
    );
  }
  if (given.length !== grid.dimension) {
    throw new SdeError('shape', {
      what: 'the boundary does not have one pair of sides for each axis',
      where,
      expected: `one condition, or ${grid.dimension} × { lower, upper }`,
      got: describe(given),
      remedy: 'give one { lower, upper } an axis, in the order of the states',
    });
  }
  const sides: Sides = given.map((axis, k) => [
    sideOf(pairOf(axis, `${where}[${k}]`).lower, model, `${where}[${k}].lower`),
    sideOf(axis?.upper, model, `${where}[${k}].upper`),
  ]);
  return closed(sides, grid, where);
}

/** An axis's sides: both, and no more. */
function pairOf(axis: AxisBoundary, where: string): AxisBoundary {
  requireFields<AxisBoundary>(axis, { lower: true, upper: true }, where, { left: 'lower', right: 'upper' });
  return axis;
}

/** Fewest points of a periodic axis: three neighbors, and the copy of the first. */
const FEWEST_PERIODIC = 4;

/** Refuses an axis that is periodic on one side only, or too short to close. */
function closed(sides: Sides, grid: Grid, where: string): Sides {
  sides.forEach(([lower, upper], k) => {
    if (lower.kind !== 'periodic' && upper.kind !== 'periodic') return;
    if (lower.kind === upper.kind && grid.shape[k] >= FEWEST_PERIODIC) return;
    throw new SdeError('value', {
      what: lower.kind === upper.kind ? 'a periodic axis with too few points' : 'an axis that is periodic on one side',
      where: `${where}[${k}]`,
      expected: `periodic on both sides, and at least ${FEWEST_PERIODIC} points`,
      got: `${lower.kind} and ${upper.kind}, ${grid.shape[k]} points`,
      remedy: "write { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } }",
    });
  });
  return sides;
}

function isList(input: BoundaryInput): input is readonly AxisBoundary[] {
  return Array.isArray(input);
}

/** What each condition has beside its kind. */
const FIELDS: { readonly [Kind in Boundary['kind']]: KnownKeys<Extract<Boundary, { readonly kind: Kind }>> } = {
  dirichlet: { kind: true, value: true },
  neumann: { kind: true, slope: true },
  robin: { kind: true, weight: true, slopeWeight: true, value: true },
  reflecting: { kind: true },
  absorbing: { kind: true },
  periodic: { kind: true },
  'vanishing-curvature': { kind: true },
  degenerate: { kind: true },
};

function sideOf(boundary: Boundary, model: Model, where: string): Side {
  const kind: unknown = boundary?.kind;
  if (typeof kind === 'string' && Object.hasOwn(FIELDS, kind)) {
    requireKeys<Boundary>(boundary, FIELDS[kind as Boundary['kind']] as KnownKeys<Boundary>, where, {
      flux: 'slope',
      g: 'value',
    });
  }
  switch (boundary?.kind) {
    case 'dirichlet':
      return { kind: 'fixed', value: scalarFunction(boundary.value, model, `${where}.value`) };
    case 'absorbing':
      return { kind: 'fixed', value: constantFunction(0) };
    case 'neumann':
      return { kind: 'slope', slope: scalarFunction(boundary.slope, model, `${where}.slope`), feedback: 0 };
    case 'reflecting':
      return { kind: 'slope', slope: constantFunction(0), feedback: 0 };
    case 'robin':
      return robin(boundary, model, where);
    case 'periodic':
      return { kind: 'periodic' };
    case 'vanishing-curvature':
      return { kind: 'straight', degenerate: false };
    case 'degenerate':
      return { kind: 'straight', degenerate: true };
    default:
      boundary satisfies undefined;
      throw new SdeError('value', {
        what: 'not a boundary condition',
        where,
        expected: `{ kind } with one of ${KINDS}`,
        got: describe((boundary as { kind?: unknown } | undefined)?.kind ?? boundary),
        remedy: "write a condition such as { kind: 'reflecting' }, for all sides or for { lower, upper } of each axis",
      });
  }
}

function robin(boundary: Boundary & { kind: 'robin' }, model: Model, where: string): Side {
  const weight = requireFinite(boundary.weight, `${where}.weight`, 'give the factor of u');
  const slopeWeight = requireFinite(boundary.slopeWeight, `${where}.slopeWeight`, 'give the factor of ∂u/∂x');
  if (slopeWeight === 0) {
    throw new SdeError('value', {
      what: 'a Robin condition without a slope',
      where: `${where}.slopeWeight`,
      expected: 'a number other than 0',
      got: '0',
      remedy: "use { kind: 'dirichlet', value }",
    });
  }
  const value = scalarFunction(boundary.value, model, `${where}.value`);
  const slope: ScalarFunction = {
    constant: value.constant === undefined ? undefined : value.constant / slopeWeight,
    autonomous: value.autonomous,
    at: (t, x) => value.at(t, x) / slopeWeight,
  };
  return { kind: 'slope', slope, feedback: -weight / slopeWeight };
}

/** 1 where a node lies on a side of axis k across which a slope is given: one array of shape (size) an axis. */
export function slopedNodes({ size, shape, strides }: Grid, sides: Sides): Uint8Array[] {
  return sides.map(([lower, upper], k) =>
    Uint8Array.from({ length: size }, (_, p) => {
      const i = Math.floor(p / strides[k]) % shape[k];
      const side = i === 0 ? lower : i === shape[k] - 1 ? upper : undefined;
      return side?.kind === 'slope' ? 1 : 0;
    }),
  );
}
