import {
  type Backend,
  type Chain,
  defineScheme,
  discretize,
  eulerMaruyama,
  type JacobianModel,
  type Model,
  milstein,
  model,
  platen,
  problem,
  type Scheme,
  type SymbolicModel,
  schemes,
  symbolic,
  type TracedScheme,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { program } from 'sde-core/execution';
import { describe, expectTypeOf, it } from 'vitest';

const closures = { dimension: 1, noiseDimension: 1, noise: 'scalar', drift() {}, diffusion() {} } as const;
const plain = problem({ model: model(closures), x0: [1], T: 1 });
const jacobian = problem({ model: model({ ...closures, driftJacobian() {}, diffusionJacobian() {} }), x0: [1], T: 1 });
const formulas = problem({ model: symbolic({ state: ['x'], drift: 'x', diffusion: 'x' }), x0: [1], T: 1 });

describe('what a scheme needs of a model is part of its type', () => {
  it('coefficients: every model', () => {
    for (const p of [plain, jacobian, formulas]) expectTypeOf(discretize(p, platen, 1)).toEqualTypeOf<Chain>();
    expectTypeOf(eulerMaruyama).toEqualTypeOf<TracedScheme<'coefficients'>>();
  });

  it('jacobians: a model that has them', () => {
    expectTypeOf(jacobian.model).toEqualTypeOf<JacobianModel>();
    expectTypeOf(plain.model).toEqualTypeOf<Model>();
    discretize(jacobian, milstein, 1);
    discretize(formulas, milstein, 1);
    // @ts-expect-error a model without Jacobians
    const wrong = () => discretize(plain, milstein, 1);
    expectTypeOf(wrong).returns.toEqualTypeOf<Chain>();
  });

  it('symbols: a symbolic model', () => {
    expectTypeOf(formulas.model).toEqualTypeOf<SymbolicModel>();
    discretize(formulas, weakTaylor2, 1);
    // @ts-expect-error a model without expressions
    const wrong = () => discretize(jacobian, weakTaylor2, 1);
    // @ts-expect-error another law needs no less
    const driven = () => discretize(plain, withDriver(milstein, 'two-point'), 1);
    expectTypeOf(wrong).returns.toEqualTypeOf<Chain>();
    expectTypeOf(driven).returns.toEqualTypeOf<Chain>();
  });

  it('a scheme out of the registry is checked at run time', () => {
    expectTypeOf(schemes).toEqualTypeOf<readonly Scheme[]>();
    expectTypeOf(discretize<'coefficients' | 'jacobians' | 'symbols'>)
      .parameter(0)
      .toExtend<{ model: Model }>();
  });
});

describe('a scheme', () => {
  it('sees of a model what it says it needs, and nothing else', () => {
    const { name, citation, order, calculus, noise, driver } = eulerMaruyama;
    const common = { name, citation, order, calculus, noise, driver };
    // @ts-expect-error derivatives are not there for a scheme that needs coefficients
    defineScheme({ ...common, step: ({ y, diffusionAlongNoise }) => (diffusionAlongNoise ? y : y) });
    defineScheme<'jacobians'>({ ...common, needs: 'jacobians', step: ({ y, diffusionAlongNoise: _ }) => y });
  });

  it('cannot mix a carrier with numbers', () => {
    const { name, citation, order, calculus, noise, driver } = eulerMaruyama;
    const common = { name, citation, order, calculus, noise, driver };
    // @ts-expect-error y[0] may be a node: it is added by the algebra
    defineScheme({ ...common, step: ({ y }) => [y[0] + 1] });
  });

  it('takes laws that exist', () => {
    // @ts-expect-error not a law of increments
    const wrong = () => withDriver(eulerMaruyama, 'uniform');
    expectTypeOf(wrong).toBeFunction();
  });
});

describe('a functional of a chain', () => {
  it('is named and computes a number', () => {
    const chain = discretize(plain, eulerMaruyama, 1);
    expectTypeOf(program(chain, { name: 'x', value: ([x]) => x }).kind).toEqualTypeOf<'traced' | 'native'>();
    // @ts-expect-error a vector is no value
    const wrong = () => program(chain, { name: 'x', value: (x) => x });
    expectTypeOf(wrong).toBeFunction();
  });

  it('goes to a backend through its program alone', () => {
    expectTypeOf<Parameters<Backend['prepare']>[0]>().toEqualTypeOf<ReturnType<typeof program>>();
  });
});
