import type { Law } from '../randomness/law.js';

/** A law that an increment of a Wiener process may be replaced by. */
export type IncrementLaw = Extract<Law['kind'], 'gaussian' | 'two-point' | 'three-point'>;

/** The random variables of one step, as a function of the number m of Wiener processes. */
export interface SchemeDriver {
  /** The law of ΔW / √h, one for each Wiener process. */
  readonly increments: IncrementLaw;
  /** The laws of the variables beside them. */
  auxiliary(m: number): readonly IncrementLaw[];
  /**
   * The auxiliary variables are one ζ for each Wiener process, with ∫ (W − W_n) ds = ½ h (ΔW + √h ζ / √3): so they can be had from a
   * Brownian path. Default false: they mean nothing on a path.
   */
  readonly timeIntegrals?: boolean;
}

/** Up to which moment a law agrees with N(0, 1). */
export const MATCHED_MOMENTS: Readonly<Record<IncrementLaw, number>> = Object.freeze({
  gaussian: Number.POSITIVE_INFINITY,
  'three-point': 5,
  'two-point': 3,
});

/** Moments that an increment must match for weak order β: those up to 2β + 1. */
export const momentsForWeakOrder = (weak: number): number => 2 * weak + 1;

/** m increments and nothing else. */
export const incrementsAlone = (increments: IncrementLaw): SchemeDriver => ({ increments, auxiliary: () => [] });
