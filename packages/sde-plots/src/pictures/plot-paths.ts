import { flag, maybe, share, text, whole } from 'sde-core/data';
import { LOOKS } from '../drawing/palette.js';
import { type PathCurve, type PathShape, pathCurves } from '../results/path-shape.js';
import { type PictureOptions, requirePicture } from '../results/picture-options.js';
import { counted } from '../results/plural.js';
import { sortedFinite, sortedQuantile } from '../results/quantiles.js';
import type { Band, Curve } from './curve-drawing.js';
import { thinned, thinnedCurve } from './thinning.js';

/** How a bundle of paths is drawn. */
export interface PathPlotOptions extends PictureOptions {
  /** Which component of the state, from 0. Default 0. */
  readonly component?: number;
  /** Its name. Default `x`, of others `x[1]` and so on. */
  readonly state?: string;
  /** Most paths that are drawn; mean and band are of all. Default 50. */
  readonly show?: number;
  /** The share of the paths within the band at each time. Default 0.9. */
  readonly level?: number;
  /** Whether mean and band are drawn, from two paths on. Default true. */
  readonly summary?: boolean;
}

const KNOWN = { component: true, state: true, show: true, level: true, summary: true } as const;
const SHAPES = {
  component: maybe(whole(0, 1e6)),
  state: maybe(text),
  show: maybe(whole(0, 1e4)),
  level: maybe(share),
  summary: maybe(flag),
};

/** Points of all paths together, of one path at least and at most, and times of the summary: empirical, for a file of some hundred kilobytes. */
const [MOST_POINTS, FEWEST, LONGEST, MOST_TIMES] = [24_000, 60, 2000, 400];

/**
 * An SVG of paths over time: a bundle of thin lines, their mean, and the band that holds a share of them at each time.
 *
 * Paths are what has times and states: what `simulate` or `trajectories` of sde-core returns, or a list of such. Mean and band are those of the given paths, at the times
 * that all have in common; the band lies between quantiles of equal weight on both sides. Where paths leave the finite numbers, and what is not drawn, is said below.
 *
 * @throws SdeError `value` for what is no path, or a component that there is not.
 * @see [hyndman1996, definition 7]
 *
 * @example
 * import { discretize, eulerMaruyama, key, problem, symbolic, trajectories } from 'sde-core';
 * import { plotPaths } from 'sde-plots';
 * const model = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: [['0.5']] });
 * const chain = discretize(problem({ model, x0: [0], T: 4 }), eulerMaruyama, 200);
 * const svg = await plotPaths(trajectories(chain, { paths: 100, key: key(1) }), { title: 'A double well' });
 * svg.includes('50 of 100 paths'); // → true
 */
export async function plotPaths(
  paths: PathShape | readonly PathShape[],
  options: PathPlotOptions = {},
): Promise<string> {
  requirePicture(options, KNOWN, 'plotPaths', SHAPES);
  const {
    component = 0,
    show = 50,
    level = 0.9,
    summary = true,
    state = component === 0 ? 'x' : `x[${component}]`,
  } = options;
  const all = pathCurves(paths, component, 'plotPaths(paths)');
  const count = Math.min(show, all.length);
  const shown = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
  const common = all.every(({ t }) => sameTimes(t, all[0].t));
  const summed = summary && common && all.length > 1 ? summaryOf(all, level) : undefined;
  const budget = Math.min(LONGEST, Math.max(FEWEST, Math.floor(MOST_POINTS / Math.max(1, shown.length))));
  const left = all.filter(({ values }) => !values.every(Number.isFinite)).length;
  const longest = all.reduce((most, { t }) => Math.max(most, t.length), 0);
  const { curveDrawing } = await import('./curve-drawing.js');
  return curveDrawing({
    ...options,
    name: 'paths',
    xLabel: options.xLabel ?? 'time t',
    yLabel: options.yLabel ?? state,
    curves: [
      ...shown.map((path, i) => thin(path, i, { budget, of: all.length, shown: shown.length })),
      ...(summed?.curves ?? []),
    ],
    ...(summed && { band: summed.band }),
    remarks: [
      ...(left > 0
        ? [
            `${counted(left, 'path')} ${left === 1 ? 'leaves' : 'leave'} the finite numbers: not drawn, and in no mean, where ${left === 1 ? 'it is' : 'they are'} not finite.`,
          ]
        : []),
      ...(summary && !common ? ['No mean and no band: the paths are at different times.'] : []),
      ...(longest > budget && shown.length > 0
        ? [`Of ${longest} times of a path some ${budget} are drawn, the extremes of each stretch among them.`]
        : []),
    ],
  });
}

function thin(
  { t, values }: PathCurve,
  i: number,
  { budget, of, shown }: { readonly budget: number; readonly of: number; readonly shown: number },
): Curve {
  const kept = thinnedCurve(values, budget);
  const label = shown < of ? `${shown} of ${of} paths` : of === 1 ? 'path' : `${of} paths`;
  return {
    ...(i === 0 && { label }),
    x: kept.map((n) => t[n]),
    y: kept.map((n) => values[n]),
    look: { color: of === 1 ? LOOKS[0].color : LOOKS[5].color, symbol: 'circle' },
    faint: of > 1,
  };
}

const sameTimes = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a === b || (a.length === b.length && Array.from(a).every((time, n) => time === b[n]));

/** Mean and quantiles of the finite values at some of the times. */
function summaryOf(
  all: readonly PathCurve[],
  level: number,
): { readonly curves: readonly Curve[]; readonly band: Band } {
  const { t } = all[0];
  const kept = thinned(
    Array.from(t, (_, n) => n),
    MOST_TIMES,
  );
  const at = kept.map((n) => sortedFinite(all.map(({ values }) => values[n])));
  const x = kept.map((n) => t[n]);
  const quantile = (share: number): number[] =>
    at.map((own) => (own.length > 0 ? sortedQuantile(own, share) : Number.NaN));
  const mean = at.map((own) => (own.length > 0 ? own.reduce((sum, value) => sum + value / own.length, 0) : Number.NaN));
  const percent = `${Number((100 * level).toPrecision(4))} % of the paths`;
  const [low, high] = [quantile((1 - level) / 2), quantile((1 + level) / 2)];
  return {
    curves: [{ label: 'mean', x, y: mean, look: LOOKS[1] }],
    band: { label: percent, x, low, high, color: LOOKS[1].color },
  };
}
