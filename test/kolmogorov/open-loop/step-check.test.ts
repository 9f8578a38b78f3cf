import {
  type ControlObjective,
  controlObjective,
  dualityDefect,
  type OneStep,
  type Operator,
  type Stepping,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

/** out += factor · A v, and its transpose. */
const product = (operator: Operator, factor: number, v: Float64Array, out: Float64Array): void => {
  for (let k = 0; k < operator.directions; k++) operator.add(k, factor, v, out);
  operator.addMixed(factor, v, out);
};
const productTransposed = (operator: Operator, factor: number, v: Float64Array, out: Float64Array): void => {
  for (let k = 0; k < operator.directions; k++) operator.addTransposed(k, factor, v, out);
  operator.addMixedTransposed(factor, v, out);
};
const addTo = (out: Float64Array, factor: number, v: Float64Array): void => {
  for (let p = 0; p < out.length; p++) out[p] += factor * v[p];
};

const stepping = (name: string, steps: number, step: OneStep): Stepping => ({
  name,
  citation: 'hairer1993',
  order: 1,
  mixedOrder: 1,
  steps,
  splits: true,
  explicit: true,
  parts: () => [step],
});

/** u + dt A u + dt²/2 A² u and more of the exponential, all with the operator of one stage: `stages` products of it. */
const taylor = (stages: number): OneStep => ({
  step: (stage, dt, u, scratch) => {
    const A = stage(0);
    const term = scratch(0);
    term.set(u);
    for (let i = 1; i <= stages; i++) {
      const next = scratch(i).fill(0);
      product(A, dt / i, i === 1 ? term : scratch(i - 1), next);
      addTo(u, 1, next);
    }
    A.addForcing(dt, u);
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const A = stage(0);
    A.addForcingTransposed(dt, rho);
    const own = rho.slice();
    const carried = scratch(0);
    carried.set(own);
    for (let i = stages; i >= 1; i--) {
      const next = scratch(1).fill(0);
      productTransposed(A, dt / i, carried, next);
      for (let p = 0; p < rho.length; p++) carried[p] = next[p] + (i > 1 ? own[p] : 0);
    }
    addTo(rho, 1, carried);
  },
});

/** Heun's: k₁ = A u + g, k₂ = A (u + dt k₁) + g, u + dt (k₁ + k₂)/2, with the operator of the step's middle twice. */
const heun: OneStep = {
  step: (stage, dt, u, scratch) => {
    const A = stage(1 / 2);
    const [first, ahead, second] = [scratch(0).fill(0), scratch(1), scratch(2).fill(0)];
    product(A, 1, u, first);
    A.addForcing(1, first);
    for (let p = 0; p < u.length; p++) ahead[p] = u[p] + dt * first[p];
    product(A, 1, ahead, second);
    A.addForcing(1, second);
    addTo(u, dt / 2, first);
    addTo(u, dt / 2, second);
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const A = stage(1 / 2);
    const [slope, ahead] = [scratch(0), scratch(1).fill(0)];
    for (let p = 0; p < rho.length; p++) slope[p] = (dt / 2) * rho[p];
    A.addForcingTransposed(1, slope);
    productTransposed(A, 1, slope, ahead);
    addTo(rho, 1, ahead);
    addTo(slope, dt, ahead);
    A.addForcingTransposed(1, slope);
    productTransposed(A, 1, slope, rho);
  },
};

/** Crank–Nicolson along each axis, twice a quarter step: solves with one part of one operator again and again. */
const twiceSplit: OneStep = {
  step: (stage, dt, u) => {
    const A = stage(1 / 2);
    for (const part of [0, 1]) {
      for (let k = 0; k < A.directions; k++) {
        const old = u.slice();
        A.add(k, dt / 4, old, u);
        A.solveLine(k, dt / 4, u);
      }
      if (part === 0) A.addForcing(dt, u);
    }
    product2(A, dt, u);
  },
  stepTransposed: (stage, dt, rho) => {
    const A = stage(1 / 2);
    product2Transposed(A, dt, rho);
    for (const part of [1, 0]) {
      if (part === 0) A.addForcingTransposed(dt, rho);
      for (let k = A.directions - 1; k >= 0; k--) {
        A.solveLineTransposed(k, dt / 4, rho, rho);
        const old = rho.slice();
        A.addTransposed(k, dt / 4, old, rho);
      }
    }
  },
};
const product2 = (A: Operator, dt: number, u: Float64Array): void => {
  const old = u.slice();
  A.addMixed(dt, old, u);
};
const product2Transposed = (A: Operator, dt: number, rho: Float64Array): void => {
  const old = rho.slice();
  A.addMixedTransposed(dt, old, rho);
};

const plane = symbolic({
  state: ['x', 'y'],
  drift: ['a*sin(x) - b*x + y/4', '-b*y + a*x/4'],
  diffusion: [
    ['0.4 + 0.1*a*a', '0'],
    ['0.2*b', '0.4'],
  ],
  parameters: { a: 0.4, b: 0.6 },
});

const objectiveOf = (stepping: Stepping): ControlObjective =>
  controlObjective(
    {
      model: plane,
      parameters: ['a', 'b'],
      T: 0.5,
      terminal: 'cos(x) + y^2/4',
      running: 'a^2/4 + b*x^2/8',
      killing: '0.1 + b^2*x^2/20',
      initial: [0.3, -0.2],
    },
    { grid: [uniform(-2, 2, 13), uniform(-2, 2, 11)], stepping, intervals: 2 },
  );

/** |∇J·δ − (J(θ + ε δ) − J(θ − ε δ)) / 2ε| relative to |∇J·δ|. */
const gradientError = (objective: ControlObjective): number => {
  const theta = Float64Array.from({ length: objective.size }, (_, i) => 0.5 + 0.1 * Math.sin(3 * i + 1));
  const along = theta.map((_, i) => Math.cos(5 * i + 2));
  const gradient = new Float64Array(theta.length);
  objective.gradient(theta, gradient);
  const slope = gradient.reduce((sum, entry, i) => sum + entry * along[i], 0);
  const size = 2 ** -12;
  const [above, below] = [size, -size].map((by) => objective.value(theta.map((entry, i) => entry + by * along[i])));
  return Math.abs(slope - (above - below) / (2 * size)) / Math.abs(slope);
};

describe('a gradient through a stepping of the user’s own is that of the objective', () => {
  const cases: readonly Stepping[] = [
    stepping('Heun with one operator', 20, heun),
    stepping('exponential, 1 product', 20, taylor(1)),
    stepping('exponential, 2 products', 20, taylor(2)),
    stepping('exponential, 3 products', 20, taylor(3)),
    stepping('exponential, 4 products', 20, taylor(4)),
    stepping('two rounds of solves', 12, twiceSplit),
    { ...stepping('two kinds of steps', 20, heun), parts: (index) => [index % 2 ? heun : taylor(3)] },
  ];
  test.each(cases)('$name', (own) => {
    const problem = { model: plane, T: 0.5, terminal: 'cos(x) + y^2/4', killing: 0.1 };
    const grid = [uniform(-2, 2, 13), uniform(-2, 2, 11)];
    expect(Math.abs(dualityDefect(problem, [0.3, -0.2], { grid, stepping: own }))).toBeLessThan(1e-13);
    // A symmetric difference is off by O(2⁻²⁴).
    expect(gradientError(objectiveOf(own))).toBeLessThan(1e-6);
  });
});

describe('a stepping that keeps ⟨u, ρ⟩ but does not mirror its operations is refused', () => {
  /** Two products of unlike vectors with one operator, whose sum is transposed: once in the order of the step, once at one go, once not at all. */
  const outOfOrder = (transposed: OneStep['stepTransposed']): OneStep => ({
    step: (stage, dt, u, scratch) => {
      const A = stage(0);
      const [half, old] = [scratch(0), scratch(1)];
      old.set(u);
      for (let p = 0; p < u.length; p++) half[p] = p % 2 ? u[p] : u[p] / 2;
      product(A, dt / 2, old, u);
      product(A, dt / 2, half, u);
      A.addForcing(dt, u);
    },
    stepTransposed: transposed,
  });
  const weighted = (rho: Float64Array, to: Float64Array): void => {
    for (let p = 0; p < rho.length; p++) to[p] *= p % 2 ? 1 : 1 / 2;
  };
  const cases: readonly (readonly [string, OneStep])[] = [
    [
      'both in one product',
      outOfOrder((stage, dt, rho, scratch) => {
        const A = stage(0);
        A.addForcingTransposed(dt, rho);
        const image = scratch(0).fill(0);
        productTransposed(A, dt / 2, rho, image);
        const other = image.slice();
        weighted(rho, other);
        addTo(rho, 1, image);
        addTo(rho, 1, other);
      }),
    ],
    [
      'another forcing',
      outOfOrder((stage, dt, rho, scratch) => {
        const A = stage(0);
        A.addForcingTransposed(dt / 2, rho);
        const old = rho.slice();
        const image = scratch(0).fill(0);
        productTransposed(A, dt / 2, old, image);
        weighted(rho, image);
        productTransposed(A, dt / 2, old, rho);
        addTo(rho, 1, image);
      }),
    ],
    [
      'products of unlike factors in the order of the step',
      {
        step: (stage, dt, u) => {
          const A = stage(0);
          const old = u.slice();
          const double = u.map((value) => 2 * value);
          product(A, dt / 4, old, u);
          product(A, dt / 8, double, u);
          A.addForcing(dt, u);
        },
        stepTransposed: (stage, dt, rho) => {
          const A = stage(0);
          A.addForcingTransposed(dt, rho);
          const old = rho.slice();
          productTransposed(A, dt / 4, old, rho);
          productTransposed(A, dt / 4, old, rho);
        },
      },
    ],
  ];
  test.each(cases)('%s', (_, step) => {
    const own = stepping('own', 20, step);
    const objective = objectiveOf(own);
    const gradient = new Float64Array(objective.size);
    let thrown: unknown;
    try {
      objective.gradient(new Float64Array(objective.size).fill(0.5), gradient);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SdeError);
    expect((thrown as SdeError).details.where).toBe('controlObjective(…, { stepping })');
  });
});
