import { requireInteger, requireOneOf } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import type { Algebra } from '../expression/algebra.js';
import { numbers } from '../expression/numbers.js';
import { pairCount } from './area-signs.js';

/**
 * How Lévy areas are approximated.
 *
 * `'two-point'` takes ±h/2: the right second moments, for expectations. `'foster'` and `'davie'` use the space–time areas H_k and one normal
 * variable a pair: right conditional mean, and right variance given H (Foster) or on average (Davie). The others truncate the Fourier
 * series of the Brownian bridge after `terms` terms: bare, with the tail of the part linear in ΔW (Milstein), or with the tails of both
 * parts (Mrongowius–Rößler). What they are off by on a path: {@link areaError}.
 */
export type AreaMethod =
  | { readonly kind: 'two-point' | 'davie' | 'foster' }
  | { readonly kind: 'fourier' | 'milstein' | 'mrongowius-roessler'; readonly terms: number };

const KINDS = ['two-point', 'davie', 'foster', 'fourier', 'milstein', 'mrongowius-roessler'] as const;

/** Terms of a series: with more a step takes longer than any smaller step that would be as exact. */
const MOST_TERMS = 100_000;

/** Refuses what is no method, and a series without its number of terms. */
export function requireAreaMethod(method: unknown, where: string): asserts method is AreaMethod {
  requireKeys<{ readonly kind: string; readonly terms: number }>(method ?? null, { kind: true, terms: true }, where);
  const { kind, terms } = (method ?? {}) as Readonly<Record<string, unknown>>;
  requireOneOf(kind, KINDS, where, "write for example { kind: 'foster' }");
  const series = kind === 'fourier' || kind === 'milstein' || kind === 'mrongowius-roessler';
  if (series || terms !== undefined)
    requireInteger(terms, 1, `${where}: terms`, 'take terms in proportion to 1/h', MOST_TERMS);
}

/** Refuses a number of processes that is none. */
function requireProcesses(m: unknown, where: string): void {
  requireInteger(m, 0, where, 'give m, the number of Wiener processes');
}

/** Random variables that a step needs beside its increments: signs for `'two-point'`, standard normal for the others. */
export function areaVariables(method: AreaMethod, m: number): number {
  requireAreaMethod(method, 'areaVariables(method, m)');
  requireProcesses(m, 'areaVariables(method, m)');
  if (m < 2) return 0;
  switch (method.kind) {
    case 'two-point':
      return pairCount(m);
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
 * The error of an approximate Lévy area on the path, √E (A_jk − Â_jk)² / h, with n terms: √(3 ψ′(n + 1) / 2π²) < 0.39 / √n (Fourier),
 * √(ψ′(n + 1) / 2π²) < 0.23 / √n (Milstein), at most √m / (√12 π n) in the best coupling (Mrongowius–Rößler). Without terms it is constant:
 * √(1/6) for Davie and Foster, whose H are those of the path, and √(1/2) for signs.
 *
 * A scheme that needs areas to h^(3/2), as strong order 1 does, takes n ∝ 1/h for the first two and n ∝ 1/√h for the third.
 *
 * @see [mrongowius2022]
 *
 * @example
 * ```ts
 * import { areaError } from 'sde-core/schemes';
 * areaError({ kind: 'fourier', terms: 100 }, 2).toFixed(4); // → 0.0389
 * areaError({ kind: 'mrongowius-roessler', terms: 100 }, 2).toFixed(4); // → 0.0013
 * ```
 */
export function areaError(method: AreaMethod, m: number): number {
  requireAreaMethod(method, 'areaError(method, m)');
  requireProcesses(m, 'areaError(method, m)');
  return pathError(method, m);
}

/** The same for numbers of terms that are not whole. */
export function pathError(method: AreaMethod, m: number): number {
  if (m < 2) return 0;
  switch (method.kind) {
    case 'two-point':
      return Math.sqrt(1 / 2);
    case 'davie':
    case 'foster':
      return Math.sqrt(1 / 6);
    case 'fourier':
      return Math.sqrt((3 * reciprocalSquares(method.terms)) / 2) / Math.PI;
    case 'milstein':
      return Math.sqrt(reciprocalSquares(method.terms) / 2) / Math.PI;
    case 'mrongowius-roessler':
      return Math.sqrt(m / 12) / (Math.PI * method.terms);
    default:
      return method satisfies never;
  }
}

/** From here on three terms of the asymptotic series of ψ′ are exact to rounding of what they are used for. */
const MANY = 64;

/** ψ′(n + 1) = Σ_(r>n) 1/r². */
function reciprocalSquares(n: number): number {
  let sum = 0;
  let r = n + 1;
  for (; r <= MANY; r++) sum += 1 / (r * r);
  return sum + 1 / r + 1 / (2 * (r * r)) + 1 / (6 * (r * r * r)) - 1 / (30 * numbers.power(r, 5));
}

/**
 * Lévy areas A_ij = ½ ∫ (W_i dW_j − W_j dW_i) of one step, with the law that belongs to its increments; the iterated integral is
 * I_(i,j) = ½ (ΔW_i ΔW_j − h δ_ij) + A_ij, the inner integral over W_i.
 *
 * @param variables - Shape ({@link areaVariables}).
 * @returns shape (m, m), antisymmetric.
 * @see [mrongowius2022]
 */
export function levyAreas<V>(
  algebra: Algebra<V>,
  step: { readonly h: V; readonly sqrtH: V; readonly dW: readonly V[] },
  method: AreaMethod,
  variables: readonly V[],
): readonly (readonly V[])[] {
  const m = step.dW.length;
  if (m < 2) return step.dW.map(() => [algebra.constant(0)]);
  const entry = entryOf(algebra, step, method, variables);
  return step.dW.map((_, i) =>
    step.dW.map((_, j) => {
      if (i === j) return algebra.constant(0);
      return i < j ? entry(i, j) : algebra.negate(entry(j, i));
    }),
  );
}

function entryOf<V>(
  algebra: Algebra<V>,
  step: { readonly h: V; readonly sqrtH: V; readonly dW: readonly V[] },
  method: AreaMethod,
  variables: readonly V[],
): (i: number, j: number) => V {
  if ('terms' in method) return fourierArea(algebra, step, method, variables);
  if (method.kind !== 'two-point') return spaceTimeArea(algebra, step, method.kind === 'foster', variables);
  const half = algebra.multiply(algebra.constant(1 / 2), step.h);
  return (i, j) => algebra.multiply(half, variables[pairIndex(step.dW.length, i, j)]);
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
  const tail = constant(Math.sqrt(2 * reciprocalSquares(n)));
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
