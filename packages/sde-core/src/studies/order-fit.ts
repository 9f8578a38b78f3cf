/** One measured error. */
export interface ErrorPoint {
  readonly h: number;
  /** Signed. */
  readonly error: number;
  /** 0 for an exact measurement. */
  readonly standardError: number;
}

/** What a set of measured errors says about an order. */
export interface OrderFit {
  readonly expected: number;
  /** The order extrapolated to h → 0. */
  readonly order: number;
  /** Of the order, at `confidence`. */
  readonly interval: readonly [number, number];
  readonly confidence: number;
  /** Error ≈ constant · h^expected as h → 0, with its interval. */
  readonly constant: number;
  readonly constantInterval: readonly [number, number];
  /** Slopes between neighboring steps, coarse to fine. */
  readonly localSlopes: readonly number[];
  readonly verdict: 'confirmed' | 'refuted' | 'inconclusive';
  /** Why, in one sentence; for `inconclusive` also the sampling it would take. */
  readonly reason: string;
  /** `inconclusive`: by what factor the samples would have to grow, if that can help. */
  readonly samplesFactor?: number;
}
