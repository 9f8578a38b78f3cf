import { discretize, eulerMaruyama, problem, symbolic } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('eulerMaruyama', () => {
  it('is Y + b h + σ ΔW, with b and σ at the left end', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['t*x', 'x - y'],
      diffusion: [
        ['x', '2'],
        ['y', 't'],
      ],
    });
    const chain = discretize(problem({ model, x0: [1, 1], T: 3, t0: 1 }), eulerMaruyama, 8);
    expect([chain.h, chain.driver.size, chain.driver.kind]).toEqual([0.25, 2, 'gaussian']);
    const out = new Float64Array(2);
    chain.step(2, Float64Array.of(2, 3), Float64Array.of(1, -1), out);
    // t = 1.5, √h = ½: every product is exact in binary.
    expect(out).toEqual(Float64Array.of(2 + 3 / 4 + 2 / 2 - 2 / 2, 3 - 1 / 4 + 3 / 2 - 1.5 / 2));
  });
});
