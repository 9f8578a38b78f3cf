import * as bridge from 'resnet-bridge';
import { key, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { type Counts, type Door, faultsOf } from '../conformance/wrong-values.js';

/** A call that is right, by export: its arguments, of which plain objects are options whose fields are spoiled one by one. */
const network = bridge.residualNetwork({ dimension: 2, width: 2, depth: 2, twin: true, readOut: 2, key: key('doors') });
const noise = bridge.stochasticDepth({ survival: 0.8 });
const loss = bridge.squaredLoss([0, 0]);
const judged = { states: [[0.1, 0.2]], loss: () => loss };
const dataset: bridge.Dataset = {
  name: 'four points',
  count: 4,
  features: 2,
  classes: 2,
  inputs: Float64Array.from({ length: 8 }, (_, i) => Math.sin(i)),
  labels: Uint8Array.of(0, 1, 0, 1),
  train: Uint32Array.of(0, 1),
  test: Uint32Array.of(2, 3),
  source: 'made up',
};
const readOut = network.readOut!;
const branch = { U: [[1, 0]], c: [0], V: [[1], [0]], d: [0, 0] };
const signal = new AbortController().signal;
const onProgress = (): void => {};
const draws = { network: 2, leading: 2, modified: 2 };
const file = bridge.networkToJSON(network);
const symbolic = bridge.symbolicLimit(network, noise, { accuracy: 'leading' });

const CALLS: Record<string, { call: (...args: never[]) => unknown; args: readonly unknown[] }> = {
  applyAffine: { call: bridge.applyAffine, args: [readOut, [1, 2], new Float64Array(2)] },
  asChain: { call: bridge.asChain, args: [network, noise, { x0: [0, 1] }] },
  accuracy: { call: bridge.accuracy, args: [network, dataset, { noise, draws: 1, split: 'train', key: key(1) }] },
  branchDropout: { call: bridge.branchDropout, args: [{ keep: 0.5 }] },
  branchMoments: { call: bridge.branchMoments, args: [network, noise, { layer: 0, x: [0, 1] }] },
  crossEntropy: { call: bridge.crossEntropy, args: [readOut, 1] },
  depthStudy: {
    call: bridge.depthStudy,
    args: [
      network,
      noise,
      {
        functional: judged,
        refinements: [1, 2],
        draws,
        substeps: 1,
        confidence: 0.9,
        key: key(1),
        device: 'cpu',
        precision: 'f64',
        onProgress,
        signal,
      },
    ],
  },
  depthTable: { call: bridge.depthTable, args: ['a study'] },
  diffusionLimit: { call: bridge.diffusionLimit, args: [network, noise, { accuracy: 'flow' }] },
  fit: {
    call: bridge.fit,
    args: [
      network,
      dataset,
      { noise, epochs: 1, batch: 2, learningRate: 0.01, key: key(1), device: 'cpu', onProgress, signal },
    ],
  },
  flow: { call: bridge.flow, args: [network, noise, [0, 1]] },
  flowAdjoint: { call: bridge.flowAdjoint, args: [network, noise, [0, 1], loss, { hessian: true }] },
  gaussianInjection: { call: bridge.gaussianInjection, args: [{ scale: 0.1 }] },
  gaussianMultiplicative: { call: bridge.gaussianMultiplicative, args: [{ scale: 0.1, elementwise: true }] },
  lossShift: { call: bridge.lossShift, args: [network, noise, judged, { onProgress, signal }] },
  'lossShift of a dataset': { call: bridge.lossShift, args: [network, noise, dataset] },
  networkFromJSON: { call: bridge.networkFromJSON, args: [file] },
  networkToJSON: { call: bridge.networkToJSON, args: [network] },
  outputDropout: { call: bridge.outputDropout, args: [{ keep: 0.5 }] },
  principalComponents: { call: bridge.principalComponents, args: [dataset, 1, { scale: 'each' }] },
  refine: { call: bridge.refine, args: [network, 2] },
  'residualNetwork of arrays': {
    call: bridge.residualNetwork,
    args: [{ layers: [branch], activation: 'sin', horizon: 2, readIn: readOut, readOut }],
  },
  'residualNetwork of a size': {
    call: bridge.residualNetwork,
    args: [
      {
        dimension: 2,
        width: 2,
        depth: 1,
        key: key(1),
        activation: 'sin',
        horizon: 2,
        twin: true,
        readIn: 3,
        readOut: 2,
      },
    ],
  },
  'residualNetwork, a layer': {
    call: (layer: bridge.LayerArrays) => bridge.residualNetwork({ layers: [layer] }),
    args: [{ ...branch, twin: branch }],
  },
  'residualNetwork, a read-out': {
    call: (map: bridge.AffineArrays) => bridge.residualNetwork({ layers: [branch], readOut: map }),
    args: [{ weight: [[1, 2]], bias: [0] }],
  },
  selectClasses: { call: bridge.selectClasses, args: [dataset, [1, 0]] },
  shakeDrop: { call: bridge.shakeDrop, args: [{ survival: 0.5 }] },
  shakeShake: { call: bridge.shakeShake, args: [] },
  squaredLoss: { call: bridge.squaredLoss, args: [[1, 2], readOut] },
  stochasticDepth: { call: bridge.stochasticDepth, args: [{ survival: 0.5, rescaled: true }] },
  symbolicLimit: { call: bridge.symbolicLimit, args: [network, noise, { accuracy: 'leading' }] },
  'symbolicLimit(…).crossEntropy': { call: symbolic.crossEntropy, args: [1] },
  'symbolicLimit(…).withValues': { call: symbolic.withValues, args: [symbolic.values] },
  threeWays: {
    call: bridge.threeWays,
    args: [
      network,
      noise,
      judged,
      { key: key(1), refinements: [1, 2, 3], paths: 2, substeps: 1, points: 9, onProgress, signal },
    ],
  },
  useDevice: { call: bridge.useDevice, args: ['cpu'] },
};

const ALSO: Door['also'] = {
  name: ['text', 'any text'],
  source: ['text', 'any text'],
  label: ['text', 'any text'],
};

/** Places whose defaults are those of a study. */
const COSTLY: Record<string, readonly string[]> = {
  depthStudy: ['2.draws', '2.refinements', '2.substeps'],
  threeWays: ['3.points', '3.paths', '3.refinements'],
  fit: ['2.epochs'],
};

/** Data that may hold more than is read. */
const GIVEN = new Set<unknown>([dataset, readOut, file]);

/** What a caller writes field by field; networks and noises are made by functions. */
const hasFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  value !== network &&
  value !== noise &&
  !('words' in value);

async function outcome(call: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown> {
  try {
    await call(...(args as never[]));
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('values that were taken before, and meant something else', () => {
  const refused = async (call: () => unknown, words: RegExp): Promise<void> => {
    const error = await outcome(call, []);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).message).toMatch(words);
  };
  // What callers without types write.
  const untyped = bridge as unknown as Record<string, (...args: unknown[]) => unknown>;

  it.each<[string, () => unknown, RegExp]>([
    [
      'a loss of another dimension',
      () => bridge.lossShift(network, noise, { states: [[0, 1]], loss: () => bridge.squaredLoss([0]) }),
      /2 coordinates/,
    ],
    ['a read-out of another width', () => bridge.squaredLoss([0, 0], { ...readOut, columns: 3 }), /not an affine map/],
    ['rescale', () => untyped.stochasticDepth({ survival: 0.8, rescale: true }), /write rescaled/],
    ['activations', () => untyped.residualNetwork({ layers: [branch], activations: 'relu' }), /write activation/],
    [
      'subSteps',
      () => untyped.depthStudy(network, noise, { functional: judged, key: key(1), subSteps: 2 }),
      /write substeps/,
    ],
    ['subSteps', () => untyped.threeWays(network, noise, judged, { key: key(1), subSteps: 2 }), /write substeps/],
    ['a state_dict', () => untyped.residualNetwork({ 'layers.0.weight': [1] }), /state_dict/],
    [
      'a convolution',
      () => untyped.residualNetwork({ layers: [{ ...branch, U: [[[[1]], [[0]]]] }] }),
      /more axes than a matrix/,
    ],
    [
      'NaN among weights',
      () => bridge.residualNetwork({ layers: [{ ...branch, U: [[Number.NaN, 0]] }] }),
      /layer 0, U.*training may have diverged/s,
    ],
    ['text among weights', () => untyped.residualNetwork({ layers: [{ ...branch, U: [['1', 0]] }] }), /not a number/],
    [
      'labels that count from 1',
      () => bridge.fit(network, { ...dataset, labels: Uint8Array.of(1, 2, 1, 2) }, { noise, key: key(1) }),
      /subtract 1/,
    ],
    [
      'labels that are no numbers',
      () => untyped.fit(network, { ...dataset, labels: [0, Number.NaN, 0, 1] }, { noise, key: key(1) }),
      /row 1/,
    ],
    ['a label that counts from 1', () => bridge.crossEntropy(readOut, 2), /subtract 1/],
    ['a noise that was not called', () => untyped.flow(network, bridge.stochasticDepth, [0, 1]), /not called/],
    ['a seed for a key', () => untyped.depthStudy(network, noise, { functional: judged, key: 7 }), /key\(7\)/],
  ])('%s', async (_, call, words) => refused(call, words));
});

describe('every export', () => {
  it('is in the list of doors', () => {
    const functions = Object.entries(bridge).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    const called = new Set(Object.keys(CALLS).map((name) => name.split(/[ ,(]/)[0]));
    expect(functions.filter((name) => !called.has(name))).toEqual(['digits']); // takes nothing
  });

  it.each(Object.keys(CALLS).filter((name) => name !== 'depthTable'))('%s takes its right arguments', async (name) => {
    expect(await outcome(CALLS[name].call, CALLS[name].args)).toBeUndefined();
  });

  const counts: Counts = { calls: 0, refused: 0, results: 0, own: 0, raw: 0 };
  it.each(Object.keys(CALLS))('%s refuses everything else in words, under its own name', async (name) => {
    const { call, args } = CALLS[name];
    const door: Door = {
      name: name.split(/[ ,(]/)[0],
      call: (...given) => call(...(given as never[])),
      given: args,
      also: ALSO,
      costly: COSTLY[name],
    };
    expect(await faultsOf(door, hasFields, counts)).toEqual([]);
  });

  it.each(Object.keys(CALLS))('%s refuses a field that it does not know', async (name) => {
    const { call, args } = CALLS[name];
    for (const [at, argument] of args.entries()) {
      if (!hasFields(argument) || GIVEN.has(argument)) continue;
      const error = await outcome(
        call,
        args.map((one, i) => (i === at ? { ...argument, nonsense: 1 } : one)),
      );
      if ((argument as unknown) !== loss) expect([name, at, error instanceof SdeError]).toEqual([name, at, true]);
    }
  });

  it('in counts', () => {
    expect(counts.raw).toBe(0);
    expect(counts).toMatchInlineSnapshot(`
      {
        "calls": 18319,
        "own": 378,
        "raw": 0,
        "refused": 16946,
        "results": 995,
      }
    `);
  });
});
