import { discretize, dri1, problem, rdi2wm, ri1, ri5, ri6, symbolic, type Tableau, tableau } from 'sde-core';
import { describe, expect, it } from 'vitest';

const plain: Tableau = {
  name: 'Euler as a tableau',
  citation: 'roessler2009',
  order: { weak: 1, strong: null, ode: 1 },
  A0: [[]],
  A1: [[]],
  B0: [[]],
  B1: [[]],
  B2: [[]],
  alpha: [1],
  beta1: [1],
  beta2: [0],
  beta3: [0],
  beta4: [0],
};

describe('tableau', () => {
  it('of one stage is Euler–Maruyama', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['y', 't'],
      diffusion: [
        ['x', '1'],
        ['2', 'y'],
      ],
    });
    const chain = discretize(problem({ model, x0: [1, 2], T: 1 }), tableau(plain), 4);
    const out = new Float64Array(2);
    chain.step(1, Float64Array.of(2, 3), Float64Array.of(1, -1, 1), out);
    expect(out).toEqual(Float64Array.of(2 + 3 / 4 + 1 - 1 / 2, 3 + 1 / 16 + 1 - 3 / 2));
  });

  it('takes one sign for all pairs of Wiener processes, and none for one process', () => {
    for (const scheme of [ri1, ri5, ri6, rdi2wm, dri1]) {
      expect([1, 2, 3].map((m) => scheme.driver.auxiliary(m).length)).toEqual([0, 1, 1]);
    }
  });

  it('evaluates stages at t + c h: a coefficient that is t alone is integrated by the rule of c and α', () => {
    const model = symbolic({ state: ['x'], drift: 't^2', diffusion: '0' });
    const p = problem({ model, x0: [0], T: 1 });
    const end = (scheme: typeof ri1): number => {
      const out = new Float64Array(1);
      const chain = discretize(p, scheme, 1);
      chain.step(0, chain.x0, new Float64Array(chain.driver.size), out);
      return out[0];
    };
    // Exact for quadratics where α·c² = 1/3; ½ by the trapezoidal rule where c = (0, 1).
    const rounding = 8 * Number.EPSILON;
    for (const scheme of [ri1, ri5, dri1]) expect(Math.abs(end(scheme) - 1 / 3)).toBeLessThan(rounding);
    for (const scheme of [ri6, rdi2wm]) expect(Math.abs(end(scheme) - 1 / 2)).toBeLessThan(rounding);
  });
});
