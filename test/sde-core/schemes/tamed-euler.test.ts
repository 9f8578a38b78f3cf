import { discretize, eulerMaruyama, problem, symbolic, tamedEuler } from 'sde-core';
import { describe, expect, it } from 'vitest';

const model = symbolic({ state: ['x', 'y'], drift: ['-x^3', '-y^3'], diffusion: [['1'], ['2']] });
const p = problem({ model, x0: [1, 1], T: 1 });

describe('tamedEuler', () => {
  it('is Y + b h / (1 + h |b|) + σ ΔW', () => {
    const out = new Float64Array(2);
    discretize(
      problem({
        model: symbolic({ state: ['x', 'y'], drift: ['3*x', '4*y'], diffusion: [['1'], ['2']] }),
        x0: [1, 1],
        T: 1,
      }),
      tamedEuler,
      4,
    ).step(0, Float64Array.of(1, 1), Float64Array.of(2), out);
    // |b| = 5, h = ¼, ΔW = 1.
    const tamed = 1 / 4 / (1 + 5 / 4);
    expect(out).toEqual(Float64Array.of(1 + tamed * 3 + 1, 1 + tamed * 4 + 2));
  });

  it('comes back from where Euler–Maruyama explodes', () => {
    const end = (scheme: typeof tamedEuler): number => {
      const chain = discretize(p, scheme, 16);
      let x = Float64Array.of(1e3, -1e3);
      for (let n = 0; n < 16; n++) {
        const out = new Float64Array(2);
        chain.step(n, x, Float64Array.of(0), out);
        x = out;
      }
      return Math.hypot(...x);
    };
    expect(end(eulerMaruyama)).toBeNaN();
    // Each step is at most 1 long, toward the origin.
    expect(end(tamedEuler)).toBeLessThan(Math.hypot(1e3, 1e3));
  });
});
