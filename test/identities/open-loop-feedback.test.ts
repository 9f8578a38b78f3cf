import {
  type Axis,
  type BoundaryInput,
  controlled,
  type HjbProblem,
  implicitEuler,
  optimizeControl,
  solveHJB,
  uniform,
} from 'kolmogorov';
import { extrapolationWeights, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

/** One problem for both: θ(t) for all states, and a(t, x). */
interface Example {
  readonly state: readonly string[];
  readonly control: readonly string[];
  readonly drift: readonly string[];
  readonly diffusion: readonly (readonly string[])[];
  readonly running: string;
  readonly terminal: string;
  readonly bounds?: { readonly lower: number; readonly upper: number };
  readonly start: number;
  readonly grid: readonly Axis[];
  readonly boundary?: BoundaryInput;
  /** The drift leaves by sides of vanishing curvature, so that the matrices are no M-matrices. Default false. */
  readonly leaves?: boolean;
  readonly x0: readonly number[];
}

/**
 * Both optima of one discretization. θ(t) is one of the policies that the feedback is chosen from, node by node, in the same steps; so where the matrices are
 * M-matrices the discrete values obey V ≤ J to rounding, whatever Δt and Δx.
 */
function both(example: Example, steps: number): { open: number; feedback: number } {
  const { state, control, drift, diffusion, running, terminal, bounds, start, grid, x0 } = example;
  const shared = {
    grid,
    boundary: example.boundary ?? { kind: 'reflecting' as const },
    stepping: implicitEuler({ steps }),
  };
  const parameters = Object.fromEntries(control.map((name) => [name, start]));
  const open = optimizeControl(
    {
      model: symbolic({ state, drift, diffusion, parameters }),
      parameters: control,
      T: 1,
      running,
      terminal,
      initial: x0,
    },
    { ...shared, drift: 'hybrid', intervals: steps, bounds, tolerance: 1e-7, iterations: 400 },
  );
  const controls: HjbProblem['controls'] = Object.fromEntries(control.map((name) => [name, bounds ?? {}]));
  const best = solveHJB(
    { model: controlled({ state, control, drift, diffusion }), T: 1, running, terminal, controls },
    shared,
  );
  expect(best.kind).toBe('converged');
  expect(best.matrices.mMatrix).toBe(!example.leaves);
  // Values are O(1) and gains that count as rounding 2⁻⁴⁰ of terms below 10³.
  expect(best.value.at(0, x0)).toBeLessThan(open.objective + 1e-9);
  return { open: open.objective, feedback: best.value.at(0, x0) };
}

const line = { state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']], running: 'a^2/2', start: 0 };
const circle = [uniform(-Math.PI, Math.PI, 81)];

describe('an open loop is never better than the feedback', () => {
  const strict: readonly (readonly [string, Example])[] = [
    ['transport from the top of a wave', { ...line, terminal: 'cos(x)', grid: circle, x0: [0] }],
    ['transport from its slope', { ...line, terminal: 'cos(x)', grid: circle, x0: [Math.PI / 2] }],
    [
      'the diffusion as control',
      {
        ...line,
        control: ['s'],
        drift: ['-x/2'],
        diffusion: [['s']],
        running: '(s - 0.5)^2/2',
        terminal: 'cos(2*x)',
        bounds: { lower: 0.1, upper: 1 },
        start: 0.5,
        grid: circle,
        x0: [Math.PI / 4],
      },
    ],
    [
      'two controls in the plane',
      {
        ...line,
        state: ['x', 'y'],
        control: ['a', 'b'],
        drift: ['a', 'b'],
        diffusion: [
          ['0.6', '0'],
          ['0', '0.6'],
        ],
        running: '(a^2 + b^2)/2',
        terminal: 'cos(x) + cos(y)',
        grid: [uniform(-Math.PI, Math.PI, 17), uniform(-Math.PI, Math.PI, 17)],
        x0: [0, 0],
      },
    ],
    [
      'three controls in space, on a wave across the axes',
      {
        ...line,
        state: ['x', 'y', 'z'],
        control: ['a', 'b', 'c'],
        drift: ['a', 'b', 'c'],
        diffusion: [
          ['0.5', '0', '0'],
          ['0', '0.5', '0'],
          ['0', '0', '0.5'],
        ],
        running: '(a^2 + b^2 + c^2)/2',
        terminal: 'cos(x + y - z)',
        grid: [0, 1, 2].map(() => uniform(-Math.PI, Math.PI, 9)),
        boundary: { kind: 'periodic' } as const,
        x0: [0, 0, 0],
      },
    ],
  ];
  // By 0.0985, 0.0184, 0.1214, 0.1834 and 0.4483, in this order.
  test.each(strict)('%s: strictly', (_, example) => {
    const [coarse, fine] = [5, 10].map((steps) => {
      const { open, feedback } = both(example, steps);
      return open - feedback;
    });
    // Chance decides on which side of the hill one is, which a plan cannot know. Of order 1 in Δt, the gap is off by about its last change.
    expect(fine).toBeGreaterThan(4 * Math.abs(fine - coarse));
  });

  test('linear–quadratic with additive noise: the gap is that of the variance nobody steers', () => {
    // q = r = g = 1: P = 1, V = x² + σ² T; a plan leaves Var = σ² t, so J = x² + σ² (T + T²/2). The gap σ² T²/2 = 1/8 does not depend on x.
    const example = {
      ...line,
      running: 'x^2 + a^2',
      terminal: 'x^2',
      grid: [uniform(-6, 6, 121)],
      boundary: { kind: 'vanishing-curvature' } as const,
    };
    const ladder = [5, 10, 20];
    const weights = extrapolationWeights(
      ladder.map((steps) => 1 / steps),
      1,
    );
    for (const x0 of [0, 0.5]) {
      const gaps = ladder.map((steps) => {
        const { open, feedback } = both({ ...example, x0: [x0] }, steps);
        return open - feedback;
      });
      const limit = gaps.reduce((sum, gap, l) => sum + weights[l] * gap, 0);
      // What three levels leave is of order h³, the last of them 1/20.
      expect(Math.abs(limit - 1 / 8)).toBeLessThan(8 * (1 / 20) ** 3);
    }
  });

  test('linear–quadratic in a plane that turns: the same gap an axis', () => {
    // A turn leaves |x| alone, so P = 1 and Var = σ² t stay as on the line, and the gap is σ² T² / 2 for each axis.
    const example = {
      ...line,
      state: ['x', 'y'],
      control: ['a', 'b'],
      drift: ['0.4*y + a', '-0.4*x + b'],
      diffusion: [
        ['0.8', '0'],
        ['0', '0.8'],
      ],
      running: 'x^2 + y^2 + a^2 + b^2',
      terminal: 'x^2 + y^2',
      grid: [uniform(-4, 4, 33), uniform(-4, 4, 33)],
      boundary: { kind: 'vanishing-curvature' } as const,
      x0: [0.5, 0],
    };
    const ladder = [5, 10, 20];
    const weights = extrapolationWeights(
      ladder.map((steps) => 1 / steps),
      1,
    );
    const limit = ladder.reduce((sum, steps, l) => {
      const { open, feedback } = both(example, steps);
      return sum + weights[l] * (open - feedback);
    }, 0);
    // As on the line, for two axes.
    expect(Math.abs(limit - 0.64)).toBeLessThan(2 * 8 * (1 / 20) ** 3);
  });

  test('no noise: equal up to the viscosity of the differences, which falls with them', () => {
    // Upwinding and implicit steps add σ² = |a| Δx + a² Δt with |a| ≤ 1, of which a gap of σ² T²/2 is left, as above.
    const gaps = [10, 20, 40, 80].map((steps) => {
      const spacing = 2 / steps;
      const { open, feedback } = both(
        {
          ...line,
          diffusion: [['0']],
          running: 'x^2 + a^2',
          terminal: 'x^2',
          grid: [uniform(-2, 2, 2 * steps + 1)],
          x0: [1],
        },
        steps,
      );
      expect(open - feedback).toBeLessThan((spacing + 1 / steps) / 2);
      return open - feedback;
    });
    gaps.slice(1).forEach((gap, level) => {
      expect(Math.log2(gaps[level] / gap)).toBeGreaterThan(0.7);
    });
  });

  test('a best control that is the same for all states: equal', () => {
    // Merton's share of wealth, 1.11 at all times.
    const merton = both(
      {
        state: ['y'],
        control: ['w'],
        drift: ['0.03 + 0.05*w - 0.045*w^2'],
        diffusion: [['0.3*w']],
        running: '0',
        terminal: '-exp(0.5*y)/0.5',
        bounds: { lower: 0.1, upper: 3 },
        start: 0.5,
        grid: [uniform(-1, 1, 41)],
        boundary: { kind: 'robin', weight: 0.5, slopeWeight: -1, value: 0 },
        x0: [0],
      },
      5,
    );
    // Here the modulus is γ (1 − γ) σ² Δt / 2 of the share in an interval: 2e-3 for 1/5.
    expect(merton.open - merton.feedback).toBeLessThan((1e-7 ** 2 * 9) / 2e-3 + 1e-9);
  });

  test('costs along a slope in space, which are the same wherever one is: equal', () => {
    // V = p·x + s with −p' = Aᵀp and a = −Bᵀp: linear, so that nothing of it is lost to differences, nor to sides of vanishing curvature.
    const { open, feedback } = both(
      {
        ...line,
        state: ['x', 'y', 'z'],
        control: ['a', 'b'],
        drift: ['-0.5*x + 0.6*y + a', '-0.3*x - 0.5*y + b', '0.4*x - 0.2*z'],
        diffusion: [
          ['0.6', '0', '0'],
          ['0', '0.6', '0'],
          ['0', '0', '0.6'],
        ],
        running: '(a^2 + b^2)/2',
        terminal: 'x + y - z',
        grid: [0, 1, 2].map(() => uniform(-1, 1, 7)),
        boundary: { kind: 'vanishing-curvature' },
        leaves: true,
        x0: [0, 0, 0],
      },
      5,
    );
    // Without controls the cost is 0 there. The modulus of the plan's cost in an interval is Δt = 1/5, and its ten gradients are below 1e-7.
    expect(feedback).toBeLessThan(-0.5);
    expect(Math.abs(open - feedback)).toBeLessThan((10 * 1e-7 ** 2) / (2 / 5) + 1e-9);
  });
});
