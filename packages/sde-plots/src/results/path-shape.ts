import { describe, SdeError } from 'sde-core/errors';
import { type NumberArray, numbersIn } from './number-list.js';

/** One path or many, by shape: what `simulate` or `trajectories` returns. */
export interface PathShape {
  /** Shape (times), increasing. */
  readonly t: ArrayLike<number>;
  /** Shape (times, d), or of many paths (paths, times, d). */
  readonly x: NumberArray;
}

/** One component of one path. */
export interface PathCurve {
  readonly t: ArrayLike<number>;
  readonly values: Float64Array;
}

/** A component of every path of some. */
export function pathCurves(given: unknown, component: number, where: string): readonly PathCurve[] {
  const several: readonly unknown[] = Array.isArray(given) ? given : [given];
  const curves = several.flatMap((one, i) => curvesOf(one, component, Array.isArray(given) ? `${where}[${i}]` : where));
  if (curves.length === 0) throw noPath(given, where);
  return curves;
}

function curvesOf(given: unknown, component: number, where: string): readonly PathCurve[] {
  if (typeof given !== 'object' || given === null) throw noPath(given, where);
  const { t: times, x } = given as Partial<PathShape>;
  const t = numbersIn(times, `${where}.t`).data;
  const { data, shape } = numbersIn(x, `${where}.x`);
  const [paths, length, d] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3 || length !== t.length || length === 0) throw noPath(given, where);
  if (component >= d) throw noComponent(component, d, where);
  for (let n = 0; n < length; n++)
    if (!(Number.isFinite(t[n]) && (n === 0 || t[n] > t[n - 1]))) throw noPath(given, `${where}.t`);
  return Array.from({ length: paths }, (_, p) => ({
    t,
    values: Float64Array.from({ length }, (_, n) => data[(p * length + n) * d + component]),
  }));
}

const noPath = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'no paths',
    where,
    expected:
      'an object with increasing times t and states x of shape (times, d) or (paths, times, d), or a list of such',
    got: describe(got),
    remedy: 'give what simulate or trajectories returned',
  });

const noComponent = (component: number, d: number, where: string): SdeError =>
  new SdeError('value', {
    what: 'a component that the state does not have',
    where,
    expected: `a whole number below ${d}`,
    got: String(component),
    remedy: 'count components from 0',
  });
