import { type Calculus, type NoiseStructure, requireCalculus } from '../models/model.js';
import { type SymbolicModel, symbolic } from '../models/symbolic.js';

/** A model on which a scheme's order is measured, and the points where its steps begin. */
export interface CertificateModel {
  readonly name: string;
  /** b and σσᵀ are polynomials in state and time. */
  readonly model: SymbolicModel;
  /** Errors are added over these points, so none is missed where a coefficient vanishes by accident; each of shape (d). */
  readonly points: readonly (readonly number[])[];
  readonly t0: number;
}

interface Recipe {
  readonly name: string;
  readonly drift: readonly string[];
  readonly diffusion: readonly (readonly string[])[];
  readonly noise: NoiseStructure['kind'];
}

/**
 * Every kind of noise with 1, 2 and 3 Wiener processes, linear and not, moving in time and not, commuting and not. Cubic coefficients
 * are general: a local expansion to weak order 2 sees no higher derivative.
 */
const RECIPES: readonly Recipe[] = [
  { name: 'additive', noise: 'additive', drift: ['0.8 - x - 0.3 * x^3'], diffusion: [['0.7']] },
  {
    name: 'additive, moving, m = 2',
    noise: 'additive',
    drift: ['y - 0.3 * x^2', '0.4 * x * y * (1 + t) - y'],
    diffusion: [
      ['0.5 - 0.3 * t', '0.2 * t^2'],
      ['0.3', '0.4 + 0.2 * t'],
    ],
  },
  {
    name: 'additive, moving, m = 3',
    noise: 'additive',
    drift: ['y - 0.4 * x^2 * (1 + t)', '0.5 * x * y - y^3 + t^2'],
    diffusion: [
      ['0.5 + 0.3 * t', '0.2 * t^2', '0.3'],
      ['0.1', '0.6 - 0.2 * t', '0.4 * t'],
    ],
  },
  { name: 'linear', noise: 'scalar', drift: ['0.7 * x'], diffusion: [['0.5 * x']] },
  {
    name: 'scalar, moving',
    noise: 'scalar',
    drift: ['0.5 * (1 + t) * x - 0.3 * x^3 + t^2'],
    diffusion: [['0.3 + 0.2 * t + 0.4 * x + 0.15 * x^2']],
  },
  {
    name: 'scalar, d = 2',
    noise: 'scalar',
    drift: ['y - 0.2 * x * y', '0.5 * x^2 - y'],
    diffusion: [['0.3 * y + 0.2 * x^2'], ['0.5 + 0.4 * x - 0.3 * x * y']],
  },
  {
    name: 'diagonal, moving, m = 2',
    noise: 'diagonal',
    drift: ['0.4 * y * (1 + t)', '0.3 * x^2 - 0.6 * y'],
    diffusion: [
      ['0.5 * x + 0.2 * x^2 * t', '0'],
      ['0', '0.3 - 0.4 * y * (1 + t)'],
    ],
  },
  {
    name: 'commuting, m = 2',
    noise: 'commutative',
    drift: ['0.6 * x - 0.2 * x * y', '0.4 * x'],
    diffusion: [
      ['0.4 * x * y', '-0.3 * x * y'],
      ['0.5 + 0.2 * y^2', '-0.375 - 0.15 * y^2'],
    ],
  },
  {
    name: 'commuting, moving, m = 3',
    noise: 'commutative',
    drift: ['0.3 * x * y - 0.5 * x', '0.4 * x * (1 + t) - 0.2 * y'],
    diffusion: [
      ['0.3 + 0.2 * x * y', '-0.75 * (0.3 + 0.2 * x * y)', '0.5 * (1 + t) * (0.3 + 0.2 * x * y)'],
      ['0.4 * x - 0.2 * y', '-0.75 * (0.4 * x - 0.2 * y)', '0.5 * (1 + t) * (0.4 * x - 0.2 * y)'],
    ],
  },
  {
    name: 'not commuting, d = 1, m = 2',
    noise: 'general',
    drift: ['0.5 * x - 0.2 * x^3'],
    diffusion: [['0.4 + 0.3 * x', '0.5 * x - 0.2 * x^2']],
  },
  {
    name: 'linear, not commuting, m = 2',
    noise: 'general',
    drift: ['-0.5 * x + 0.3 * y', '0.2 * x + 0.4 * y'],
    diffusion: [
      ['0.3 * x + 0.1 * y', '0.4 * y'],
      ['0.2 * x', '0.3 * y - 0.25 * x'],
    ],
  },
  {
    name: 'linear, not commuting, moving, m = 3',
    noise: 'general',
    drift: ['0.3 * (1 + t) * y - 0.5 * x', '0.2 * x + 0.4 * y'],
    diffusion: [
      ['0.3 * x + 0.1 * t * y', '0.4 * y', '0.2 * (1 + t) * x'],
      ['0.2 * x', '0.3 * y - 0.25 * x', '0.1 * y - 0.3 * t * x'],
    ],
  },
  {
    name: 'not commuting, moving, m = 2',
    noise: 'general',
    drift: ['y * (1 + t) - 0.2 * x^3', '0.3 * x * y - 0.5 * y + t^2'],
    diffusion: [
      ['0.4 + 0.3 * y^2 + 0.2 * t', '0.3 * x * (1 + t)'],
      ['0.25 * x * y', '0.5 + 0.2 * x - 0.3 * t * y'],
    ],
  },
  {
    name: 'not commuting, moving, m = 3',
    noise: 'general',
    drift: ['0.5 * y - 0.3 * x * (1 + t)', '0.2 * x^2 - 0.4 * y'],
    diffusion: [
      ['0.3 + 0.2 * y', '0.4 * x * y', '0.25 * x - 0.2 * t'],
      ['0.35 * x', '0.3 - 0.1 * y^2 + 0.3 * t', '0.2 + 0.3 * x^2'],
    ],
  },
  {
    name: 'rotations, d = 3, m = 3',
    noise: 'general',
    drift: ['0.5 - 0.3 * x + 0.3 * y * z', '0.4 * x - 0.2 * y', '0.3 * x * y - 0.6 * z'],
    diffusion: [
      ['0', '0.5 * z', '-0.4 * y'],
      ['-0.6 * z', '0', '0.4 * x'],
      ['0.6 * y', '-0.5 * x', '0'],
    ],
  },
];

const STATE = ['x', 'y', 'z'];
const POINTS = [
  [0.7, -0.6, 0.9],
  [1.1, 0.8, -0.7],
];
const T0 = 0.4;

/** The models that certificates are measured on, in one calculus, from simple to hard. */
export function certificateModels(calculus: Calculus): readonly CertificateModel[] {
  requireCalculus(calculus, 'certificateModels(calculus)');
  return RECIPES.map(({ name, drift, diffusion }) => ({
    name,
    model: symbolic({ state: STATE.slice(0, drift.length), drift, diffusion, calculus }),
    points: POINTS.map((point) => point.slice(0, drift.length)),
    t0: T0,
  }));
}
