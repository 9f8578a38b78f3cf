import { expression, generator, model, SdeError, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('generator', () => {
  it('of geometric Brownian motion multiplies x² by 2μ + σ²', () => {
    const L = generator(
      symbolic({ state: ['x'], drift: ['mu*x'], diffusion: 'sigma*x', parameters: { mu: 2, sigma: 0.5 } }),
    );
    expect(String(L('x^2'))).toBe('x^2*sigma^2 + 2*x^2*mu');
    expect(L('x^2').evaluate(0, [3])).toBe(4.25 * 9);
    expect(L.power(2)('x^2').evaluate(0, [3])).toBe(4.25 ** 2 * 9);
    expect(L.power(0)('x^2').evaluate(0, [3])).toBe(9);
    expect(String(L('7'))).toBe('0');
  });

  it('has mixed derivatives, and takes an expression of another graph', () => {
    const L = generator(symbolic({ state: ['x', 'y'], drift: ['y', '-x'], diffusion: [['x'], ['y']] }));
    const phi = expression('x*y', { state: ['x', 'y'] });
    expect(String(L(phi))).toBe(String(L('x*y')));
    expect(L(phi).evaluate(0, [2, 3])).toBe(3 * 3 - 2 * 2 + 2 * 3);
  });

  it('is that of the Itô form', () => {
    const L = generator(symbolic({ state: ['x'], drift: [0], diffusion: 'x', calculus: 'stratonovich' }));
    expect(L('x').evaluate(0, [3])).toBe(1.5);
  });

  it('has invariant densities in the kernel of its adjoint', () => {
    const { adjoint } = generator(symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: 0.7 }));
    const image = adjoint('exp(2*(x^2/2 - x^4/4)/0.49)');
    // Terms of size up to 1e2 cancel, each with a few roundings.
    for (const x of [-1.3, -0.2, 0.4, 1.7]) expect(Math.abs(image.evaluate(0, [x]))).toBeLessThan(1e2 * 16 * 2 ** -52);
  });

  it.each([-1, 0.5, Number.NaN])('refuses the power %d', (n) => {
    expect(() => generator(symbolic({ state: ['x'], drift: [0], diffusion: 1 })).power(n)).toThrow(SdeError);
  });

  it('refuses a model of closures', () => {
    const numeric = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
    expect(() => generator(numeric)).toThrow(/symbolic/);
  });
});
