import {
  type CertificateModel,
  defineScheme,
  milstein,
  type Scheme,
  type SchemeDriver,
  symbolic,
  type TracedScheme,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { localAreaOrder } from '#sde-core/studies/local-area-order';
import { type LocalOrder, localOrder } from '#sde-core/studies/local-order';
import { localStrongOrder } from '#sde-core/studies/local-strong-order';

// Steps of one's own whose difference from two halves of them can be written down.
const STEPS = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32];
const T0 = 0.4;
const state = ['x', 'y', 'z'];
const entry = (m: number): CertificateModel => ({
  name: 'any',
  model: symbolic({
    state,
    drift: ['0', '0', '0'],
    diffusion: state.map((_, i) => Array.from({ length: m }, (__, k) => String(i + k + 1))),
  }),
  t0: T0,
  points: [
    [0.7, -0.6, 0.9],
    [50, 50, 50],
  ],
});
type Step = TracedScheme<'coefficients'>['step'];
const toy = (step: Step, driver: SchemeDriver): TracedScheme<'coefficients'> =>
  defineScheme({
    name: 'toy',
    citation: 'milstein2004',
    order: { weak: 1, strong: 1, ode: 1 },
    calculus: 'ito',
    noise: ['additive', 'scalar', 'diagonal', 'commutative', 'general'],
    driver,
    needs: 'coefficients',
    step,
  });

/** The order from squares and means, by the definition of both. */
function orderOf(squares: (h: number) => number, means: (h: number) => number): LocalOrder {
  const of = (f: (h: number) => number): LocalOrder =>
    localOrder({ errors: STEPS.map(f), floors: STEPS.map(() => 1e-25) });
  const [spread, bias] = [of(squares), of(means)];
  return {
    order: Math.min((spread.order - 1) / 2, bias.order - 1),
    before: Math.min((spread.before - 1) / 2, bias.before - 1),
  };
}
const same = (found: LocalOrder | undefined, wanted: LocalOrder): void => {
  expect(found?.order).toBeCloseTo(wanted.order, 8);
  expect(found?.before).toBeCloseTo(wanted.before, 8);
};
const run = (scheme: Scheme, on: CertificateModel): LocalOrder | undefined => {
  const work = localStrongOrder(scheme, on, STEPS);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as LocalOrder | undefined;
  }
};

describe('the strong order of one step', () => {
  test('is that of its distance from two halves on the same path', () => {
    // x + g h², y + t h, and z + c ΔW_1² + e ΔW_1 ΔW_2: differences g h²/2, −h²/4, and 2 c a b + e (a b′ + b a′) of the halves a, b.
    for (const [g, c, e] of [
      [3, 0.1, 0],
      [0.1, 0, 1],
      [1, 0.5, 0.25],
    ]) {
      const step: Step = ({ algebra: { add, multiply, constant }, h, y, dW, time }) => [
        add(y[0], add(multiply(constant(g), multiply(h, h)), dW[0])),
        add(y[1], multiply(time(0), h)),
        add(y[2], add(multiply(constant(c), multiply(dW[0], dW[0])), multiply(constant(e), multiply(dW[0], dW[1])))),
      ];
      const found = run(toy(step, { increments: 'gaussian', auxiliary: () => [] }), entry(2));
      // E (2 c a b)² = c² h², E (a b′ + b a′)² = h²/2.
      const squares = (h: number): number => (g * h * h) ** 2 / 4 + h ** 4 / 16 + (c * h) ** 2 + (e * h) ** 2 / 2;
      const means = (h: number): number => (g * h * h) / 2 + (h * h) / 4;
      same(found, orderOf(squares, means));
    }
  });

  test('of a step of states goes on from where the first half ended', () => {
    // x (1 + h): (1 + h/2)² − 1 − h = h²/4, times the first point and no other.
    const step: Step = ({ algebra: { add, multiply }, h, y }) => [add(y[0], multiply(h, y[0])), y[1], y[2]];
    const found = run(toy(step, { increments: 'gaussian', auxiliary: () => [] }), entry(1));
    same(
      found,
      orderOf(
        (h) => (0.7 * h * h) ** 2 / 16,
        (h) => (0.7 * h * h) / 4,
      ),
    );
  });

  test('is not to be had where the variables are not those of a path, or too many', () => {
    const step: Step = ({ y }) => y;
    const at = (driver: SchemeDriver, m = 1): LocalOrder | undefined => run(toy(step, driver), entry(m));
    const exact = { order: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };
    expect(at({ increments: 'gaussian', auxiliary: () => [] })).toEqual(exact);
    expect(at({ increments: 'two-point', auxiliary: () => [] })).toBeUndefined();
    const ones: SchemeDriver['auxiliary'] = (m) => Array.from({ length: m }, () => 'gaussian');
    expect(at({ increments: 'gaussian', auxiliary: ones })).toBeUndefined();
    expect(at({ increments: 'gaussian', auxiliary: ones, timeIntegrals: true })).toEqual(exact);
    // Variables for two processes only: with one it has none, and is not judged by that.
    const pairs: SchemeDriver['auxiliary'] = (m) => (m > 1 ? ['gaussian'] : []);
    expect(at({ increments: 'gaussian', auxiliary: pairs })).toBeUndefined();
    // 3¹² values are too many, 3¹⁰ are not.
    expect(at({ increments: 'gaussian', auxiliary: () => [] }, 6)).toBeUndefined();
    expect(run(milstein, entry(1))).toBeDefined();
  });
});

describe('the strong order of a step with areas', () => {
  const pairs: SchemeDriver = {
    increments: 'gaussian',
    auxiliary: (m) => Array.from({ length: (m * (m - 1)) / 2 }, () => 'two-point' as const),
  };

  test('is that of true areas joined by the relation of Chen, and of what an area is off by', () => {
    for (const [m, weights, g, share] of [
      [2, [[1], [0], [2]], 0.5, 0.3],
      [2, [[0.1], [0], [0]], 4, 0.5],
      [
        3,
        [
          [1, 0, 0],
          [0, 2, 0],
          [0, 0, 3],
        ],
        1,
        2,
      ],
      [
        3,
        [
          [1, -2, 0.5],
          [0, 0, 0],
          [0.3, 0, 0],
        ],
        2,
        1,
      ],
    ] as const) {
      const step: Step = ({ algebra, h, y, dW, auxiliary, time }) => {
        const { add, multiply, constant } = algebra;
        // The area of a pair is h/2 times its variable.
        const area = (i: number) =>
          weights[i].reduce(
            (sum, weight, pair) => add(sum, multiply(constant(weight / 2), multiply(h, auxiliary[pair]))),
            y[i],
          );
        return [
          add(area(0), dW[m - 1]),
          add(area(1), multiply(constant(g), multiply(h, h))),
          add(area(2), multiply(time(0), h)),
        ];
      };
      const given = toy(step, pairs);
      // The error of an area falls like the root of the step, and grows with the number of processes.
      const error = (processes: number, refinement: number): number => (share * processes) / Math.sqrt(refinement);
      const found = localAreaOrder({ given, error }, entry(m), STEPS);
      const size = weights.flat().reduce<number>((sum, weight) => sum + weight ** 2, 0);
      // These steps do not see the state: two halves lack the ½ (a b′ − b a′) of the whole, of mean square h²/8.
      const squares = (h: number): number =>
        (g * h * h) ** 2 / 4 + h ** 4 / 16 + size * (h * error(m, STEPS[0] / h)) ** 2 + (size * (h * h)) / 8;
      same(
        found,
        orderOf(squares, (h) => (g * h * h) / 2 + (h * h) / 4),
      );
      const certified = run(defineScheme({ ...given, areas: { given, error } }), entry(m));
      expect(certified).toEqual(found);
    }
  });

  test('of the group of Heisenberg is that of the area alone: the step itself is exact', () => {
    // (x, y, z + ½ (x ΔW₂ − y ΔW₁) + A): two halves are the whole, by Chen.
    for (const [m, first, second, pair] of [
      [2, 0, 1, 0],
      [3, 0, 2, 1],
      [3, 1, 2, 2],
    ]) {
      const step: Step = ({ algebra: { add, subtract, multiply, constant }, h, y, dW, auxiliary }) => {
        const half = constant(1 / 2);
        const swept = multiply(half, subtract(multiply(y[0], dW[second]), multiply(y[1], dW[first])));
        return [
          add(y[0], dW[first]),
          add(y[1], dW[second]),
          add(y[2], add(swept, multiply(multiply(half, h), auxiliary[pair]))),
        ];
      };
      const given = toy(step, pairs);
      for (const power of [0, 1 / 2, 1]) {
        const found = localAreaOrder({ given, error: (_, refinement) => refinement ** -power }, entry(m), STEPS);
        // The square of h · h^power is of order 2 (1 + power) = 2 p + 1.
        expect(found?.order).toBeCloseTo(1 / 2 + power, 8);
      }
    }
  });

  test('is not to be had where the values are too many', () => {
    const given = toy(({ y }) => y, pairs);
    // Two steps of five increments and ten areas.
    expect(localAreaOrder({ given, error: () => 1 }, entry(5), STEPS)).toBeUndefined();
  });
});
