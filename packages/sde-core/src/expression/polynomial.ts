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

/** What products need to know of atoms that are roots. */
export interface Roots {
  /** E for the atom √E; undefined for what is not a root. */
  square(atom: Node): Polynomial | undefined;
  /** 1/p. */
  reciprocal(p: Polynomial): Polynomial;
}

/** p · q. */
export function product(p: Polynomial, q: Polynomial, roots: Roots): Polynomial {
  let sum: Polynomial = new Map();
  for (const a of p.values()) {
    for (const b of q.values()) sum = plus(sum, productOfTerms(a, b, roots));
  }
  return sum;
}

/** Roots are left with exponent 0 or 1: √E³ = E √E, 1/√E = √E/E. */
function productOfTerms(a: Term, b: Term, roots: Roots): Polynomial {
  const kept: Factor[] = [];
  const squares: { readonly base: Polynomial; readonly exponent: number }[] = [];
  for (const { atom, exponent } of merged(a.factors, b.factors)) {
    const base = roots.square(atom);
    const whole = base ? Math.floor(exponent / 2) : 0;
    if (base && whole !== 0) squares.push({ base, exponent: whole });
    if (exponent !== 2 * whole) kept.push({ atom, exponent: exponent - 2 * whole });
  }
  const coefficient = a.coefficient * b.coefficient;
  const term: Term = { coefficient, size: a.size * b.size, factors: kept };
  let result: Polynomial = new Map([[keyOf(kept), term]]);
  for (const { base, exponent } of squares) result = product(result, wholePower(base, exponent, roots), roots);
  return result;
}

/** base^n. */
export function wholePower(base: Polynomial, n: number, roots: Roots): Polynomial {
  let result = monomial(1, []);
  const factor = n < 0 ? roots.reciprocal(base) : base;
  for (let k = 0; k < Math.abs(n); k++) result = product(result, factor, roots);
  return result;
}

/** p/q where q divides p without remainder; undefined elsewhere. By division of leading terms, highest powers first. */
export function exactQuotient(p: Polynomial, q: Polynomial, roots: Roots): Polynomial | undefined {
  if (q.size === 0) return undefined;
  const order = [...new Set([...p.values(), ...q.values()].flatMap((term) => term.factors.map((f) => f.atom)))];
  const [divisor] = sortedTerms(q, order);
  const divisorInverse = inverse(new Map([['', divisor]]));
  let rest = p;
  let quotient: Polynomial = new Map();
  // Each division removes the leading term; more steps than this mean that it goes on for ever.
  for (let step = 0; rest.size > 0 && step <= 4 * p.size; step++) {
    const [leading] = sortedTerms(rest, order);
    const ratio = product(new Map([['', leading]]), divisorInverse, roots);
    const added = [...ratio.values()];
    if (added.length !== 1 || added[0].factors.some((f) => f.exponent < 0 && !hasNegative(leading, f.atom)))
      return undefined;
    quotient = plus(quotient, ratio);
    rest = plus(rest, product(ratio, q, roots), -1);
  }
  return rest.size === 0 ? quotient : undefined;
}

const hasNegative = (term: Term, atom: Node): boolean => term.factors.some((f) => f.atom === atom && f.exponent < 0);

/** Lexicographic in the exponents of the atoms, largest first. */
function sortedTerms(p: Polynomial, order: readonly Node[]): Term[] {
  const exponents = (term: Term): number[] =>
    order.map((atom) => term.factors.find((f) => f.atom === atom)?.exponent ?? 0);
  return [...p.values()].sort((s, t) => {
    const [a, b] = [exponents(s), exponents(t)];
    const first = a.findIndex((exponent, i) => exponent !== b[i]);
    return first < 0 ? 0 : b[first] - a[first];
  });
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
