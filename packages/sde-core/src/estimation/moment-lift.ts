import { type Node, graph as newGraph } from '../expression/graph.js';
import { operandsFirst } from '../expression/order.js';
import type { Chain } from '../paths/chain.js';
import type { TerminalFunctional } from '../paths/program.js';
import type { Outcome } from '../randomness/driver.js';

type Matrix = readonly (readonly number[])[];

/**
 * E φ(X_N) of a chain whose step is affine in the state, for φ a polynomial of degree at most 2: with z = (1, X), each outcome of a step is a
 * matrix, z ↦ M z, and S = E z zᵀ moves by S ↦ Σ p M S Mᵀ. Any number of steps; exact to rounding.
 *
 * Both are decided from the formulas, not from values. Undefined where a step or φ has none, or another degree. O(N · outcomes · d³).
 */
export function liftedExpectation(
  chain: Chain,
  outcomes: readonly Outcome[],
  functional: TerminalFunctional,
): number | undefined {
  const { traced, dimension: d, steps, x0 } = chain;
  if (!traced || !functional.trace) return undefined;
  const { next, state } = traced.step;
  if (next.some((node) => degree(node, state) > 1)) return undefined;
  const own = newGraph();
  const symbols = Array.from(x0, (_, i) => own.symbol(`x${i}`));
  if (degree(functional.trace(own, symbols), symbols) > 2) return undefined;

  let S: Matrix = outer([1, ...x0]);
  for (let n = 0; n < steps; n++) {
    const sum = S.map((row) => row.map(() => 0));
    for (const { probability, noise } of outcomes) {
      const M = affineMap(chain, n, noise);
      const moved = multiply(multiply(M, S), transpose(M));
      for (let i = 0; i <= d; i++) for (let j = 0; j <= d; j++) sum[i][j] += probability * moved[i][j];
    }
    S = sum;
  }
  return quadratic(functional, d, S);
}

/** The degree in some symbols, as the formula shows it: ∞ for what is no polynomial in them. */
function degree(node: Node, symbols: readonly Node[]): number {
  const degrees = new Map<Node, number>();
  for (const part of operandsFirst([node])) {
    const of = part.operands.map((operand) => degrees.get(operand) ?? 0);
    degrees.set(part, degreeOf(part, of, symbols));
  }
  return degrees.get(node) ?? 0;
}

function degreeOf(part: Node, of: readonly number[], symbols: readonly Node[]): number {
  switch (part.operation) {
    case 'constant':
      return 0;
    case 'symbol':
      return symbols.includes(part) ? 1 : 0;
    case 'negate':
    case 'add':
    case 'subtract':
      return Math.max(...of);
    case 'multiply':
      return of[0] + of[1];
    case 'divide':
      return of[1] === 0 ? of[0] : Number.POSITIVE_INFINITY;
    case 'power': {
      const exponent = part.operands[1];
      const whole = exponent.operation === 'constant' && Number.isInteger(exponent.value) && exponent.value >= 0;
      return whole ? of[0] * exponent.value : Math.max(...of) === 0 ? 0 : Number.POSITIVE_INFINITY;
    }
    default:
      return Math.max(...of) === 0 ? 0 : Number.POSITIVE_INFINITY;
  }
}

/** M with step(x) = M (1, x), from its values at 0 and at the unit vectors; shape (d + 1, d + 1). */
function affineMap(chain: Chain, n: number, noise: Float64Array): Matrix {
  const d = chain.dimension;
  const at = (unit: number): Float64Array => {
    const out = new Float64Array(d);
    chain.step(
      n,
      Float64Array.from({ length: d }, (_, i) => (i === unit ? 1 : 0)),
      noise,
      out,
    );
    return out;
  };
  const origin = at(-1);
  const columns = Array.from({ length: d }, (_, i) => at(i));
  const rows = Array.from({ length: d }, (_, i) => [origin[i], ...columns.map((column) => column[i] - origin[i])]);
  return [[1, ...columns.map(() => 0)], ...rows];
}

/** E φ from S = E (1, X) (1, X)ᵀ: φ of degree 2 is its value, slopes and curvatures at 0. */
function quadratic({ value }: TerminalFunctional, d: number, S: Matrix): number {
  const at = (...units: readonly (readonly [i: number, sign: number])[]): number => {
    const x = new Float64Array(d);
    for (const [i, sign] of units) x[i] += sign;
    return value(x);
  };
  const origin = at();
  let sum = origin * S[0][0];
  for (let i = 0; i < d; i++) {
    const [up, down] = [at([i, 1]), at([i, -1])];
    sum += ((up - down) / 2) * S[0][i + 1] + ((up + down - 2 * origin) / 2) * S[i + 1][i + 1];
    for (let j = 0; j < i; j++) {
      sum += (at([i, 1], [j, 1]) - up - at([j, 1]) + origin) * S[i + 1][j + 1];
    }
  }
  return sum;
}

const outer = (z: readonly number[]): Matrix => z.map((a) => z.map((b) => a * b));
const transpose = (A: Matrix): Matrix => A[0].map((_, j) => A.map((row) => row[j]));
const multiply = (A: Matrix, B: Matrix): Matrix =>
  A.map((row) => B[0].map((_, j) => row.reduce((sum, entry, k) => sum + entry * B[k][j], 0)));
