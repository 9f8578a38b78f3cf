import {
  barrier,
  type Coefficient,
  coxIngersollRoss,
  defineScheme,
  discretize,
  driftImplicitEuler,
  eulerMaruyama,
  exactChain,
  expectation,
  exponentialEuler,
  inline,
  key,
  milstein,
  model,
  problem,
  type Scheme,
  SdeError,
  simulate,
  skRock,
  symbolic,
  terminal,
  truncatedEuler,
} from 'sde-core';
import { symbolicModel } from 'sde-core/expression';
import { bernoulli } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';

/** What beginners without types write: each is refused where it is written, with the way out. */
const ou = symbolic({ state: ['x', 'y'], drift: ['-x', '-y'], diffusion: [['1'], ['0']] });
const on = problem({ model: ou, x0: [1, 2], T: 1 });
const { kind: _, needs: __, ...definition } = eulerMaruyama;

function refusal(call: () => unknown): SdeError {
  try {
    call();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The scheme on the problem, and its first step: some mistakes of a native step show there. */
const walked = (scheme: unknown): SdeError =>
  refusal(() => simulate(discretize(on, scheme as Scheme<'coefficients'>, 2), { key: key(1) }));

describe('a scheme', () => {
  it.each(Object.entries({ driftImplicitEuler, skRock, truncatedEuler, exponentialEuler }))(
    'is not the function that makes it: %s',
    (name, factory) => {
      expect(walked(factory).details).toMatchObject({
        what: 'a function that makes a scheme, not a scheme',
        remedy: `call it: ${name}()`,
      });
    },
  );

  it('is not its name', () => {
    expect(walked('eulerMaruyama').details.remedy).toContain("import { eulerMaruyama } from 'sde-core'");
  });

  const steps: Readonly<Record<string, (input: never) => unknown>> = {
    'adds nodes by +': ({ y, h }: { y: number[]; h: number }) => y.map((value) => value + h),
    'returns nothing': () => undefined,
    'returns one state for two': ({ y }: { y: unknown[] }) => y.slice(0, 1),
    'returns three states for two': ({ y }: { y: unknown[] }) => [...y, y[0]],
    'returns a number': () => 1,
    'returns holes': ({ y }: { y: unknown[] }) => new Array(y.length),
    'reads what is not there': (input: { nowhere: { at: number } }) => input.nowhere.at,
  };
  it.each(Object.entries(steps))('whose step %s is refused by its name', (_, step) => {
    for (const kind of ['traced', 'native'] as const) {
      // Over numbers + is the sum.
      if (kind === 'native' && step === steps['adds nodes by +']) continue;
      const wrong = defineScheme({ ...definition, needs: 'coefficients', kind, name: 'mine', step } as never);
      expect(walked(wrong).message).toContain('mine');
    }
  });
});

describe('defineScheme', () => {
  const wrong = {
    name: [undefined, '', 3, Symbol('s')],
    citation: [undefined, '', 3],
    'order: { weak }': [undefined, 0, -1, '1', Number.NaN],
    'order: { strong }': [undefined, 0, '0.5'],
    'order: { ode }': [undefined, '1', Number.NaN],
    calculus: [undefined, 'Ito', 'itô', 1],
    noise: [undefined, [], 'general', ['general', 'Diagonal']],
    'driver: { increments }': [undefined, 'normal'],
    'driver: { auxiliary }': [undefined, []],
    restraint: ['taming', true],
    truncation: [10, 'far'],
    needs: ['jacobian', null],
    step: [undefined, 'step', {}],
    kind: ['numeric', null],
  };
  it.each(Object.entries(wrong))('says which field is wrong: %s', (field, values) => {
    const [outer, inner] = field.split(': { ').map((part) => part.replace(' }', ''));
    for (const value of values) {
      const old = definition[outer as keyof typeof definition];
      const now = inner ? { ...(old as object), [inner]: value } : value;
      const { where } = refusal(() => defineScheme({ ...definition, [outer]: now } as never)).details;
      expect(where).toContain(`defineScheme({ ${outer}`);
      if (inner) expect(where).toContain(inner);
    }
  });

  it('names the field that was meant', () => {
    expect(refusal(() => defineScheme({ ...definition, citations: 'mine' } as never)).details.remedy).toBe(
      'write citation',
    );
  });
});

describe('a word or a number', () => {
  it('of monitoring that is misspelled is not the default', () => {
    const { expected, got } = refusal(() => barrier('x', { monitoring: 'continous' as never })).details;
    expect([expected, got]).toEqual(["'discrete' or 'continuous'", "'continous'"]);
  });

  it.each([2, -0.1, Number.NaN, '0.5', undefined])('%s is no probability of bernoulli', (p) => {
    expect(refusal(() => bernoulli(p as number)).details.where).toContain('bernoulli');
  });
});

describe('a coefficient of a closure model', () => {
  const start = (
    drift: unknown,
    diffusion: unknown = (_t: number, _x: Float64Array, out: Float64Array) => out.fill(0),
  ) =>
    refusal(() =>
      simulate(
        discretize(
          problem({
            model: model({
              dimension: 2,
              noiseDimension: 1,
              drift: drift as Coefficient,
              diffusion: diffusion as Coefficient,
            }),
            x0: [1, 2],
            T: 1,
          }),
          eulerMaruyama,
          2,
        ),
        { key: key(1) },
      ),
    ).details;

  it('that returns instead of writing is refused, with what it returned', () => {
    expect(start((_t: number, x: Float64Array) => [-x[0], -x[1]])).toMatchObject({
      what: 'the drift leaves entry 0 of out unwritten',
      got: 'a function that returns an array of length 2',
    });
  });

  it('that writes a part is refused, with the entry', () => {
    const half: Coefficient = (_t, x, out) => {
      out[0] = -x[0];
    };
    expect(start(half).what).toBe('the drift leaves entry 1 of out unwritten');
    const full: Coefficient = (_t, x, out) => out.set(x);
    expect(start(full, half).what).toBe('the diffusion leaves entry 1 of out unwritten');
  });

  it('that is not a number by itself is none of these', () => {
    const nan: Coefficient = (_t, _x, out) => out.fill(Number.NaN);
    const full = model({ dimension: 1, noiseDimension: 0, drift: nan, diffusion: () => undefined });
    const out = new Float64Array(1);
    full.drift(0, Float64Array.of(1), out);
    expect(out[0]).toBeNaN();
  });

  it.each([
    [200, 200],
    [400, 100],
    [2000, 20],
    [1, 40_000],
  ])('runs with d·m ≥ 40 000: d = %i, m = %i', (d, m) => {
    const decay: Coefficient = (_t, x, out) => out.set(x.map((value) => -value));
    const none: Coefficient = (_t, _x, out) => out.fill(0);
    const wide = model({
      dimension: d,
      noiseDimension: m,
      noise: m === 1 ? 'scalar' : 'general',
      drift: decay,
      diffusion: none,
    });
    const chain = discretize(problem({ model: wide, x0: new Float64Array(d).fill(1), T: 1 }), eulerMaruyama, 2);
    const { x } = simulate(chain, { key: key(1) });
    expect(x.get(2, 0)).toBe(0.25);
    expect(x.get(2, d - 1)).toBe(0.25);
  });

  it('and formulas in thousands of states', async () => {
    const d = 5000;
    const state = Array.from({ length: d }, (_, i) => `x${i + 1}`);
    const wide = symbolic({ state, drift: state.map((name) => `-${name}`), diffusion: state.map(() => [0]) });
    const chain = discretize(problem({ model: wide, x0: new Float64Array(d).fill(1), T: 1 }), eulerMaruyama, 2);
    const estimate = await expectation(chain, terminal(`x${d}`), { paths: 2, key: key(1), backend: inline() });
    expect(estimate.mean).toBe(0.25);
    expect(symbolicModel(wide).dimension).toBe(d);
  });
});

describe('the square-root process', () => {
  it('without noise is its ordinary equation: exact, at every time', () => {
    for (const [kappa, mu, x0] of [
      [1, 2, 0.5],
      [3, 0, 1],
      [0.1, 5, 0],
    ]) {
      const still = coxIngersollRoss({ kappa, mu, sigma: 0 });
      const { t, x } = simulate(exactChain(problem({ model: still, x0: [x0], T: 2 }), 4), { key: key(1) });
      for (let n = 0; n <= 4; n++) {
        const exact = mu + (x0 - mu) * Math.exp(-kappa * t[n]);
        expect(Math.abs(x.get(n, 0) - exact)).toBeLessThan(1e-12 * Math.max(1, exact));
      }
    }
  });

  it.each([
    { kappa: 1, mu: -1, sigma: 1 },
    { kappa: -1, mu: 1, sigma: 1 },
    { kappa: 1, mu: 1, sigma: -1 },
    { kappa: 0, mu: Number.NaN, sigma: 1 },
  ])('is refused where it is none: %o', (parameters) => {
    expect(() => coxIngersollRoss(parameters)).toThrow(SdeError);
  });
});

it('runs the right spellings of all this', () => {
  for (const scheme of [driftImplicitEuler(), skRock(), truncatedEuler()])
    expect(simulate(discretize(on, scheme, 2), { key: key(1) }).x.shape).toEqual([3, 2]);
  expect(discretize(problem({ model: ou, x0: [1, 2], T: 1 }), milstein, 2).stateNames).toEqual(['x', 'y']);
});
