import type { Loss } from '../network/loss.js';
import type { MeanField } from '../noise/mean-field.js';

/**
 * u(t_n, x) ≈ ℓ + p_n·(x − x_n) + ½ (x − x_n)·P_n(x − x_n) along the noise-free network, for some images: what the control variate is
 * made of.
 */
export interface Expansion {
  readonly images: number;
  readonly steps: number;
  /** x_n, shape (steps + 1, images, d). */
  readonly states: Float64Array;
  /** p_n, shape (steps + 1, images, d). */
  readonly gradients: Float64Array;
  /** P_n, shape (steps + 1, images, d, d). */
  readonly hessians: Float64Array;
  /** ℓ(x_N), shape (images). */
  readonly losses: Float64Array;
}

/**
 * The exact second-order expansion of the noise-free network x⁺ = x + h F̄(x) with respect to its state, by one backward pass an image:
 * p_n = Jᵀp_{n+1}, P_n = JᵀP_{n+1}J + h Σ_i p_{n+1,i} D²F̄_i, J = I + h DF̄(x_n).
 *
 * Cost O(images · steps · d² · width).
 */
export function expansion(
  fields: readonly MeanField[],
  h: number,
  starts: readonly ArrayLike<number>[],
  lossOf: (image: number) => Loss,
): Expansion {
  const images = starts.length;
  const steps = fields.length;
  const d = starts[0].length;
  const states = new Float64Array((steps + 1) * images * d);
  const gradients = new Float64Array((steps + 1) * images * d);
  const hessians = new Float64Array((steps + 1) * images * d * d);
  const losses = new Float64Array(images);
  const F = new Float64Array(d);
  const J = new Float64Array(d * d);
  const PJ = new Float64Array(d * d);
  const vector = (of: Float64Array, n: number, image: number): Float64Array =>
    of.subarray((n * images + image) * d, (n * images + image + 1) * d);
  const matrix = (n: number, image: number): Float64Array =>
    hessians.subarray((n * images + image) * d * d, (n * images + image + 1) * d * d);

  for (let image = 0; image < images; image++) {
    vector(states, 0, image).set(starts[image]);
    for (let n = 0; n < steps; n++) {
      const x = vector(states, n, image);
      const next = vector(states, n + 1, image);
      fields[n].moveTo(x);
      fields[n].value(F);
      for (let i = 0; i < d; i++) next[i] = x[i] + h * F[i];
    }
    const loss = lossOf(image);
    const end = vector(states, steps, image);
    losses[image] = loss.value(end);
    loss.gradient(end, vector(gradients, steps, image));
    loss.hessian(end, matrix(steps, image));
    for (let n = steps - 1; n >= 0; n--) {
      const field = fields[n];
      const p = vector(gradients, n + 1, image);
      const P = matrix(n + 1, image);
      const before = vector(gradients, n, image);
      const out = matrix(n, image);
      field.differentiateAt(vector(states, n, image));
      field.jacobian(J);
      field.transposedTimes(p, before);
      for (let i = 0; i < d; i++) before[i] = p[i] + h * before[i];
      for (let i = 0; i < d * d; i++) J[i] *= h;
      for (let i = 0; i < d; i++) J[i * d + i] += 1;
      field.addHessian(p, out);
      for (let i = 0; i < d * d; i++) out[i] *= h;
      multiply(P, J, PJ, d);
      addTransposedProduct(J, PJ, out, d);
    }
  }
  return { images, steps, states, gradients, hessians, losses };
}

/** out = A B, shape (d, d). */
function multiply(A: Float64Array, B: Float64Array, out: Float64Array, d: number): void {
  out.fill(0);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const factor = A[i * d + k];
      for (let j = 0; j < d; j++) out[i * d + j] += factor * B[k * d + j];
    }
  }
}

/** out += Aᵀ B, shape (d, d). */
function addTransposedProduct(A: Float64Array, B: Float64Array, out: Float64Array, d: number): void {
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < d; i++) {
      const factor = A[k * d + i];
      for (let j = 0; j < d; j++) out[i * d + j] += factor * B[k * d + j];
    }
  }
}
