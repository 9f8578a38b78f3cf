import { uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { type ClosedForm, evolution } from './closed-form.js';

/** Integrals of a path in the exponent, and a drift that Girsanov's theorem takes away. */
export function functionalCases(): readonly ClosedForm[] {
  const line = (drift: string, diffusion: string) =>
    symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });
  return [
    evolution({
      name: 'Cox–Ingersoll–Ross bond, degenerate at 0',
      problem: { model: line('0.8*(0.06 - x)', '0.2*sqrt(x)'), T: 2, terminal: '1', killing: 'x' },
      grid: (n) => [uniform(0, 1, n)],
      at: [0.05],
      exact: cirBond({ kappa: 0.8, theta: 0.06, sigma: 0.2, x: 0.05, T: 2 }),
      points: 81,
    }),
    evolution({
      name: 'Cameron–Martin: E exp(−½ ∫ W²)',
      problem: { model: line('0', '1'), T: 1, terminal: '1', killing: 'x^2/2' },
      grid: (n) => [uniform(-8, 8, n)],
      at: [0.5],
      exact: numbers.exp((-0.25 * numbers.tanh(1)) / 2) / Math.sqrt(numbers.cosh(1)),
      points: 65,
    }),
    evolution({
      name: 'Beneš, φ = x',
      problem: { model: line('tanh(x)', '1'), T: 1, terminal: 'x' },
      grid: (n) => [uniform(-9, 9, n)],
      at: [0.75],
      exact: 0.75 + numbers.tanh(0.75),
      points: 73,
    }),
    evolution({
      name: 'Beneš, φ = x²',
      problem: { model: line('tanh(x)', '1'), T: 1, terminal: 'x^2' },
      grid: (n) => [uniform(-12, 12, n)],
      boundary: { kind: 'dirichlet', value: 'x^2 + 2*x*(1 - t)*tanh(x) + (1 - t)^2 + (1 - t)' },
      at: [0.75],
      exact: 0.75 * 0.75 + 2 * 0.75 * numbers.tanh(0.75) + 2,
      points: 97,
    }),
  ];
}

/** E exp(−∫₀ᵀ X) of dX = κ(θ − X) dt + σ√X dW from x. @see [cox1985] */
function cirBond(p: Readonly<Record<'kappa' | 'theta' | 'sigma' | 'x' | 'T', number>>): number {
  const gamma = Math.sqrt(p.kappa * p.kappa + 2 * (p.sigma * p.sigma));
  const growth = numbers.expm1(gamma * p.T);
  const below = (gamma + p.kappa) * growth + 2 * gamma;
  const power = (2 * p.kappa * p.theta) / (p.sigma * p.sigma);
  return (
    numbers.power((2 * gamma * numbers.exp(((p.kappa + gamma) * p.T) / 2)) / below, power) *
    numbers.exp((-2 * growth * p.x) / below)
  );
}
