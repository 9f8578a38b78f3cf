import {
  branchDropout,
  branchMoments,
  gaussianInjection,
  type Noise,
  outputDropout,
  residualNetwork,
  shakeShake,
  stochasticDepth,
} from 'resnet-bridge';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { branchPoint } from '#resnet-bridge/network/branch';
import { meanField, meanFields, oncePerLayer } from '#resnet-bridge/noise/mean-field';
import { noisyLayer, noisyLayers, requireBranches } from '#resnet-bridge/noise/noisy-layer';
import { PLACEMENTS } from '#resnet-bridge/noise/placement';
import { exampleNetwork } from '../example-networks.js';

// Two layers with twins of d = 2 and width 3, h = 1/4: F, its derivatives and every gate written out.
const [d, width] = [2, 3];
const drawn = exampleNetwork({ dimension: d, width, depth: 2, activation: 'sin', horizon: 1 / 2 });
const network = {
  ...drawn,
  layers: drawn.layers.map((each, n) => ({
    ...each,
    d: Float64Array.of(0.3 + n, -0.2),
    twin: { ...(each.twin ?? each), d: Float64Array.of(-0.4, 0.1) },
  })),
};
const [layer] = network.layers;
const x = Float64Array.of(0.4, -0.7);
const I = [0, 1];
const K = [0, 1, 2];
type Branch = Pick<typeof layer, 'U' | 'c' | 'V' | 'd'>;
const z = ({ U, c }: Branch, k: number): number => c[k] + U[2 * k] * x[0] + U[2 * k + 1] * x[1];
const V = ({ V: v }: Branch, i: number, k: number): number => v[i * width + k];
const U = ({ U: u }: Branch, k: number, j: number): number => u[k * d + j];
const over = (of: (k: number) => number): number => K.reduce((sum, k) => sum + of(k), 0);
const F = (on: Branch, i: number): number => on.d[i] + over((k) => V(on, i, k) * Math.sin(z(on, k)));
const DF = (on: Branch, i: number, j: number): number => over((k) => V(on, i, k) * Math.cos(z(on, k)) * U(on, k, j));
const D2F = (on: Branch, i: number, j: number, l: number): number =>
  -over((k) => V(on, i, k) * Math.sin(z(on, k)) * U(on, k, j) * U(on, k, l));
const twin = layer.twin ?? layer;
const of = <const T extends number>(length: T, value: (i: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, i) => value(i));
const near = (found: ArrayLike<number>, wanted: ArrayLike<number>): void => {
  expect(found.length).toBe(wanted.length);
  // Some tens of roundings of numbers of size 1.
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i] - wanted[i]), `entry ${i}`).toBeLessThan(1e-13);
};
/** What is written has to be written: nothing is there before. */
const empty = (length: number): Float64Array => new Float64Array(length).fill(Number.NaN);

/** B(x, g) and ∂B_i/∂x_j, as the docstring of placements says them. */
interface Gated {
  readonly noise: Noise;
  readonly gates: number;
  value(g: ArrayLike<number>, i: number): number;
  slope(g: ArrayLike<number>, i: number, j: number): number;
}
// A gate whose mean, variance and third cumulant are unlike each other.
const moments = { mean: 0.3, variance: 0.49, thirdCumulant: -0.2 };
const CASES: readonly Gated[] = [
  {
    noise: { ...stochasticDepth({ survival: 0.5 }), ...moments },
    gates: 1,
    value: (g, i) => g[0] * F(layer, i),
    slope: (g, i, j) => g[0] * DF(layer, i, j),
  },
  {
    noise: { ...outputDropout({ keep: 0.5 }), ...moments },
    gates: d,
    value: (g, i) => g[i] * F(layer, i),
    slope: (g, i, j) => g[i] * DF(layer, i, j),
  },
  {
    noise: { ...branchDropout({ keep: 0.5 }), ...moments },
    gates: width,
    value: (g, i) => layer.d[i] + over((k) => V(layer, i, k) * g[k] * Math.sin(z(layer, k))),
    slope: (g, i, j) => over((k) => V(layer, i, k) * g[k] * Math.cos(z(layer, k)) * U(layer, k, j)),
  },
  {
    noise: { ...shakeShake(), ...moments },
    gates: 1,
    value: (g, i) => g[0] * F(layer, i) + (1 - g[0]) * F(twin, i),
    slope: (g, i, j) => g[0] * DF(layer, i, j) + (1 - g[0]) * DF(twin, i, j),
  },
  {
    noise: { ...gaussianInjection({ scale: 0.5 }), ...moments, mean: 0 },
    gates: d,
    // h = 1/4.
    value: (g, i) => F(layer, i) + 2 * g[i],
    slope: (_, i, j) => DF(layer, i, j),
  },
];

describe.each(CASES.map((one) => [one.noise.placement, one] as const))('gates on a %s', (_, gated) => {
  const { noise, gates, value, slope } = gated;
  const noisy = noisyLayer(network, noise, layer);
  noisy.moveTo(x);
  const none = new Float64Array(gates);
  const unit = (j: number): Float64Array => of(gates, (k) => (k === j ? 1 : 0));
  const columns = of(d * gates, (at) => {
    const [i, j] = [Math.floor(at / gates), at % gates];
    return value(unit(j), i) - value(none, i);
  });

  test('act as they say', () => {
    expect(noisy.gates).toBe(gates);
    const g = of(gates, (j) => 0.7 - 0.4 * j);
    const out = empty(d);
    noisy.apply(g, out);
    near(
      out,
      I.map((i) => value(g, i)),
    );
  });

  test('give a factor, a covariance and a third cumulant', () => {
    const [factor, covariance, third] = [d * gates, d * d, d * d * d].map(empty);
    // Scratch of one call does not reach the next.
    for (let twice = 0; twice < 2; twice++) {
      noisy.factor(factor);
      noisy.covariance(covariance);
      noisy.thirdCumulant(third);
      near(
        factor,
        columns.map((column) => 0.7 * column),
      );
      const sum = (...rows: readonly number[]): number =>
        Array.from({ length: gates }, (_, j) =>
          rows.reduce((product, i) => product * columns[i * gates + j], 1),
        ).reduce((a, b) => a + b);
      near(
        covariance,
        of(4, (at) => 0.49 * sum(at >> 1, at & 1)),
      );
      near(
        third,
        of(8, (at) => -0.2 * sum(at >> 2, (at >> 1) & 1, at & 1)),
      );
    }
  });

  test('give the Jacobian of their factor', () => {
    const out = empty(d * gates * d);
    noisy.differentiateAt(x);
    noisy.factorJacobian(out);
    near(
      out,
      of(d * gates * d, (at) => {
        const [i, j, k] = [Math.floor(at / (gates * d)), Math.floor(at / d) % gates, at % d];
        return 0.7 * (slope(unit(j), i, k) - slope(none, i, k));
      }),
    );
  });

  test('write nothing beyond their shape', () => {
    const writers: [(out: Float64Array) => void, number][] = [
      [(out) => noisy.covariance(out), d * d],
      [(out) => noisy.thirdCumulant(out), d * d * d],
    ];
    // What fills an array fills all of it.
    const rule = PLACEMENTS[noise.placement];
    const points = [layer, twin].map((branch) => branchPoint(branch, d, network.activation));
    for (const point of points) point.differentiateAt(x);
    writers.push([(out) => rule.columnsJacobian(points, out), d * gates * d]);
    if (noise.placement !== 'branch' && noise.placement !== 'twin')
      writers.push([(out) => rule.columns(points, network.h, out), d * gates]);
    if (noise.placement === 'hidden') writers.push([(out) => rule.apply(points, none, network.h, out), d]);
    if (noise.placement !== 'branch' && noise.placement !== 'twin')
      for (const [write, size] of writers) {
        const out = new Float64Array(size + 2 * d);
        write(out);
        expect([...out.subarray(size)]).toEqual([0, 0, 0, 0]);
      }
  });

  test('have a mean that is a branch or two, with all derivatives', () => {
    const field = meanField(network, noise, layer);
    const mean = of(gates, () => noise.mean);
    const weights = noise.placement === 'twin' ? [0.3, 0.7] : [1];
    expect(field.branches).toHaveLength(weights.length);
    field.moveTo(x);
    const out = empty(d);
    field.value(out);
    near(
      out,
      I.map((i) => value(mean, i)),
    );
    field.differentiateAt(x);
    const [v, q] = [Float64Array.of(0.3, -1.1), Float64Array.of(0.6, 0.8)];
    const jacobian = empty(d * d);
    field.jacobian(jacobian);
    const J = (i: number, j: number): number => slope(mean, i, j);
    near(
      jacobian,
      of(4, (at) => J(at >> 1, at & 1)),
    );
    const [times, transposed, laplacian] = [d, d, d].map(empty);
    field.times(v, times);
    near(
      times,
      I.map((i) => J(i, 0) * v[0] + J(i, 1) * v[1]),
    );
    field.transposedTimes(q, transposed);
    near(
      transposed,
      I.map((j) => q[0] * J(0, j) + q[1] * J(1, j)),
    );
    const second = (i: number, j: number, l: number): number =>
      noise.placement === 'twin'
        ? 0.3 * D2F(layer, i, j, l) + 0.7 * D2F(twin, i, j, l)
        : noise.placement === 'state'
          ? D2F(layer, i, j, l)
          : 0.3 * D2F(layer, i, j, l);
    field.laplacian(laplacian);
    near(
      laplacian,
      I.map((i) => second(i, 0, 0) + second(i, 1, 1)),
    );
    // These two add.
    const [hessian, along] = [0, 1].map(() => of(4, (at) => at));
    field.addHessian(q, hessian);
    near(
      hessian,
      of(4, (at) => at + q[0] * second(0, at >> 1, at & 1) + q[1] * second(1, at >> 1, at & 1)),
    );
    field.addSecondAlong(v, along);
    near(
      along,
      of(4, (at) => at + v[0] * second(at >> 1, at & 1, 0) + v[1] * second(at >> 1, at & 1, 1)),
    );
  });
});

describe('a layer of lines', () => {
  const branches = [
    {
      U: [
        [1, 2],
        [-1, 0.5],
        [0.3, 0.4],
      ],
      c: [0.1, 0.2, -5],
      V: [
        [1, -2, 3],
        [0.5, 4, -1],
      ],
      d: [0, 1],
    },
    {
      U: [
        [2, -1],
        [1, 1],
        [0.5, 0.5],
      ],
      c: [0.3, 0.1, 0.2],
      V: [
        [2, 1, -1],
        [1, -3, 2],
      ],
      d: [1, 0],
    },
  ];
  const kinked = residualNetwork({ layers: [{ ...branches[0], twin: branches[1] }], activation: 'relu' });
  const noise = { ...shakeShake(), mean: 0.25 };

  test('adds the kink of one unit of one branch', () => {
    const field = meanField(kinked, noise, kinked.layers[0]);
    const q = Float64Array.of(0.6, -0.8);
    const out = of(4, (at) => at);
    // Unit 1 of the twin, of mean weight ¾: ψ′ jumps by 1.
    field.addKink(1, 1, 3, q, out);
    const factor = 3 * 0.75 * (0.6 * 1 + -0.8 * -3);
    near(
      out,
      of(4, (at) => at + factor),
    );
    const first = new Float64Array(4);
    field.addKink(0, 0, 2, q, first);
    const other = 2 * 0.25 * (0.6 * 1 - 0.8 * 0.5);
    near(first, [other, 2 * other, 2 * other, 4 * other]);
    const smooth = meanField(network, noise, layer);
    const nothing = new Float64Array(4);
    smooth.addKink(0, 0, 1, q, nothing);
    expect([...nothing]).toEqual([0, 0, 0, 0]);
  });

  test('is held on the sides that are given, branch by branch, and let go', () => {
    const at = Float64Array.of(1, 1);
    const sides = [Uint8Array.of(0, 1, 0), Uint8Array.of(1, 0, 1)];
    const line = (branch: number, held: boolean): number[] => {
      const { U: u, c, V: v, d: shift } = branches[branch];
      return I.map((i) => {
        const values = c.map((value, k) => value + u[k][0] * at[0] + u[k][1] * at[1]);
        const open = values.map((value, k) => (held ? sides[branch][k] === 1 : value > 0));
        return shift[i] + values.reduce((sum, value, k) => sum + (open[k] ? v[i][k] * value : 0), 0);
      });
    };
    const field = meanField(kinked, noise, kinked.layers[0]);
    const noisy = noisyLayer(kinked, noise, kinked.layers[0]);
    for (const held of [true, false]) {
      field.hold(held ? sides : undefined);
      noisy.hold(held ? sides : undefined);
      field.moveTo(at);
      noisy.moveTo(at);
      const [mean, applied] = [d, d].map(empty);
      field.value(mean);
      noisy.apply(Float64Array.of(0.25), applied);
      const wanted = I.map((i) => 0.25 * line(0, held)[i] + 0.75 * line(1, held)[i]);
      near(mean, wanted);
      near(applied, wanted);
    }
  });
});

describe('layers of a network', () => {
  test('share an evaluator where they are one object', () => {
    const [a, b] = network.layers;
    const shared = { ...network, layers: [a, b, a, a], depth: 4 };
    let made = 0;
    expect(
      oncePerLayer(shared, () => {
        made += 1;
        return made;
      }),
    ).toEqual([1, 2, 1, 1]);
    const noise = stochasticDepth({ survival: 0.5 });
    for (const evaluators of [meanFields(shared, noise), noisyLayers(shared, noise, 'here')]) {
      expect(evaluators).toHaveLength(4);
      expect(evaluators[2]).toBe(evaluators[0]);
      expect(evaluators[3]).toBe(evaluators[0]);
      expect(evaluators[1]).not.toBe(evaluators[0]);
    }
    const second = empty(d);
    const field = meanFields(shared, noise)[1];
    field.moveTo(x);
    field.value(second);
    near(
      second,
      I.map((i) => 0.5 * F(b, i)),
    );
  });

  test('need twins where a noise mixes two branches', () => {
    const [a, b] = network.layers;
    const { twin: _, ...bare } = b;
    for (const [layers, name] of [
      [[a, bare], 'layer 1 without one'],
      [[bare, a], 'layer 0 without one'],
    ] as const) {
      const lacking = { ...network, layers };
      for (const act of [
        () => requireBranches(lacking, shakeShake(), 'here'),
        () => noisyLayers(lacking, shakeShake(), 'here'),
      ]) {
        expect(act).toThrow(SdeError);
        expect(act).toThrow(new RegExp(name));
      }
      // Others do not ask for them.
      for (const noise of [
        stochasticDepth({ survival: 0.5 }),
        branchDropout({ keep: 0.5 }),
        outputDropout({ keep: 0.5 }),
        gaussianInjection({ scale: 1 }),
      ])
        expect(noisyLayers(lacking, noise, 'here')).toHaveLength(2);
    }
    expect(() => requireBranches(network, shakeShake(), 'here')).not.toThrow();
    // Without a twin the mean is what there is of it.
    expect(PLACEMENTS.twin.meanBranches(bare, 0.3)).toHaveLength(1);
  });
});

describe('branchMoments', () => {
  test('are those of the layer that is asked for', () => {
    const noise = stochasticDepth({ survival: 0.8 });
    const [b] = network.layers.slice(1);
    const found = branchMoments(network, noise, { layer: 1, x });
    near(
      found.mean,
      I.map((i) => 0.8 * F(b, i)),
    );
    near(
      found.covarianceFactor,
      I.map((i) => 0.4 * F(b, i)),
    );
    near(
      found.covariance,
      of(4, (at) => 0.16 * F(b, at >> 1) * F(b, at & 1)),
    );
    expect(branchMoments(network, branchDropout({ keep: 0.5 }), { layer: 0, x }).covarianceFactor).toHaveLength(6);
  });
});
