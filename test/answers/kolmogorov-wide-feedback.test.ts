import {
  bicgstab,
  type ControlValues,
  controlled,
  type DiffusionDifference,
  type HjbOutcome,
  implicitEuler,
  solveErgodicHJB,
  solveHJB,
  uniform,
} from 'kolmogorov';
import { describe, expect, test } from 'vitest';

/** Mean |u − exact| over the nodes at time 0. */
function meanError(outcome: HjbOutcome, exact: (x: Float64Array) => number): number {
  const { data } = outcome.value.slice(0);
  const axes = outcome.value.grid;
  const x = new Float64Array(axes.length);
  return data.reduce((sum, u, p) => {
    let rest = p;
    for (let k = axes.length - 1; k >= 0; k--) {
      const { points } = axes[k];
      x[k] = points[rest % points.length];
      rest = Math.floor(rest / points.length);
    }
    return sum + Math.abs(u - exact(x)) / data.length;
  }, 0);
}

/** The slope of log error over log n, by least squares. */
function orderOf(ladder: readonly number[], errors: readonly number[]): number {
  const [x, y] = [ladder, errors].map((values) => values.map(Math.log));
  const [meanX, meanY] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const spread = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  return -x.reduce((sum, value, i) => sum + (value - meanX) * (y[i] - meanY), 0) / spread;
}

/**
 * Wide differences are of order 1. Their error falls in stairs, whenever arms grow by a cell, and goes up and down by how close the ends come to nodes: over a
 * ladder that is fourfold at least the order is seen to ± 0.3.
 */
function expectOrderOne(ladder: readonly number[], errors: readonly number[]): void {
  const order = orderOf(ladder, errors);
  expect(order, `errors ${errors.join(', ')}`).toBeGreaterThan(0.7);
  expect(order, `errors ${errors.join(', ')}`).toBeLessThan(1.3);
}

function monotone(outcome: HjbOutcome): HjbOutcome {
  expect(outcome.kind).toBe('converged');
  expect(outcome.matrices).toEqual({ mMatrix: true, negativeEntries: 0, leastRowSum: expect.any(Number) });
  expect(outcome.monotone).toBe(true);
  return outcome;
}

// Two assets of unlike volatility: |ρ| σ₁ σ₂ > σ₂², so the variance of y does not outweigh the covariance on square cells.
const [s1, s2, most] = [1, 0.3, 0.8];
const uncertain = controlled({
  state: ['x', 'y'],
  control: ['r'],
  drift: ['0', '0'],
  diffusion: [
    [s1, 0],
    [`${s2}*r`, `${s2}*sqrt(1 - r^2)`],
  ],
});
const torus = (n: number, d = 2) => Array.from({ length: d }, () => uniform(-Math.PI, Math.PI, n + 1));
const wave = ([x, y]: Float64Array): number => Math.sin(x) * Math.sin(y);

describe('uncertain correlation', () => {
  /** E max(S, 0) for a normal S of mean s and variance v. */
  const call = (s: number, v: number): number => {
    const deviation = Math.sqrt(v);
    if (Math.abs(s) >= 8 * deviation) return Math.max(s, 0);
    // ∫₀^∞ P(S > z) dz by parts: Simpson's rule for the density from −8 deviations on, where 1e-15 is left.
    const from = -8;
    const to = s / deviation;
    let cumulative = 0;
    const n = 400;
    for (let i = 0; i <= n; i++) {
      const z = from + ((to - from) * i) / n;
      cumulative += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * Math.exp((-z * z) / 2);
    }
    cumulative *= (to - from) / (3 * n) / Math.sqrt(2 * Math.PI);
    return s * cumulative + (deviation * Math.exp((-to * to) / 2)) / Math.sqrt(2 * Math.PI);
  };
  // A call on x + y has V_xy > 0 at any correlation, so the worst is the largest, everywhere; for the least the smallest.
  const T = 0.5;
  const option = (n: number, sense: 'maximize' | 'minimize', r: ControlValues, diffusion: DiffusionDifference) => {
    const worst = sense === 'maximize' ? most : -most;
    const variance = s1 ** 2 + s2 ** 2 + 2 * worst * s1 * s2;
    const exact = (t: number, [x, y]: Float64Array): number => call(x + y, variance * (T - t));
    const outcome = solveHJB(
      { model: uncertain, T, terminal: 'max(x + y, 0)', sense, controls: { r } },
      {
        grid: [uniform(-2, 2, n + 1), uniform(-2, 2, n + 1)],
        boundary: { kind: 'dirichlet', value: exact },
        diffusion,
        stepping: implicitEuler({ steps: n / 2 }),
      },
    );
    return { outcome, error: meanError(outcome, (x) => exact(0, x)) };
  };

  test.each(['maximize', 'minimize'] as const)('of a call on the sum, %s: one bound everywhere, order 1', (sense) => {
    const ladder = [8, 12, 16, 24, 32, 48];
    const errors = ladder.map((n) => {
      const { outcome, error } = option(n, sense, [-most, 0, most], 'wide');
      const { data } = monotone(outcome).policy.r.slice(0);
      for (let i = 1; i < n; i++) {
        for (let j = 1; j < n; j++) {
          // Farther from the kink V is linear to rounding, and every correlation as good.
          if (Math.abs(-4 + (4 * (i + j)) / n) > 1) continue;
          expect(data[i * (n + 1) + j]).toBe(sense === 'maximize' ? most : -most);
        }
      }
      return error;
    });
    expectOrderOne(ladder, errors);
  });

  test('central differences name the node that is not monotone', () => {
    const { matrices, monotone: isMonotone } = option(8, 'maximize', [-most, most], 'central').outcome;
    expect(isMonotone).toBe(false);
    expect(matrices.negativeEntries).toBeGreaterThan(0);
    // − a_xy / (4 Δx Δy), at a node across one of the other two corners.
    expect(matrices.worst?.value).toBeCloseTo((-most * s1 * s2) / (4 * 0.5 * 0.5), 12);
    const [dx, dy] = [0, 1].map((k) => (matrices.worst?.neighbor[k] ?? 0) - (matrices.worst?.x[k] ?? 0));
    expect(Math.abs(dx)).toBeCloseTo(0.5, 12);
    expect(Math.abs(dy)).toBeCloseTo(0.5, 12);
  });

  // V = sin x sin y with r such that V = sup { L V } + r: the correlation is bang-bang, by the sign of cos x cos y.
  const plain = `${(s1 ** 2 + s2 ** 2) / 2}*sin(x)*sin(y) - ${most * s1 * s2}*abs(cos(x)*cos(y))`;

  test('for ever, where the sign of V_xy changes: order 1', () => {
    const ladder = [16, 32, 64];
    const errors = ladder.map((n) => {
      const outcome = solveHJB(
        {
          model: uncertain,
          discount: 1,
          running: `sin(x)*sin(y) + ${plain}`,
          sense: 'maximize',
          controls: { r: [-most, most] },
        },
        { grid: torus(n), boundary: { kind: 'periodic' }, diffusion: 'wide' },
      );
      expect(outcome.policy.r.at(0, [0.4, 0.5])).toBe(most);
      expect(outcome.policy.r.at(0, [2.4, 0.5])).toBe(-most);
      return meanError(monotone(outcome), wave);
    });
    expectOrderOne(ladder, errors);
  });

  test('in the long run: order 1, and a law that is positive', () => {
    const ladder = [12, 24, 48, 72];
    const errors = ladder.map((n) => {
      const outcome = solveErgodicHJB(
        {
          model: controlled({
            state: ['x', 'y'],
            control: ['r'],
            drift: ['1', '0.5'],
            diffusion: [
              [s1, 0],
              [`${s2}*r`, `${s2}*sqrt(1 - r^2)`],
            ],
          }),
          running: `0.7 - cos(x)*sin(y) - 0.5*sin(x)*cos(y) + ${plain}`,
          sense: 'maximize',
          controls: { r: [-most, most] },
        },
        { grid: torus(n), boundary: { kind: 'periodic' }, diffusion: 'wide' },
      );
      expect(outcome.kind).toBe('converged');
      expect(outcome.matrices.mMatrix).toBe(true);
      expect(Math.min(...outcome.density.slice(0).data)).toBeGreaterThan(0);
      return Math.abs(outcome.average - 0.7);
    });
    expectOrderOne(ladder, errors);
  });

  test('values lie between those of the payoff and keep its order, on random payoffs; central ones do not', () => {
    const n = 12;
    let state = 7;
    const next = (): number => {
      state = (16807 * state) % 2147483647;
      return state / 2147483647;
    };
    const solve = (terminal: Float64Array, diffusion: DiffusionDifference): HjbOutcome =>
      solveHJB(
        { model: uncertain, T: 0.1, terminal, sense: 'maximize', controls: { r: [-most, 0, most] } },
        {
          grid: [uniform(-1, 1, n + 1), uniform(-1, 1, n + 1)],
          boundary: { kind: 'reflecting' },
          diffusion,
          stepping: implicitEuler({ steps: 2 }),
        },
      );
    /** By how much bounds and order are broken. */
    const broken = (diffusion: DiffusionDifference): number => {
      let worst = 0;
      for (let trial = 0; trial < 8; trial++) {
        const low = Float64Array.from({ length: (n + 1) ** 2 }, () => (next() < 0.1 ? 1 : 0));
        const high = low.map((value) => (next() < 0.02 ? 1 : value));
        const [below, above] = [low, high].map((terminal) => {
          const outcome = diffusion === 'wide' ? monotone(solve(terminal, diffusion)) : solve(terminal, diffusion);
          return outcome.value.slice(0).data;
        });
        below.forEach((value, p) => {
          worst = Math.max(worst, -value, above[p] - 1, value - above[p]);
        });
      }
      return worst;
    };
    // A policy is the best to 2⁻⁴⁰ of the terms of its row, whose sizes sum to 2 tr σσᵀ / Δx² at most, for the time T.
    expect(broken('wide')).toBeLessThan(0.1 * 2 ** -40 * 2 * (s1 ** 2 + s2 ** 2) * (n / 2) ** 2);
    expect(broken('central')).toBeGreaterThan(0.001);
  });
});

describe('noise of rank one', () => {
  const turned = controlled({
    state: ['x', 'y'],
    control: ['a'],
    drift: ['0', '0'],
    diffusion: [['cos(a)'], ['sin(a)']],
  });
  // sup over all directions of ½ σ·∇²V σ is half the largest eigenvalue, (|V_xy| − V) / 2 for V = sin x sin y, attained along the diagonals.
  const turn = (n: number, a: ControlValues): HjbOutcome =>
    monotone(
      solveHJB(
        {
          model: turned,
          discount: 1,
          running: '1.5*sin(x)*sin(y) - 0.5*abs(cos(x)*cos(y))',
          sense: 'maximize',
          controls: { a },
        },
        { grid: torus(n), boundary: { kind: 'periodic' }, diffusion: 'wide' },
      ),
    );
  const diagonals = { lower: 0, upper: Math.PI, minimizer: 'V_xy >= 0 ? 0.25*pi : 0.75*pi' };

  test('turned by the control: order 2 by a formula that knows that the best directions lead from node to node', () => {
    const ladder = [10, 20, 40];
    const order = orderOf(
      ladder,
      ladder.map((n) => meanError(turn(n, diagonals), wave)),
    );
    expect(Math.abs(order - 2)).toBeLessThan(0.3);
  });

  test.each<[string, ControlValues]>([
    ['a list', { lower: 0, upper: Math.PI, points: 41 }],
    ['a search', { lower: 0, upper: Math.PI, search: 9 }],
  ])('turned by the control, by %s: no worse at any node than what it holds', (_, a) => {
    const ladder = [10, 20, 40];
    const errors = ladder.map((n) => {
      const outcome = turn(n, a);
      // Both hold the diagonals; with M-matrices what is better in every row is better, to the gain that counts as rounding over the discount.
      const known = turn(n, diagonals).value.slice(0).data;
      const gain = 2 ** -40 * 4 * (n / (2 * Math.PI)) ** 2;
      outcome.value.slice(0).data.forEach((value, p) => {
        expect(value).toBeGreaterThan(known[p] - gain);
      });
      return meanError(outcome, wave);
    });
    // Directions compete by what their differences neglect, which is of order 1 for most and 2 for the best.
    expect(orderOf(ladder, errors), `errors ${errors.join(', ')}`).toBeGreaterThan(0.7);
  });

  test('whose size the control chooses, by an interval: the closed form begins and a search ends', () => {
    // min { ½ a² V_xx + a V_xy + a² } = −½ V_xy² / (V_xx + 2) at a = −V_xy / (V_xx + 2).
    const sized = controlled({ state: ['x', 'y'], control: ['a'], drift: ['0', '0'], diffusion: [['a'], ['1']] });
    const solve = (n: number, a: ControlValues): HjbOutcome =>
      monotone(
        solveHJB(
          {
            model: sized,
            discount: 1,
            running: 'a^2 + 1.5*sin(x)*sin(y) + (cos(x)*cos(y))^2/(2*(2 - sin(x)*sin(y)))',
            controls: { a },
          },
          { grid: torus(n), boundary: { kind: 'periodic' }, diffusion: 'wide' },
        ),
      );
    const ladder = [10, 20, 40];
    const errors = ladder.map((n) => meanError(solve(n, { lower: -2, upper: 2 }), wave));
    expectOrderOne(ladder, errors);
    const mean = (a: ControlValues): number =>
      solve(20, a)
        .value.slice(0)
        .data.reduce((sum, value) => sum + value / 441, 0);
    // The closed form takes central second derivatives, so it misses the best of these rows by Δx and costs what that squared is worth.
    const formula = { lower: -2, upper: 2, minimizer: '-V_xy/(V_xx + 2)' };
    expect(mean({ lower: -2, upper: 2 })).toBeLessThan(mean(formula) - 1e-3);
  });

  test('kinetic: a force on a particle that only its velocity is driven by, in axes turned by two angles', () => {
    // dx = v dt, dv = a dt + σ dW, r = x² + v² + a², discount ρ: V = ξᵀPξ + σ² P_vv / ρ with ρ P = I + AᵀP + PA − P b bᵀ P, by Euler until it rests.
    const [sigma, rho] = [0.6, 0.5];
    let [p, q, r] = [1, 0, 1];
    for (let i = 0; i < 20000; i++) {
      const h = 1 / 500;
      [p, q, r] = [p + h * (1 - rho * p - q * q), q + h * (p - rho * q - q * r), r + h * (1 + 2 * q - rho * r - r * r)];
    }
    const mean = (n: number, diffusion: DiffusionDifference): number =>
      [0.5, 0.9].reduce((sum, angle) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const [x, v] = [`(${c}*z + ${s}*w)`, `(${c}*w - ${s}*z)`];
        const outcome = solveHJB(
          {
            model: controlled({
              state: ['z', 'w'],
              control: ['a'],
              drift: [`${c}*${v} - ${s}*a`, `${s}*${v} + ${c}*a`],
              diffusion: [[-s * sigma], [c * sigma]],
            }),
            discount: rho,
            running: `${x}^2 + ${v}^2 + a^2`,
            controls: { a: {} },
          },
          {
            grid: [uniform(-1, 1, n + 1), uniform(-1, 1, n + 1)],
            boundary: {
              kind: 'dirichlet',
              value: `${p}*${x}^2 + ${2 * q}*${x}*${v} + ${r}*${v}^2 + ${(sigma ** 2 * r) / rho}`,
            },
            diffusion,
          },
        );
        if (diffusion === 'wide') monotone(outcome);
        else expect(outcome.matrices.worst?.value).toBeLessThan(0);
        const error = meanError(outcome, ([z, w]) => {
          const [at, speed] = [c * z + s * w, c * w - s * z];
          return p * at ** 2 + 2 * q * at * speed + r * speed ** 2 + (sigma ** 2 * r) / rho;
        });
        return sum + error / 2;
      }, 0);
    const ladder = [20, 40, 80];
    expectOrderOne(
      ladder,
      ladder.map((n) => mean(n, 'wide')),
    );
    mean(10, 'central');
  });

  test('in space, along the best of three directions', () => {
    const directions = [
      [1, 0.7, -0.4],
      [0.3, 1, 0.8],
      [-0.6, 0.5, 1],
    ];
    const component = (k: number): string =>
      `(i < 0.5 ? ${directions[0][k]} : i < 1.5 ? ${directions[1][k]} : ${directions[2][k]})`;
    // V = sin(x + y) cos z: ½ σ·∇²V σ = −½ ((σ₁ + σ₂)² + σ₃²) V − (σ₁ + σ₂) σ₃ cos(x + y) sin z.
    const curvatures = directions.map(
      ([a, b, c]) => `(${-((a + b) ** 2 + c ** 2) / 2})*sin(x + y)*cos(z) + (${-(a + b) * c})*cos(x + y)*sin(z)`,
    );
    const ladder = [6, 12, 24];
    const errors = ladder.map((n) => {
      const outcome = solveHJB(
        {
          model: controlled({
            state: ['x', 'y', 'z'],
            control: ['i'],
            drift: ['0', '0', '0'],
            diffusion: [0, 1, 2].map((k) => [component(k)]),
          }),
          discount: 1,
          running: `sin(x + y)*cos(z) - max(max(${curvatures[0]}, ${curvatures[1]}), ${curvatures[2]})`,
          sense: 'maximize',
          controls: { i: [0, 1, 2] },
        },
        { grid: torus(n, 3), boundary: { kind: 'periodic' }, diffusion: 'wide', solver: bicgstab() },
      );
      return meanError(monotone(outcome), ([x, y, z]) => Math.sin(x + y) * Math.cos(z));
    });
    expectOrderOne(ladder, errors);
  });
});
