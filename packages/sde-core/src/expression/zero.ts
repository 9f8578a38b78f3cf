import { evaluate } from './evaluate.js';
import type { Node } from './graph.js';
import { operandsFirst } from './order.js';

/** Points tried, how many must give a number, and the rounding allowed: empirical, generous for graphs of some hundred nodes. */
const POINTS = 64;
const LEAST = 8;
const ROUNDING = 2 ** -40;

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
 * Whether `difference` is 0 up to rounding at a fixed set of points, where `size` bounds the terms that cancel in it.
 *
 * Points where either has no finite value are passed over; with fewer than 8 left the answer is no.
 */
export function vanishes(difference: Node, size: Node): boolean {
  const symbols = operandsFirst([difference, size]).filter((node) => node.operation === 'symbol');
  let tried = 0;
  for (let n = 0; n < POINTS; n++) {
    const [value, bound] = evaluate([difference, size], samplePoint(symbols, n));
    if (!Number.isFinite(value) || !Number.isFinite(bound)) continue;
    if (Math.abs(value) > ROUNDING * bound) return false;
    tried += 1;
  }
  return tried >= LEAST;
}
