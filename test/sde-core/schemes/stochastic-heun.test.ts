import { discretize, problem, stochasticHeun, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('stochasticHeun', () => {
  it('averages b and σ over the step, its end predicted by Euler', () => {
    const model = symbolic({ state: ['x'], drift: 't*x', diffusion: 'x^2', calculus: 'stratonovich' });
    const chain = discretize(problem({ model, x0: [1], T: 2, t0: 1 }), stochasticHeun, 4);
    const out = new Float64Array(1);
    chain.step(0, Float64Array.of(2), Float64Array.of(1), out);
    // h = ¼, ΔW = ½, t = 1: Ȳ = 2 + 2/4 + 4/2 = 4.5 at t = 1.25. Every number is exact in binary.
    const ahead = 4.5;
    expect(out[0]).toBe(2 + (2 + 1.25 * ahead) / 8 + (4 + ahead ** 2) / 4);
  });
});
