import {
  alfonsi,
  clarkCameron,
  coxIngersollRoss,
  discretize,
  eulerMaruyama,
  geometricBrownianMotion,
  leimkuhlerMatthews,
  milstein,
  milsteinGeneral,
  model,
  platen,
  problem,
  SdeError,
  sra1,
  sriw1,
  symbolic,
  toStratonovich,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { timeGrid } from '#sde-core/kernels/time-grid';
import { referenceStep } from '#sde-core/paths/discretize';
import { requireSteps } from '#sde-core/paths/steps';

const gbm = symbolic({ state: ['x'], drift: 'r*x', diffusion: 's*x', parameters: { r: 1.5, s: 0.1 } });
const p = problem({ model: gbm, x0: [1], T: 2, t0: 1 });

describe('discretize', () => {
  it('makes a chain of equal steps', () => {
    const chain = discretize(p, eulerMaruyama, 8);
    expect(chain).toMatchObject({ name: 'Euler–Maruyama, 8 steps', dimension: 1, steps: 8, h: 1 / 8, t0: 1 });
    expect(chain.x0).toEqual(Float64Array.of(1));
    expect(Object.isFrozen(chain)).toBe(true);
    expect(chain.stateNames).toEqual(['x']);
  });

  it('gives each Wiener process an increment, and then the auxiliary variables', () => {
    const equation = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', 'y', '0'],
        ['0', 'x', '1'],
      ],
    });
    const two = problem({ model: equation, x0: [0, 0], T: 1 });
    const kinds = (chain: ReturnType<typeof discretize>): string[] => chain.driver.laws.map(({ kind }) => kind);
    expect(kinds(discretize(two, eulerMaruyama, 1))).toEqual(['gaussian', 'gaussian', 'gaussian']);
    const weak = discretize(two, weakTaylor2, 1);
    expect(kinds(weak)).toEqual([...Array(3).fill('three-point'), ...Array(3).fill('two-point')]);
    expect(weak.driver.outcomes).toHaveLength(3 ** 3 * 2 ** 3);
    expect(discretize(two, withDriver(eulerMaruyama, 'two-point'), 1).driver.outcomes).toHaveLength(8);
  });

  it('keeps at or above 0 what the equation keeps there and what starts there', () => {
    const at = (x0: number) =>
      discretize(
        problem({ model: geometricBrownianMotion({ mu: 0.1, sigma: 0.2 }), x0: [x0], T: 1 }),
        eulerMaruyama,
        2,
      );
    expect([at(1), at(0), at(-1)].map(({ nonNegative }) => nonNegative)).toEqual([[0], [0], []]);
    expect(discretize(p, eulerMaruyama, 2).retry?.(undefined, 5)?.steps).toBe(5);
    expect(discretize(p, eulerMaruyama, 2).retry?.(platen, 3)?.name).toBe('Platen, 3 steps');
    expect(discretize(p, eulerMaruyama, 1).name).toBe('Euler–Maruyama, 1 step');
  });

  it('compiles what the scheme says over numbers, of formulas and of closures', () => {
    const plane = symbolic({
      state: ['x', 'y'],
      drift: ['y - t*x', 'sin(x)'],
      diffusion: [
        ['x/2', '1/3'],
        ['y', 'x*y/4'],
      ],
    });
    const closures = model({
      dimension: 2,
      noiseDimension: 2,
      drift: (t, [x, y], out) => {
        out.set([y - t * x, Math.sin(x)]);
      },
      diffusion: (_t, [x, y], out) => {
        out.set([x / 2, 1 / 3, y, (x * y) / 4]);
      },
    });
    const noise = Float64Array.of(0.3, -1, 1, -1, 1);
    for (const [from, scheme] of [
      [plane, weakTaylor2],
      [plane, platen],
      [plane, eulerMaruyama],
      [closures, platen],
      [closures, eulerMaruyama],
    ] as const) {
      const chain = discretize(problem({ model: from as typeof plane, x0: [1, 2], T: 2 }), scheme, 4);
      const [one, other] = [new Float64Array(2), new Float64Array(2)];
      const xi = noise.subarray(0, chain.driver.size);
      chain.step(1, chain.x0, xi, one);
      referenceStep(from, scheme, timeGrid(0, 2, 4, undefined))(1, chain.x0, xi, other);
      // Some roundings of numbers of order 1.
      for (const i of [0, 1]) expect(Math.abs(one[i] - other[i])).toBeLessThan(32 * Number.EPSILON);
    }
  });

  it('refuses an equation that the scheme is not made for, and takes the one that it is', () => {
    const rates = problem({ model: coxIngersollRoss({ kappa: 1, mu: 1, sigma: 0.5 }), x0: [1], T: 1 });
    expect(discretize(rates, alfonsi, 2).steps).toBe(2);
    expect(() => discretize(p, alfonsi, 2)).toThrow(/made for one kind of equation[\s\S]*states x with other/);
    const numeric = model({ dimension: 1, noiseDimension: 1, drift() {}, diffusion() {} });
    expect(() => discretize(problem({ model: numeric, x0: [1], T: 1 }) as unknown as typeof rates, alfonsi, 2)).toThrow(
      SdeError,
    );
  });

  it('refuses more steps than an index counts', () => {
    expect(() => requireSteps(2 ** 31 + 1, 'here')).toThrow(/more steps than any run/);
    expect(requireSteps(2 ** 31, 'here')).toBeUndefined();
  });

  it('uses the parameters of the model that it is given', () => {
    const out = new Float64Array(1);
    discretize(problem({ model: gbm.withParameters({ r: 2 }), x0: [1], T: 1 }), eulerMaruyama, 1).step(
      0,
      Float64Array.of(1),
      Float64Array.of(0),
      out,
    );
    expect(out[0]).toBe(3);
  });

  it.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s steps', (steps) => {
    expect(() => discretize(p, eulerMaruyama, steps)).toThrow(SdeError);
    expect(() => discretize(p, eulerMaruyama, steps)).toThrow(/integer ≥ 1/);
  });

  it('refuses a model that lacks derivatives, and names the way out', () => {
    const bare = model({ dimension: 1, noiseDimension: 1, noise: 'scalar', drift() {}, diffusion() {} });
    const numeric = problem({ model: bare, x0: [1], T: 1 });
    // @ts-expect-error Milstein needs Jacobians
    expect(() => discretize(numeric, milstein, 2)).toThrow(/needs derivatives[\s\S]*symbolic/);
    // @ts-expect-error the weak Taylor scheme needs expressions
    expect(() => discretize(numeric, weakTaylor2, 2)).toThrow(/symbolic/);
  });

  it('refuses the other calculus and names the conversion', () => {
    const stratonovich = problem({ model: toStratonovich(gbm), x0: [1], T: 1 });
    expect(() => discretize(stratonovich, platen, 2)).toThrow(SdeError);
    expect(() => discretize(stratonovich, platen, 2)).toThrow(/Itô[\s\S]*Stratonovich[\s\S]*toIto\(model\)/);
  });
});

describe('noise that does not commute', () => {
  const clark = problem({ model: clarkCameron(), x0: [0, 0], T: 1 });
  const message = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return (error as SdeError).message;
    }
    return '';
  };

  it.each([milstein, sriw1, sra1, leimkuhlerMatthews])('is refused by $name, which names what takes it', (scheme) => {
    const text = message(() => discretize(clark, scheme, 4));
    expect(text).toContain('columns of σ that do not commute');
    // Every name in the remedy is that of a scheme that takes this very problem.
    const named = { milsteinGeneral: milsteinGeneral(), platen, weakTaylor2, eulerMaruyama };
    const names = Object.entries(named).filter(([name]) => text.split('remedy')[1].includes(name));
    expect(names.map(([name]) => name)).toEqual(Object.keys(named));
    for (const [, other] of names) expect(discretize(clark, other, 4).steps).toBe(4);
  });

  it('is not promised more than the model has: derivatives for strong order 1', () => {
    const closures = model({ dimension: 2, noiseDimension: 2, drift: () => {}, diffusion: () => {} });
    const text = message(() => discretize(problem({ model: closures, x0: [0, 0], T: 1 }), sriw1, 4));
    expect(text).toContain('platen for weak order 2');
    expect(text).not.toMatch(/milsteinGeneral|weakTaylor2/);
  });
});

describe('coefficients that jump', () => {
  const rate = (t: number): number => (t < 0.3 ? 1 : t < 0.6 ? -2 : 5);
  const jumping = [
    symbolic({ state: ['x'], drift: 't < 0.3 ? 1 : t < 0.6 ? -2 : 5', diffusion: '0', breakpoints: [0.3, 0.6] }),
    model({
      dimension: 1,
      noiseDimension: 0,
      breakpoints: [0.3, 0.6],
      drift: (t, _x, out) => {
        out[0] = rate(t);
      },
      diffusion() {},
    }),
  ];

  it.each(jumping.map((equation) => [equation.kind, equation] as const))(
    'are integrated exactly by either scheme: no stage looks past its step (%s)',
    (_, equation) => {
      for (const scheme of [eulerMaruyama, platen]) {
        const chain = discretize(problem({ model: equation, x0: [0], T: 0.9 }), scheme, 9);
        let x = chain.x0;
        for (let n = 0; n < 9; n++) {
          const out = new Float64Array(1);
          chain.step(n, x, new Float64Array(chain.driver.size), out);
          x = out;
        }
        // Nine additions of numbers below 1.
        expect(Math.abs(x[0] - (0.3 - 0.6 + 1.5))).toBeLessThan(9 * 4 * Number.EPSILON);
      }
    },
  );

  it('ask for a step boundary on each jump', () => {
    const equation = problem({ model: jumping[0], x0: [0], T: 0.9 });
    expect(() => discretize(equation, eulerMaruyama, 4)).toThrow(SdeError);
    expect(() => discretize(equation, eulerMaruyama, 4)).toThrow(/inside a step/);
  });
});
