import {
  branchDropout,
  branchMoments,
  gaussianInjection,
  gaussianMultiplicative,
  type Noise,
  outputDropout,
  shakeDrop,
  shakeShake,
  stochasticDepth,
} from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { branchPoint } from '#resnet-bridge/network/branch';
import { exampleNetwork, exampleState } from '../example-networks.js';

// The table of moments, row by row, written out from F, ψ and V independently of the shared code.
const d = 2;
const width = 3;
const network = exampleNetwork({ dimension: d, width, depth: 1 });
const x = exampleState(d);
const layer = network.layers[0];
const branchValue = (branch: typeof layer): Float64Array => {
  const out = new Float64Array(d);
  const point = branchPoint(branch, d, 'tanh');
  point.moveTo(x);
  point.value(out);
  return out;
};
const F = branchValue(layer);
const F2 = branchValue(layer.twin!);
const hidden = Array.from(layer.c, (c, k) => Math.tanh(c + layer.U[2 * k] * x[0] + layer.U[2 * k + 1] * x[1]));
const V = (i: number, k: number): number => layer.V[i * width + k];
const same = (i: number, j: number): number => (i === j ? 1 : 0);
const p = 0.8;
const s = 0.3;
const q = 1 - p;

interface Row {
  readonly noise: Noise;
  mean(i: number): number;
  covariance(i: number, j: number): number;
  third(i: number, j: number, k: number): number;
}
const row = (noise: Noise, mean: Row['mean'], covariance: Row['covariance'], third: Row['third']): Row => ({
  noise,
  mean,
  covariance,
  third,
});

const rows: Row[] = [
  row(
    stochasticDepth({ survival: p }),
    (i) => p * F[i],
    (i, j) => p * q * F[i] * F[j],
    (i, j, k) => p * q * (1 - 2 * p) * F[i] * F[j] * F[k],
  ),
  row(
    stochasticDepth({ survival: p, rescaled: true }),
    (i) => F[i],
    (i, j) => (q / p) * F[i] * F[j],
    (i, j, k) => ((q * (1 - 2 * p)) / p ** 2) * F[i] * F[j] * F[k],
  ),
  row(
    outputDropout({ keep: p }),
    (i) => F[i],
    (i, j) => (q / p) * same(i, j) * F[i] ** 2,
    (i, j, k) => ((q * (1 - 2 * p)) / p ** 2) * same(i, j) * same(j, k) * F[i] ** 3,
  ),
  row(
    branchDropout({ keep: p }),
    (i) => F[i],
    (i, j) => (q / p) * hidden.reduce((sum, y, k) => sum + V(i, k) * V(j, k) * y ** 2, 0),
    (i, j, l) =>
      ((q * (1 - 2 * p)) / p ** 2) * hidden.reduce((sum, y, k) => sum + V(i, k) * V(j, k) * V(l, k) * y ** 3, 0),
  ),
  row(
    shakeShake(),
    (i) => (F[i] + F2[i]) / 2,
    (i, j) => ((F[i] - F2[i]) * (F[j] - F2[j])) / 12,
    () => 0,
  ),
  row(
    shakeDrop({ survival: p }),
    (i) => p * F[i],
    (i, j) => ((q * (1 + 3 * p)) / 3) * F[i] * F[j],
    (i, j, k) => -2 * p ** 2 * q * F[i] * F[j] * F[k],
  ),
  row(
    gaussianMultiplicative({ scale: s }),
    (i) => F[i],
    (i, j) => s ** 2 * F[i] * F[j],
    () => 0,
  ),
  row(
    gaussianMultiplicative({ scale: s, elementwise: true }),
    (i) => F[i],
    (i, j) => s ** 2 * same(i, j) * F[i] ** 2,
    () => 0,
  ),
  row(
    gaussianInjection({ scale: s }),
    (i) => F[i],
    (i, j) => (s ** 2 / network.h) * same(i, j),
    () => 0,
  ),
];

describe.each(rows.map((each) => [each.noise.name, each] as const))('moments of %s', (_, each) => {
  const moments = branchMoments(network, each.noise, { layer: 0, x });
  // Some tens of roundings of numbers of size O(1).
  const rounding = 1e-14;
  const indices = [0, 1];

  it('are those of the table', () => {
    for (const i of indices) {
      expect(Math.abs(moments.mean[i] - each.mean(i))).toBeLessThan(rounding);
      for (const j of indices) {
        expect(Math.abs(moments.covariance[i * d + j] - each.covariance(i, j))).toBeLessThan(rounding);
        for (const k of indices) {
          expect(Math.abs(moments.thirdCumulant[(i * d + j) * d + k] - each.third(i, j, k))).toBeLessThan(rounding);
        }
      }
    }
  });
});

describe('a noise refuses', () => {
  it.each([
    ['stochasticDepth', (p: number) => stochasticDepth({ survival: p }), 'survival'],
    ['outputDropout', (p: number) => outputDropout({ keep: p }), 'keep'],
    ['branchDropout', (p: number) => branchDropout({ keep: p }), 'keep'],
    ['shakeDrop', (p: number) => shakeDrop({ survival: p }), 'survival'],
  ] as const)('%s: a probability outside (0, 1]', (name, make, option) => {
    for (const bad of [0, -0.1, 1.1, Number.NaN, '0.8' as unknown as number, undefined as unknown as number]) {
      expect(() => make(bad)).toThrowError(
        expect.objectContaining({
          code: 'value',
          details: expect.objectContaining({ where: `${name}({ ${option} })` }),
        }),
      );
    }
    expect(make(1).variance).toBe(0);
  });

  it.each([
    ['gaussianInjection', (scale: number) => gaussianInjection({ scale })],
    ['gaussianMultiplicative', (scale: number) => gaussianMultiplicative({ scale })],
  ] as const)('%s: a negative or infinite scale', (_, make) => {
    for (const bad of [-1, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => make(bad)).toThrowError(expect.objectContaining({ code: 'value' }));
    }
  });
});
