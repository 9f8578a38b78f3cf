import {
  type ConstantFit,
  exactExpectation,
  fitConstant,
  fold,
  type Key,
  platen,
  requireInteger,
  SdeError,
  terminal,
} from 'sde-core';
import { asChain } from '../chain/network-chain.js';
import { readState, requireFlow } from '../limit/flow.js';
import { refine } from '../network/refinement.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { breathe } from './breathe.js';
import { byLoss, type JudgedStates, type SharedLoss } from './judged-states.js';
import { limitByEquation } from './limit-by-equation.js';
import { limitBySampling } from './limit-by-sampling.js';

/** Standard errors that a sampled value may be off by. */
const Z = 4;

/** So many networks are enumerated for each state; more take the transfer operator. */
const MOST_NETWORKS = 2 ** 16;

/** The study's sizes; the defaults take ten to fifteen seconds on one core. */
export interface ThreeWaysOptions {
  readonly key: Key;
  /** Of the network, for the differences against h²; default [1, 2, 4]. */
  readonly refinements?: readonly number[];
  /** Monte Carlo paths a state; default 1024. */
  readonly paths?: number;
  /** Steps of the SDE a layer; default 4. */
  readonly subSteps?: number;
  /** Points an axis of the finer of two grids, odd; default 201. */
  readonly points?: number;
  /** Gets the fraction done. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** One refinement: the network against its own modified SDE, both without sampling. */
export interface ThreeWaysLevel {
  readonly refinement: number;
  readonly h: number;
  /** E ℓ(X_N) of the network: exact for the first, by the transfer operator for deeper ones. */
  readonly network: number;
  /** E ℓ(X_T) of the modified SDE of this h by its backward equation, extrapolated from two grids. */
  readonly equation: number;
  /** By how much the finer grid alone is off. */
  readonly gridError: number;
  /** E ℓ(X_T) of the same SDE by Monte Carlo. */
  readonly monteCarlo: SampledMean;
  /** Network minus equation. */
  readonly difference: number;
  readonly overHSquared: number;
}

/** A sampled E ℓ(X_T), averaged over the states. */
export interface SampledMean {
  /** Without what the time steps do to the deterministic part, `stepError`. */
  readonly mean: number;
  readonly standardError: number;
  /** What was taken off: the error of the scheme on the drift alone. */
  readonly stepError: number;
  /** Time steps. */
  readonly steps: number;
}

/** One number three ways: E ℓ of a noisy network, averaged over states. */
export interface ThreeWays {
  readonly kind: 'three-ways';
  readonly noise: string;
  readonly states: number;
  readonly depth: number;
  readonly h: number;
  /** By enumeration of its networks. */
  readonly enumeration: { readonly mean: number; readonly networks: number };
  /** By the backward Kolmogorov equation of its modified SDE. */
  readonly kolmogorov: {
    readonly mean: number;
    readonly gridError: number;
    /** Points an axis of both grids, coarse first. */
    readonly points: readonly [number, number];
    readonly solves: number;
  };
  /** By Monte Carlo of that SDE. */
  readonly monteCarlo: SampledMean & { readonly paths: number; readonly scheme: string };
  /** What should be O(h²), and what should be 0. */
  readonly differences: {
    readonly networkMinusEquation: number;
    readonly networkMinusMonteCarlo: number;
    readonly equationMinusMonteCarlo: number;
  };
  /** Whether equation and Monte Carlo, which solve the same SDE, differ at every level by no more than 4 standard errors and the grid error. */
  readonly agree: boolean;
  readonly levels: readonly ThreeWaysLevel[];
  /** difference ≈ constant · h² as h → 0, with its interval: the last change on the way there. */
  readonly constant: ConstantFit;
  readonly provenance: Readonly<Record<string, unknown>>;
}

/**
 * One number three ways: E ℓ(X_N) of a 2-D network by exact enumeration, and E ℓ(X_T) of its modified SDE by the backward
 * Kolmogorov equation (one solve serves all states that share a loss) and by Monte Carlo (Platen, sub-stepped, with the
 * martingale ∫ ∇u₀·σ dW as control); then network minus equation at each refinement against h².
 *
 * @param judged - states of shape (2), each with its loss; states of one class share one {@link Loss} object.
 * @throws SdeError `unsupported` unless the network is 2-D and the noise has finitely many outcomes; `shape` or `value` for
 * states or sizes; `cancelled`.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { crossEntropy, residualNetwork, stochasticDepth, threeWays } from 'resnet-bridge';
 * import { key } from 'sde-core';
 * const network = residualNetwork({ dimension: 2, width: 4, depth: 3, horizon: 2, readOut: 2, key: key('b') });
 * const loss = crossEntropy(network.readOut!, 0);
 * const judged = { states: [[0.5, -0.3]], loss: () => loss };
 * const sizes = { key: key(1), points: 49, paths: 256 };
 * const result = await threeWays(network, stochasticDepth({ survival: 0.8 }), judged, sizes);
 * result.agree; // → true
 * ```
 */
export async function threeWays(
  network: ResidualNetwork,
  noise: Noise,
  judged: JudgedStates,
  options: ThreeWaysOptions,
): Promise<ThreeWays> {
  const where = 'threeWays(network, noise, { states, loss }, options)';
  const { refinements = [1, 2, 4], paths = 1024, subSteps = 4, points = 201, key, signal } = options;
  requireSubject(network, noise, judged, where);
  requireInteger(paths, 2, `${where}: paths`, 'a standard error takes at least two paths');
  requireInteger(subSteps, 1, `${where}: subSteps`, 'take at least one step a layer');
  requireInteger((points - 1) / 2, 4, `${where}: (points − 1) / 2`, 'give an odd number of points, at least 9');

  const count = judged.states.length;
  const classes = byLoss(judged);
  const ladder = [...new Set([1, ...refinements])].sort((a, b) => a - b);
  if (ladder.length < 3) throw tooFew(ladder, where);
  let done = 0;
  const tick = async (): Promise<void> => {
    options.onProgress?.(done++ / (ladder.length * (2 * classes.length + count)));
    await breathe(signal, where);
  };

  const levels: ThreeWaysLevel[] = [];
  for (const refinement of ladder) {
    const fine = refine(network, refinement);
    const sums = { exact: 0, equation: 0, correction: 0 };
    for (const shared of classes) {
      await tick();
      sums.exact += exactly(fine, noise, shared);
      await tick();
      const { values, corrections } = limitByEquation(fine, noise, shared, points);
      sums.equation += total(values);
      sums.correction += total(corrections);
    }
    const monteCarlo = await sampled(fine, noise, judged, {
      paths,
      steps: network.depth * subSteps,
      key,
      tick,
      signal,
    });
    const difference = (sums.exact - sums.equation) / count;
    levels.push({
      refinement,
      h: fine.h,
      network: sums.exact / count,
      equation: sums.equation / count,
      gridError: Math.abs(sums.correction) / count,
      monteCarlo,
      difference,
      overHSquared: difference / fine.h ** 2,
    });
  }

  options.onProgress?.(1);

  const [first] = levels;
  const gap = first.equation - first.monteCarlo.mean;
  return {
    kind: 'three-ways',
    noise: noise.name,
    states: count,
    depth: network.depth,
    h: first.h,
    enumeration: { mean: first.network, networks: outcomeCount(network, noise) ** network.depth },
    kolmogorov: {
      mean: first.equation,
      gridError: first.gridError,
      points: [(points + 1) / 2, points],
      solves: classes.length,
    },
    monteCarlo: { ...first.monteCarlo, paths: paths * count, scheme: platen.name },
    differences: {
      networkMinusEquation: first.difference,
      networkMinusMonteCarlo: first.network - first.monteCarlo.mean,
      equationMinusMonteCarlo: gap,
    },
    agree: levels.every((level) => {
      const { mean, standardError } = level.monteCarlo;
      return Math.abs(level.equation - mean) <= Z * standardError + level.gridError;
    }),
    levels,
    constant: fitConstant(
      levels.map(({ h, difference }) => ({ h, error: difference, standardError: 0 })),
      { order: 2 },
    ),
    provenance: {
      key: key.label,
      noise: noise.kind,
      parameters: noise.parameters,
      refinements,
      paths,
      subSteps,
      points,
    },
  };
}

/** The average over the states of E ℓ(X_T), sampled with a stream of its own for each state and h. */
async function sampled(
  network: ResidualNetwork,
  noise: Noise,
  judged: JudgedStates,
  options: {
    readonly paths: number;
    readonly steps: number;
    readonly key: Key;
    tick(): Promise<void>;
    readonly signal?: AbortSignal;
  },
): Promise<SampledMean> {
  const { paths, key, tick, signal } = options;
  const count = judged.states.length;
  const subSteps = Math.max(1, Math.ceil(options.steps / network.depth));
  const sum = { mean: 0, variance: 0, stepError: 0 };
  for (let image = 0; image < count; image++) {
    await tick();
    const part = await limitBySampling(
      network,
      noise,
      { start: judged.states[image], loss: judged.loss(image) },
      { paths, subSteps, key: fold(key, 'three ways', network.depth, image), signal },
    );
    sum.mean += (part.mean - part.stepError) / count;
    sum.variance += (part.standardError / count) ** 2;
    sum.stepError += part.stepError / count;
  }
  return {
    mean: sum.mean,
    standardError: Math.sqrt(sum.variance),
    stepError: sum.stepError,
    steps: subSteps * network.depth,
  };
}

/**
 * Σ of E ℓ(X_N) over the starts: by enumeration of all networks where they are few, else by the transfer operator, from each
 * start on its own: what one state can reach is a small box, on which polynomials are exact to rounding.
 */
function exactly(network: ResidualNetwork, noise: Noise, { loss, starts }: SharedLoss): number {
  const method = outcomeCount(network, noise) ** network.depth <= MOST_NETWORKS ? 'tree' : 'transfer';
  const functional = terminal((x: Float64Array) => loss.value(x));
  return starts.reduce((sum, x0) => sum + exactExpectation(asChain(network, noise, { x0 }), functional, { method }), 0);
}

const outcomeCount = (network: ResidualNetwork, noise: Noise): number =>
  asChain(network, noise, { x0: new Float64Array(network.dimension) }).driver.outcomes?.length ?? Number.NaN;

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function requireSubject(network: ResidualNetwork, noise: Noise, judged: JudgedStates, where: string): void {
  if (network.dimension !== 2) {
    throw new SdeError('unsupported', {
      what: 'the three ways meet in two dimensions',
      where,
      expected: 'a network of dimension 2',
      got: `dimension ${network.dimension}`,
      remedy: 'take the first two principal components, or depthStudy, which samples in any dimension',
    });
  }
  if (judged.states.length === 0) {
    throw new SdeError('shape', {
      what: 'nothing to average over',
      where,
      expected: 'at least one state',
      got: 'none',
      remedy: 'give the states to start from',
    });
  }
  for (const state of judged.states) readState(network, state, where);
  requireFlow(network, noise, where);
  if (Number.isNaN(outcomeCount(network, noise))) {
    throw new SdeError('unsupported', {
      what: `${noise.name} has no finite list of outcomes`,
      where,
      expected: 'a noise of coins',
      got: noise.laws.map((law) => law.kind).join(', '),
      remedy: 'take stochasticDepth, outputDropout or branchDropout',
    });
  }
}

const tooFew = (ladder: readonly number[], where: string): SdeError =>
  new SdeError('value', {
    what: 'too few refinements to see h²',
    where,
    expected: 'at least three, 1 among them',
    got: ladder.join(', '),
    remedy: 'leave refinements out for 1, 2, 4',
  });
