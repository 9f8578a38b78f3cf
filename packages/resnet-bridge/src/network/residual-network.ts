/** The activations ψ. The first four are smooth; weak expansions assume it. */
export type Activation = 'tanh' | 'sigmoid' | 'softplus' | 'sin' | 'relu';

/** F(x) = V ψ(U x + c) + d. */
export interface Branch {
  /** Shape (width, dimension), row-major. */
  readonly U: Float64Array;
  /** Shape (width). */
  readonly c: Float64Array;
  /** Shape (dimension, width), row-major. */
  readonly V: Float64Array;
  /** Shape (dimension). */
  readonly d: Float64Array;
}

/** A residual layer x⁺ = x + h F(x); `twin` is the second branch that shake-shake mixes. */
export interface Layer extends Branch {
  readonly twin?: Branch;
}

/** x ↦ W x + b. */
export interface AffineMap {
  readonly rows: number;
  readonly columns: number;
  /** Shape (rows, columns), row-major. */
  readonly weight: Float64Array;
  /** Shape (rows). */
  readonly bias: Float64Array;
}

/** A residual network: h = horizon / depth, and layer n acts on [n h, (n + 1) h). */
export interface ResidualNetwork {
  readonly kind: 'residual-network';
  readonly dimension: number;
  readonly width: number;
  readonly depth: number;
  readonly horizon: number;
  readonly h: number;
  readonly activation: Activation;
  readonly layers: readonly Layer[];
  /** Input to state; absent where the input is the state. */
  readonly readIn?: AffineMap;
  /** State to logits; absent where the state is the output. */
  readonly readOut?: AffineMap;
}
