import { fold, type Key, SdeError } from 'sde-core';
import { describe, requireBoolean, requireFinite, requireInteger, requireKeys } from 'sde-core/errors';
import { ACTIVATIONS } from './activation.js';
import { isObject, requireKey, requireWord } from './at-the-door.js';
import { randomAffine, randomLayers } from './initialization.js';
import { type AffineArrays, type LayerArrays, readAffine, readLayers } from './layer-arrays.js';
import { MOST_WEIGHTS, MOST_WIDE } from './limits.js';
import type { Activation, AffineMap, ResidualNetwork } from './residual-network.js';

interface Common {
  /** Defaults to `'tanh'`. */
  readonly activation?: Activation;
  /** T; defaults to 1. */
  readonly horizon?: number;
}

/** A network with seeded random weights. */
export interface RandomNetworkOptions extends Common {
  readonly dimension: number;
  readonly width: number;
  readonly depth: number;
  readonly key: Key;
  /** Inputs to read in by a random linear map, or the map itself; absent where the input is the state. */
  readonly readIn?: number | AffineArrays;
  /** Outputs to read out by a random linear map, or the map itself; absent where the state is the output. */
  readonly readOut?: number | AffineArrays;
  /** A second branch in every layer, for shake-shake; defaults to false. */
  readonly twin?: boolean;
}

/** A network from its weights. */
export interface GivenNetworkOptions extends Common {
  /** Shapes: U (width, dimension), c (width), V (dimension, width), d (dimension); matrices nested, or flat and row-major. */
  readonly layers: readonly LayerArrays[];
  readonly readIn?: AffineArrays;
  readonly readOut?: AffineArrays;
}

/**
 * A residual network x⁺ = x + h F_n(x) with F_n(x) = V_n ψ(U_n x + c_n) + d_n and h = horizon / depth.
 *
 * From plain arrays, which are copied, or with seeded random weights of a size at which branches are O(1).
 *
 * @throws SdeError `shape`, naming the layer and the matrix, for arrays that do not fit together; `value` for numbers that are
 * not finite, an unknown activation, or a horizon that is not positive.
 * @see [sun2018], [he2016]
 *
 * @example
 * ```ts
 * import { residualNetwork } from 'resnet-bridge';
 * const network = residualNetwork({
 *   layers: [{ U: [[1, 0], [0, 1]], c: [0, 0], V: [[1, 0], [0, 1]], d: [0, 0] }],
 *   horizon: 2,
 * });
 * [network.dimension, network.width, network.depth, network.h]; // → [ 2, 2, 1, 2 ]
 * ```
 */
export function residualNetwork(options: RandomNetworkOptions | GivenNetworkOptions): ResidualNetwork {
  requireOptions(options);
  const { activation = 'tanh', horizon = 1 } = options;
  requireWord(activation, Object.keys(ACTIVATIONS), 'residualNetwork({ activation })');
  requireFinite(horizon, 'residualNetwork({ horizon })', 'give the time that all layers together take');
  if (horizon <= 0) {
    throw new SdeError('value', {
      what: 'the horizon is not positive',
      where: 'residualNetwork({ horizon })',
      expected: 'a number > 0',
      got: describe(horizon),
      remedy: 'give the time that all layers together take; h = horizon / depth',
    });
  }
  const body = 'layers' in options ? givenLayers(options) : madeLayers(options);
  const { dimension, layers } = body;
  const readIn = readMap(options, 'readIn', { rows: dimension });
  const readOut = readMap(options, 'readOut', { columns: dimension });
  return {
    kind: 'residual-network',
    dimension,
    width: body.width,
    depth: layers.length,
    horizon,
    h: horizon / layers.length,
    activation,
    layers,
    ...(readIn ? { readIn } : {}),
    ...(readOut ? { readOut } : {}),
  };
}

type Body = Pick<ResidualNetwork, 'dimension' | 'width' | 'layers'>;

const givenLayers = (options: GivenNetworkOptions): Body => readLayers(options.layers, 'residualNetwork({ layers })');

function madeLayers(options: RandomNetworkOptions): Body {
  for (const name of ['dimension', 'width', 'depth'] as const) {
    requireInteger(
      options[name],
      1,
      `residualNetwork({ ${name} })`,
      'a network has at least one layer, unit and coordinate',
      MOST_WIDE,
    );
  }
  const { dimension, width, depth, key, twin = false } = options;
  requireKey(key, 'residualNetwork({ key })');
  requireBoolean(twin, 'residualNetwork({ twin })');
  requireWeights(2 * dimension * width * depth, 'residualNetwork({ dimension, width, depth })');
  return { dimension, width, layers: randomLayers({ dimension, width, depth, twin }, key) };
}

function requireWeights(count: number, where: string): void {
  requireInteger(count, 1, where, 'make a smaller network: its weights are to fit in memory', MOST_WEIGHTS);
}

function readMap(
  options: RandomNetworkOptions | GivenNetworkOptions,
  name: 'readIn' | 'readOut',
  known: { readonly rows?: number; readonly columns?: number },
): AffineMap | undefined {
  const map = options[name];
  const where = `residualNetwork({ ${name} })`;
  if (map === undefined) return undefined;
  if (typeof map !== 'number' || 'layers' in options) return readAffine(map, known, where);
  requireInteger(map, 1, where, 'give how many numbers go in or come out, or the map { weight, bias }', MOST_WIDE);
  requireWeights((known.rows ?? map) * (known.columns ?? map), where);
  return randomAffine(known.rows ?? map, known.columns ?? map, fold(options.key, name));
}

const COMMON = { activation: true, horizon: true, readIn: true, readOut: true } as const;
const RENAMED = { activations: 'activation', T: 'horizon', blocks: 'layers', weights: 'layers', seed: 'key' };

function requireOptions(options: unknown): void {
  const where = 'residualNetwork(options)';
  if (
    !isObject(options) ||
    options instanceof Map ||
    Object.keys(options).some((name) => /\.(weight|bias)$/.test(name))
  ) {
    throw new SdeError('value', {
      what: 'not the options of a network',
      where,
      expected: '{ layers: [{ U, c, V, d }, …] }, or { dimension, width, depth, key }',
      got: describe(options),
      remedy:
        'take the tensors of a state_dict by name: U and c are weight and bias of a branch’s first linear map, V and d those of its second',
    });
  }
  if ('layers' in options) requireKeys<GivenNetworkOptions>(options, { ...COMMON, layers: true }, where, RENAMED);
  else
    requireKeys<RandomNetworkOptions>(
      options,
      { ...COMMON, dimension: true, width: true, depth: true, key: true, twin: true },
      where,
      RENAMED,
    );
}
