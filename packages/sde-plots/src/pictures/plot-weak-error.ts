import { describe, requireFinite, requireKeys, SdeError } from 'sde-core/errors';
import { type FieldShape, requireFieldShape, sliceOf } from '../results/field-shape.js';
import { plotMap } from './plot-map.js';

/** What is drawn of a weak error: what `weakErrorProfile` of kolmogorov returns. */
export interface WeakErrorShape {
  readonly constant: number;
  readonly order: number;
  /** Where in (t, x) the weak error arises. */
  readonly density: FieldShape;
}

/** How a profile is drawn. */
export interface WeakErrorPlotOptions {
  readonly title: string;
  /** The name of the state. Default `x`. */
  readonly state?: string;
}

/** The law begins as a point, and its density as t falls to t0 exceeds any color: that of the earliest part of the time is cut at the later maximum. */
const EARLIEST = 1 / 8;

/**
 * An SVG of where in (t, x) the weak error of a scheme arises: the density whose integral over both is C.
 *
 * In the first eighth of the time, when the law is still close to a point, values beyond the largest later one have its color. d = 1.
 *
 * @throws SdeError `unsupported` for a profile in more than one dimension.
 *
 * @example
 * import { crankNicolson, uniform, weakErrorProfile } from 'kolmogorov';
 * import { eulerMaruyama, problem, symbolic } from 'sde-core';
 * import { plotWeakError } from 'sde-plots';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const profile = weakErrorProfile(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 'sin(x)', {
 *   grid: [uniform(-1, 2, 61)],
 *   stepping: crankNicolson({ steps: 40 }),
 * });
 * (await plotWeakError(profile, { title: 'Euler–Maruyama, E sin X' })).startsWith('<svg'); // → true
 */
export async function plotWeakError(profile: WeakErrorShape, options: WeakErrorPlotOptions): Promise<string> {
  requireKeys<WeakErrorPlotOptions>(options, { title: true, state: true }, 'plotWeakError(…, options)');
  if (typeof profile !== 'object' || profile === null || options === undefined) throw noProfile(profile);
  const { constant, order, density } = profile;
  requireFieldShape(density, 'plotWeakError(profile)', 'draw a profile as weakErrorProfile returns it');
  requireFinite(constant, 'plotWeakError({ constant })', 'draw a profile as weakErrorProfile returns it');
  requireFinite(order, 'plotWeakError({ order })', 'draw a profile as weakErrorProfile returns it');
  const { title, state = 'x' } = options;
  requireText(title, 'title');
  requireText(state, 'state');
  if (density.grid.length !== 1) {
    throw new SdeError('unsupported', {
      what: 'a picture over time and one state',
      where: 'plotWeakError(profile)',
      expected: 'd = 1',
      got: `d = ${density.grid.length}`,
      remedy: 'draw profile.density.marginal(t, k), or slices of it, with plotMap',
    });
  }
  const { times } = density;
  const x = density.grid[0].points;
  const values = new Float64Array(times.length * x.length);
  Array.from(times).forEach((t, n) => {
    values.set(Float64Array.from(sliceOf(density, t, 'plotWeakError(profile)').data), n * x.length);
  });
  const from = Array.from(times).findIndex((t) => t >= times[0] + EARLIEST * (times[times.length - 1] - times[0]));
  const limit = values.subarray(from * x.length).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const power = order === 1 ? 'h' : order === 2 ? 'h²' : `h^${order}`;
  return plotMap({
    x: times,
    y: x,
    values,
    limit,
    title: `${title}: C = ${constant.toPrecision(3)} at ${power}`,
    xLabel: 'time t',
    yLabel: `state ${state}`,
    valueLabel: 'error / (time · state)',
  });
}

function requireText(text: unknown, name: string): void {
  if (typeof text === 'string') return;
  throw new SdeError('value', {
    what: 'not a text',
    where: `plotWeakError(…, { ${name} })`,
    expected: 'a text',
    got: describe(text),
    remedy: `give the ${name} as text`,
  });
}

const noProfile = (profile: unknown): SdeError =>
  new SdeError('value', {
    what: 'not a profile of a weak error',
    where: 'plotWeakError(profile)',
    expected: 'what weakErrorProfile returns',
    got: describe(profile),
    remedy: 'compute it with weakErrorProfile',
  });
