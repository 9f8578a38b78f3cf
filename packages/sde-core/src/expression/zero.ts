import type { Node } from './graph.js';
import { numbers } from './numbers.js';
import { operandsFirst } from './order.js';

/** Points tried, how many must give a number, and the relative error that is charged to each operation: 16 ulp, empirical. */
const POINTS = 64;
const LEAST = 8;
const ROUNDING = 2 ** -49;

/** Irrational steps of a Kronecker sequence, which fills a box evenly: √2, √3, √5, … */
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53];

/** Values for all symbols of the nodes at the n-th of a fixed sequence of points; the first half are positive. */
export function samplePoint(symbols: readonly Node[], n: number): Record<string, number> {
  const values: Record<string, number> = {};
  symbols.forEach((symbol, index) => {
    const step = Math.sqrt(PRIMES[index % PRIMES.length]) + Math.floor(index / PRIMES.length) * Math.SQRT1_2;
    const fraction = ((n + 1) * step + 0.37 * index) % 1;
    values[symbol.name] = n < POINTS / 2 ? 2 * fraction + 0.05 : 4 * fraction - 2;
  });
  return values;
}

/**
 * Whether a node is 0 up to rounding at a fixed set of points.
 *
 * Each value carries a bound of its rounding error, pushed through every operation by moving its operands by theirs. Points
 * where it has no finite value are passed over; with fewer than 8 left the answer is no.
 */
export function vanishes(node: Node): boolean {
  const order = operandsFirst([node]);
  const symbols = order.filter((part) => part.operation === 'symbol');
  let tried = 0;
  for (let n = 0; n < POINTS; n++) {
    const point = samplePoint(symbols, n);
    const enclosed = new Map<Node, Enclosed>();
    for (const part of order) enclosed.set(part, enclose(part, enclosed, point));
    const { value, error } = enclosed.get(node) ?? { value: Number.NaN, error: Number.NaN };
    if (!Number.isFinite(value) || !Number.isFinite(error)) continue;
    if (Math.abs(value) > error) return false;
    tried += 1;
  }
  return tried >= LEAST;
}

/** A value, and a bound of its error. */
interface Enclosed {
  readonly value: number;
  readonly error: number;
}

function enclose(part: Node, enclosed: ReadonlyMap<Node, Enclosed>, point: Readonly<Record<string, number>>): Enclosed {
  if (part.operation === 'constant' || part.operation === 'symbol') {
    const value = part.operation === 'constant' ? part.value : point[part.name];
    return { value, error: ROUNDING * Math.abs(value) };
  }
  const operands = part.operands.map((operand) => enclosed.get(operand) ?? { value: Number.NaN, error: Number.NaN });
  // As many operands as the operation takes.
  const compute = numbers[part.operation] as (...values: number[]) => number;
  const values = operands.map((operand) => operand.value);
  const value = compute(...values);
  let error = ROUNDING * Math.abs(value);
  operands.forEach((operand, index) => {
    const moved = compute(...values.map((at, i) => (i === index ? at + operand.error : at)));
    error += Math.abs(moved - value);
  });
  return { value, error };
}
