import { describe, expect, test } from 'vitest';
import { transfer } from '#sde-core/estimation/transfer';
import { sampledWalks, uniformPoint } from '#sde-core/estimation/transfer-probes';
import type { Chain } from '#sde-core/paths/chain';
import type { Outcome } from '#sde-core/randomness/driver';
import { inOneGo } from '#sde-core/turns/work';

type Step = (n: number, x: Float64Array, noise: Float64Array, out: Float64Array) => void;
/** A chain of which nothing but its steps is looked at. */
const chain = (steps: number, dimension: number, step: Step): Chain => ({ steps, dimension, step }) as unknown as Chain;
const coin: readonly Outcome[] = [
  { probability: 0.5, noise: Float64Array.of(1) },
  { probability: 0.5, noise: Float64Array.of(-1) },
];
const loaded: readonly Outcome[] = [
  { probability: 0.25, noise: Float64Array.of(3) },
  { probability: 0.75, noise: Float64Array.of(-1) },
];
/** E φ by all outcomes. */
function tree(
  of: Chain,
  outcomes: readonly Outcome[],
  value: (x: Float64Array) => number,
  x: Float64Array,
  n = 0,
): number {
  if (n === of.steps) return value(x);
  return outcomes.reduce((sum, { probability, noise }) => {
    const out = new Float64Array(of.dimension);
    of.step(n, x, noise, out);
    return sum + probability * tree(of, outcomes, value, out, n + 1);
  }, 0);
}
const carried = (
  of: Chain,
  outcomes: readonly Outcome[],
  value: (x: Float64Array) => number,
  initial: readonly number[],
  tolerance = 1e-9,
) => inOneGo(transfer({ chain: of, outcomes, value, initial, tolerance }));

const line = chain(5, 1, (n, x, [w], out) => {
  out[0] = 0.9 * x[0] + (n + 1) * 0.1 * w + 0.05 * Math.sin(x[0]);
});
const plane = chain(4, 2, (n, x, [w], out) => {
  out[0] = x[0] + 0.2 * x[1] + 0.1 * w;
  out[1] = 0.8 * x[1] - 0.1 * Math.sin(x[0]) + 0.1 * (n + 1) * w;
});

describe('expectations carried by polynomials', () => {
  test('are those of all outcomes, within the error that they claim, from each start', () => {
    for (const outcomes of [coin, loaded]) {
      const phi = (x: Float64Array): number => Math.cos(2 * x[0]) + x[0];
      const starts = [-1, 0.25, 2];
      const { values, error, bounded, converged, nodes } = carried(line, outcomes, phi, starts);
      expect(converged).toBe(true);
      expect(bounded).toBe(true);
      expect(nodes).toBeGreaterThan(8);
      expect(nodes).toBeLessThanOrEqual(65);
      starts.forEach((x, i) => {
        expect(Math.abs(values[i] - tree(line, outcomes, phi, Float64Array.of(x)))).toBeLessThanOrEqual(error);
      });
      expect(error).toBeLessThan(1e-9);
      expect(error).toBeGreaterThan(0);
    }
  });

  test('are so in the plane', () => {
    const phi = (x: Float64Array): number => Math.exp(-x[0] * x[0]) * (1 + x[1]);
    const starts = [0.5, -1, 1, 0.25];
    const { values, error, converged } = carried(plane, loaded, phi, starts, 1e-8);
    expect(converged).toBe(true);
    [0, 1].forEach((i) => {
      const exact = tree(plane, loaded, phi, Float64Array.from(starts.slice(2 * i, 2 * i + 2)));
      expect(Math.abs(values[i] - exact)).toBeLessThanOrEqual(error);
    });
  });

  test('are of one point where there is no noise at all', () => {
    const still = chain(3, 1, (_, x, __, out) => {
      out[0] = x[0] / 2;
    });
    const one = [{ probability: 1, noise: new Float64Array(0) }];
    const { values, nodes, error } = carried(still, one, (x) => Math.exp(x[0]), [8]);
    expect(Math.abs(values[0] - Math.E)).toBeLessThan(8 * Number.EPSILON);
    expect(nodes).toBeLessThanOrEqual(9);
    expect(error).toBeLessThan(1e-12);
  });

  test('add the errors of the steps: a hundred have more than one', () => {
    const walk = (steps: number) =>
      chain(steps, 1, (_, x, [w], out) => {
        out[0] = x[0] + w / 16;
      });
    const errors = [1, 4, 16].map((steps) => carried(walk(steps), coin, (x) => Math.exp(x[0]), [0]).error);
    expect(errors[1]).toBeGreaterThan(errors[0]);
    expect(errors[2]).toBeGreaterThan(errors[1]);
    // E e^X = cosh(1/16)^N.
    const { values, error } = carried(walk(16), coin, (x) => Math.exp(x[0]), [0]);
    expect(Math.abs(values[0] - Math.cosh(1 / 16) ** 16)).toBeLessThanOrEqual(error);
  });

  test('are within the tolerance relative to the largest value, or to 1', () => {
    const walk = chain(2, 1, (_, x, [w], out) => {
      out[0] = x[0] + w;
    });
    // Sharp enough for the error to lie between the two scales.
    const phi = (size: number) => (x: Float64Array) => size / (1 + 400 * x[0] * x[0]);
    const small = carried(walk, coin, phi(1e-6), [0.3], 1e-9);
    expect(small.converged).toBe(true);
    expect(small.nodes).toBe(129);
    const large = carried(walk, coin, phi(1), [0.3], 1e-9);
    expect(large.converged).toBe(true);
    expect(large.nodes).toBeGreaterThan(129);
    for (const [found, size] of [
      [small, 1e-6],
      [large, 1],
    ] as const) {
      const exact = tree(walk, coin, phi(size), Float64Array.of(0.3));
      expect(Math.abs(found.values[0] - exact)).toBeLessThanOrEqual(1e-9);
      expect(found.error).toBeLessThanOrEqual(1e-9);
    }
  });

  test('of a jump do not converge, and the error says how wrong they may be', () => {
    const step = chain(1, 1, (_, x, [w], out) => {
      out[0] = x[0] + w / 4;
    });
    const jump = (x: Float64Array): number => (x[0] > 0.31 ? 1 : 0);
    const found = carried(step, coin, jump, [0, 0.3]);
    expect(found.converged).toBe(false);
    expect(found.nodes).toBe(1025);
    [0, 0.3].forEach((x, i) => {
      expect(Math.abs(found.values[i] - tree(step, coin, jump, Float64Array.of(x)))).toBeLessThanOrEqual(found.error);
    });
  });

  test('of what is narrow between the nodes are found out by other points', () => {
    const step = chain(1, 1, (_, x, [w], out) => {
      out[0] = x[0] + w;
    });
    // Around −1 + 0.6180… of the box from 0 to 2: the first of the points that are no nodes.
    const [center, width] = [2 * 0.6180339887498949 + 1, 1e-4];
    const spike = (x: Float64Array): number => (Math.abs(x[0] - center) < width ? 1 : 0);
    const found = carried(step, coin, spike, [0, 2]);
    expect(found.converged).toBe(false);
    expect(found.error).toBeGreaterThanOrEqual(0.5);
  });

  test('of what is no number are none, and do not converge', () => {
    const step = chain(1, 1, (_, x, [w], out) => {
      out[0] = x[0] + w;
    });
    const found = carried(step, coin, (x) => Math.sqrt(x[0]), [0.5]);
    expect(found.converged).toBe(false);
  });
});

describe('points of a box', () => {
  test('are fractional parts of multiples of the golden ratio, of one dimension or of two', () => {
    const golden = (Math.sqrt(5) - 1) / 2;
    // The real root of p³ = p + 1; 1/p and 1/p².
    const plastic = 1.324717957244746;
    const square = { low: [-1, 2], high: [3, 4] } as const;
    for (const i of [0, 1, 17]) {
      const [x, y] = uniformPoint({ low: [-1, 5], high: [3, 5] }, i);
      expect(x).toBeCloseTo(-1 + 4 * (((i + 1) * golden) % 1), 12);
      expect(y).toBe(5);
      const [u, v] = uniformPoint({ low: [...square.low], high: [...square.high] }, i);
      expect(u).toBeCloseTo(-1 + 4 * (((i + 1) / plastic) % 1), 12);
      expect(v).toBeCloseTo(2 + 2 * (((i + 1) / plastic ** 2) % 1), 12);
      const [a, b] = uniformPoint({ low: [5, 2], high: [5, 4] }, i);
      expect(a).toBe(5);
      expect(b).toBeCloseTo(2 + 2 * (((i + 1) * golden) % 1), 12);
    }
  });
});

describe('sampled walks', () => {
  const counter = (steps: number, d = 1) =>
    chain(steps, d, (_, x, [w], out) => {
      for (let a = 0; a < d; a++) out[a] = x[a] + w;
    });
  /** The states of all walks at a step. */
  const statesAt = (of: ReturnType<typeof sampledWalks>, n: number): [number, number][] => {
    const seen: [number, number][] = [];
    of.mean(n, (x, y) => {
      seen.push([x, y]);
      return 0;
    });
    return seen;
  };

  test('are as many as 250 000 steps make, from 64 to 1024; but 32 are kept before the last step', () => {
    for (const [steps, count] of [
      [2, 1024],
      [300, 833],
      [1000, 250],
      [5000, 64],
    ]) {
      const walks = sampledWalks(counter(steps), coin, [0]);
      expect(statesAt(walks, steps - 1)).toHaveLength(count);
      expect(statesAt(walks, 0)).toHaveLength(32);
      expect(statesAt(walks, steps - 2)).toHaveLength(32);
    }
  });

  test('start from each state in turn, and keep the states before each step', () => {
    const ones = [{ probability: 1, noise: Float64Array.of(1) }];
    const walks = sampledWalks(counter(3, 2), ones, [0, 10, 100, 110, 200, 210]);
    for (const n of [0, 1, 2]) {
      const states = statesAt(walks, n);
      states.forEach((state, i) => {
        expect(state).toEqual([100 * (i % 3) + n, 100 * (i % 3) + 10 + n]);
      });
    }
    expect(walks.mean(1, (x, y) => y - x)).toBe(10);
    const single = sampledWalks(counter(2), ones, [7, 9]);
    expect(statesAt(single, 1).slice(0, 3)).toEqual([
      [8, 0],
      [10, 0],
      [8, 0],
    ]);
    expect(single.mean(1, (x) => x)).toBe(9);
  });

  test('take outcomes as often as these are probable, always the same ones', () => {
    const steps = 40;
    const walks = sampledWalks(counter(steps), loaded, [0]);
    const ups = statesAt(walks, steps - 1).map(([x]) => (x + (steps - 1)) / 4);
    const mean = ups.reduce((sum, k) => sum + k, 0) / ups.length;
    // Binomial of 39 and 1/4: 9.75, and four standard errors of 1024 walks.
    expect(Math.abs(mean - 9.75)).toBeLessThan((4 * Math.sqrt(39 * 0.25 * 0.75)) / 32);
    const variance = ups.reduce((sum, k) => sum + (k - mean) ** 2, 0) / (ups.length - 1);
    expect(Math.abs(variance / (39 * 0.25 * 0.75) - 1)).toBeLessThan(4 * Math.sqrt(2 / 1024));
    expect(new Set(ups).size).toBeGreaterThan(10);
    expect(statesAt(sampledWalks(counter(steps), loaded, [0]), steps - 1)).toEqual(statesAt(walks, steps - 1));
  });

  test('take the last outcome where rounding leaves a share that none takes', () => {
    const short = [
      { probability: 0.5, noise: Float64Array.of(1) },
      { probability: 0, noise: Float64Array.of(5) },
    ];
    const states = statesAt(sampledWalks(counter(2), short, [0]), 1).map(([x]) => x);
    expect(new Set(states)).toEqual(new Set([1, 5]));
  });
});
