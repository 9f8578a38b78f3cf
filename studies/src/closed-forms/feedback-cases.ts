import { controlled, type HjbOptions, type HjbProblem, implicitEuler, solveHJB, uniform } from 'kolmogorov';
import { expression } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import type { ClosedForm } from './closed-form.js';

/**
 * The best feedback where it is known: Riccati, Riccati with a filter, Cole and Hopf, Merton.
 *
 * @see [fleming2006]
 */
export function feedbackCases(): readonly ClosedForm[] {
  return [linearQuadratic(), linearQuadraticGaussian(), coleHopf(), merton()];
}

/** Cost ∫ x² + a² of dX = a dt + σ dW: V = tanh(T − t) x² + σ² ln cosh(T − t). */
function linearQuadratic(): ClosedForm {
  const x = 1;
  return feedback({
    name: 'linear–quadratic regulator, by Riccati',
    problem: {
      model: controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] }),
      T: 1,
      running: 'x^2 + a^2',
      controls: { a: { lower: -4, upper: 4 } },
    },
    grid: (n) => [uniform(-2, 2, n)],
    boundary: { kind: 'dirichlet', value: 'x^2*tanh(1 - t) + 0.25*log(cosh(1 - t))' },
    at: [x],
    exact: x * x * numbers.tanh(1) + 0.25 * numbers.log(numbers.cosh(1)),
    points: 25,
  });
}

/**
 * Cost ∫ X² + a² of dX = a dt + dW that is seen as dY = X dt + dV, from variance tanh t₀: the filter has S = tanh t and dx̂ = a dt + S dν, so with p = tanh T
 *
 *   V = tanh(T − t) x̂² + ∫ₜᵀ tanh(T − u) tanh² u + tanh u du,
 *   ∫ₜᵀ tanh(T − u) (1 − tanh² u) du = 1 − tanh(t) / p − (1 / p² − 1) ln((1 − p tanh t) / (1 − p²)).
 *
 * @see [kalman1961]
 * @see [wonham1968]
 */
function linearQuadraticGaussian(): ClosedForm {
  const [t0, T, x] = [0.5, 1.5, 0.5];
  const p = numbers.tanh(T);
  const unseen = `1 - tanh(t)/${p} - ${1 / (p * p) - 1}*log((1 - ${p}*tanh(t))/${1 - p * p})`;
  const offset = `log(cosh(${T} - t)) - (${unseen}) + log(${numbers.cosh(T)}/cosh(t))`;
  const value = `tanh(${T} - t)*x^2 + ${offset}`;
  return feedback({
    name: 'linear–quadratic–Gaussian, with its filter',
    problem: {
      model: controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['tanh(t)']] }),
      t0,
      T,
      running: 'x^2 + tanh(t) + a^2',
      controls: { a: { lower: -4, upper: 4 } },
    },
    grid: (n) => [uniform(-1, 1, n)],
    boundary: { kind: 'dirichlet', value },
    at: [x],
    exact: expression(value, { state: ['x'] }).evaluate(t0, [x]),
    points: 33,
  });
}

/** Cost ∫ a²/2 + φ(X_T) of dX = a dt + σ dW: e^(−V/σ²) = E e^(−φ(x + σ W_T)/σ²), here of φ = −σ² ln(2 + cos x). */
function coleHopf(): ClosedForm {
  const [variance, x] = [0.49, Math.PI / 4];
  return feedback({
    name: 'quadratic effort, by Cole and Hopf',
    problem: {
      model: controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.7']] }),
      T: 1,
      running: 'a^2/2',
      terminal: '-0.49*log(2 + cos(x))',
      controls: { a: { lower: -4, upper: 4 } },
    },
    grid: (n) => [uniform(-Math.PI, Math.PI, n)],
    boundary: { kind: 'periodic' },
    at: [x],
    exact: -variance * numbers.log(2 + numbers.cos(x) * numbers.exp(-variance / 2)),
    points: 17,
  });
}

/** E X_T^γ / γ of wealth of which the share a is in stock: V = x^γ / γ · e^(γ (r + (μ − r)² / (2 σ² (1 − γ))) (T − t)). */
function merton(): ClosedForm {
  const growth = 0.5 * (0.02 + (0.06 * 0.06) / (2 * 0.09 * 0.5));
  return feedback({
    name: 'Merton: the best share of stock',
    problem: {
      model: controlled({
        state: ['x'],
        control: ['a'],
        drift: ['x*(0.02 + 0.06*a)'],
        diffusion: [['0.3*x*a']],
      }),
      T: 1,
      terminal: '2*sqrt(x)',
      controls: { a: { lower: 0.1, upper: 4 } },
      sense: 'maximize',
    },
    grid: (n) => [uniform(0.5, 2.5, n)],
    boundary: { kind: 'dirichlet', value: `2*sqrt(x)*exp(${growth}*(1 - t))` },
    at: [1],
    exact: 2 * numbers.exp(growth),
    points: 17,
  });
}

interface Feedback {
  readonly name: string;
  readonly problem: HjbProblem;
  readonly grid: (n: number) => HjbOptions['grid'];
  readonly boundary: HjbOptions['boundary'];
  readonly at: readonly number[];
  readonly exact: number;
  readonly points: number;
}

/** Implicit steps are of order 1, so each grid has four times as many: then both errors fall by four. */
function feedback({ name, problem, grid, boundary, at, exact, points }: Feedback): ClosedForm {
  const solve = (n: number): number => {
    const stepping = implicitEuler({ steps: Math.max(1, Math.round(numbers.power((n - 1) / 4, 2))) });
    return solveHJB(problem, { grid: grid(n), boundary, stepping }).value.at(problem.t0 ?? 0, at);
  };
  return { name, exact, points, solve, extrapolate: (n) => (4 * solve(n) - solve((n + 1) / 2)) / 3 };
}
