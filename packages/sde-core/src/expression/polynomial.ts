import type { Node } from './graph.js';

/** Where terms cancel to this part of their size, the sum is 0: coefficients are doubles such as 1/6. */
const ROUNDING = 2 ** -44;

/** coefficient · Π atom^exponent; the atoms in order of id. */
export interface Term {
  readonly coefficient: number;
  /** Bounds what was added up in the coefficient: what remains far below it is rounding. */
  readonly size: number;
  readonly factors: readonly Factor[];
}

/** A power of a node that is not itself a sum or product; the exponent is whole and not 0. */
export interface Factor {
  readonly atom: Node;
  readonly exponent: number;
}

/** A sum of terms with different factors, by {@link keyOf} the factors. */
export type Polynomial = ReadonlyMap<string, Term>;

const keyOf = (factors: readonly Factor[]): string => factors.map((f) => `${f.atom.id}^${f.exponent}`).join('*');

/** The polynomial of one term. */
export function monomial(coefficient: number, factors: readonly Factor[]): Polynomial {
  if (coefficient === 0) return new Map();
  return new Map([[keyOf(factors), { coefficient, size: Math.abs(coefficient), factors }]]);
}

/** p + scale · q. */
export function plus(p: Polynomial, q: Polynomial, scale = 1): Polynomial {
  const sum = new Map(p);
  for (const [key, term] of q) {
    const before = sum.get(key);
    const coefficient = (before?.coefficient ?? 0) + scale * term.coefficient;
    const size = (before?.size ?? 0) + Math.abs(scale) * term.size;
    if (Math.abs(coefficient) <= ROUNDING * size) sum.delete(key);
    else sum.set(key, { coefficient, size, factors: term.factors });
  }
  return sum;
}

/** p · q. `square` gives the polynomial of a root's square, and undefined for what is not a root. */
export function product(p: Polynomial, q: Polynomial, square: (atom: Node) => Polynomial | undefined): Polynomial {
  let sum: Polynomial = new Map();
  for (const a of p.values()) {
    for (const b of q.values()) sum = plus(sum, productOfTerms(a, b, square));
  }
  return sum;
}

function productOfTerms(a: Term, b: Term, square: (atom: Node) => Polynomial | undefined): Polynomial {
  const kept: Factor[] = [];
  const squares: Factor[] = [];
  for (const { atom, exponent } of merged(a.factors, b.factors)) {
    const whole = square(atom) ? Math.floor(exponent / 2) : 0;
    if (whole !== 0) squares.push({ atom, exponent: whole });
    if (exponent !== 2 * whole) kept.push({ atom, exponent: exponent - 2 * whole });
  }
  const coefficient = a.coefficient * b.coefficient;
  const term: Term = { coefficient, size: a.size * b.size, factors: kept };
  let result: Polynomial = new Map([[keyOf(kept), term]]);
  for (const { atom, exponent } of squares) {
    const base = square(atom);
    if (base) result = product(result, wholePower(base, exponent, square), square);
  }
  return result;
}

/** base^n, for n < 0 only of a single term. */
export function wholePower(base: Polynomial, n: number, square: (atom: Node) => Polynomial | undefined): Polynomial {
  let result = monomial(1, []);
  const factor = n < 0 ? inverse(base) : base;
  for (let k = 0; k < Math.abs(n); k++) result = product(result, factor, square);
  return result;
}

/** 1/p for p of a single term. */
export function inverse(p: Polynomial): Polynomial {
  const [term] = p.values();
  return monomial(
    1 / term.coefficient,
    term.factors.map(({ atom, exponent }) => ({ atom, exponent: -exponent })),
  );
}

/** The factors of a product; both lists are in order of id. */
function merged(a: readonly Factor[], b: readonly Factor[]): Factor[] {
  const exponents = new Map<Node, number>();
  for (const { atom, exponent } of [...a, ...b]) exponents.set(atom, (exponents.get(atom) ?? 0) + exponent);
  return [...exponents]
    .filter(([, exponent]) => exponent !== 0)
    .sort(([x], [y]) => x.id - y.id)
    .map(([atom, exponent]) => ({ atom, exponent }));
}
