import { log2 } from '../numerics/elementary.js';
import type { Chain } from '../paths/chain.js';
import { inOneGo, type Work } from '../turns/work.js';
import type { WeightedNoise } from './discrete-law.js';

/** Local errors of all moments of one degree, step by step. */
export interface LocalErrors {
  readonly degree: number;
  /** Exponents α of the moment Π ΔX_i^α_i with the largest error at the finest step, shape (d). */
  readonly largest: readonly number[];
  /** Σ |scheme minus model|, for h, h/2, h/4, …: a sum, so that no zero crossing of one moment passes for an order. */
  readonly errors: readonly number[];
  /** What rounding can make of each of them. */
  readonly floors: readonly number[];
}

/** Outcomes between two places where the work may pause. */
const OUTCOMES = 256;

/** E Π (Y_1 − x0)_i^α_i of one step of a chain, for each α: a sum over the values of its noise. */
export function stepMoments(
  chain: Chain,
  law: readonly WeightedNoise[],
  alphas: readonly (readonly number[])[],
): number[] {
  return inOneGo(momentsInParts(chain, law, alphas));
}

/** {@link stepMoments} in parts. */
export function* momentsInParts(
  chain: Chain,
  law: readonly WeightedNoise[],
  alphas: readonly (readonly number[])[],
): Work<number[]> {
  const { x0, dimension } = chain;
  const next = new Float64Array(dimension);
  const sums = alphas.map(() => 0);
  const width = 1 + Math.max(...alphas.flat());
  /** ΔX_i^e at i · width + e: powers are made once for all moments. */
  const powers = new Float64Array(dimension * width).fill(1);
  const places = alphas.map((alpha) => alpha.flatMap((exponent, i) => (exponent === 0 ? [] : [i * width + exponent])));
  let seen = 0;
  for (const { weight, noise } of law) {
    if (++seen % OUTCOMES === 0) yield;
    chain.step(0, x0, noise, next);
    for (let i = 0; i < dimension; i++) {
      for (let e = 1; e < width; e++) powers[i * width + e] = powers[i * width + e - 1] * (next[i] - x0[i]);
    }
    for (let j = 0; j < places.length; j++) {
      let product = weight;
      for (const place of places[j]) product *= powers[place];
      sums[j] += product;
    }
  }
  return sums;
}

/** All exponent vectors of d entries with sum 1 … degree. */
export function exponentVectors(d: number, degree: number): number[][] {
  let vectors: number[][] = [[]];
  for (let i = 0; i < d; i++) {
    vectors = vectors.flatMap((head) => {
      const left = degree - head.reduce((sum, exponent) => sum + exponent, 0);
      return Array.from({ length: left + 1 }, (_, exponent) => [...head, exponent]);
    });
  }
  return vectors.filter((vector) => vector.some((exponent) => exponent > 0)).sort((a, b) => degreeOf(a) - degreeOf(b));
}

export const degreeOf = (alpha: readonly number[]): number => alpha.reduce((sum, exponent) => sum + exponent, 0);

/** A measured slope, extrapolated to h → 0; ∞ where no error is above rounding. */
export interface LocalOrder {
  readonly order: number;
  /** What it was one halving before. */
  readonly before: number;
}

/**
 * The slope of errors over halved steps as h → 0: neighboring slopes s, extrapolated as 2 s(h/2) − s(h). Errors below rounding are
 * left out; fewer than four above it count as none, since they are then far below what any order asks.
 */
export function localOrder({ errors, floors }: Pick<LocalErrors, 'errors' | 'floors'>): LocalOrder {
  const last = errors.findIndex((error, k) => Math.abs(error) <= floors[k]);
  const sizes = (last < 0 ? errors : errors.slice(0, last)).map(Math.abs);
  if (sizes.length < 4) return { order: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };
  const slopes = sizes.slice(1).map((size, k) => log2(sizes[k] / size));
  const extrapolated = slopes.slice(1).map((slope, k) => 2 * slope - slopes[k]);
  const [before, order] = extrapolated.slice(-2);
  return { order, before };
}

/** The strong order that local errors mean, step by step: E |D|² = O(h^(2p + 1)) and |E D| = O(h^(p + 1)). */
export function strongOrderOf(squares: readonly number[], means: readonly number[]): LocalOrder {
  const floor = 64 * Number.EPSILON;
  const spread = localOrder({ errors: squares, floors: squares.map(() => floor * floor) });
  const bias = localOrder({ errors: means, floors: means.map(() => floor) });
  return {
    order: Math.min((spread.order - 1) / 2, bias.order - 1),
    before: Math.min((spread.before - 1) / 2, bias.before - 1),
  };
}
