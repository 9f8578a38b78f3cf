import { sinhSpaced, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { type ClosedForm, equilibrium, evolution } from './closed-form.js';

const brownian = () => symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });

/** What happens at the sides: eigenfunctions of each kind of condition, and what is paid at the exit. */
export function sideCases(): readonly ClosedForm[] {
  const unit = (n: number) => [uniform(0, 1, n)];
  const half = { model: brownian(), T: 0.5 };
  return [
    evolution({
      name: 'reflecting, with a slope',
      problem: { ...half, terminal: 'cos(pi*x) + x' },
      grid: unit,
      boundary: { kind: 'neumann', slope: 1 },
      at: [0.25],
      exact: numbers.cos(Math.PI / 4) * numbers.exp(-(Math.PI * Math.PI) / 4) + 0.25,
      points: 41,
    }),
    evolution({
      name: 'reflecting, uneven points',
      problem: { ...half, terminal: 'cos(pi*x)' },
      grid: (n) => [sinhSpaced(0, 1, n, { center: 0, width: 0.4 })],
      boundary: { kind: 'reflecting' },
      at: [0],
      exact: numbers.exp(-(Math.PI * Math.PI) / 4),
      points: 41,
    }),
    evolution({
      name: 'Robin: cos λx on (0, 1)',
      problem: { ...half, terminal: 'cos(0.9*x)' },
      grid: unit,
      boundary: [
        {
          lower: { kind: 'reflecting' },
          upper: { kind: 'robin', weight: 0.9 * numbers.tan(0.9), slopeWeight: 1, value: 0 },
        },
      ],
      at: [0.5],
      exact: numbers.cos(0.45) * numbers.exp(-0.81 / 4),
      points: 21,
    }),
    evolution({
      name: 'absorbing: sin πx',
      problem: { ...half, terminal: 'sin(pi*x)' },
      grid: unit,
      boundary: { kind: 'absorbing' },
      at: [0.25],
      exact: Math.SQRT1_2 * numbers.exp(-(Math.PI * Math.PI) / 4),
      points: 41,
    }),
    evolution({
      name: 'Dirichlet values in time: exp',
      problem: { model: brownian(), T: 1, terminal: 'exp(x)' },
      grid: unit,
      boundary: { kind: 'dirichlet', value: 'exp(x + (1 - t)/2)' },
      at: [0.5],
      exact: numbers.exp(1),
      points: 21,
    }),
    ...exitCases(),
  ];
}

/** Brownian motion with drift μ leaves (0, 1): e^(−2μx) is harmonic. */
function exitCases(): readonly ClosedForm[] {
  const [mu, x] = [0.7, 0.25];
  const drifting = symbolic({ state: ['x'], drift: [`${mu}`], diffusion: [['1']] });
  const upward = numbers.expm1(-2 * mu * x) / numbers.expm1(-2 * mu);
  const unit = (n: number) => [uniform(0, 1, n)];
  const rate = 0.8;
  return [
    equilibrium({
      name: 'mean exit time, with drift',
      equation: { model: drifting, source: 1 },
      grid: unit,
      boundary: { kind: 'absorbing' },
      at: [x],
      exact: (upward - x) / mu,
      points: 21,
    }),
    equilibrium({
      name: 'probability of leaving at the top',
      equation: { model: drifting },
      grid: unit,
      boundary: [{ lower: { kind: 'dirichlet', value: 0 }, upper: { kind: 'dirichlet', value: 1 } }],
      at: [x],
      exact: upward,
      points: 21,
    }),
    equilibrium({
      name: 'a payment at the exit, discounted',
      equation: { model: brownian(), killing: rate },
      grid: (n) => [uniform(-1, 1, n)],
      boundary: { kind: 'dirichlet', value: 1 },
      at: [0.5],
      exact: numbers.cosh(Math.sqrt(2 * rate) / 2) / numbers.cosh(Math.sqrt(2 * rate)),
      points: 21,
    }),
  ];
}
