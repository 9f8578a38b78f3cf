import type { Work } from 'sde-core/turns';
import { requireNotCancelled, type Watch } from '../linear/watch.js';
import type { Generator } from '../operators/generator.js';
import type { Scratch, Stage } from './stepping.js';
import type { MeshStep } from './time-mesh.js';

/** An equation on a grid with its steps, ready to go either way. */
export interface Sweepable {
  readonly generator: Generator;
  /** From T back to t0. */
  readonly mesh: readonly MeshStep[];
}

/**
 * Takes u from T to t0, in place: boundary values are put in at T and after every step. `visit` sees u at each time but T.
 *
 * @throws SdeError `cancelled` if the signal aborts.
 */
export function* sweepBackward(
  { generator, mesh }: Sweepable,
  u: Float64Array,
  visit: (t: number, u: Float64Array, step: number) => void,
  watch: Watch = {},
): Work<void> {
  const scratch = scratchOf(u.length);
  let [previous, current] = rememberedBy(mesh, u.length);
  const before = new Float64Array(u.length);
  if (mesh.length > 0) generator.closure.fix(mesh[0].high, u);
  for (const [index, step] of mesh.entries()) {
    requireNotCancelled(watch.signal);
    // Given values that jump between two steps: a step starts from those before the jump.
    if (index > 0 && step.before !== step.high) generator.closure.fix(step.before, u);
    current.set(u.subarray(0, current.length));
    before.set(u);
    yield* generator.patiently(
      () => step.method.step(stageOf(generator, step), step.length, u, scratch, previous),
      () => u.set(before),
    );
    [previous, current] = [current, previous];
    generator.closure.fix(step.low, u);
    visit(step.low, u, index);
    watch.onProgress?.({ done: index + 1, of: mesh.length });
    yield;
  }
}

/**
 * Takes ρ from t0 to T, in place: the transpose of {@link sweepBackward}, step by step, in the opposite order.
 *
 * A step back ends by overwriting the given boundary values, so a step forward starts by dropping the mass that lies there. What a stepping
 * with memory carries over is shown to `visit` where it will arrive. `leaving` sees the masses every time before those at given values are dropped, and at T.
 */
export function* sweepForward(
  { generator, mesh }: Sweepable,
  rho: Float64Array,
  visit: (t: number, rho: Float64Array, step: number) => void,
  watch: Watch & { readonly leaving?: (rho: Float64Array) => void } = {},
): Work<void> {
  const scratch = scratchOf(rho.length);
  const [carried, previous] = rememberedBy(mesh, rho.length);
  const before = new Float64Array(rho.length);
  for (let index = mesh.length - 1; index >= 0; index--) {
    requireNotCancelled(watch.signal);
    const step = mesh[index];
    watch.leaving?.(rho);
    generator.closure.fixTransposed(rho);
    previous.fill(0);
    before.set(rho);
    yield* generator.patiently(
      () => step.method.stepTransposed(stageOf(generator, step), step.length, rho, scratch, previous),
      () => {
        rho.set(before);
        previous.fill(0);
      },
    );
    // What the step before had remembered of this step's start belongs to it.
    for (let p = 0; p < carried.length; p++) rho[p] += carried[p];
    carried.set(previous);
    const now = carried.length > 0 ? rho.map((mass, p) => mass + carried[p]) : rho;
    if (index === 0) watch.leaving?.(now);
    visit(step.high, now, index);
    watch.onProgress?.({ done: mesh.length - index, of: mesh.length });
    yield;
  }
}

/** Two arrays for what a stepping remembers, empty if none of the steps does. */
function rememberedBy(mesh: readonly MeshStep[], size: number): [Float64Array, Float64Array] {
  const length = mesh.some((step) => step.method.remembers) ? size : 0;
  return [new Float64Array(length), new Float64Array(length)];
}

/** The operators that a step may ask for. */
export function stageOf(generator: Generator, step: MeshStep): Stage {
  const inside = (step.low + step.high) / 2;
  return (fraction) => generator.at(stageTime(step, fraction), step.piece, inside);
}

/** The time of a fraction of a step: at a jump, inside the step. */
export function stageTime(step: MeshStep, fraction: number): number {
  if (fraction === 0) return step.before;
  return fraction === 1 ? step.after : step.high - fraction * (step.high - step.low);
}

/** Arrays made when first asked for. */
export function scratchOf(size: number): Scratch {
  const arrays: Float64Array[] = [];
  return (index) => {
    arrays[index] ??= new Float64Array(size);
    return arrays[index];
  };
}
