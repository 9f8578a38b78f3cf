import type { Algebra } from '../expression/algebra.js';

/** A coefficient and the vector it multiplies. */
export type Term<V> = readonly [coefficient: V, vector: readonly V[]];

/** y + Σ coefficient · vector, added in the order given; shape (d). */
export function combine<V>(algebra: Algebra<V>, y: readonly V[], terms: readonly Term<V>[]): readonly V[] {
  return y.map((start, i) =>
    terms.reduce((sum, [coefficient, vector]) => algebra.add(sum, algebra.multiply(coefficient, vector[i])), start),
  );
}

/** a_j · factor beside vector j for each entry a_j of a row of a tableau that is not 0. */
export function rowTerms<V>(
  { constant, multiply }: Algebra<V>,
  row: readonly number[] | undefined,
  factor: V,
  vectors: (j: number) => readonly V[],
): Term<V>[] {
  return (row ?? []).flatMap((a, j) => (a === 0 ? [] : [[multiply(constant(a), factor), vectors(j)] as const]));
}

/** Σ values, added in the order given; 0 for none. */
export function total<V>(algebra: Algebra<V>, values: readonly V[]): V {
  return values.length === 0 ? algebra.constant(0) : values.reduce((sum, value) => algebra.add(sum, value));
}

/** The Euclidean norm √(Σ x²). */
export function norm<V>(algebra: Algebra<V>, x: readonly V[]): V {
  if (x.length === 1) return algebra.abs(x[0]);
  return algebra.sqrt(
    total(
      algebra,
      x.map((value) => algebra.multiply(value, value)),
    ),
  );
}
