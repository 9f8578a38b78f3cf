import type { Branch } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { frozenLayer } from '#resnet-bridge/limit/frozen-layer';

const [left, right] = [0.25, 1];
const branch = (U: number[], c: number[], V: number[], d: number[]): Branch => ({
  U: Float64Array.from(U),
  c: Float64Array.from(c),
  V: Float64Array.from(V),
  d: Float64Array.from(d),
});
/** Two states, units of each branch: one that counts, one without U, one without V; then two that count. */
const first = branch([0.5, -1, 0, 0, 2, 3], [0.2, 5, 1], [1, 2, 0, -0.5, 1, 0], [0.1, -0.2]);
const second = branch([1, 0.5, -2, 1], [-0.3, 0.4], [0.3, -1, 0.7, 0.2], [0.05, 0.15]);
const branches = [first, second];
const x = Float64Array.of(0.4, -0.7);

const argumentAt = ({ U, c }: Branch, unit: number, at: ArrayLike<number>): number =>
  U[2 * unit] * at[0] + U[2 * unit + 1] * at[1] + c[unit];
/** x' with the units held on their sides at `from`. */
const held = (from: ArrayLike<number>, at: ArrayLike<number>): number[] =>
  [0, 1].map((i) =>
    branches.reduce((sum, each) => {
      const width = each.c.length;
      let inner = each.d[i];
      for (let k = 0; k < width; k++)
        inner += each.V[i * width + k] * (argumentAt(each, k, from) > 0 ? right : left) * argumentAt(each, k, at);
      return sum + inner;
    }, 0),
  );
/** Some roundings of numbers of order 10. */
const ROUNDING = 1e-13;

describe('a frozen layer', () => {
  const layer = frozenLayer(branches, 2, { left, right });
  layer.sideWith(x);

  it('takes the sides of its units at a point; 0 is on the left', () => {
    expect(layer.sides.map((side) => Array.from(side))).toEqual(
      branches.map((each) => Array.from(each.c, (_, unit) => (argumentAt(each, unit, x) > 0 ? 1 : 0))),
    );
    const on = frozenLayer([branch([1, 0], [0], [1, 0], [0, 0])], 2, { left, right });
    on.sideWith(Float64Array.of(0, 3));
    expect(on.sides[0][0]).toBe(0);
  });

  it('expands every argument about it: value, rate and half of the second derivative', () => {
    layer.moveTo(x);
    const rate = held(x, x);
    const [still, moved] = [held(x, [0, 0]), held(x, rate)];
    const second = moved.map((value, i) => value - still[i]);
    branches.forEach((each, b) => {
      each.c.forEach((_, unit) => {
        const slope = (v: readonly number[]): number => argumentAt(each, unit, v) - each.c[unit];
        expect(Math.abs(layer.argument(b, unit, 0) - argumentAt(each, unit, x))).toBeLessThan(ROUNDING);
        expect(Math.abs(layer.argument(b, unit, 1) - slope(rate))).toBeLessThan(ROUNDING);
        expect(Math.abs(layer.argument(b, unit, 2) - slope(second) / 2)).toBeLessThan(ROUNDING);
        const fastest = Math.hypot(each.U[2 * unit], each.U[2 * unit + 1]) * Math.hypot(...rate);
        expect(Math.abs(layer.fastest(b, unit) - fastest)).toBeLessThan(ROUNDING);
      });
    });
  });

  it('moves along its linear equation', () => {
    const step = layer.step(x, 0.1);
    expect(step).toBe(0.1);
    const [ahead, y] = [new Float64Array(2), Array.from(x)];
    layer.advance(step, ahead);
    // The classical Runge–Kutta rule in a thousand steps: off by (0.1)⁵ 10⁻¹² times a constant.
    const h = step / 1000;
    for (let n = 0; n < 1000; n++) {
      const k1 = held(x, y);
      const k2 = held(
        x,
        y.map((v, i) => v + (h / 2) * k1[i]),
      );
      const k3 = held(
        x,
        y.map((v, i) => v + (h / 2) * k2[i]),
      );
      const k4 = held(
        x,
        y.map((v, i) => v + h * k3[i]),
      );
      for (const i of [0, 1]) y[i] += (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    }
    for (const i of [0, 1]) expect(Math.abs(ahead[i] - y[i])).toBeLessThan(1e-12);
  });

  it('takes steps for which the series is good, half over the norm of A', () => {
    const column = (j: number): number[] =>
      held(
        x,
        [0, 1].map((i) => (i === j ? 1 : 0)),
      ).map((v, i) => v - held(x, [0, 0])[i]);
    const norm = Math.hypot(...column(0), ...column(1));
    expect(Math.abs(layer.step(x, 100) * norm - 0.5)).toBeLessThan(ROUNDING);
    expect(layer.step(x, 0.4 / norm)).toBe(0.4 / norm);
  });

  it('shows the units that have a kink anything depends on, with the size of their terms', () => {
    layer.moveTo(x);
    const rate = held(x, x);
    const seen: [number, number][] = [];
    layer.each(({ branch: b, unit, size }) => {
      seen.push([b, unit]);
      const { U, c } = branches[b];
      const terms = [0, 1].map((j) => Math.abs(U[2 * unit + j]) * (Math.abs(x[j]) + Math.abs(rate[j])));
      expect(Math.abs(size - Math.abs(c[unit]) - terms[0] - terms[1])).toBeLessThan(ROUNDING);
    });
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
  });
});
