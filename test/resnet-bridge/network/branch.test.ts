import type { Activation } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { branchPoint } from '#resnet-bridge/network/branch';
import { DIFFERENCE_ERROR, difference, exampleNetwork, exampleState, STEP } from '../example-networks.js';

const d = 3;
const x = exampleState(d);
const v = Float64Array.of(0.3, -1.1, 0.7);
const p = Float64Array.of(-0.5, 0.9, 1.3);

describe.each<Activation>(['tanh', 'sigmoid', 'softplus', 'sin', 'relu'])('a branch with %s', (activation) => {
  const network = exampleNetwork({ dimension: d, width: 5, activation });
  const point = branchPoint(network.layers[1], d, activation);
  const value = (at: Float64Array): Float64Array => {
    const out = new Float64Array(d);
    point.moveTo(at);
    point.value(out);
    return out;
  };
  const jacobian = (at: Float64Array): Float64Array => {
    const out = new Float64Array(d * d);
    point.differentiateAt(at);
    point.jacobian(out);
    return out;
  };
  const close = (got: ArrayLike<number>, expected: ArrayLike<number>): void => {
    Array.from(expected).forEach((e, i) => {
      expect(Math.abs(got[i] - e)).toBeLessThan(DIFFERENCE_ERROR);
    });
  };

  it('is V ψ(U x + c) + d', () => {
    const { U, c, V, d: offset } = network.layers[1];
    const psi = {
      tanh: Math.tanh,
      sigmoid: (z: number) => 1 / (1 + Math.exp(-z)),
      softplus: (z: number) => Math.log(1 + Math.exp(z)),
      sin: Math.sin,
      relu: (z: number) => Math.max(0, z),
    }[activation];
    const hidden = Array.from(c, (ck, k) => psi(ck + x.reduce((sum, xj, j) => sum + U[k * d + j] * xj, 0)));
    const F = Array.from(offset, (di, i) => di + hidden.reduce((sum, y, k) => sum + V[i * 5 + k] * y, 0));
    // A dozen roundings of numbers of size O(1).
    close(value(x), F);
  });

  it('has the Jacobian of its differences', () => {
    const DF = jacobian(x);
    for (let j = 0; j < d; j++) {
      const column = difference(value, x, j, STEP);
      close(
        column,
        [0, 1, 2].map((i) => DF[i * d + j]),
      );
    }
  });

  it('multiplies by its Jacobian from both sides', () => {
    const DF = jacobian(x);
    const out = new Float64Array(d);
    point.times(v, out);
    close(
      out,
      [0, 1, 2].map((i) => [0, 1, 2].reduce((sum, j) => sum + DF[i * d + j] * v[j], 0)),
    );
    point.transposedTimes(p, out);
    close(
      out,
      [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, i) => sum + DF[i * d + j] * p[i], 0)),
    );
  });

  it('contracts its second derivative as the differences of its Jacobian', () => {
    const along = new Float64Array(d * d);
    const hessian = new Float64Array(d * d);
    const laplacian = new Float64Array(d);
    jacobian(x);
    point.secondDerivativeAlong(v, along);
    point.addHessian(p, hessian);
    point.laplacian(laplacian);
    const second = [0, 1, 2].map((k) => difference(jacobian, x, k, STEP));
    const at = (i: number, j: number, k: number): number => second[k][i * d + j];
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        close([along[i * d + j]], [v.reduce((sum, vk, k) => sum + at(i, j, k) * vk, 0)]);
        close([hessian[i * d + j]], [p.reduce((sum, pm, m) => sum + pm * at(m, i, j), 0)]);
      }
      close([laplacian[i]], [at(i, 0, 0) + at(i, 1, 1) + at(i, 2, 2)]);
    }
  });
});
