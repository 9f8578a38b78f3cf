import { type SymbolicModel, symbolic } from 'sde-core';

interface Case {
  readonly name: string;
  readonly model: SymbolicModel;
}

const linear = (drift: string[], diffusion: string[][]): SymbolicModel =>
  symbolic({ state: drift.map((_, i) => ['x', 'y'][i]), drift, diffusion });

const moving = ['(cos(3*t) - 1)*x + y/2', 'x/3 - y*(1 + t)/2'];

/** Models affine in x with coefficients that move in time, one for each structure of σ. */
export const affineModels: readonly Case[] = [
  {
    name: 'additive, m = 2',
    model: linear(moving, [
      ['0.5*exp(-t)', '0.3'],
      ['0.2', '0.4*cos(2*t)'],
    ]),
  },
  { name: 'scalar, d = 1', model: linear(['(t - 1)*x'], [['(0.4 + 0.3*sin(2*t))*x']]) },
  { name: 'scalar, d = 2', model: linear(moving, [['0.4*x + 0.3*t*y'], ['0.2*y - 0.3*x']]) },
  {
    name: 'diagonal',
    model: linear(moving, [
      ['0.5*x*(1 + t)', '0'],
      ['0', '0.4*y*cos(t)'],
    ]),
  },
  {
    name: 'commutative',
    model: linear(moving, [
      ['0.3*x', '0.2*x*(1 + t)'],
      ['0.1*y', '0.4*y'],
    ]),
  },
  {
    name: 'general, m = 2',
    model: linear(moving, [
      ['0.4*x', '0.3*y*(1 + t)'],
      ['0.2*y*cos(t)', '0.5*x'],
    ]),
  },
  {
    name: 'general, m = 3',
    model: linear(moving, [
      ['0.3*x', '0.3*y', '0.2*(x - y)*cos(t)'],
      ['0.2*y', '0.4*x*(1 + t)', '0.3*x'],
    ]),
  },
];

/** Models that are not affine, for arithmetic: every function that a coefficient may hold is in one of them. */
export const curvedModels: readonly Case[] = [
  { name: 'scalar, curved', model: linear(['x - x^3 + tanh(t*x)'], [['sqrt(1 + x^2)/2']]) },
  {
    name: 'additive, curved',
    model: linear(
      ['sin(x*y) - x', 'exp(-x^2) - y'],
      [
        ['0.1', '0.2*t'],
        ['0.3', '0'],
      ],
    ),
  },
  {
    name: 'diagonal, curved',
    model: linear(
      ['y - x^3', 'x'],
      [
        ['0.3*cos(x)', '0'],
        ['0', '0.2*log(1 + y^2)'],
      ],
    ),
  },
  {
    name: 'general, curved',
    model: linear(
      ['x > y ? x : y^2', 'max(x, y)*t'],
      [
        ['0.3*sin(y)', '0.2*x'],
        ['0.1*abs(x)', '0.3*atan(x*y)'],
      ],
    ),
  },
];
