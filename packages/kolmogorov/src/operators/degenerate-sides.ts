import { SdeError } from 'sde-core';
import { type Grid, nodeAt } from '../grid/grid.js';
import { isReflecting } from './boundary.js';
import type { BoundaryClosure } from './boundary-closure.js';
import type { Coefficients } from './coefficients.js';

/** Relative to the largest on the grid, a coefficient that is rounding. */
const ROUNDING = 2 ** -40;

/**
 * Refuses coefficients under which a side that is said to be degenerate is not: diffusion across it, or drift out of it. And a slope or a combination that is
 * given on a side which takes no data, because nothing diffuses across it and the drift points in everywhere.
 *
 * @throws SdeError `value`, naming the node and the number.
 */
export function requireDegenerate(
  { grid, sides, fixed }: BoundaryClosure,
  { drift, halfVariance }: Coefficients,
  t: number,
): void {
  sides.forEach((pair, k) => {
    pair.forEach((side, upper) => {
      const given = side.kind === 'slope' && !isReflecting(side);
      if (!given && !(side.kind === 'straight' && side.degenerate)) return;
      const mostVariance = largest(halfVariance[k]) * ROUNDING;
      const mostDrift = largest(drift[k]) * ROUNDING;
      const end = upper === 1 ? grid.shape[k] - 1 : 0;
      let takesData = !given;
      let last = -1;
      for (let p = 0; p < grid.size; p++) {
        if (Math.floor(p / grid.strides[k]) % grid.shape[k] !== end || fixed[p]) continue;
        const outward = upper === 1 ? drift[k][p] : -drift[k][p];
        if (given) {
          last = p;
          takesData ||= halfVariance[k][p] > mostVariance || outward >= -mostDrift;
          if (takesData) break;
          continue;
        }
        const place = { k, upper: upper === 1, t, x: placeOf(grid, p) };
        if (halfVariance[k][p] > mostVariance) throw refusal(place, 'diffusion', 2 * halfVariance[k][p]);
        if (outward > mostDrift) throw refusal(place, 'drift', drift[k][p]);
      }
      if (!takesData && last >= 0) throw takesNone({ k, upper: upper === 1, t, x: placeOf(grid, last) });
    });
  });
}

/** A place on a side of axis k. */
interface SidePlace {
  readonly k: number;
  readonly upper: boolean;
  readonly t: number;
  readonly x: readonly number[];
}

function placeOf(grid: Grid, p: number): readonly number[] {
  const x = new Float64Array(grid.dimension);
  nodeAt(grid, p, x);
  return Array.from(x);
}

function takesNone({ k, upper, t, x }: SidePlace): SdeError {
  return new SdeError('value', {
    what: 'a slope is given on a side that takes no data: nothing diffuses across it, and the drift points in everywhere',
    where: `{ boundary }[${k}].${upper ? 'upper' : 'lower'} at t = ${t}, x = (${x.join(', ')})`,
    expected: `the equation itself, { kind: 'degenerate' }, where a_${k + 1}${k + 1} = 0 and b_${k + 1} ${upper ? '<' : '>'} 0`,
    got: "'neumann' or 'robin' with a value",
    remedy: "write { kind: 'degenerate' }: what was given there would have entered nothing",
  });
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function refusal({ k, upper, t, x }: SidePlace, which: 'diffusion' | 'drift', value: number): SdeError {
  const side = upper ? 'upper' : 'lower';
  return new SdeError('value', {
    what:
      which === 'diffusion'
        ? 'the diffusion does not vanish across a side that is said to be degenerate'
        : 'the drift points out through a side that is said to be degenerate',
    where: `(…, { boundary })[${k}].${side} at t = ${t}, x = (${x.join(', ')})`,
    expected: which === 'diffusion' ? `a_${k + 1}${k + 1} = 0` : `b_${k + 1} ${upper ? '≤' : '≥'} 0`,
    got: String(value),
    remedy: 'move the side to where the equation degenerates, or say what holds there',
  });
}
