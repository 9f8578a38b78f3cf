import { type Dataset, digits, principalComponents } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '#resnet-bridge/network/principal-components';

const data: Dataset = digits();
const COUNT = 16;

/** Covariance of the components over rows, shape (COUNT, COUNT), and their mean. */
function componentMoments(map: ReturnType<typeof principalComponents>, rows: Uint32Array) {
  const z = Array.from(rows, (row) =>
    Array.from({ length: COUNT }, (_, i) => {
      let sum = map.bias[i];
      for (let j = 0; j < 64; j++) sum += map.weight[i * 64 + j] * data.inputs[row * 64 + j];
      return sum;
    }),
  );
  const mean = (f: (z: number[]) => number): number => z.reduce((sum, each) => sum + f(each), 0) / rows.length;
  return {
    mean: Array.from({ length: COUNT }, (_, i) => mean((each) => each[i])),
    covariance: Array.from({ length: COUNT }, (_, i) =>
      Array.from({ length: COUNT }, (_, k) => mean((each) => each[i] * each[k])),
    ),
  };
}

describe('symmetricEigen', () => {
  it('finds A v = λ v with orthonormal v, decreasing', () => {
    const size = 7;
    const A = Float64Array.from({ length: size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      return 1 / (1 + i + j) + (i === j ? i : 0);
    });
    const { values, vectors } = symmetricEigen(A, size);
    const rounding = 64 * size * Number.EPSILON * Math.hypot(...A);
    for (let a = 0; a < size; a++) {
      if (a > 0) expect(values[a]).toBeLessThanOrEqual(values[a - 1]);
      for (let i = 0; i < size; i++) {
        let Av = 0;
        for (let j = 0; j < size; j++) Av += A[i * size + j] * vectors[a][j];
        expect(Math.abs(Av - values[a] * vectors[a][i])).toBeLessThan(rounding);
      }
      for (let b = 0; b < size; b++) {
        const inner = vectors[a].reduce((sum, v, i) => sum + v * vectors[b][i], 0);
        expect(Math.abs(inner - (a === b ? 1 : 0))).toBeLessThan(rounding);
      }
    }
  });
});

describe('principalComponents', () => {
  const rounding = 1e-10; // of sums of 1437 products of order 1e3, relative to components of order 1
  it('are centered, uncorrelated and of decreasing variance over the training rows', () => {
    const { mean, covariance } = componentMoments(principalComponents(data, COUNT), data.train);
    for (let i = 0; i < COUNT; i++) {
      expect(Math.abs(mean[i])).toBeLessThan(rounding);
      for (let k = 0; k < i; k++) expect(Math.abs(covariance[i][k])).toBeLessThan(rounding);
      if (i > 0) expect(covariance[i][i]).toBeLessThan(covariance[i - 1][i - 1]);
    }
    const average = covariance.reduce((sum, row, i) => sum + row[i], 0) / COUNT;
    expect(Math.abs(average - 1)).toBeLessThan(rounding);
  });

  it('have variance 1 each when scaled each', () => {
    const { covariance } = componentMoments(principalComponents(data, COUNT, { scale: 'each' }), data.train);
    for (let i = 0; i < COUNT; i++) expect(Math.abs(covariance[i][i] - 1)).toBeLessThan(rounding);
  });

  it('have orthonormal rows when not scaled, with the largest entry positive', () => {
    const { weight } = principalComponents(data, COUNT, { scale: 'none' });
    for (let i = 0; i < COUNT; i++) {
      const row = weight.subarray(i * 64, (i + 1) * 64);
      expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)));
      expect(Math.abs(Math.hypot(...row) - 1)).toBeLessThan(rounding);
    }
  });

  it('do not look at the test rows', () => {
    const inputs = Float64Array.from(data.inputs);
    for (const row of data.test) inputs.fill(7, row * 64, (row + 1) * 64);
    expect(principalComponents({ ...data, inputs }, 3)).toEqual(principalComponents(data, 3));
  });

  it.each([0, 65, 2.5])('refuse %s components', (count) => {
    expect(() => principalComponents(data, count)).toThrow(/components/);
  });

  it('refuse to scale a component without variance', () => {
    expect(() => principalComponents(data, 64, { scale: 'each' })).toThrow(/no variance/); // corners that no digit inks
  });
});
