import { controlObjective, hundsdorferVerwer, optimizeControl, trBdf2, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const model = symbolic({
  state: ['x'],
  drift: ['a*tanh(b*x) - 0.2*x'],
  diffusion: [['0.4 + 0.2*a*a']],
  parameters: { a: 0.4, b: 0.9, slope: 1 },
});
const problem = {
  model,
  parameters: ['a', 'b'],
  constants: ['slope'],
  T: 1,
  terminal: 'log(1 + exp(-slope*x))',
  running: 'a^2*x^2/8',
  initial: [0.3],
  regularization: 0.1,
};
const options = { grid: [uniform(-4, 4, 41)], stepping: trBdf2({ steps: 9 }), intervals: 3 } as const;

describe('the Hamiltonian', () => {
  test.each(['constant', 'linear'] as const)('has the gradient of J where u and ρ were computed: %s', (control) => {
    const objective = controlObjective(problem, { ...options, control });
    const theta = Float64Array.from({ length: objective.size }, (_, i) => 0.5 + 0.2 * Math.sin(3 * i));
    const [ofJ, ofH] = [new Float64Array(theta.length), new Float64Array(theta.length)];
    objective.gradient(theta, ofJ);
    const H = objective.hamiltonian(theta);
    H.gradient(theta, ofH);
    // The same sums.
    ofH.forEach((slope, i) => {
      expect(Math.abs(slope - ofJ[i])).toBeLessThan(1e-13);
    });
    // And its own elsewhere: a Taylor test of H.
    const away = theta.map((value, i) => value + 0.1 * Math.cos(i));
    const along = theta.map((_, i) => Math.cos(5 * i + 2));
    const value = H.gradient(away, ofH);
    const slope = ofH.reduce((sum, entry, i) => sum + entry * along[i], 0);
    const [coarse, fine] = [1e-2, 5e-3].map((size) =>
      Math.abs(H.value(away.map((entry, i) => entry + size * along[i])) - value - size * slope),
    );
    expect(Math.log2(coarse / fine)).toBeGreaterThan(1.9);
    expect(Math.log2(coarse / fine)).toBeLessThan(2.1);
  });
});

describe('successive approximations', () => {
  test('go down at every iterate to the optimum that quasi-Newton finds', () => {
    const found = optimizeControl(problem, { ...options, method: 'successive-approximations', tolerance: 1e-7 });
    const other = optimizeControl(problem, { ...options, tolerance: 1e-7 });
    expect(found.kind).toBe('converged');
    for (let i = 1; i < found.history.length; i++) {
      expect(found.history[i].objective).toBeLessThan(found.history[i - 1].objective);
    }
    // Both have a projected gradient of 1e-7, and the curvature is that of R at least: 0.1/3 an interval.
    found.theta.data.forEach((value, i) => {
      expect(Math.abs(value - other.theta.data[i])).toBeLessThan((2 * 2e-7) / (0.1 / 3));
    });
  });

  test('find a bang–bang control at once: where H is linear in θ its minimum is at a bound', () => {
    // dX = θ dt + dW, E X_T²: the gradient 2 (m + ∫θ) keeps its sign as long as the mean stays above 0.
    const steered = symbolic({
      state: ['x', 'y'],
      drift: ['theta', '-y'],
      diffusion: [
        ['0.5', '0'],
        ['0', '0.5'],
      ],
      parameters: { theta: 0 },
    });
    const found = optimizeControl(
      { model: steered, parameters: ['theta'], T: 1, terminal: 'x^2 + y', initial: [2, 0] },
      {
        grid: [uniform(-6, 6, 25), uniform(-3, 3, 13)],
        stepping: hundsdorferVerwer({ steps: 8 }),
        intervals: 4,
        bounds: { lower: -1, upper: 1 },
        method: 'successive-approximations',
      },
    );
    expect(found.kind).toBe('converged');
    expect(Array.from(found.theta.data)).toEqual([-1, -1, -1, -1]);
    expect(found.history.length).toBeLessThanOrEqual(3);
  });
});
