import { baoab, discretize, problem, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('BAOAB', () => {
  it('is its five parts in order', () => {
    const [gamma, h] = [0.8, 0.25];
    const model = symbolic({ state: ['q', 'p'], drift: ['p', '-q^3 - 0.8 * p'], diffusion: [['0'], ['0.6']] });
    const chain = discretize(problem({ model, x0: [0.7, -0.3], T: h }), baoab({ friction: gamma }), 1);
    const out = new Float64Array(2);
    chain.step(0, chain.x0, Float64Array.of(1.1), out);
    let [q, p] = [0.7, -0.3];
    p -= (h / 2) * q ** 3;
    q += (h / 2) * p;
    p = Math.exp(-gamma * h) * p + 0.6 * Math.sqrt((1 - Math.exp(-2 * gamma * h)) / (2 * gamma)) * 1.1;
    q += (h / 2) * p;
    p -= (h / 2) * q ** 3;
    expect(out[0]).toBeCloseTo(q, 14);
    expect(out[1]).toBeCloseTo(p, 14);
  });

  it('without friction and noise is the leapfrog, and turns back', () => {
    const model = symbolic({ state: ['q', 'p'], drift: ['p', '-sin(q)'], diffusion: [['0'], ['0']] });
    const chain = discretize(problem({ model, x0: [1, 0.5], T: 1 }), baoab({ friction: 0 }), 10);
    const out = Float64Array.from(chain.x0);
    const noise = Float64Array.of(0);
    for (let n = 0; n < 10; n++) chain.step(n, Float64Array.from(out), noise, out);
    out[1] = -out[1];
    for (let n = 0; n < 10; n++) chain.step(n, Float64Array.from(out), noise, out);
    expect(out[0]).toBeCloseTo(1, 13);
    expect(out[1]).toBeCloseTo(-0.5, 13);
  });

  it('refuses a negative friction and what is not a Langevin equation', () => {
    expect(() => baoab({ friction: -1 })).toThrow(/≥ 0/);
    const line = symbolic({ state: ['x'], drift: '-x', diffusion: '1' });
    expect(() => discretize(problem({ model: line, x0: [1], T: 1 }), baoab({ friction: 1 }), 1)).toThrow(/d = 2m/);
  });
});
