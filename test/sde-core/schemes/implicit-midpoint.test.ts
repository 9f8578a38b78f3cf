import { discretize, implicitMidpoint, problem, type Scheme, stochasticHeun, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('implicit midpoint', () => {
  const sphere = symbolic({
    state: ['x', 'y', 'z'],
    drift: ['0.7 * y', '-0.7 * x', '0'],
    diffusion: [
      ['0', '0.5 * z'],
      ['-0.6 * z', '0'],
      ['0.6 * y', '-0.5 * x'],
    ],
    calculus: 'stratonovich',
  });
  const drift = (scheme: Scheme): number => {
    const chain = discretize(problem({ model: sphere, x0: [0.6, 0, 0.8], T: 5 }), scheme, 50);
    const x = Float64Array.from(chain.x0);
    for (let n = 0; n < 50; n++) {
      const noise = Float64Array.of(n % 3 === 0 ? 1 : -1, n % 2 === 0 ? 1 : -1);
      chain.step(n, Float64Array.from(x), noise, x);
    }
    return Math.abs(x[0] ** 2 + x[1] ** 2 + x[2] ** 2 - 1);
  };

  it('keeps a quadratic invariant to rounding, which Heun does not', () => {
    // 50 steps, each solved to a few roundings.
    expect(drift(implicitMidpoint)).toBeLessThan(50 * 32 * Number.EPSILON);
    expect(drift(stochasticHeun)).toBeGreaterThan(1e-3);
  });
});
