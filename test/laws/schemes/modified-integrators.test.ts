import {
  type Chain,
  eulerMaruyama,
  milstein,
  modifiedIntegrator,
  problem,
  type SymbolicModel,
  stochasticHeun,
  symbolic,
  type TracedScheme,
  withDriver,
} from 'sde-core';
import { describe, expect, it } from 'vitest';
import { discreteLaw } from '#sde-core/studies/discrete-law';
import { localMoments } from '#sde-core/studies/local-moments';
import { exponentVectors, localOrder, stepMoments } from '#sde-core/studies/local-order';

const STEPS = [6, 7, 8, 9, 10, 11].map((k) => 2 ** -k);

/** The weak order at one point: the local one of all moments to degree 5, minus 1. */
function weakOrder(model: SymbolicModel, x0: readonly number[], make: (h: number) => Chain): number {
  const alphas = exponentVectors(model.dimension, 5);
  const t0 = 0.4;
  const exact = localMoments(model, { t0, x0 }, 6);
  const errors = STEPS.map((h) => {
    const chain = make(h);
    const law = discreteLaw(chain.driver.laws, 5) ?? [];
    return stepMoments(chain, law, alphas).reduce((sum, moment, j) => {
      const truth = exact(alphas[j]).reduceRight((value, coefficient) => value * chain.h + coefficient, 0);
      return sum + Math.abs(moment - truth);
    }, 0);
  });
  return localOrder({ errors, floors: STEPS.map(() => 64 * Number.EPSILON) }).order - 1;
}

function chainOf(model: SymbolicModel, scheme: TracedScheme, x0: readonly number[]): (h: number) => Chain {
  return (h) => {
    const integrator = modifiedIntegrator(problem({ model, x0, t0: 0.4, T: 0.4 + h }), scheme, 1);
    if (integrator.kind === 'none') throw new Error(integrator.obstruction);
    return integrator.chain;
  };
}

const additive = symbolic({
  state: ['x', 'y'],
  drift: ['y - 0.4 * x^2 - 0.3 * x^3', '0.5 * x * y - y^3 - x'],
  diffusion: [
    ['0.5', '0.2'],
    ['0.1', '0.6'],
  ],
});
const scalar = symbolic({ state: ['x'], drift: '0.5 * x - 0.3 * x^3', diffusion: '0.3 + 0.4 * x + 0.15 * x^2' });

/** Slopes extrapolated from h ≤ 1/64 have settled to this. */
const NEAR = 0.06;

describe('a scheme on its own inverse modified equation has weak order 2', () => {
  it.each([
    ['Euler–Maruyama, additive noise in the plane', additive, eulerMaruyama, [0.7, -0.6]],
    ['Milstein, one state', scalar, milstein, [0.7]],
    [
      'Euler–Maruyama with two-point increments, additive',
      additive,
      withDriver(eulerMaruyama, 'two-point'),
      [0.7, -0.6],
    ],
  ] as const)('%s', (_, model, scheme, x0) => {
    expect(Math.abs(weakOrder(model, x0, chainOf(model, scheme, x0)) - 2)).toBeLessThan(NEAR);
  });

  it('Stratonovich Heun, one state', () => {
    const model = symbolic({ state: ['x'], drift: '0.5 * x', diffusion: '0.3 * x', calculus: 'stratonovich' });
    const integrator = modifiedIntegrator(problem({ model, x0: [0.7], T: 1 }), stochasticHeun, 4);
    if (integrator.kind === 'exists') {
      expect(Math.abs(weakOrder(model, [0.7], chainOf(model, stochasticHeun, [0.7])) - 2)).toBeLessThan(NEAR);
    } else expect(integrator.obstruction).not.toBe('');
  });

  it('where Euler–Maruyama has none, it says what is in the way', () => {
    const integrator = modifiedIntegrator(problem({ model: scalar, x0: [0.7], T: 1 }), eulerMaruyama, 4);
    expect(integrator.kind).toBe('none');
    if (integrator.kind === 'none') expect(integrator.obstruction).toContain('∂x^3');
  });
});
