import type { Algebra } from '../expression/algebra.js';
import { pairCount } from './area-signs.js';

/**
 * How Lévy areas are approximated.
 *
 * `'foster'` and `'davie'` use the space–time areas H_k and one normal variable a pair: right conditional mean, and right variance given H
 * (Foster) or on average (Davie). The others truncate the Fourier series of the Brownian bridge after `terms` terms: bare, with the tail of the part linear
 * in ΔW (Milstein), or with the tails of both parts (Mrongowius–Rößler), whose errors in mean square over h are 0.39 / √n,
 * 0.23 / √n and 0.09 √m / n.
 */
export type AreaMethod =
  | { readonly kind: 'davie' | 'foster' }
  | { readonly kind: 'fourier' | 'milstein' | 'mrongowius-roessler'; readonly terms: number };

/** Standard normal variables that a step needs beside its increments. */
export function areaVariables(method: AreaMethod, m: number): number {
  if (m < 2) return 0;
  switch (method.kind) {
    case 'davie':
    case 'foster':
      return m + pairCount(m);
    case 'fourier':
      return 2 * m * method.terms;
    case 'milstein':
      return 2 * m * method.terms + m;
    case 'mrongowius-roessler':
      return 2 * m * method.terms + m + pairCount(m);
    default:
      return method satisfies never;
  }
}

/**
 * Lévy areas A_ij = ½ ∫ (W_i dW_j − W_j dW_i) of one step, with the law that belongs to its increments; the iterated integral is
 * I_(i,j) = ½ (ΔW_i ΔW_j − h δ_ij) + A_ij, the inner integral over W_i.
 *
 * @param normals - Standard normal, shape ({@link areaVariables}).
 * @returns shape (m, m), antisymmetric.
 * @see [mrongowius2022]
 */
export function levyAreas<V>(
  algebra: Algebra<V>,
  step: { readonly h: V; readonly sqrtH: V; readonly dW: readonly V[] },
  method: AreaMethod,
  normals: readonly V[],
): readonly (readonly V[])[] {
  const m = step.dW.length;
  if (m < 2) return step.dW.map(() => [algebra.constant(0)]);
  const entry =
    'terms' in method
      ? fourierArea(algebra, step, method, normals)
      : spaceTimeArea(algebra, step, method.kind === 'foster', normals);
  return step.dW.map((_, i) =>
    step.dW.map((_, j) => {
      if (i === j) return algebra.constant(0);
      return i < j ? entry(i, j) : algebra.negate(entry(j, i));
    }),
  );
}

/** The place of the pair i < j in the order (0,1), (0,2), …, (1,2), …. */
const pairIndex = (m: number, i: number, j: number): number => i * m - (i * (i + 1)) / 2 + (j - i - 1);

/** H_i ΔW_j − ΔW_i H_j + √v N_ij with v = h²/12, or h²/20 + h (H_i² + H_j²)/5 given H. */
function spaceTimeArea<V>(
  algebra: Algebra<V>,
  { h, sqrtH, dW }: { readonly h: V; readonly sqrtH: V; readonly dW: readonly V[] },
  givenH: boolean,
  normals: readonly V[],
): (i: number, j: number) => V {
  const { constant, add, subtract, multiply, sqrt } = algebra;
  const m = dW.length;
  const scale = multiply(constant(Math.sqrt(1 / 12)), sqrtH);
  const H = dW.map((_, k) => multiply(scale, normals[k]));
  return (i, j) => {
    const mean = subtract(multiply(H[i], dW[j]), multiply(dW[i], H[j]));
    const squares = add(multiply(H[i], H[i]), multiply(H[j], H[j]));
    const spread = givenH
      ? sqrt(multiply(h, add(multiply(constant(1 / 20), h), multiply(constant(1 / 5), squares))))
      : multiply(constant(Math.sqrt(1 / 12)), h);
    return add(mean, multiply(spread, normals[m + pairIndex(m, i, j)]));
  };
}

/** (h/2π) { Σ_r (1/r) [(Y_ir − √2 w_i) X_jr − (Y_jr − √2 w_j) X_ir] + tails }, w = ΔW / √h. */
function fourierArea<V>(
  algebra: Algebra<V>,
  { h, sqrtH, dW }: { readonly h: V; readonly sqrtH: V; readonly dW: readonly V[] },
  method: Extract<AreaMethod, { readonly terms: number }>,
  normals: readonly V[],
): (i: number, j: number) => V {
  const { constant, add, subtract, multiply, divide } = algebra;
  const [m, n] = [dW.length, method.terms];
  const X = (k: number, r: number): V => normals[2 * (r * m + k)];
  const Y = (k: number, r: number): V => normals[2 * (r * m + k) + 1];
  const w = dW.map((increment) => divide(increment, sqrtH));
  const offset = w.map((value) => multiply(constant(Math.SQRT2), value));
  // ψ′(n + 1) = Σ_(r>n) 1/r².
  let tailVariance = Math.PI ** 2 / 6;
  for (let r = 1; r <= n; r++) tailVariance -= 1 / r ** 2;
  const tail = constant(Math.sqrt(2 * Math.max(0, tailVariance)));
  return (i, j) => {
    let sum = constant(0);
    for (let r = 0; r < n; r++) {
      const left = multiply(subtract(Y(i, r), offset[i]), X(j, r));
      const right = multiply(subtract(Y(j, r), offset[j]), X(i, r));
      sum = add(sum, multiply(constant(1 / (r + 1)), subtract(left, right)));
    }
    if (method.kind !== 'fourier') {
      // M stands for Σ_(r>n) X_r / r, standardized.
      const M = normals.slice(2 * m * n);
      sum = add(sum, multiply(tail, subtract(multiply(w[j], M[i]), multiply(w[i], M[j]))));
    }
    if (method.kind === 'mrongowius-roessler') {
      sum = add(sum, multiply(tail, normals[2 * m * n + m + pairIndex(m, i, j)]));
    }
    return multiply(multiply(constant(1 / (2 * Math.PI)), h), sum);
  };
}
