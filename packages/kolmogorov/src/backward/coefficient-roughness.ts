import { isSymbolicModel, type Warning } from 'sde-core';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { Equation } from './discretization.js';
import { type RoughnessKind, roughnessOf, roughnessWarnings } from './smoothness.js';

const REMEDY = 'write them as an expression, whose coefficients are averaged there, or align the axis';

/**
 * Looks for jumps in coefficients that are functions of the caller's, at one time: what is written as an expression is averaged there. A kink leaves the
 * order as it is, and jumps in t are not looked for. Cost: each of them once a node, and a few differences.
 */
export function coefficientWarnings(
  { model, killing, source }: Pick<Equation, 'model' | 'killing' | 'source'>,
  grid: Grid,
  t: number,
): Warning<RoughnessKind>[] {
  const looked = (what: string, f: (x: Float64Array) => number): Warning<RoughnessKind>[] => {
    const x = new Float64Array(grid.dimension);
    const values = Float64Array.from({ length: grid.size }, (_, p) => {
      nodeAt(grid, p, x);
      return f(x);
    });
    const { jumps } = roughnessOf(f, values, grid);
    return roughnessWarnings({ jumps, kinks: 0, off: 0 }, what, REMEDY);
  };
  const warnings: Warning<RoughnessKind>[] = [];
  if (typeof killing === 'function') warnings.push(...looked('killing rates', (x) => killing(t, x)));
  if (typeof source === 'function') warnings.push(...looked('source values', (x) => source(t, x)));
  if (isSymbolicModel(model)) return warnings;
  const { dimension: d, noiseDimension: m } = model;
  const b = new Float64Array(d);
  const sigma = new Float64Array(d * m);
  for (let k = 0; k < d; k++) {
    const drift = (x: Float64Array): number => {
      model.drift(t, x, b);
      return b[k];
    };
    const variance = (x: Float64Array): number => {
      model.diffusion(t, x, sigma);
      let sum = 0;
      for (let j = 0; j < m; j++) sum += sigma[k * m + j] * sigma[k * m + j];
      return sum;
    };
    warnings.push(...looked(`drifts along axis ${k}`, drift), ...looked(`variances along axis ${k}`, variance));
  }
  return warnings;
}
