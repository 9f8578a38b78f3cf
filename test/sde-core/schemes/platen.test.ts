import { discretize, key, model, platen, problem, symbolic } from 'sde-core';
import { noiseSource } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';

describe('platen', () => {
  it('for one Wiener process is the scalar scheme [kloeden1992, (15.1.1)], to rounding', () => {
    const a = (t: number, x: number): number => Math.sin(x) + t;
    const b = (t: number, x: number): number => 1 / (1 + x * x) + t / 2;
    const equation = model({
      dimension: 1,
      noiseDimension: 1,
      noise: 'scalar',
      drift: (t, x, out) => {
        out[0] = a(t, x[0]);
      },
      diffusion: (t, x, out) => {
        out[0] = b(t, x[0]);
      },
    });
    const chain = discretize(problem({ model: equation, x0: [0.3], T: 2 }), platen, 10);
    const { h } = chain;
    const root = Math.sqrt(h);
    const source = noiseSource(chain.driver.laws, key('platen'));
    const [noise, out] = [new Float64Array(1), new Float64Array(1)];
    for (let n = 0; n < 10; n++) {
      source(0, n, noise);
      const x = Math.cos(n);
      chain.step(n, Float64Array.of(x), noise, out);
      const t = n * h;
      const I = root * noise[0];
      const upsilon = x + a(t, x) * h + b(t, x) * I;
      const [plus, minus] = [1, -1].map((sign) => b(t + h, x + a(t, x) * h + sign * b(t, x) * root));
      const next =
        x +
        ((a(t + h, upsilon) + a(t, x)) * h) / 2 +
        ((plus + minus + 2 * b(t, x)) * I) / 4 +
        ((plus - minus) * (I * I - h)) / root / 4;
      // Some twenty operations on values below 4, in another order.
      expect(Math.abs(out[0] - next)).toBeLessThan(20 * 4 * Number.EPSILON);
    }
  });

  it('has a sign for each pair of Wiener processes', () => {
    const equation = symbolic({ state: ['x'], drift: 'x', diffusion: [['x', '1', 'x^2', '2']] });
    const { laws } = discretize(problem({ model: equation, x0: [1], T: 1 }), platen, 2).driver;
    expect(laws.map(({ kind }) => kind)).toEqual([...Array(4).fill('three-point'), ...Array(6).fill('two-point')]);
  });

  it('evaluates σ at 1 + 2m states for m = 1, and b at two', () => {
    const counts = { drift: 0, diffusion: 0 };
    const equation = model({
      dimension: 1,
      noiseDimension: 1,
      drift: (_t, x, out) => {
        counts.drift++;
        out[0] = x[0];
      },
      diffusion: (_t, x, out) => {
        counts.diffusion++;
        out[0] = x[0];
      },
    });
    const chain = discretize(problem({ model: equation, x0: [1], T: 1 }), platen, 2);
    chain.step(0, chain.x0, Float64Array.of(1), new Float64Array(1));
    expect(counts).toEqual({ drift: 2, diffusion: 3 });
  });
});
