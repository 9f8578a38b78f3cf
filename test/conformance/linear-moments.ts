import type { Chain, Model } from 'sde-core';

/** E z zᵀ of z = (1, X), shape (d + 1, d + 1): all first and second moments. */
export type Moments = number[][];

/** z′ = M z for an affine map x ↦ f(x), from its values at 0 and at the unit vectors; z = (1, x). */
function affine(d: number, rows: number, first: 0 | 1, f: (x: Float64Array) => ArrayLike<number>): number[][] {
  const origin = Array.from(f(new Float64Array(d)));
  const columns = Array.from({ length: d }, (_, l) =>
    Array.from(f(Float64Array.from({ length: d }, (_, i) => +(i === l)))),
  );
  const top = [first, ...new Array<number>(d).fill(0)];
  return [
    top,
    ...Array.from({ length: rows }, (_, i) => [origin[i], ...columns.map((column) => column[i] - origin[i])]),
  ];
}

const multiply = (A: number[][], B: number[][]): number[][] =>
  A.map((row) => B[0].map((_, j) => row.reduce((sum, value, k) => sum + value * B[k][j], 0)));
const transpose = (A: number[][]): number[][] => A[0].map((_, j) => A.map((row) => row[j]));
const combine = (terms: readonly (readonly [number, number[][]])[]): number[][] =>
  terms[0][1].map((row, i) => row.map((_, j) => terms.reduce((sum, [c, A]) => sum + c * A[i][j], 0)));
const congruence = (A: number[][], S: number[][]): number[][] => multiply(multiply(A, S), transpose(A));

const start = (x0: ArrayLike<number>): Moments => {
  const z = [1, ...Array.from(x0)];
  return z.map((a) => z.map((b) => a * b));
};

/** The moments of the chain at T by enumeration of its driver: no sampling error. Its model must be affine in x. */
export function chainMoments(chain: Chain): Moments {
  const { outcomes } = chain.driver;
  if (!outcomes) throw new Error('the driver is not discrete');
  let S = start(chain.x0);
  for (let n = 0; n < chain.steps; n++) {
    S = combine(
      outcomes.map(({ probability, noise }) => {
        const M = affine(chain.dimension, chain.dimension, 1, (x) => {
          const out = new Float64Array(chain.dimension);
          chain.step(n, x, noise, out);
          return out;
        });
        return [probability, congruence(M, S)] as const;
      }),
    );
  }
  return S;
}

/** The moments of the equation at T: dS/dt = A S + S Aᵀ + Σ_k B_k S B_kᵀ, by the classical Runge–Kutta method. */
export function exactMoments(model: Model, x0: ArrayLike<number>, T: number): Moments {
  const { dimension: d, noiseDimension: m } = model;
  const rate = (t: number, S: Moments): Moments => {
    const A = affine(d, d, 0, (x) => {
      const out = new Float64Array(d);
      model.drift(t, x, out);
      return out;
    });
    const columns = Array.from({ length: m }, (_, k) =>
      affine(d, d, 0, (x) => {
        const out = new Float64Array(d * m);
        model.diffusion(t, x, out);
        return out.filter((_, index) => index % m === k);
      }),
    );
    const AS = multiply(A, S);
    return combine([[1, AS], [1, transpose(AS)], ...columns.map((B) => [1, congruence(B, S)] as const)]);
  };
  // h⁴ at h = 1/400 is 4e-11, far below the errors of a scheme.
  const steps = 400;
  const h = T / steps;
  let S = start(x0);
  for (let n = 0; n < steps; n++) {
    const t = n * h;
    const k1 = rate(t, S);
    const k2 = rate(
      t + h / 2,
      combine([
        [1, S],
        [h / 2, k1],
      ]),
    );
    const k3 = rate(
      t + h / 2,
      combine([
        [1, S],
        [h / 2, k2],
      ]),
    );
    const k4 = rate(
      t + h,
      combine([
        [1, S],
        [h, k3],
      ]),
    );
    S = combine([
      [1, S],
      [h / 6, k1],
      [h / 3, k2],
      [h / 3, k3],
      [h / 6, k4],
    ]);
  }
  return S;
}

/** The mean, shape (d): the first row of E z zᵀ. */
export const meanOf = (S: Moments): number[] => S[0].slice(1);

/** Cov X, flattened. The mean alone would not see what a scheme does with the noise. */
export const covarianceOf = (S: Moments): number[] =>
  S.slice(1).flatMap((row, i) => row.slice(1).map((value, j) => value - S[0][i + 1] * S[0][j + 1]));
