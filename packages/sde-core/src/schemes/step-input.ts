import type { Algebra } from '../expression/algebra.js';

/** What a scheme asks of a model: b and σ; their Jacobians too; or the expressions themselves, to differentiate twice. */
export type Need = 'coefficients' | 'jacobians' | 'symbols';

/** One step's world, over any carrier V: numbers when it runs, graph nodes when it is traced. */
export interface StepInput<V> {
  readonly algebra: Algebra<V>;
  /** d. */
  readonly dimension: number;
  /** m. */
  readonly noiseDimension: number;
  readonly h: V;
  /** √h. */
  readonly sqrtH: V;
  /** X_n, shape (d). */
  readonly y: readonly V[];
  /** The increments of the Wiener processes, or variables of matching moments: √h times the driver's law. Shape (m). */
  readonly dW: readonly V[];
  /** The auxiliary variables of the driver, standardized as their laws are. */
  readonly auxiliary: readonly V[];
  /** t_n + c h; for a model with breakpoints just before t_(n+1) at the latest. */
  time(c: number): V;
  /** b(t, x), shape (d). */
  drift(t: V, x: readonly V[]): readonly V[];
  /** The x of x − weight · b(t, x) = right, shape (d), without iterations: only over numbers, where b is known to be affine in x. */
  readonly implicitDrift?: ((t: V, weight: V, right: readonly V[]) => readonly V[]) | undefined;
  /** The columns of σ(t, x): shape (m), each of shape (d). */
  diffusion(t: V, x: readonly V[]): readonly (readonly V[])[];
}

/** Also the derivatives of σ along its own columns, L^j = Σ_l σ_lj ∂_l. */
export interface JacobianInput<V> extends StepInput<V> {
  /** L^j b^k at (t, x): shape (m, m) indexed [j][k], each of shape (d). */
  diffusionAlongNoise(t: V, x: readonly V[]): readonly (readonly (readonly V[])[])[];
}

/** Also the generator L⁰ = ∂_t + b·∇ + ½ a:∇² on the coefficients. */
export interface SymbolInput<V> extends JacobianInput<V> {
  /** L^j b at (t, x): shape (m), each of shape (d). */
  driftAlongNoise(t: V, x: readonly V[]): readonly (readonly V[])[];
  /** L⁰ b at (t, x), shape (d). */
  generatorOfDrift(t: V, x: readonly V[]): readonly V[];
  /** L⁰ b^k at (t, x): shape (m), each of shape (d). */
  generatorOfDiffusion(t: V, x: readonly V[]): readonly (readonly V[])[];
}

/** The step's input for each need. */
export interface StepInputs<V> {
  readonly coefficients: StepInput<V>;
  readonly jacobians: JacobianInput<V>;
  readonly symbols: SymbolInput<V>;
}
