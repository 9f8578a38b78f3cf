import { numbers } from 'sde-core/numerics';
/**
 * E sin(w·X_T) of dX = A X dt + B dW from x: sin(w·m) e^(−wᵀCw/2), with m′ = A m and C′ = A C + C Aᵀ + B Bᵀ by Runge and Kutta's rule of order 4.
 *
 * A has shape (d, d), B (d, m). Its error is below 1e-11 for |A| T of size 1.
 */
export function gaussianSine(
  A: readonly (readonly number[])[],
  B: readonly (readonly number[])[],
  w: readonly number[],
  x: readonly number[],
  T: number,
): number {
  const d = x.length;
  const rate = (y: Float64Array): Float64Array => {
    const out = new Float64Array(y.length);
    for (let i = 0; i < d; i++) {
      for (let k = 0; k < d; k++) out[i] += A[i][k] * y[k];
      for (let j = 0; j < d; j++) {
        let sum = B[i].reduce((total, value, k) => total + value * B[j][k], 0);
        for (let k = 0; k < d; k++) sum += A[i][k] * y[d + k * d + j] + A[j][k] * y[d + i * d + k];
        out[d + i * d + j] = sum;
      }
    }
    return out;
  };
  const along = (y: Float64Array, s: number, slope: Float64Array): Float64Array => y.map((v, i) => v + s * slope[i]);
  const h = T / STEPS;
  let y = new Float64Array(d + d * d);
  y.set(x);
  for (let step = 0; step < STEPS; step++) {
    const k1 = rate(y);
    const k2 = rate(along(y, h / 2, k1));
    const k3 = rate(along(y, h / 2, k2));
    const k4 = rate(along(y, h, k3));
    y = y.map((v, i) => v + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  let [mean, variance] = [0, 0];
  for (let i = 0; i < d; i++) {
    mean += w[i] * y[i];
    for (let j = 0; j < d; j++) variance += w[i] * w[j] * y[d + i * d + j];
  }
  return numbers.sin(mean) * numbers.exp(-variance / 2);
}

const STEPS = 400;
