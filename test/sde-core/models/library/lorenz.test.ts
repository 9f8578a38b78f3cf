import { lorenz, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('lorenz', () => {
  it('rests at ±(√(β (r − 1)), …), and shrinks volumes at the rate s + 1 + β', () => {
    const model = lorenz({ intensity: 0.1 });
    const [b, J] = [new Float64Array(3), new Float64Array(9)];
    const side = Math.sqrt((8 / 3) * 27);
    for (const sign of [1, -1]) {
      model.drift(0, Float64Array.of(sign * side, sign * side, 27), b);
      // Differences of numbers below 256.
      for (const entry of b) expect(Math.abs(entry)).toBeLessThan(2 * 256 * 2 ** -52);
    }
    model.driftJacobian(0, Float64Array.of(1, 2, 3), J);
    expect(J[0] + J[4] + J[8]).toBe(-10 - 1 - 8 / 3);
  });

  it('has the noise that is asked for', () => {
    expect(lorenz({ intensity: 0.1 }).noise.kind).toBe('diagonal');
    expect(lorenz({ intensity: 0.1, noise: 'additive' }).noise.kind).toBe('additive');
    const sigma = new Float64Array(9);
    lorenz({ intensity: 0.5 }).diffusion(0, Float64Array.of(1, 2, 3), sigma);
    expect([...sigma]).toEqual([0.5, 0, 0, 0, 1, 0, 0, 0, 1.5]);
    expect(() => lorenz({ intensity: 1, noise: 'scalar' as 'additive' })).toThrow(SdeError);
  });
});
