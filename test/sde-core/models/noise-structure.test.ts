import { symbolic } from 'sde-core';
import { expect, it } from 'vitest';

const noiseOf = (diffusion: (string | number)[][], parameters = {}) =>
  symbolic({ state: ['x', 'y'], drift: [0, 0], diffusion, parameters }).noise;

it.each<readonly [string, (string | number)[][], string, string]>([
  [
    'constants',
    [
      [1, 0.5],
      [0, 2],
    ],
    'additive',
    'symbolically',
  ],
  [
    'functions of time',
    [
      ['sin(t)', 1],
      [0, 't'],
    ],
    'additive',
    'symbolically',
  ],
  ['one column', [['x*y'], ['x']], 'scalar', 'symbolically'],
  [
    'own states on the diagonal',
    [
      ['x', 0],
      [0, 'sin(y) + t'],
    ],
    'diagonal',
    'symbolically',
  ],
  [
    'the other state on the diagonal',
    [
      ['y', 0],
      [0, 'x'],
    ],
    'general',
    'symbolically',
  ],
  [
    'proportional columns',
    [
      ['x*y', '2*x*y'],
      ['y^2', '2*y^2'],
    ],
    'commutative',
    'symbolically',
  ],
  [
    'a zero that only values show',
    [
      ['cos(x)', 0],
      ['sin(x)^2 + cos(x)^2 - 1', 'y'],
    ],
    'commutative',
    'numerically',
  ],
  [
    'columns that do not commute',
    [
      ['x', 1],
      ['y', 'x'],
    ],
    'general',
    'symbolically',
  ],
])('%s', (_, diffusion, kind, decided) => {
  expect(noiseOf(diffusion)).toMatchObject({ kind, decided });
});

it('looks at the values of parameters', () => {
  expect(
    noiseOf(
      [
        ['x', 'rho*y'],
        [0, 'y'],
      ],
      { rho: 0 },
    ).kind,
  ).toBe('diagonal');
  expect(
    noiseOf(
      [
        ['x', 'rho*y'],
        [0, 'y'],
      ],
      { rho: 0.5 },
    ).kind,
  ).not.toBe('diagonal');
});

it('sets every flag that holds', () => {
  expect(noiseOf([[1], [2]])).toMatchObject({ additive: true, scalar: true, diagonal: false, commutative: true });
});
