import { discretize, driftImplicitEuler, model, problem, splitStepBackwardEuler, symbolic } from 'sde-core';
import { describe, expect, it, test } from 'vitest';
import { implicitDrift } from '#sde-core/kernels/affine-drift';

const systems = {
  constant: symbolic({ state: ['v', 'x'], drift: ['-3*v + 2*x + 1', 'v - x'], diffusion: [['0.1*v'], ['0']] }),
  moving: symbolic({
    state: ['v', 'x'],
    drift: ['-t*v + x', 'cos(t) - v*k'],
    diffusion: [['1'], ['x']],
    parameters: { k: 2 },
  }),
  stiff: symbolic({ state: ['v', 'x'], drift: ['-1000*v', 'v - 1e-3*x'], diffusion: [['1'], ['1']] }),
} as const;

describe('a drift that is affine in the state', () => {
  it.each(Object.entries(systems))('%s: the equation of the step is solved', (_, affine) => {
    const solve = implicitDrift(affine);
    const b = new Float64Array(2);
    for (const weight of [0, 0.1, 0.05, 2]) {
      const x = solve?.(0.3, weight, [2, -1]) ?? [];
      affine.drift(0.3, Float64Array.from(x), b);
      // Rounding of weight · b, which is as large as 2000 x.
      for (const i of [0, 1])
        expect(Math.abs(x[i] - weight * b[i] - [2, -1][i])).toBeLessThan(1e-12 * (1 + Math.abs(weight * b[i])));
    }
  });

  it.each(['-x^3', 'sin(x)', 'max(x, 0)', 'x > 0 ? 1 : 2*x'])('%s is none', (drift) => {
    expect(implicitDrift(symbolic({ state: ['x'], drift: [drift], diffusion: [['1']] }))).toBeUndefined();
  });

  test('a singular equation gives no finite state', () => {
    const growing = symbolic({ state: ['x'], drift: ['2*x'], diffusion: [['1']] });
    expect(implicitDrift(growing)?.(0, 0.5, [1])[0]).not.toBeCloseTo(1);
    expect(Number.isFinite(implicitDrift(growing)?.(0, 0.5, [1])[0])).toBe(false);
  });

  it.each([driftImplicitEuler(), driftImplicitEuler({ theta: 0.5 }), splitStepBackwardEuler])(
    '$name steps as by Newton, which closures take',
    (scheme) => {
      for (const affine of Object.values(systems)) {
        const { drift, diffusion } = affine;
        const closures = model({ dimension: 2, noiseDimension: 1, drift, diffusion });
        const [direct, iterated] = [affine, closures].map((of) => {
          const chain = discretize(problem({ model: of, x0: [1, 2], T: 1 }), scheme, 10);
          const out = new Float64Array(2);
          chain.step(3, Float64Array.of(1, 2), Float64Array.of(0.7), out);
          return Array.from(out);
        });
        for (const [i, value] of direct.entries())
          expect(Math.abs(value - iterated[i])).toBeLessThan(1e-12 * (1 + Math.abs(value)));
      }
    },
  );
});
