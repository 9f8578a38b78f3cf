import {
  correlated,
  coxIngersollRoss,
  geometricBrownianMotion,
  heston,
  type Model,
  model as numericModel,
  symbolic,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { squareRootForm } from '#sde-core/models/square-root-form';

const closures = (dimension: number, noiseDimension: number, of: Model) =>
  numericModel({ dimension, noiseDimension, drift: of.drift, diffusion: of.diffusion });
const cir = coxIngersollRoss({ kappa: 1.3, mu: 0.2, sigma: 0.7 });
const priced = heston({ mu: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7 });
const one = (drift: string, diffusion: string, more: object = {}) =>
  symbolic({ state: ['v'], drift, diffusion, ...more });

describe('the form of a square-root process', () => {
  test.each<readonly [string, Model, string]>([
    ['the library’s', cir, 'square-root'],
    ['the library’s Heston', priced, 'heston'],
    ['closures', closures(1, 1, cir), 'square-root'],
    ['closures of Heston', closures(2, 2, priced), 'heston'],
    ['without reversion', one('0.1', '0.3*sqrt(v)'), 'square-root'],
    ['written in another way', one('2*(0.1 - v/2)', 'sqrt(max(v, 0)*0.09)'), 'square-root'],
    [
      'two Wiener processes',
      symbolic({ state: ['v'], drift: '1 - v', diffusion: [['sqrt(v)', '2*sqrt(v)']] }),
      'square-root',
    ],
    [
      'correlated by a matrix',
      correlated(
        symbolic({
          state: ['S', 'v'],
          drift: ['0', '1 - v'],
          diffusion: [
            ['S*sqrt(v)', 0],
            [0, 'sqrt(v)'],
          ],
        }),
        [
          [1, -0.5],
          [-0.5, 1],
        ],
      ),
      'heston',
    ],
  ])('is known: %s', (_, model, form) => {
    expect(squareRootForm(model)).toBe(form);
  });

  test.each<readonly [string, Model]>([
    ['a linear diffusion', geometricBrownianMotion({ mu: 0.1, sigma: 0.2 })],
    ['another power', one('1 - v', 'v^0.6')],
    ['a drift that is not affine', one('1 - v - 1e-6*v^2', 'sqrt(v)')],
    ['a drift that leads below 0', one('-0.1 - v', 'sqrt(v)')],
    ['coefficients that move', one('1 - v*(1 + t)', 'sqrt(v)')],
    ['coefficients that jump', one('t < 1/2 ? 1 - v : 2 - v', 'sqrt(v)', { breakpoints: [0.5] })],
    ['a Stratonovich equation', one('1 - v', 'sqrt(v)', { calculus: 'stratonovich' })],
    ['no noise', one('1 - v', '0')],
    [
      'log S for S',
      symbolic({
        state: ['x', 'v'],
        drift: ['-v/2', '1 - v'],
        diffusion: [
          ['sqrt(v)', 0],
          [0, 'sqrt(v)'],
        ],
      }),
    ],
    [
      'v before S',
      symbolic({
        state: ['v', 'S'],
        drift: ['1 - v', 'S'],
        diffusion: [
          ['sqrt(v)', 0],
          [0, 'S*sqrt(v)'],
        ],
      }),
    ],
    [
      'another elasticity of S',
      symbolic({
        state: ['S', 'v'],
        drift: ['S', '1 - v'],
        diffusion: [
          ['sqrt(S*v)', 0],
          [0, 'sqrt(v)'],
        ],
      }),
    ],
  ])('is not taken for granted: %s', (_, model) => {
    expect(squareRootForm(model)).toBeUndefined();
  });
});
