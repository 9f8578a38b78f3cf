import type { ControlOutcome } from 'kolmogorov';
import type { ControlCurve } from './figures.js';

/** Panels for the weights of a layer, by the letter that their names begin with. */
const PANELS: Readonly<Record<string, string>> = { U: 'U', c: 'c and d', d: 'c and d', V: 'V' };

/** The weights of a layer over time, a panel a matrix: each constant on the layers of a network. */
export function controlCurves(
  { theta }: Pick<ControlOutcome, 'theta'>,
  parameters: readonly string[],
  horizon: number,
): ControlCurve[] {
  const [depth] = theta.shape;
  return parameters.map((parameter, j) => ({
    parameter,
    group: PANELS[parameter[0]] ?? parameter,
    points: Array.from({ length: depth + 1 }, (_, i) => ({
      t: (i * horizon) / depth,
      value: theta.get(Math.min(i, depth - 1), j),
    })),
  }));
}
