/** Which stochastic integral the diffusion is meant in. */
export type Calculus = 'ito' | 'stratonovich';

/** Structure of σ that a scheme may need. Several can hold at once; `kind` is the most specific one, in the order written. */
export interface NoiseStructure {
  readonly kind: 'additive' | 'scalar' | 'diagonal' | 'commutative' | 'general';
  /** σ does not depend on the state. */
  readonly additive: boolean;
  /** One Wiener process. */
  readonly scalar: boolean;
  /** d = m, σ is a diagonal matrix, and σ_ii depends on x_i and t alone. */
  readonly diagonal: boolean;
  /** L^j b^k = L^k b^j for all columns. */
  readonly commutative: boolean;
}

/**
 * dX = b(t, X) dt + σ(t, X) dW: what moves.
 *
 * `drift` writes b, shape (d); `diffusion` writes σ, shape (d, m), row-major.
 */
export interface Model {
  readonly kind: 'numeric' | 'symbolic';
  /** d. */
  readonly dimension: number;
  /** m. */
  readonly noiseDimension: number;
  readonly calculus: Calculus;
  readonly noise: NoiseStructure;
  drift(t: number, x: Float64Array, out: Float64Array): void;
  diffusion(t: number, x: Float64Array, out: Float64Array): void;
  /** ∂b_i/∂x_j, shape (d, d), row-major. */
  driftJacobian?(t: number, x: Float64Array, out: Float64Array): void;
  /** ∂σ_ik/∂x_j, shape (d, m, d), row-major. */
  diffusionJacobian?(t: number, x: Float64Array, out: Float64Array): void;
  /**
   * Times at which the coefficients jump. On [τ_k, τ_(k+1)) they extend continuously to τ_(k+1) from the left, and whoever
   * steps over this model puts a step boundary on each, and evaluates a stage at the right end of a step just before it.
   */
  readonly breakpoints?: readonly number[];
  /**
   * The coefficients depend on t only through their jumps at `breakpoints`, so matrices made from them serve a whole piece.
   * Absent means unknown.
   */
  readonly autonomous?: boolean;
}

/** A model that knows the derivatives of its coefficients. */
export interface JacobianModel extends Model {
  driftJacobian(t: number, x: Float64Array, out: Float64Array): void;
  diffusionJacobian(t: number, x: Float64Array, out: Float64Array): void;
}
