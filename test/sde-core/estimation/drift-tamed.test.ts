import {
  discretize,
  eulerMaruyama,
  expectation,
  heston,
  inline,
  key,
  type Model,
  ornsteinUhlenbeck,
  problem,
  type Scheme,
  symbolic,
  tamedEuler,
  terminal,
} from 'sde-core';
import { expect, it } from 'vitest';

const said = async (model: Model, x0: number[], steps: number, scheme: Scheme<'coefficients'> = tamedEuler) => {
  const chain = discretize(problem({ model, x0, T: 1 }), scheme, steps);
  const phi = terminal((x) => x[0]);
  const { warnings } = await expectation(chain, phi, { paths: 512, key: key('tamed'), backend: inline() });
  return warnings.filter(({ kind }) => kind === 'drift-tamed');
};

const price = heston({ mu: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 });
const constant = symbolic({ state: ['x'], drift: '1', diffusion: '1' });

it.each<readonly [string, Model, number[], number, number]>([
  // h |b| = 5 h: the mean of S grows by 4, not by 5.1.
  ['a price in cents at 16 steps', price, [100, 0.04], 16, 0.24],
  ['a price in cents at 50 steps', price, [100, 0.04], 50, 0.09],
  ['a constant drift', constant, [0], 16, 1 / 17],
])('a drift that the taming makes smaller is said: %s', async (_, model, x0, steps, removed) => {
  const [warning] = await said(model, x0, steps);
  expect(warning.removed).toBeCloseTo(removed, 2);
});

it.each<readonly [string, Model, number[], number, Scheme<'coefficients'>]>([
  ['a price in units', price, [1, 0.04], 50, tamedEuler],
  ['Euler–Maruyama', price, [100, 0.04], 16, eulerMaruyama],
  ['a drift of the size of its slope', ornsteinUhlenbeck({ theta: 1, mu: 0, sigma: 0.5 }), [1], 16, tamedEuler],
  ['a double well', symbolic({ state: ['x'], drift: 'x - x^3', diffusion: '0.5' }), [1], 16, tamedEuler],
  ['a double well from afar', symbolic({ state: ['x'], drift: 'x - x^3', diffusion: '0.5' }), [10], 64, tamedEuler],
])('nothing is said of %s', async (_, model, x0, steps, scheme) => {
  expect(await said(model, x0, steps, scheme)).toEqual([]);
});

it('a closure that gives no number is refused', async () => {
  const chain = discretize(problem({ model: constant, x0: [0], T: 1 }), eulerMaruyama, 2);
  for (const value of [10n, '3', undefined]) {
    const phi = terminal((() => value) as unknown as () => number);
    await expect(expectation(chain, phi, { paths: 8, key: key(1), backend: inline() })).rejects.toThrow(
      'a functional whose value is no number',
    );
  }
});
