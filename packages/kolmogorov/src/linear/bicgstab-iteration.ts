import type { Work } from 'sde-core';

/** M x = b, as far as an iteration sees it. */
export interface LinearSystem {
  readonly size: number;
  /** out ← M v. */
  multiply(v: Float64Array, out: Float64Array): void;
  /** out ← |M| v: the sizes of the terms of M v, for the rounding of a residual. */
  multiplyMagnitudes(v: Float64Array, out: Float64Array): void;
  /** v ← K⁻¹ v, K ≈ M. */
  precondition(v: Float64Array): void;
}

/** How an iteration ended. */
export interface Iteration {
  readonly converged: boolean;
  readonly iterations: number;
  /** ‖b − M x‖₂ / ‖b‖₂, computed from x. */
  readonly residual: number;
}

/** Rounding units that a computed residual may be off, relative to the sizes of its terms; nine-point rows add some ten numbers. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * Solves M x = b by BiCGSTAB, preconditioned from the right: `x` holds b and becomes the solution.
 *
 * The recurrence of the residual drifts from b − M x. So where it says that the end is reached the residual is computed, and the iteration
 * starts again from x if it is not; likewise after a breakdown, where a denominator vanishes. A start that brings nothing ends it. Yields after every iteration.
 *
 * @see [vorst1992]
 * @see [sleijpen1996]
 */
export function* iterate(system: LinearSystem, x: Float64Array, tolerance: number, most: number): Work<Iteration> {
  const b = x.slice();
  const size = norm(b);
  if (size === 0) return { converged: true, iterations: 0, residual: 0 };
  const r = new Float64Array(system.size);
  // An implicit step changes b little, so b is the first guess, unless 0 is nearer.
  residual(system, b, x, r);
  if (!(norm(r) < size)) {
    x.fill(0);
    r.set(b);
  }
  const work = workspace(system.size);
  let iterations = 0;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const now = norm(r);
    const converged = now <= tolerance * size || now <= roundingOf(system, b, x, work);
    if (converged || iterations >= most || !(now < before)) return { converged, iterations, residual: now / size };
    before = now;
    iterations += yield* improve(system, x, r, tolerance * size, most - iterations, work);
    residual(system, b, x, r);
  }
}

interface Workspace {
  readonly shadow: Float64Array;
  readonly direction: Float64Array;
  readonly image: Float64Array;
  readonly half: Float64Array;
  readonly halfImage: Float64Array;
}

function workspace(size: number): Workspace {
  const [shadow, direction, image, half, halfImage] = Array.from({ length: 5 }, () => new Float64Array(size));
  return { shadow, direction, image, half, halfImage };
}

/** Iterates until the recurrence of `r` is at `target` or breaks down; returns the iterations. */
function* improve(
  system: LinearSystem,
  x: Float64Array,
  r: Float64Array,
  target: number,
  most: number,
  { shadow, direction, image, half, halfImage }: Workspace,
): Work<number> {
  shadow.set(r);
  direction.set(r);
  let along = dot(shadow, r);
  for (let iteration = 1; iteration <= most; iteration++) {
    // r − alpha M K⁻¹ p
    half.set(direction);
    system.precondition(half);
    system.multiply(half, image);
    const alpha = along / dot(shadow, image);
    if (!Number.isFinite(alpha)) return iteration;
    for (let p = 0; p < x.length; p++) {
      x[p] += alpha * half[p];
      r[p] -= alpha * image[p];
    }
    if (norm(r) <= target) return iteration;
    // r − omega M K⁻¹ r, omega the best
    half.set(r);
    system.precondition(half);
    system.multiply(half, halfImage);
    const omega = dot(halfImage, r) / dot(halfImage, halfImage);
    if (!Number.isFinite(omega) || omega === 0) return iteration;
    for (let p = 0; p < x.length; p++) {
      x[p] += omega * half[p];
      r[p] -= omega * halfImage[p];
    }
    if (norm(r) <= target) return iteration;
    const next = dot(shadow, r);
    const beta = (next / along) * (alpha / omega);
    if (!Number.isFinite(beta) || next === 0) return iteration;
    for (let p = 0; p < x.length; p++) direction[p] = r[p] + beta * (direction[p] - omega * image[p]);
    along = next;
    yield;
  }
  return most;
}

/** out ← b − M x. */
function residual(system: LinearSystem, b: Float64Array, x: Float64Array, out: Float64Array): void {
  system.multiply(x, out);
  for (let p = 0; p < b.length; p++) out[p] = b[p] - out[p];
}

/** ε ‖ |b| + |M| |x| ‖₂: no residual can be told from 0 below it. */
function roundingOf(system: LinearSystem, b: Float64Array, x: Float64Array, { half, image }: Workspace): number {
  for (let p = 0; p < x.length; p++) half[p] = Math.abs(x[p]);
  system.multiplyMagnitudes(half, image);
  for (let p = 0; p < b.length; p++) image[p] += Math.abs(b[p]);
  return ROUNDING * norm(image);
}

function dot(v: Float64Array, w: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < v.length; p++) sum += v[p] * w[p];
  return sum;
}

function norm(v: Float64Array): number {
  return Math.sqrt(dot(v, v));
}
