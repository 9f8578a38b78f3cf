import { describe, expect, it } from 'vitest';
import { extrapolation } from '#resnet-bridge/limit/extrapolated-step';

// A few units in the last place, grown by some tens of operations a step.
const ROUNDING = 1e-13;

describe('the extrapolated midpoint rule', () => {
  it('turns a circle', () => {
    const y = Float64Array.of(1, 0);
    const reached = extrapolation(2)((at, out) => out.set([-at[1], at[0]]), y, 2 * Math.PI, 1e-13);
    expect(reached).toBe(true);
    expect(Math.hypot(y[0] - 1, y[1])).toBeLessThan(10 * ROUNDING);
  });

  it('runs backward', () => {
    const y = Float64Array.of(1);
    const integrate = extrapolation(1);
    const field = (at: Float64Array, out: Float64Array): void => {
      out[0] = Math.sin(at[0]) + 1.2;
    };
    integrate(field, y, 3, 1e-13);
    expect(Math.abs(y[0] - 1)).toBeGreaterThan(1);
    integrate(field, y, -3, 1e-13);
    expect(Math.abs(y[0] - 1)).toBeLessThan(10 * ROUNDING);
  });

  it('halves its step where the solution is steep', () => {
    // y′ = y², y(0) = 1: y = 1/(1 − t), near its pole.
    const y = Float64Array.of(1);
    expect(extrapolation(1)((at, out) => out.fill(at[0] ** 2), y, 0.99, 1e-13)).toBe(true);
    // The condition of this problem is 1/(1 − t).
    expect(Math.abs(y[0] / 100 - 1)).toBeLessThan(100 * 10 * ROUNDING);
  });

  it('says where a kink kept it from its tolerance, and is near', () => {
    const y = Float64Array.of(-1);
    const field = (at: Float64Array, out: Float64Array): void => {
      out[0] = Math.abs(at[0]) + 0.1;
    };
    // −log(0.1) … : from −1 to 0 by y′ = −y + 0.1, then by y′ = y + 0.1.
    const crossing = Math.log(11);
    const exact = 0.1 * (Math.exp(3 - crossing) - 1);
    const reached = extrapolation(1)(field, y, 3, 1e-15);
    // A kink inside a smallest step of 3/2¹² leaves an error of its square.
    expect(Math.abs(y[0] - exact)).toBeLessThan((3 / 2 ** 12) ** 2);
    expect(typeof reached).toBe('boolean');
  });
});
