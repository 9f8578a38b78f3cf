import {
  circle,
  clarkCameron,
  heston,
  langevin,
  linearSystem,
  type MomentModel,
  polynomialMoment,
  toIto,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly name: string;
  readonly model: MomentModel;
  readonly x0: readonly number[];
  /** Every moment is polynomial, so `polynomialMoment` knows it too. */
  readonly closes: boolean;
}

const entries: readonly Entry[] = [
  { name: 'Clark–Cameron', model: clarkCameron(), x0: [0.6, -0.4], closes: true },
  { name: 'the circle, Itô', model: circle({ sigma: 0.8 }), x0: [0.6, -0.9], closes: true },
  {
    name: 'the circle, Stratonovich',
    model: circle({ sigma: 0.8, calculus: 'stratonovich' }),
    x0: [0.6, -0.9],
    closes: true,
  },
  {
    name: 'Heston',
    model: heston({ mu: 0.1, kappa: 1.5, theta: 0.3, xi: 0.4, rho: -0.6 }),
    x0: [1.1, 0.4],
    closes: false,
  },
  {
    name: 'Heston, whose second moment will explode',
    model: heston({ mu: 0.1, kappa: 0.5, theta: 0.3, xi: 0.7, rho: 0.3 }),
    x0: [1.1, 0.4],
    closes: false,
  },
  {
    name: 'Heston, exploding with real roots',
    model: heston({ mu: -0.1, kappa: 0.2, theta: 0.3, xi: 0.5, rho: 0.95 }),
    x0: [1.1, 0.4],
    closes: false,
  },
  {
    name: 'Heston without noise of the variance',
    model: heston({ mu: 0.1, kappa: 1.5, theta: 0.3, xi: 0, rho: 0 }),
    x0: [1.1, 0.4],
    closes: false,
  },
  {
    name: 'a linear system',
    model: linearSystem({
      A: [
        [-1, 0.5],
        [0.25, -0.75],
      ],
      a: [0.5, -0.25],
      B: [
        [
          [0.3, 0],
          [0.1, -0.2],
        ],
        [
          [0, 0.4],
          [-0.4, 0],
        ],
      ],
      b: [
        [0.2, 0],
        [0.1, 0.3],
      ],
    }),
    x0: [1.1, -0.4],
    closes: true,
  },
  {
    name: 'the harmonic Langevin equation',
    model: langevin({ stiffness: 1.5, friction: 0.8, temperature: 0.6 }),
    x0: [1.1, -0.4],
    closes: true,
  },
];

const pairs = (d: number): (readonly [number, number])[] =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => [i, j] as const)).flat();

describe.each(entries.map((entry) => [entry.name, entry] as const))('%s', (_, { model, x0 }) => {
  const d = model.dimension;
  const moments = (t: number, x: ArrayLike<number>): number[] => {
    const { mean, second } = model.exactMoments(t, x);
    return [...mean, ...second];
  };

  it('starts at its initial moments, and E X Xᵀ is symmetric', () => {
    const expected = [...x0, ...pairs(d).map(([i, j]) => x0[i] * x0[j])];
    for (const [k, value] of moments(0, x0).entries()) {
      expect(Math.abs(value - expected[k])).toBeLessThanOrEqual(8 * 2 ** -52 * Math.max(1, Math.abs(expected[k])));
    }
    const { second } = model.exactMoments(0.7, x0);
    for (const [i, j] of pairs(d)) expect(second[i * d + j]).toBe(second[j * d + i]);
  });

  it('has moments that solve the backward equation: u_t = L u', () => {
    // L u = (d/ds) u(x + s b) + ½ Σ_k (d/ds)² u(x + s σ_k), by fourth-order differences: truncation step⁴/30 · u⁽⁵⁾ and rounding 2 ε u / step²,
    // with u and its derivatives along b and σ_k below 30 for all these parameters.
    const step = 2 ** -8;
    const bound = 30 * (step ** 4 + (4 * 2 ** -52) / step ** 2);
    const first = (f: (s: number) => number): number =>
      (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
    const second = (f: (s: number) => number): number =>
      (16 * (f(step) + f(-step)) - (f(2 * step) + f(-2 * step)) - 30 * f(0)) / (12 * step ** 2);
    const ito = toIto(model);
    const m = model.noiseDimension;
    const x = Float64Array.from(x0);
    const b = new Float64Array(d);
    const sigma = new Float64Array(d * m);
    ito.drift(0, x, b);
    ito.diffusion(0, x, sigma);
    for (const t of [0.2, 0.7]) {
      for (let k = 0; k < d + d * d; k++) {
        const along = (direction: (i: number) => number) => (s: number) =>
          moments(
            t,
            x.map((value, i) => value + s * direction(i)),
          )[k];
        let image = first(along((i) => b[i]));
        for (let j = 0; j < m; j++) image += second(along((i) => sigma[i * m + j])) / 2;
        expect(Math.abs(first((s) => moments(t + s, x)[k]) - image)).toBeLessThan(bound);
      }
    }
  });

  it('refuses a state of another dimension', () => {
    expect(() => model.exactMoments(1, [...x0, 1])).toThrow(/shape/);
  });
});

const closed = entries.filter(({ closes }) => closes);
describe.each(closed.map((entry) => [entry.name, entry] as const))('%s', (_, { model, x0 }) => {
  it('has the moments that the generator has on polynomials', () => {
    const { mean, second } = model.exactMoments(0.7, x0);
    const at = (phi: string): number => polynomialMoment(model, phi, { t: 0.7, x0 });
    const { state, dimension: d } = model;
    // The rounding of e^(tG), below 2⁶ units for ‖tG‖ ≤ 2⁴, over at most 7 terms of size 2.
    const bound = 2 ** 6 * 7 * 2 * 2 ** -52;
    for (let i = 0; i < d; i++) expect(Math.abs(mean[i] - at(state[i]))).toBeLessThan(bound);
    for (const [i, j] of pairs(d)) {
      expect(Math.abs(second[i * d + j] - at(`${state[i]}*${state[j]}`))).toBeLessThan(bound);
    }
  });
});
