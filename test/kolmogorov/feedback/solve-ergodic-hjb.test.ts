import { controlled, type ErgodicOptions, type ErgodicProblem, solveErgodicHJB, solveHJB, uniform } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';

const steered = controlled({ state: ['x'], control: ['a'], drift: ['-0.5*x + a'], diffusion: [['0.5']] });
const quadratic = { model: steered, running: 'x^2 + a^2', controls: { a: {} } };

describe('solveErgodicHJB', () => {
  test('noise in the control: 0 = 1 − P − P² / (1 + ε² P), λ = σ² P', () => {
    const model = controlled({ state: ['x'], control: ['a'], drift: ['-0.5*x + a'], diffusion: [['0.5', '0.4*a']] });
    const outcome = solveErgodicHJB({ ...quadratic, model }, { grid: [uniform(-4, 4, 81)] });
    // (1 + ε²) P² + (1 − ε²) P − 1 = 0.
    const square = 0.16;
    const P = (-(1 - square) + Math.sqrt((1 - square) ** 2 + 4 * (1 + square))) / (2 * (1 + square));
    expect(outcome.kind).toBe('converged');
    expect(outcome.matrices.mMatrix).toBe(true);
    // V is quadratic, for which differences are exact; the iteration ends at gains of 2⁻⁴⁰ of the terms, which V″ / Δx² makes.
    expect(Math.abs(outcome.average - 0.25 * P)).toBeLessThan(2 ** -30);
    expect(Math.abs(outcome.value.at(0, [1]) - P)).toBeLessThan(2 ** -30);
    expect(Math.abs(outcome.policy.a.at(0, [1]) + P / (1 + square * P))).toBeLessThan(2 ** -30);
    expect(outcome.residual).toBeLessThan(2 ** -30);
  });

  test('the average is the mean of the cost under the law, and stays with the reference', () => {
    const grid = [uniform(-4, 4, 81)];
    const outcome = solveErgodicHJB(quadratic, { grid, reference: [1.02] });
    const middle = solveErgodicHJB(quadratic, { grid });
    expect(outcome.value.at(0, [1])).toBe(0);
    expect(Math.abs(outcome.average - middle.average)).toBeLessThan(2 ** -30);
    const mean = outcome.density.expectation(0, (x) => x[0] ** 2 + outcome.policy.a.at(0, x) ** 2);
    expect(Math.abs(mean - outcome.average)).toBeLessThan(2 ** -30);
    expect(outcome.density.mass).toBeCloseTo(1, 12);
  });

  test('is where small discounts lead: ρ V → λ', () => {
    const grid = [uniform(-4, 4, 81)];
    const { average } = solveErgodicHJB(quadratic, { grid });
    const discounted = [0.02, 0.01].map(
      (rho) => rho * solveHJB({ ...quadratic, discount: rho }, { grid }).value.at(0, [0]),
    );
    // ρ V(0) = λ + c ρ + O(ρ²), with c and what follows below 1.
    expect(Math.abs(2 * discounted[1] - discounted[0] - average)).toBeLessThan(0.02 ** 2);
  });

  test('bang-bang noise on a circle: little where it is cheap, much where it is dear', () => {
    const model = controlled({ state: ['x'], control: ['s'], drift: ['0'], diffusion: [['s']] });
    // The law is as 1/s²: 4 where cos x < λ and 1 elsewhere, and λ is its mean of cos: with θ = arccos λ, λ (θ + 4 (π − θ)) = −3 sin θ.
    let exact = -0.5;
    for (let i = 0; i < 200; i++) {
      const theta = Math.acos(exact);
      exact = (-3 * Math.sin(theta)) / (theta + 4 * (Math.PI - theta));
    }
    const solve = (n: number) =>
      solveErgodicHJB(
        { model, running: 'cos(x)', controls: { s: [0.5, 1] } },
        { grid: [uniform(0, 2 * Math.PI, n)], boundary: { kind: 'periodic' } },
      );
    for (const n of [41, 81, 161, 321]) {
      const outcome = solve(n);
      expect(outcome.kind).toBe('converged');
      // The switch is at a node: off by Δx/2 at most, which costs its square; the trapezoidal rule for a law that jumps there, the same.
      expect(Math.abs(outcome.average - exact)).toBeLessThan((Math.PI / (n - 1)) ** 2);
      expect(outcome.policy.s.at(0, [Math.PI])).toBe(0.5);
      expect(outcome.policy.s.at(0, [0])).toBe(1);
      expect(outcome.policy.s.at(0, [2 * Math.PI])).toBe(1);
      expect(outcome.density.mass).toBeCloseTo(1, 12);
    }
  });

  test('goes in the plane, and maximizes', () => {
    // Two independent copies: λ = 2 σ² p.
    const model = controlled({
      state: ['x', 'y'],
      control: ['a', 'b'],
      drift: ['-x/2 + a', '-y/2 + b'],
      diffusion: [
        ['0.5', '0'],
        ['0', '0.5'],
      ],
    });
    const outcome = solveErgodicHJB(
      { model, running: '-(x^2 + y^2 + a^2 + b^2)', controls: { a: {}, b: {} }, sense: 'maximize' },
      { grid: [uniform(-2.5, 2.5, 41), uniform(-2.5, 2.5, 41)] },
    );
    expect(outcome.kind).toBe('converged');
    // Central differences are monotone to 5.4 standard deviations of the law, beyond which it has 7e-8 of its mass, where r is about 5.
    expect(Math.abs(outcome.average + (2 * 0.25 * (Math.sqrt(5) - 1)) / 2)).toBeLessThan(2 * 7e-8 * 5);
  });

  test('says when it stalls', () => {
    const outcome = solveErgodicHJB(quadratic, { grid: [uniform(-4, 4, 81)], iterations: 1 });
    expect(outcome.kind).toBe('stalled');
    expect(outcome.residual).toBeGreaterThan(1e-6);
  });

  test.each<readonly [string, Partial<ErgodicProblem>, Partial<ErgodicOptions>, string]>([
    ['sides that the process leaves by', {}, { boundary: { kind: 'absorbing' } }, 'value'],
    ['a reference outside', {}, { reference: [7] }, 'value'],
    ['a reference of another dimension', {}, { reference: [0, 0] }, 'value'],
    ['costs that depend on time', { running: 'x^2 + t + a^2' }, {}, 'unsupported'],
    [
      'a grid that falls apart',
      { model: controlled({ state: ['x'], control: ['a'], drift: ['0*a'], diffusion: [['0']] }) },
      {},
      'value',
    ],
  ])('refuses %s', (_, problem, options, code) => {
    let error: unknown;
    try {
      solveErgodicHJB({ ...quadratic, ...problem }, { grid: [uniform(-4, 4, 21)], ...options });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
  });
});
