import { type Node, SdeError, type SymbolicModel } from 'sde-core';
import { describe, requireKeys } from 'sde-core/errors';
import { graph as newGraph, symbolicModel } from 'sde-core/expression';
import { requireNetwork, requireVector } from '../network/at-the-door.js';
import type { Layer, ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';
import { requireNoise } from '../noise/require-noise.js';
import {
  along,
  laplacian,
  matrixNames,
  NOISY_FORMULAS,
  type NoisyFormulas,
  plus,
  type SymbolicLayer,
  scaled,
  symbolicLayer,
  vectorNames,
  weightNames,
} from './symbolic-layer.js';

/** The SDE of one layer with its weights as parameters: what training by an equation controls. */
export interface SymbolicLimit {
  /** States x_1, …, x_d; parameters are those of the first layer, and the read-out's. */
  readonly model: SymbolicModel;
  /** U, c, V, d of a layer, row-major: q names. */
  readonly parameters: readonly string[];
  /** W and b of the read-out, row-major; none if the network has none. */
  readonly readOut: readonly string[];
  /** The network's weights: shape (depth, q), and after it the read-out. */
  readonly values: Float64Array;
  /** −log softmax(W x + b)_label as a formula in states and read-out. */
  crossEntropy(label: number): string;
  /** The network with other weights, in the order of `values`. */
  withValues(values: ArrayLike<number>): ResidualNetwork;
}

/**
 * The limit of a noisy network as formulas: {@link diffusionLimit} of one layer, with its weights as parameters that a control replaces.
 *
 * With θ(t) constant on as many intervals as there are layers, the loss over θ is that of the SDE that stands for the network, so
 * `optimizeControl` of the package kolmogorov trains it: `parameters` over time, `readOut` as constants, `crossEntropy` by class.
 *
 * @throws SdeError `value` for an accuracy that is neither `leading` nor `modified`, or a label without a row; `unsupported` for noise that mixes two
 * branches.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { residualNetwork, stochasticDepth, symbolicLimit } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const limit = symbolicLimit(network, stochasticDepth({ survival: 0.8 }), { accuracy: 'modified' });
 * limit.parameters; // → [ 'U_1_1', 'c_1', 'V_1_1', 'd_1' ]
 * const b = new Float64Array(1);
 * limit.model.drift(0, Float64Array.of(1), b);
 * b; // → [ 0.527689 ]
 * ```
 */
export function symbolicLimit(
  network: ResidualNetwork,
  noise: Noise,
  options: { readonly accuracy: 'leading' | 'modified' },
): SymbolicLimit {
  const where = 'symbolicLimit(network, noise, { accuracy })';
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireKeys<{ accuracy: string }>(options ?? null, { accuracy: true }, where);
  const { dimension: d, width, h, readOut: map, layers } = network;
  const formulas = NOISY_FORMULAS[noise.placement];
  if (!formulas) throw twinned(noise, where);
  requireAccuracy(options.accuracy, where);
  const state = vectorNames('x', d);
  const names = weightNames(d, width);
  const graph = newGraph();
  const layer = symbolicLayer(graph, state, names, network.activation);
  const noisy = formulas(layer, noise, h);
  const { scaling } = PLACEMENTS[noise.placement];
  const { drift, columns } = (options.accuracy === 'modified' ? MODIFIED[scaling] : plain)(layer, noisy, noise, h);
  const deviation = Math.sqrt(noise.variance);

  const parameters = [...names.U, ...names.c, ...names.V, ...names.d];
  const readOut = map ? [...matrixNames('W', map.rows, d), ...vectorNames('b', map.rows)] : [];
  const weights = ({ U, c, V, d: offset }: Layer): number[] => [...U, ...c, ...V, ...offset];
  const values = Float64Array.from([...layers.flatMap(weights), ...(map ? [...map.weight, ...map.bias] : [])]);
  const own = [...weights(layers[0]), ...values.subarray(layers.length * parameters.length)];
  const model = symbolicModel({
    graph,
    state,
    time: 't',
    parameters: Object.fromEntries([...parameters, ...readOut].map((name, j) => [name, own[j]])),
    calculus: 'ito',
    breakpoints: undefined,
    driftNodes: drift,
    diffusionNodes: columns.flatMap((row) => scaled(graph, deviation, row)),
    noiseDimension: columns[0].length,
  });
  return {
    model,
    parameters,
    readOut,
    values,
    crossEntropy: (label) => {
      if (!map || !(Number.isInteger(label) && label >= 0 && label < map.rows)) throw noRow(label, map?.rows ?? 0);
      const logit = (k: number): string =>
        [...state.map((x, j) => `W_${k + 1}_${j + 1}*${x}`), `b_${k + 1}`].join(' + ');
      const others = Array.from({ length: map.rows }, (_, k) => k).filter((k) => k !== label);
      return `log(1 + ${others.map((k) => `exp(${logit(k)} - (${logit(label)}))`).join(' + ')})`;
    },
    withValues: (next) => {
      const given = requireVector(
        next,
        values.length,
        'symbolicLimit(…).withValues(values)',
        'give as many finite numbers as `values` has',
      );
      let at = 0;
      const take = (size: number): Float64Array => Float64Array.from({ length: size }, () => given[at++]);
      const trained = layers.map(() =>
        Object.freeze({ U: take(width * d), c: take(width), V: take(d * width), d: take(d) }),
      );
      const out = map && Object.freeze({ ...map, weight: take(map.rows * d), bias: take(map.rows) });
      return Object.freeze({ ...network, layers: Object.freeze(trained), ...(out ? { readOut: out } : {}) });
    },
  };
}

/** Drift and √h C of an equation. */
type Formulas = (
  layer: SymbolicLayer,
  noisy: NoisyFormulas,
  noise: Noise,
  h: number,
) => { readonly drift: readonly Node[]; readonly columns: readonly (readonly Node[])[] };

const plain: Formulas = (_, { mean, columns }) => ({ drift: mean, columns });

/** The corrections to weak order 2, as those of diffusionLimit. */
const MODIFIED: Readonly<Record<'small-noise' | 'diffusive', Formulas>> = {
  // b = F̄ − (h/2) DF̄ F̄.
  'small-noise': (layer, { mean, columns }, _, h) => ({
    drift: plus(layer.graph, mean, -h / 2, along(layer, mean, mean)),
    columns,
  }),
  // b = F − (h/2)(DF F + ½ s² ΔF), σ = s (I − (h/2) DF).
  diffusive: (layer, { mean, columns }, noise, h) => {
    const { graph } = layer;
    const bent = plus(graph, along(layer, mean, mean), noise.variance / 2, laplacian(layer, mean));
    const turned = columns.map((_, k) =>
      along(
        layer,
        mean,
        columns.map((row) => row[k]),
      ),
    );
    return {
      drift: plus(graph, mean, -h / 2, bent),
      columns: columns.map((row, i) =>
        plus(
          graph,
          row,
          -h / 2,
          turned.map((column) => column[i]),
        ),
      ),
    };
  },
};

function requireAccuracy(accuracy: string, where: string): void {
  if (accuracy === 'leading' || accuracy === 'modified') return;
  throw new SdeError('value', {
    what: 'not an equation with noise',
    where,
    expected: "'leading' or 'modified'",
    got: describe(accuracy),
    remedy: "take 'modified' for weak order 2",
  });
}

function twinned(noise: Noise, where: string): SdeError {
  return new SdeError('unsupported', {
    what: `${noise.name} mixes two branches`,
    where,
    expected: 'noise of a single branch',
    got: noise.kind,
    remedy: 'take stochasticDepth, a dropout or a Gaussian noise; diffusionLimit takes every noise',
  });
}

function noRow(label: number, rows: number): SdeError {
  return new SdeError('value', {
    what: 'the label is not a class of the read-out',
    where: 'symbolicLimit(…).crossEntropy(label)',
    expected: rows > 0 ? `0 ≤ label < ${rows}` : 'a network with a read-out',
    got: describe(label),
    remedy: 'give the network a read-out with a row for every class',
  });
}
