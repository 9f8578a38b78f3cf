import {
  type Backend,
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  problem,
  SdeError,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { combined, otherMean, regressionCoefficient } from '#sde-core/estimation/control-variate';
import { ANY } from '#sde-core/estimation/known-values';
import { evaluate } from '#sde-core/expression/evaluate';
import { graph } from '#sde-core/expression/graph';
import { momentsOf } from '#sde-core/numerics/moments';

const walk = problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [0], T: 1 });
const chain = discretize(walk, eulerMaruyama, 1);
const backend = inline();

test('a combination is φ + factor (ψ − shift), by value and by trace', () => {
  const [phi, psi] = [terminal('x^2').on(chain), terminal('3*x').on(chain)];
  const { value, trace } = combined(phi, psi, -2, 5);
  expect(value(Float64Array.of(4))).toBe(16 - 2 * (12 - 5));
  const nodes = graph();
  expect(Array.from(evaluate([trace?.(nodes, [nodes.constant(4)]) ?? nodes.constant(0)], {}))).toEqual([2]);
  const closure = terminal((x) => x[0]).on(chain);
  expect(combined(phi, closure, 1, 0).trace).toBeUndefined();
  expect(combined(closure, psi, 1, 0).trace).toBeUndefined();
});

describe('a coefficient', () => {
  const of = (phi: string, psi: string, mean = 0, more: object = {}) =>
    regressionCoefficient(
      chain,
      { phi: terminal(phi).on(chain), psi: terminal(psi).on(chain), mean },
      { key: key(1), antithetic: false, backend, ...more },
    );
  test('is the covariance over the variance of the control', async () => {
    for (const [phi, psi, exact] of [
      ['3*x', 'x', 3],
      ['x', '-4*x', -1 / 4],
      ['x + 7', '5 - x', -1],
    ] as const) {
      const { coefficient, warnings } = await of(phi, psi, psi.startsWith('5') ? 5 : 0);
      expect(coefficient).toBeCloseTo(exact, 9);
      expect(warnings).toEqual([]);
    }
    // Cov(e^X, X)/Var X = e^½: to four standard errors of 4096 paths.
    expect(Math.abs((await of('exp(x)', 'x')).coefficient - Math.exp(0.5))).toBeLessThan(0.3);
    expect(
      Math.abs((await of('x', 'exp(x)', Math.exp(0.5))).coefficient - Math.exp(0.5) / (Math.E * (Math.E - 1))),
    ).toBeLessThan(0.1);
  });

  test('is 0 where either does not vary, or leaves the numbers; and says which', async () => {
    for (const [phi, psi, mean] of [
      ['x', '2', 2],
      ['3', 'x', 0],
      ['1e200*x', 'x', 0],
    ] as const) {
      const { coefficient, warnings } = await of(phi, psi, mean);
      expect(coefficient).toBe(0);
      expect(warnings.map(({ kind }) => kind)).toEqual(['control-unused']);
      expect(warnings[0].message).toContain(phi === '3' ? '3 does not vary' : `${psi} does not vary`);
    }
  });

  test('comes from one block, and warns of another mean on it', async () => {
    const paths: number[] = [];
    const seeing: Backend = {
      ...backend,
      run(prepared, work, signal) {
        paths.push(work.blocks.paths);
        return backend.run(prepared, work, signal);
      },
    };
    const { warnings } = await of('x^2', 'x', 1, { backend: seeing });
    expect(paths).toEqual([4096, 4096, 4096]);
    expect(warnings).toMatchObject([{ kind: 'control-mean', given: 1 }]);
  });
});

describe('another mean of a control', () => {
  const said = (values: readonly number[], given: number, known: object = {}): boolean =>
    otherMean('ψ', momentsOf(values), given, { ...ANY, ...known }).length > 0;
  // Spread ± 1 with a third value, so that no counts are taken: the standard error of n is 1/√n.
  const wave = Array.from({ length: 10_000 }, (_, i) => (i % 2 ? 1 : -1) + (i % 100 === 0 ? 1e-9 * i : 0));

  test('is more than six standard errors away, above or below', () => {
    expect(said(wave, 0.0605)).toBe(true);
    expect(said(wave, -0.0605)).toBe(true);
    expect(said(wave, 0.0595)).toBe(false);
    expect(said(wave, -0.0595)).toBe(false);
    const [warning] = otherMean('ψ', momentsOf(wave), 0.5, ANY);
    expect(warning).toMatchObject({ kind: 'control-mean', given: 0.5 });
    expect(warning.mean as number).toBeCloseTo(0, 4);
    expect(warning.standardError as number).toBeCloseTo(0.01, 5);
  });

  test('is no rounding of values that hardly vary', () => {
    const still = [1e6, 1e6 + 1e-10 * 2 ** 10, 1e6 - 2 ** -23, 1e6];
    expect(said([...still, ...still], 1e6 + 4e-9)).toBe(false);
  });

  test('is not seen where few values carry the variance, or where there is none at all', () => {
    const heavy = Array.from({ length: 1000 }, (_, i) => (i === 0 ? 100 : i === 1 ? -1e-3 : 0));
    expect(said(heavy, 50)).toBe(false);
    // Ten of a thousand, and more than ten.
    const carried = (n: number) => Array.from({ length: 1000 }, (_, i) => (i < n ? (i % 2 ? 1 : -1) : 0));
    expect(said(carried(8), 9)).toBe(false);
    expect(said(carried(14), 9)).toBe(true);
    expect(otherMean('ψ', { count: 0, mean: 0, m2: 0, nonFinite: 0 }, 9, ANY)).toEqual([]);
  });

  test('of two values is outside of what their counts allow', () => {
    // Of the values 2 and 6, a share of 1/2 of 100: the interval at 2e-9 is about 1/2 ± 0.28.
    const two = Array.from({ length: 100 }, (_, i) => (i % 2 ? 6 : 2));
    expect(said(two, 4)).toBe(false);
    for (const near of [3, 5]) expect(said(two, near)).toBe(false);
    for (const far of [2.7, 5.3]) expect(said(two, far)).toBe(true);
    // Where all are the same, of that and the other bound: no hits leave a share of −log(1e-9)/100 = 0.19.
    const unit = { lowest: 0, highest: 1 };
    const zeros = Array.from({ length: 100 }, () => 0);
    const ones = Array.from({ length: 100 }, () => 1);
    expect(said(zeros, 0.17, unit)).toBe(false);
    expect(said(zeros, 0.2, unit)).toBe(true);
    expect(said(ones, 0.83, unit)).toBe(false);
    expect(said(ones, 0.8, unit)).toBe(true);
    // Without a second bound there is nothing to count: the mean itself is compared.
    expect(said(zeros, 0, { lowest: 0 })).toBe(false);
    expect(said(zeros, 0.5)).toBe(true);
    expect(said(zeros, 0)).toBe(false);
  });
});

describe('the door of a control', () => {
  const run = (control: unknown) =>
    expectation(chain, terminal('x'), { paths: 2, key: key(1), backend, control: control as never });
  test.each([
    [{ functional: terminal('x') }],
    [{ functional: 'x', mean: 0 }],
    [{ functional: terminal('x'), mean: Number.NaN }],
    [{ functional: terminal('x'), mean: 0, coefficient: 1 }],
    [{ phi: terminal('x'), mean: 0 }],
    [3],
  ])('refuses %j', async (control) => {
    await expect(run(control)).rejects.toThrow(SdeError);
  });
});
