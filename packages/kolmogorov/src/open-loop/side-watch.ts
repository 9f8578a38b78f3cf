import type { Warning } from 'sde-core';
import type { Discrete } from '../backward/discretization.js';
import { shapeAtSides } from '../backward/growth-watch.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { ControlLayout } from './control-layout.js';
import type { OpenLoopModel } from './open-loop-model.js';

/** Sees whether J rests on what is extrapolated beyond sides of vanishing curvature. */
export interface SideWatch {
  /** Sees u of a class. */
  value(c: number, u: Float64Array): void;
  /** Forgets all u. */
  restart(): void;
  /** Begins with the masses ρ of all classes at t0, for the u that were seen last and what is paid on the way at some times. */
  begin(rho: readonly Float64Array[], paid: readonly Float64Array[]): void;
  /** Sees ρ after a step. */
  see(rho: readonly Float64Array[]): void;
  warnings(): Warning<'open-side'>[];
}

/** Share of their range by which values may bend at a side. Empirical. */
const BENT = 0.05;
/** Of their size, a range that may be rounding. */
const ROUNDING = 2 ** -30;
/** Share of the mass that may come to a side. Empirical. */
const ARRIVED = 1e-3;

/** Watches the sides of an equation for so many classes: where mass comes to one at which u or what is paid bends, J is that of an extrapolation. Cost: a pass over the sides a step. */
export function sideWatch({ grid, sides }: Pick<Discrete, 'grid' | 'sides'>, classes: number): SideWatch {
  const open = openNodes({ grid, sides });
  const atSides = (rho: Float64Array): number => open.reduce((sum, p) => sum + Math.abs(rho[p]), 0);
  const bendsIn = (values: Float64Array): boolean => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const range = Math.max(high - low, ROUNDING * Math.max(-low, high));
    return open.length > 0 && shapeAtSides({ grid, sides }, values).sag > BENT * range;
  };
  const bends = new Array<boolean>(classes).fill(false);
  let bent: readonly boolean[] = [];
  let start: readonly { readonly mass: number; readonly before: number }[] = [];
  let arrived = 0;
  return {
    restart: () => {
      bends.fill(false);
    },
    value: (c, u) => {
      bends[c] ||= bendsIn(u);
    },
    begin: (rho, paid) => {
      const along = paid.some(bendsIn);
      bent = bends.map((one) => one || along);
      arrived = 0;
      start = rho.map((each) => ({
        mass: each.reduce((sum, value) => sum + Math.abs(value), 0),
        before: atSides(each),
      }));
    },
    see: (rho) => {
      rho.forEach((each, c) => {
        if (bent[c]) arrived = Math.max(arrived, (atSides(each) - start[c].before) / start[c].mass);
      });
    },
    warnings: () => {
      if (!(arrived > ARRIVED)) return [];
      const message = `With this control X comes to a side of vanishing curvature, where u or what is paid bends: masses there are up to ${arrived} of all, by their sizes. What comes from beyond is extrapolated, and the objective with it. Widen the axis until the number no longer moves, bound the control, or say what holds there.`;
      return [{ kind: 'open-side', message, arrived }];
    },
  };
}

/** The nodes on sides of vanishing curvature at which something diffuses. */
function openNodes({ grid, sides }: Pick<Discrete, 'grid' | 'sides'>): readonly number[] {
  const open: number[] = [];
  for (let p = 0; p < grid.size; p++) {
    const on = sides.some((pair, k) => {
      const place = Math.floor(p / grid.strides[k]) % grid.shape[k];
      return pair.some(
        (side, upper) =>
          side.kind === 'straight' && !side.degenerate && place === (upper === 1 ? grid.shape[k] - 1 : 0),
      );
    });
    if (on) open.push(p);
  }
  return open;
}

/** Where and when what is paid on the way is looked at. */
interface Payments {
  readonly control: Pick<OpenLoopModel, 'running'>;
  readonly grid: Grid;
  readonly layout: ControlLayout;
  readonly times: readonly number[];
}

/** The running cost at the nodes at some times, shape (size) each; none where it is one number. */
export function paidOnTheWay({ control, grid, layout, times }: Payments, theta: Float64Array): Float64Array[] {
  const { running } = control;
  if (typeof running === 'number') return [];
  const { dimension: d } = grid;
  const point = new Float64Array(d + layout.controls + layout.constants);
  const [x, parameters] = [point.subarray(0, d), point.subarray(d)];
  return times.map((t) => {
    layout.read(theta, t, parameters);
    return Float64Array.from({ length: grid.size }, (_, p) => {
      nodeAt(grid, p, x);
      return running(point);
    });
  });
}
