import type { Moments } from '../numerics/moments.js';
import type { Key } from '../randomness/key.js';
import type { Divergence, NegativeStates } from './divergence.js';
import type { FunctionalRecord } from './functional.js';

/** Enough to compute the number again: with the chain that `program` was made of, {@link rerun} gives the same bits. */
export interface SamplingProvenance {
  readonly kind: 'sampled';
  /** Hash of chain and functional: code, coefficients, steps, x0, driver. */
  readonly program: string;
  readonly chain: string;
  readonly functional: FunctionalRecord;
  readonly key: Key;
  readonly paths: number;
  readonly antithetic: boolean;
  /** The control variate: φ − coefficient · (control − mean) was averaged. */
  readonly control?: { readonly functional: FunctionalRecord; readonly mean: number; readonly coefficient: number };
  readonly backend: string;
  /** `bitwise`: any other such backend gives the same bits. */
  readonly determinism: 'bitwise' | 'statistical';
  readonly version: string;
}

/** The estimates that a combination was made of. */
export interface CombinedProvenance {
  readonly kind: 'extrapolated';
  readonly h: readonly number[];
  readonly order: number;
  /** Shape of h. */
  readonly weights: readonly number[];
  readonly levels: readonly (
    | Provenance
    | { readonly kind: 'given'; readonly mean: number; readonly standardError: number }
  )[];
  readonly version: string;
}

/** Where an estimate comes from: sampled paths, or other estimates. */
export type Provenance = SamplingProvenance | CombinedProvenance;

/** A number with its error and its provenance: plain data. */
export interface Estimate {
  readonly mean: number;
  /** Of the mean. Infinite with fewer than two finite paths. */
  readonly standardError: number;
  /** Of one path's value; with antithetic paths, of one pair's mean. */
  readonly variance: number;
  /** Paths computed. */
  readonly paths: number;
  /** Paths whose value was not finite: they are not in the mean, which describes the others alone. */
  readonly nonFinite: number;
  /** The first of them, for `simulate(chain, { key, path })`. */
  readonly firstNonFinite?: number;
  /** How they went wrong, where there are any. */
  readonly divergence?: Divergence;
  /** Paths with a state below 0 that the model declares never to be; absent where it declares none. Their values are in the mean. */
  readonly negative?: NegativeStates;
  /** Degrees of freedom of the standard error. */
  readonly freedom: number;
  /** Where a tolerance was asked for: whether it was met before the paths ran out, or a path diverged. */
  readonly converged?: boolean;
  readonly provenance: Provenance;
}

/** Mean, standard error and variance of merged moments. */
export function estimateOf(moments: Moments, provenance: Provenance): Estimate {
  const { count, mean, m2, nonFinite, firstNonFinite } = moments;
  const variance = count > 1 ? m2 / (count - 1) : Number.POSITIVE_INFINITY;
  return {
    mean: count > 0 ? mean : Number.NaN,
    standardError: Math.sqrt(variance / count),
    variance,
    paths: count + nonFinite,
    nonFinite,
    ...(firstNonFinite === undefined ? {} : { firstNonFinite }),
    freedom: Math.max(0, count - 1),
    provenance,
  };
}
