import { discretize, problem, symbolic, weakTaylor2 } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('weakTaylor2', () => {
  it('for one equation is the scheme with every derivative written out', () => {
    const model = symbolic({ state: ['x'], drift: 'x^3 + t', diffusion: 'x^2*t' });
    const chain = discretize(problem({ model, x0: [1], T: 3, t0: 1 }), weakTaylor2, 8);
    const [h, root, t, x, xi] = [0.25, 0.5, 1.5, 0.5, 1];
    const out = new Float64Array(1);
    chain.step(2, Float64Array.of(x), Float64Array.of(xi), out);
    const [b, bx, bxx, bt] = [x ** 3 + t, 3 * x ** 2, 6 * x, 1];
    const [s, sx, sxx, st] = [x ** 2 * t, 2 * x * t, 2 * t, x ** 2];
    const L0b = bt + b * bx + (s * s * bxx) / 2;
    const L0s = st + b * sx + (s * s * sxx) / 2;
    const I = root * xi;
    const next = x + b * h + (L0b * h * h) / 2 + (s + (h / 2) * (L0s + s * bx)) * I + (s * sx * (I * I - h)) / 2;
    // Some thirty operations on values below 4, in another order.
    expect(Math.abs(out[0] - next)).toBeLessThan(30 * 4 * Number.EPSILON);
  });

  it('keeps the mean of dX = −X dt + X dW at (1 − h + h²/2)^N', () => {
    const model = symbolic({ state: ['x'], drift: '-x', diffusion: 'x' });
    const { h, driver, step } = discretize(problem({ model, x0: [1], T: 1 }), weakTaylor2, 4);
    const out = new Float64Array(1);
    const mean = driver.outcomes?.reduce((sum, { probability, noise }) => {
      step(0, Float64Array.of(1), noise, out);
      return sum + probability * out[0];
    }, 0);
    expect(Math.abs((mean ?? Number.NaN) - (1 - h + (h * h) / 2))).toBeLessThan(8 * Number.EPSILON);
  });
});
