import { type Model, model } from 'sde-core';
import { type Field, field } from '../backward/field.js';
import { centralFirst } from '../grid/differences.js';
import type { Grid } from '../grid/grid.js';
import { cellOf } from '../grid/interpolation.js';
import type { Snapshots } from '../grid/snapshots.js';
import type { ControlSet } from './control-set.js';
import type { ControlledEquation } from './controlled-equation.js';

/** A feedback on a grid, and the models that it makes. */
export interface Feedback {
  /** By name: linear between nodes and between times. */
  readonly policy: Readonly<Record<string, Field>>;
  readonly closedLoop: Model;
  readonly costModel: Model;
}

/** What is known on the grid at increasing times. */
export interface Solved {
  readonly grid: Grid;
  readonly times: Float64Array;
  /** Shape (size) a time. */
  readonly values: readonly Float64Array[];
  /** Shape (size, q) a time. */
  readonly policies: readonly Float64Array[];
  /** It is one policy, and nothing depends on t. */
  readonly stationary: boolean;
}

/** Policies and values as functions of (t, x). */
export function feedback(equation: ControlledEquation, set: ControlSet, solved: Solved): Feedback {
  const { grid, times, policies, stationary } = solved;
  const { dimension: d, noiseDimension: m, controls: q, names } = equation;
  const policy = Object.fromEntries(
    names.map((name, c) => {
      const values = policies.map((all) => Float64Array.from({ length: grid.size }, (_, p) => all[p * q + c]));
      return [name, field(grid, { times, values }, 2)];
    }),
  );
  const point = new Float64Array(d + q);
  const controlsAt = interpolated(grid, { times, values: policies }, q);
  const slopes = new Float64Array(d);
  const slopesAt = interpolated(grid, { times, values: solved.values.map((u) => nodeGradients(grid, u)) }, d);
  const at = (t: number, x: Float64Array): Float64Array => {
    for (let k = 0; k < d; k++) point[k] = x[k];
    controlsAt(t, x, point.subarray(d));
    for (let c = 0; c < q; c++) {
      const list = set.lists[c];
      if (list) point[d + c] = nearest(list, point[d + c]);
    }
    return point;
  };
  const rates = new Float64Array(2);
  const [b, sigma] = [new Float64Array(d), new Float64Array(d * m)];
  return {
    policy,
    closedLoop: model({
      dimension: d,
      noiseDimension: m,
      autonomous: stationary,
      breakpoints: equation.breakpoints,
      drift: (t, x, out) => equation.drift(t, at(t, x), out),
      diffusion: (t, x, out) => equation.diffusion(t, at(t, x), out),
    }),
    costModel: model({
      dimension: d + 3,
      noiseDimension: m,
      autonomous: stationary,
      breakpoints: equation.breakpoints,
      drift: (t, x, out) => {
        const discount = x[d + 1];
        const here = at(t, x);
        equation.drift(t, here, b);
        equation.rates(t, here, rates);
        out.set(b);
        out[d] = discount * rates[1];
        out[d + 1] = -discount * rates[0];
        out[d + 2] = 0;
      },
      diffusion: (t, x, out) => {
        equation.diffusion(t, at(t, x), sigma);
        slopesAt(t, x, slopes);
        out.fill(0);
        out.set(sigma);
        for (let j = 0; j < m; j++) {
          for (let k = 0; k < d; k++) out[(d + 2) * m + j] += x[d + 1] * slopes[k] * sigma[k * m + j];
        }
      },
    }),
  };
}

/** Linear in every coordinate and in time; at the nearest point of the grid and the nearest time outside of them. */
function interpolated(
  grid: Grid,
  { times, values }: Snapshots,
  q: number,
): (t: number, x: Float64Array, out: Float64Array) => void {
  const { dimension: d, axes, strides } = grid;
  const last = times.length - 1;
  const upperWeights = new Float64Array(d);
  const corners = 1 << d;
  return (t, x, out) => {
    let origin = 0;
    for (let k = 0; k < d; k++) {
      const { points } = axes[k];
      const inside = Math.min(Math.max(x[k], points[0]), points[points.length - 1]);
      const i = cellOf(points, inside);
      upperWeights[k] = (inside - points[i]) / (points[i + 1] - points[i]);
      origin += i * strides[k];
    }
    const now = Math.min(Math.max(t, times[0]), times[last]);
    const early = last === 0 ? 0 : cellOf(times, now);
    const late = Math.min(early + 1, last);
    const lateWeight = late === early ? 0 : (now - times[early]) / (times[late] - times[early]);
    out.fill(0);
    for (let corner = 0; corner < corners; corner++) {
      let [node, weight] = [origin, 1];
      for (let k = 0; k < d; k++) {
        const up = (corner >> k) & 1;
        node += up * strides[k];
        weight *= up ? upperWeights[k] : 1 - upperWeights[k];
      }
      if (weight === 0) continue;
      for (let c = 0; c < q; c++) {
        const p = node * q + c;
        const value = (1 - lateWeight) * values[early][p] + lateWeight * values[late][p];
        out[c] += weight * value;
      }
    }
  };
}

/** ∇u at the nodes, shape (size, d): central, one-sided at the ends. */
function nodeGradients(grid: Grid, u: Float64Array): Float64Array {
  const { dimension: d, axes, shape, strides, size } = grid;
  const out = new Float64Array(size * d);
  for (let k = 0; k < d; k++) {
    const { points } = axes[k];
    const last = points.length - 1;
    for (let p = 0; p < size; p++) {
      const i = Math.floor(p / strides[k]) % shape[k];
      const [below, above] = [u[p - strides[k]], u[p + strides[k]]];
      if (i === 0) out[p * d + k] = (above - u[p]) / (points[1] - points[0]);
      else if (i === last) out[p * d + k] = (u[p] - below) / (points[last] - points[last - 1]);
      else {
        const weights = centralFirst(points[i] - points[i - 1], points[i + 1] - points[i]);
        out[p * d + k] = weights[0] * below + weights[1] * u[p] + weights[2] * above;
      }
    }
  }
  return out;
}

/** The value of an ascending list nearest to a number. */
function nearest(list: Float64Array, value: number): number {
  let best = list[0];
  for (const candidate of list) if (Math.abs(candidate - value) < Math.abs(best - value)) best = candidate;
  return best;
}
