import {
  type ConstantFit,
  type EstimateWarning,
  exactExpectation,
  fitConstant,
  fold,
  type Key,
  platen,
  SdeError,
  terminal,
  type Warning,
} from 'sde-core';
import { requireInteger, requireKeys } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { asChain } from '../chain/network-chain.js';
import { requireFlow } from '../limit/flow.js';
import { ACTIVATIONS } from '../network/activation.js';
import { atTheDoor, requireKey, requireNetwork, requireReporting } from '../network/at-the-door.js';
import { MOST_DRAWS, MOST_SUBSTEPS, MOST_WIDE } from '../network/limits.js';
import { refine } from '../network/refinement.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { requireNoise } from '../noise/require-noise.js';
import { breathe } from './breathe.js';
import { byLoss, type JudgedStates, requireJudged, type SharedLoss } from './judged-states.js';
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
  readonly substeps?: number;
  /** Points an axis of the finer of two grids, odd; default 201. */
  readonly points?: number;
  /** Gets the parts done, of how many. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  readonly signal?: AbortSignal;
}

const KNOWN = {
  key: true,
  refinements: true,
  paths: true,
  substeps: true,
  points: true,
  onProgress: true,
  signal: true,
} as const;

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

/** What {@link threeWays} warns of; the kinds of an estimate are those of Monte Carlo, with `refinement` and the number of `states`. */
export type ThreeWaysWarning = 'kinks' | 'ways-differ' | 'coarse-grid' | EstimateWarning['kind'];

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
  readonly warnings: readonly Warning<ThreeWaysWarning>[];
  readonly provenance: Readonly<Record<string, unknown>>;
}

/**
 * One number three ways: E ℓ(X_N) of a 2-D network by exact enumeration, and E ℓ(X_T) of its modified SDE by the backward
 * Kolmogorov equation (one solve serves all states that share a loss) and by Monte Carlo (Platen, sub-stepped, with the
 * martingale ∫ ∇u₀·σ dW as control); then network minus equation at each refinement against h².
 *
 * @param data - states of shape (2), each with its loss; states of one class share one {@link Loss} object.
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
  data: JudgedStates,
  options: ThreeWaysOptions,
): Promise<ThreeWays> {
  const where = 'threeWays(network, noise, { states, loss }, options)';
  return atTheDoor('threeWays', where, () => studied(network, noise, data, options, where));
}

async function studied(
  network: ResidualNetwork,
  noise: Noise,
  data: JudgedStates,
  options: ThreeWaysOptions,
  where: string,
): Promise<ThreeWays> {
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireKeys<ThreeWaysOptions>(options ?? null, KNOWN, where, { subSteps: 'substeps', seed: 'key', draws: 'paths' });
  requireReporting(options, where);
  requireKey(options.key, `${where}: key`);
  const { refinements = [1, 2, 4], paths = 1024, substeps = 4, points = 201, key, signal } = options;
  requireSubject(network, noise, where);
  const judged = requireJudged(network, data, where);
  requireInteger(paths, 2, `${where}: paths`, 'a standard error takes at least two paths', MOST_DRAWS);
  requireInteger(substeps, 1, `${where}: substeps`, 'take at least one step a layer', MOST_SUBSTEPS);
  requireInteger(points, 9, `${where}: points`, 'give an odd number of points, at least 9', MOST_SUBSTEPS + 1);
  requireInteger((points - 1) / 2, 4, `${where}: (points − 1) / 2`, 'give an odd number of points, at least 9');

  const count = judged.states.length;
  const classes = byLoss(judged);
  if (!Array.isArray(refinements)) throw tooFew([], where);
  for (const m of refinements)
    requireInteger(m, 1, `${where}: refinements`, 'split every layer into a whole number of sub-layers', MOST_WIDE);
  const ladder = [...new Set([1, ...refinements])].sort((a, b) => a - b);
  if (ladder.length < 3) throw tooFew(ladder, where);
  const parts = ladder.length * (2 * classes.length + count);
  let done = 0;
  const tick = async (): Promise<void> => {
    options.onProgress?.({ done: done++, of: parts });
    await breathe(signal, where);
  };

  const levels: ThreeWaysLevel[] = [];
  const sampling: Warning<EstimateWarning['kind']>[] = [];
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
    const { warnings, ...monteCarlo } = await sampled(fine, noise, judged, {
      paths,
      steps: network.depth * substeps,
      key,
      tick,
      signal,
    });
    sampling.push(...merged(warnings, refinement));
    const difference = (sums.exact - sums.equation) / count;
    levels.push({
      refinement,
      h: fine.h,
      network: sums.exact / count,
      equation: sums.equation / count,
      gridError: Math.abs(sums.correction) / count,
      monteCarlo,
      difference,
      overHSquared: difference / (fine.h * fine.h),
    });
  }

  options.onProgress?.({ done: parts, of: parts });

  const [first] = levels;
  const gap = first.equation - first.monteCarlo.mean;
  return {
    kind: 'three-ways',
    noise: noise.name,
    states: count,
    depth: network.depth,
    h: first.h,
    enumeration: { mean: first.network, networks: numbers.power(outcomeCount(network, noise), network.depth) },
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
    agree: levels.every(agrees),
    levels,
    constant: fitConstant(
      levels.map(({ h, difference }) => ({ h, error: difference, standardError: 0 })),
      { order: 2 },
    ),
    warnings: [...warningsOf(network, levels), ...sampling],
    provenance: {
      key: key.label,
      noise: noise.kind,
      parameters: noise.parameters,
      refinements,
      paths,
      substeps,
      points,
    },
  };
}

const agrees = ({ equation, gridError, monteCarlo }: ThreeWaysLevel): boolean =>
  Math.abs(equation - monteCarlo.mean) <= Z * monteCarlo.standardError + gridError;

function warningsOf(network: ResidualNetwork, levels: readonly ThreeWaysLevel[]): readonly Warning<ThreeWaysWarning>[] {
  const warnings: Warning<ThreeWaysWarning>[] = [];
  if (!ACTIVATIONS[network.activation].smooth) {
    warnings.push({
      kind: 'kinks',
      message: `${network.activation} has kinks: the modified SDE has a drift that jumps, neither its weak order 2 nor the order of its grid is proved, and the error of the grid is an estimate that assumes one.`,
      activation: network.activation,
    });
  }
  const apart = levels.filter((level) => !agrees(level)).map(({ refinement }) => refinement);
  if (apart.length > 0) {
    warnings.push({
      kind: 'ways-differ',
      message: `At refinement ${apart.join(', ')} the equation and Monte Carlo, which solve one SDE, differ by more than ${Z} standard errors and the error of the grid: one of them is wrong. Take more points, or more steps a layer.`,
      refinements: apart,
    });
  }
  const rough = levels
    .filter(({ gridError, difference }) => gridError > Math.abs(difference))
    .map(({ refinement }) => refinement);
  if (rough.length > 0) {
    warnings.push({
      kind: 'coarse-grid',
      message: `At refinement ${rough.join(', ')} the grid changes the number by more than network and equation differ: their difference and its constant may be those of the grid. Take more points.`,
      refinements: rough,
    });
  }
  return warnings;
}

/** One warning a kind: that of the first state, with the number of states that it was said of. */
function merged(warnings: readonly EstimateWarning[], refinement: number): readonly EstimateWarning[] {
  return [...new Set(warnings.map(({ kind }) => kind))].map((kind) => {
    const [first, ...others] = warnings.filter((warning) => warning.kind === kind);
    const states = others.length + 1;
    const message = `Monte Carlo at refinement ${refinement}, ${states === 1 ? 'one state' : `${states} states, of the first`}: ${first.message}`;
    return { ...first, refinement, states, message };
  });
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
): Promise<SampledMean & { readonly warnings: readonly EstimateWarning[] }> {
  const { paths, key, tick, signal } = options;
  const count = judged.states.length;
  const substeps = Math.max(1, Math.ceil(options.steps / network.depth));
  const sum = { mean: 0, variance: 0, stepError: 0 };
  const warnings: EstimateWarning[] = [];
  for (let image = 0; image < count; image++) {
    await tick();
    const part = await limitBySampling(
      network,
      noise,
      { start: judged.states[image], loss: judged.loss(image) },
      { paths, substeps, key: fold(key, 'three ways', network.depth, image), signal },
    );
    sum.mean += (part.mean - part.stepError) / count;
    sum.variance += (part.standardError / count) * (part.standardError / count);
    sum.stepError += part.stepError / count;
    warnings.push(...part.warnings);
  }
  return {
    mean: sum.mean,
    standardError: Math.sqrt(sum.variance),
    stepError: sum.stepError,
    steps: substeps * network.depth,
    warnings,
  };
}

/**
 * Σ of E ℓ(X_N) over the starts: by enumeration of all networks where they are few, else by the transfer operator, from each
 * start on its own: what one state can reach is a small box, on which polynomials are exact to rounding.
 */
function exactly(network: ResidualNetwork, noise: Noise, { loss, starts }: SharedLoss): number {
  const method = numbers.power(outcomeCount(network, noise), network.depth) <= MOST_NETWORKS ? 'tree' : 'transfer';
  const functional = terminal((x: Float64Array) => loss.value(x));
  return starts.reduce((sum, x0) => sum + exactExpectation(asChain(network, noise, { x0 }), functional, { method }), 0);
}

const outcomeCount = (network: ResidualNetwork, noise: Noise): number =>
  asChain(network, noise, { x0: new Float64Array(network.dimension) }).driver.outcomes?.length ?? Number.NaN;

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function requireSubject(network: ResidualNetwork, noise: Noise, where: string): void {
  if (network.dimension !== 2) {
    throw new SdeError('unsupported', {
      what: 'the three ways meet in two dimensions',
      where,
      expected: 'a network of dimension 2',
      got: `dimension ${network.dimension}`,
      remedy: 'take the first two principal components, or depthStudy, which samples in any dimension',
    });
  }
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
