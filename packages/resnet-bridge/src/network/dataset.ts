/** Labelled examples with a fixed split. */
export interface Dataset {
  readonly name: string;
  /** Examples. */
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  /** Shape (count, features), row-major. */
  readonly inputs: Float64Array;
  /** Shape (count): 0 … classes − 1. */
  readonly labels: Uint8Array;
  /** Rows for training and for testing, disjoint. */
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  /** Attribution and licence. */
  readonly source: string;
}
