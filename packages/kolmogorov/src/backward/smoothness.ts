import type { Warning } from 'sde-core';
import { type Grid, nodeAt } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import { formulaOf, type StateInput } from './node-values.js';

/** What a solve notices about the values it starts from: values that are not averaged jump or kink where the grid has no node. */
export type RoughnessKind = 'jump-between-nodes' | 'kink-between-nodes';

/** Where values that have no formula are not smooth, by differences on the grid. */
export interface Roughness {
  readonly jumps: number;
  readonly kinks: number;
  /** Kinks on nodes that the grid of every fourth point does not have. */
  readonly off: number;
}

/** How much larger than its neighbors a difference is that may be a jump's or a kink's. Empirical. */
const OUTLYING = 4;
/** Relative to the values, a difference that is rounding. */
const ROUNDING = 2 ** -36;
/** Halvings of a cell after which a jump or a kink is still there, and how near to a node, in cells, is on it. */
const HALVINGS = 16;
const ON_NODE = 2 ** -10;

/**
 * Looks for jumps and kinks along the lines of a grid: a difference far above its neighbors', which for a function of the caller's has to stay where its
 * cell is halved. An expression says by itself where it is not smooth, and is not looked at. Cost: a few differences a node.
 */
export function roughnessOf(input: StateInput, values: Float64Array, grid: Grid): Roughness {
  const formula = formulaOf(input);
  if (typeof formula === 'string' || typeof formula === 'object') return { jumps: 0, kinks: 0, off: 0 };
  const found = { jumps: 0, kinks: 0, off: 0 };
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * ROUNDING;
  const x = new Float64Array(grid.dimension);
  grid.axes.forEach(({ points }, k) => {
    const lines = linesAlong(grid, k);
    const n = points.length;
    const rise = new Float64Array(n - 1);
    const bend = new Float64Array(n);
    for (let q = 0; q < lines.count; q++) {
      const start = startOf(lines, q);
      for (let i = 0; i < n - 1; i++)
        rise[i] = values[start + (i + 1) * lines.stride] - values[start + i * lines.stride];
      for (let i = 1; i < n - 1; i++) {
        bend[i] = rise[i] / (points[i + 1] - points[i]) - rise[i - 1] / (points[i] - points[i - 1]);
      }
      const along =
        formula &&
        ((s: number): number => {
          nodeAt(grid, start, x);
          x[k] = s;
          return formula(x);
        });
      for (let i = 1; i < n - 2; i++) {
        const gap = points[i + 1] - points[i];
        const largest = Math.max(Math.abs(bend[i]), Math.abs(bend[i + 1]));
        const beside = Math.max(Math.abs(bend[i - 1] ?? 0), Math.abs(bend[i + 2] ?? 0));
        if (!(largest * gap > OUTLYING * beside * gap + scale)) continue;
        const jump = Math.abs(rise[i]) > OUTLYING * Math.max(Math.abs(rise[i - 1]), Math.abs(rise[i + 1])) + scale;
        const confirmed = along
          ? confirm(along, points[i - 1], points[i + 1], jump, jump ? rise[i] : largest)
          : { at: Number.NaN };
        if (!confirmed) continue;
        if (jump) found.jumps++;
        else if (Math.abs(confirmed.at - points[i]) < ON_NODE * gap || Number.isNaN(confirmed.at))
          found.off += i % 4 === 0 ? 0 : 1;
        else if (
          Math.abs(confirmed.at - points[i - 1]) > ON_NODE * gap &&
          Math.abs(confirmed.at - points[i + 1]) > ON_NODE * gap
        )
          found.kinks++;
      }
    }
  });
  return found;
}

/** Where between a and b a function jumps or kinks, if what it does there is still there after halving the bracket again and again. */
function confirm(
  f: (s: number) => number,
  a: number,
  b: number,
  jump: boolean,
  wanted: number,
): { readonly at: number } | undefined {
  let [low, high] = [a, b];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    const [left, right] = [(low + middle) / 2, (middle + high) / 2];
    // Three overlapping halves, so that what is on the middle is within one.
    const halves = [
      [low, middle],
      [left, right],
      [middle, high],
    ];
    const sizes = halves.map(([from, to]) => Math.abs(jump ? f(to) - f(from) : bendOf(f, from, to)));
    const most = sizes.indexOf(Math.max(...sizes));
    [low, high] = halves[most];
  }
  const left = Math.abs(jump ? f(high) - f(low) : bendOf(f, low, high));
  return left > Math.abs(wanted) / 4 ? { at: (low + high) / 2 } : undefined;
}

/** By how much the slope changes from one half of an interval to the other. */
function bendOf(f: (s: number) => number, low: number, high: number): number {
  const middle = (low + high) / 2;
  return (f(high) - 2 * f(middle) + f(low)) / (middle - low);
}

/** What there is to say of it, `what` being values that do not come from an expression, and what helps. */
export function roughnessWarnings(
  { jumps, kinks }: Roughness,
  what = 'terminal values',
  remedy = 'write them as an expression, which is averaged there, or align the axis',
): Warning<RoughnessKind>[] {
  const warnings: Warning<RoughnessKind>[] = [];
  if (jumps > 0) {
    warnings.push({
      kind: 'jump-between-nodes',
      message: `the ${what} jump between nodes on ${jumps} lines of the grid, which makes an error of first order: ${remedy}`,
      count: jumps,
    });
  }
  if (kinks > 0) {
    warnings.push({
      kind: 'kink-between-nodes',
      message: `the ${what} kink between nodes on ${kinks} lines of the grid, so the error varies with the grid: ${remedy}`,
      count: kinks,
    });
  }
  return warnings;
}
