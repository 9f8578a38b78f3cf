import {
  discretize,
  eulerMaruyama,
  inline,
  key,
  problem,
  strongOrder,
  symbolic,
  terminal,
  weakOrder,
  withDriver,
  workPrecision,
} from 'sde-core';
import type { FieldShape, NumberArray, PathShape } from 'sde-plots';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1/2']] });
const on = problem({ model, x0: [1], T: 1 });
const chain = (steps: number) => discretize(on, withDriver(eulerMaruyama, 'two-point'), steps);
const exact = {
  steps: [2, 4, 8],
  functional: terminal('x^2'),
  // E X² = e^(−2) + (1 − e^(−2))/8.
  truth: 0.2434183728320361,
  method: { kind: 'exact' },
} as const;

/** A study of each kind. */
export const STUDIES = {
  weak: await weakOrder({ ...exact, chain, expected: 1 }),
  strong: await strongOrder({
    problem: on,
    scheme: eulerMaruyama,
    steps: [1, 2, 4],
    paths: 64,
    key: key(1),
    backend: inline(),
  }),
  work: await workPrecision({
    ...exact,
    tolerance: 0.1,
    workPerStep: () => 1,
    candidates: ['a', 'b'].map((name) => ({ name, chain, expected: 1 })),
  }),
};

/** An ndarray by its fields. */
export const array = (data: readonly number[], shape: readonly number[]): NumberArray => ({
  data,
  shape,
  stride: shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1)),
  offset: 0,
});

const points = [-1, -0.5, 0, 0.5, 1];

/** u(t, x) = t + Σ x_k², by shape. */
export const field = (dimension: number, of: (u: number) => number = (u) => u): FieldShape => ({
  grid: Array.from({ length: dimension }, () => ({ points })),
  times: [0, 0.5, 1],
  slice: (t) =>
    array(
      Array.from({ length: 5 ** dimension }, (_, p) =>
        of(
          Array.from({ length: dimension }, (_, k) => points[Math.floor(p / 5 ** k) % 5]).reduce(
            (u, x) => u + x * x,
            t,
          ),
        ),
      ),
      Array.from({ length: dimension }, () => 5),
    ),
});

/** So many paths at five times: path p at time n is at p + n/10. */
export const paths = (count: number, of: (p: number, n: number) => number = (p, n) => p + n / 10): PathShape => ({
  t: [0, 0.25, 0.5, 0.75, 1],
  x: array(
    Array.from({ length: 5 * count }, (_, i) => of(Math.floor(i / 5), i % 5)),
    [count, 5, 1],
  ),
});
