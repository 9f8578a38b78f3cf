import { refine, residualNetwork } from 'resnet-bridge';
import { key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { exampleNetwork } from '../example-networks.js';

const branch = {
  U: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  c: [0, 1, 2],
  V: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  d: [7, 8],
};

describe('a network from arrays', () => {
  it('takes nested and flat matrices', () => {
    const nested = residualNetwork({ layers: [branch], horizon: 2 });
    const flat = residualNetwork({
      layers: [{ ...branch, U: [1, 2, 3, 4, 5, 6], V: Float64Array.of(1, 2, 3, 4, 5, 6) }],
      horizon: 2,
    });
    expect(nested).toEqual(flat);
    expect(nested).toMatchObject({ dimension: 2, width: 3, depth: 1, h: 2, activation: 'tanh' });
    expect(Array.from(nested.layers[0].U)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('copies what it is given', () => {
    const U = Float64Array.of(1, 2, 3, 4, 5, 6);
    const network = residualNetwork({ layers: [{ ...branch, U }] });
    U[0] = 99;
    expect(network.layers[0].U[0]).toBe(1);
  });

  it.each([
    [
      'U with a row too few',
      {
        U: [
          [1, 2],
          [3, 4],
        ],
      },
      'layer 1, U',
    ],
    ['a ragged U', { U: [[1, 2], [3], [5, 6]] }, 'layer 1, U, row 1'],
    ['a flat U of a wrong size', { U: [1, 2, 3, 4, 5] }, 'layer 1, U'],
    [
      'V transposed',
      {
        V: [
          [1, 4],
          [2, 5],
          [3, 6],
        ],
      },
      'layer 1, V',
    ],
    ['another width', { c: [0, 1] }, 'layer 1, c'],
    ['another dimension', { d: [1] }, 'layer 1, d'],
    ['no d', { d: undefined }, 'layer 1'],
    ['a number for c', { c: 3 }, 'layer 1, c'],
    ['a twin that does not fit', { twin: { ...branch, V: [1] } }, 'layer 1, twin, V'],
  ])('refuses %s and names the layer and the matrix', (_, change, where) => {
    // The changes break the type on purpose.
    const layers = [branch, { ...branch, ...change } as unknown as typeof branch];
    expect(() => residualNetwork({ layers })).toThrowError(
      expect.objectContaining({
        code: 'shape',
        details: expect.objectContaining({ where: `residualNetwork({ layers }), ${where}` }),
      }),
    );
  });

  it('refuses what is not finite, no layers, an unknown activation, a horizon that is not positive', () => {
    const refused = (options: unknown, code: string): void =>
      expect(() => residualNetwork(options as Parameters<typeof residualNetwork>[0])).toThrowError(
        expect.objectContaining({ code }),
      );
    refused({ layers: [{ ...branch, c: [0, Number.NaN, 2] }] }, 'value');
    refused({ layers: [] }, 'shape');
    refused({ layers: [{ U: [], c: [], V: [], d: [] }] }, 'shape');
    refused({ layers: [branch], activation: 'gelu' }, 'value');
    refused({ layers: [branch], activation: 'toString' }, 'value');
    refused({ layers: [branch], horizon: 0 }, 'value');
    refused({ layers: [branch], readOut: { weight: [[1, 2, 3]], bias: [0] } }, 'shape');
    refused({ layers: [branch], readIn: { weight: [[1, 2, 3]], bias: [0] } }, 'shape');
    refused({ layers: [branch], readOut: { weight: [[1, 2]] } }, 'shape');
    refused({ dimension: 0, width: 3, depth: 1, key: key(1) }, 'value');
    refused({ dimension: 2, width: 3, depth: 1.5, key: key(1) }, 'value');
    refused({ dimension: 2, width: 3, depth: 1, readOut: 0, key: key(1) }, 'value');
  });

  it('reads maps in and out of any width', () => {
    const network = residualNetwork({
      layers: [branch],
      readIn: {
        weight: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        bias: [0, 0],
      },
      readOut: { weight: [1, 2], bias: [3] },
    });
    expect(network.readIn).toMatchObject({ rows: 2, columns: 3 });
    expect(network.readOut).toMatchObject({ rows: 1, columns: 2 });
  });
});

describe('a random network', () => {
  it('is a function of its key, and differs with it', () => {
    expect(exampleNetwork({ seed: 4 })).toEqual(exampleNetwork({ seed: 4 }));
    expect(exampleNetwork({ seed: 4 }).layers[0].U).not.toEqual(exampleNetwork({ seed: 5 }).layers[0].U);
  });

  it('has streams of its own for layers and matrices', () => {
    const { layers } = exampleNetwork({ depth: 4, dimension: 4, width: 4 });
    const first = layers.flatMap((layer) => [layer.U[0], layer.V[0], layer.c[0], layer.twin!.U[0], layer.twin!.V[0]]);
    expect(new Set(first).size).toBe(first.length);
    expect(exampleNetwork({ depth: 2, dimension: 4, width: 4 }).layers).toEqual(layers.slice(0, 2));
  });

  it('has weights of the declared variance', () => {
    const { layers } = residualNetwork({ dimension: 64, width: 64, depth: 1, key: key(1) });
    const variance = layers[0].U.reduce((sum, u) => sum + u * u, 0) / layers[0].U.length;
    // Var of the mean square of n normals of variance s² is 2 s⁴/n; 4 standard errors.
    expect(Math.abs(variance - 1 / 64)).toBeLessThan((4 / 64) * Math.sqrt(2 / 64 ** 2));
  });
});

describe('refine', () => {
  it('holds every layer over m sub-layers', () => {
    const network = exampleNetwork({ depth: 3, horizon: 2 });
    const fine = refine(network, 4);
    expect(fine).toMatchObject({ depth: 12, horizon: 2, h: 2 / 12 });
    fine.layers.forEach((layer, n) => {
      expect(layer).toBe(network.layers[Math.floor(n / 4)]);
    });
    expect(refine(network, 1)).toEqual(network);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses m = %s', (m) => {
    expect(() => refine(exampleNetwork(), m)).toThrowError(expect.objectContaining({ code: 'value' }));
  });
});
