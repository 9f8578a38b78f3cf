import { discretize, milstein, problem, SdeError, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('milstein', () => {
  it('is Y + b h + σ ΔW + ½ σ σ′ (ΔW² − h) for one equation', () => {
    const chain = discretize(
      problem({ model: symbolic({ state: ['x'], drift: 'x', diffusion: 'x^2' }), x0: [1], T: 1 }),
      milstein,
      4,
    );
    const out = new Float64Array(1);
    chain.step(0, Float64Array.of(2), Float64Array.of(3), out);
    // h = ¼, ΔW = 3/2, σ σ′ = 4 · 4.
    expect(out[0]).toBe(2 + 2 / 4 + 4 * 1.5 + 8 * (2.25 - 0.25));
  });

  it('adds ½ Σ L^j b^k (ΔW^j ΔW^k − h δ_jk) for commuting columns', () => {
    const model = symbolic({ state: ['x'], drift: '0', diffusion: [['x', '2*x']] });
    expect(model.noise.commutative).toBe(true);
    const chain = discretize(problem({ model, x0: [1], T: 1 }), milstein, 1);
    const out = new Float64Array(1);
    chain.step(0, Float64Array.of(1), Float64Array.of(2, 3), out);
    // L^j b^k = c_j c_k x with c = (1, 2): ½ ((2 + 6)² − 1 − 4).
    expect(out[0]).toBe(1 + 8 + (64 - 5) / 2);
  });

  it('refuses noise that does not commute, and names an alternative', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        ['0', 'x'],
      ],
    });
    const p = problem({ model, x0: [0, 0], T: 1 });
    expect(() => discretize(p, milstein, 2)).toThrow(SdeError);
    expect(() => discretize(p, milstein, 2)).toThrow(/general noise[\s\S]*remedy: .*platen/);
  });
});
